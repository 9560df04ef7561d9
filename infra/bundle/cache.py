"""What was made once is not made again: results live in build/ under a fingerprint of all that went into them."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def fingerprint(*parts: str | bytes) -> str:
    """Return a short digest of the parts and of the bundler's own source: a better bundler makes new bundles."""
    digest = hashlib.sha256(_bundler())
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()[:20]


def files_fingerprint(root: Path, files: Iterable[Path]) -> str:
    """Return a digest of the names and the contents of files under `root`."""
    return fingerprint(*(part for file in files for part in (file.as_posix(), (root / file).read_bytes())))


def made_once(result: Path, make: Callable[[Path], None]) -> Path:
    """Return the folder `result`, made by `make` in a folder beside it if it is not there: never seen half done."""
    if not result.exists():
        result.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=result.parent, prefix=".making-") as scratch:
            making = Path(scratch) / "result"
            making.mkdir()
            make(making)
            try:
                making.rename(result)
            except OSError:
                # Another process was faster; what it made is the same.
                if not result.exists():
                    raise
    return result


def forget_older(folder: Path, pattern: str, keep: int) -> None:
    """Remove all but the `keep` newest results that match, so that build/ does not grow with every change."""
    found = sorted(folder.glob(pattern), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for old in found[keep:]:
        shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink(missing_ok=True)


@cache
def _bundler() -> bytes:
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(path for path in here.rglob("*") if path.suffix in {".py", ".mjs", ".json"}):
        digest.update(path.relative_to(here).as_posix().encode() + path.read_bytes())
    return digest.digest()
