"""What is made smaller of botocore's data, never of its code: it reads a service's description before its first call.

That comes compressed, with pages of prose for people, and with the endpoints of all of AWS.
"""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

from infra.functions import SERVICES

if TYPE_CHECKING:
    from pathlib import Path

_PACKED = ".json.gz"
_PROSE = {"documentation", "documentationUrl"}


def slimmed_name(path: str) -> str:
    """Return under which name a library's file is shipped: descriptions are unpacked."""
    return path.removesuffix(".gz") if path.startswith("botocore/data/") and path.endswith(_PACKED) else path


def slim(libraries: Path) -> None:
    """Rewrite the files of installed libraries in place."""
    data = libraries / "botocore" / "data"
    for packed in sorted(data.rglob(f"*{_PACKED}")):
        _write(packed.with_suffix(""), _without_prose(json.loads(gzip.decompress(packed.read_bytes()))))
        packed.unlink()
    endpoints = data / "endpoints.json"
    _write(endpoints, _of_our_services(json.loads(endpoints.read_bytes())))


def _without_prose(part: Any) -> Any:  # noqa: ANN401  JSON
    """Return a description without its texts. A member may have one of these names: then there is no text under it."""
    if isinstance(part, dict):
        return {key: _without_prose(value) for key, value in part.items() if key not in _PROSE or not isinstance(value, str)}
    return [_without_prose(value) for value in part] if isinstance(part, list) else part


def _of_our_services(endpoints: dict[str, Any]) -> dict[str, Any]:
    """Return AWS's partitions and regions with the endpoints of the services that the functions call."""
    for partition in endpoints["partitions"]:
        partition["services"] = {name: found for name, found in partition["services"].items() if name in SERVICES}
    return endpoints


def _write(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")
