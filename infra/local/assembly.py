"""The cloud assembly of the local stack: made by the same CDK app as on AWS, and kept until its sources change."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.bundle.cache import forget_older, made_once
from infra.configuration.config import read_config
from infra.local.emulator import ACCOUNT, REGION
from infra.local.tools import LocalRunError
from infra.tools import BUILD, CDK_JSON, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE_FOLDER = "page"
_FOLDER = BUILD / "local" / "assemblies"
_KEPT = 6
_MADE_OF = ("infra", "functions", "web", "cdk.json", "uv.lock")
_LEFT_OUT = frozenset({"__pycache__", "node_modules", ".venv"})


@dataclass(frozen=True, slots=True)
class Asset:
    """A file or folder that CloudFormation finds in the bootstrap bucket."""

    source: Path
    zipped: bool
    bucket: str
    key: str


@dataclass(frozen=True, slots=True)
class Assembly:
    """One synthesized stack: its name, template and assets; the template is an asset too."""

    stack_name: str
    template: dict[str, Any]
    template_asset: Asset
    assets: tuple[Asset, ...]
    page: Path


def local_assembly(cdk_json: Path = CDK_JSON, *, fresh: bool = False) -> tuple[Assembly, bool]:
    """Return the local stack's assembly, and whether it stood there already. Synthesis takes many seconds."""
    folder = _FOLDER / _fingerprint(cdk_json)
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    kept = folder.exists()
    made_once(folder, partial(_synthesize, cdk_json)).touch()
    forget_older(_FOLDER, "*", _KEPT)
    return read_assembly(folder), kept


def read_assembly(folder: Path) -> Assembly:
    """Read the only stack of a cloud assembly; the page's files stand in a folder beside it."""
    manifest = json.loads((folder / "manifest.json").read_text())
    (stack,) = (part for part in manifest["artifacts"].items() if part[1]["type"] == "aws:cloudformation:stack")
    name, properties = stack[0], stack[1]["properties"]
    files = json.loads((folder / f"{name}.assets.json").read_text())["files"]
    assets = tuple(_assets(folder, files))
    template = folder / properties["templateFile"]
    return Assembly(
        stack_name=properties.get("stackName", name),
        template=json.loads(template.read_text()),
        template_asset=next(asset for asset in assets if asset.source == template),
        assets=assets,
        page=folder / PAGE_FOLDER,
    )


def _assets(folder: Path, files: dict[str, Any]) -> Iterator[Asset]:
    for file in files.values():
        (destination,) = file["destinations"].values()
        bucket = destination["bucketName"].replace("${AWS::AccountId}", ACCOUNT).replace("${AWS::Region}", REGION)
        source = file["source"]
        yield Asset(folder / source["path"], source["packaging"] == "zip", bucket, destination["objectKey"])


def _synthesize(cdk_json: Path, folder: Path) -> None:
    """Run the CDK app in a process of its own: jsii leaves a node behind that lives as long as its parent."""
    command: list[str | Path] = [sys.executable, "-m", "infra.local.synthesis", folder, cdk_json]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode:
        raise LocalRunError(f"The stack could not be synthesized:\n{result.stderr.strip()}")


def _fingerprint(cdk_json: Path) -> str:
    """Hash every file that the assembly is made of, and the Python and machine that its bundles are made for."""
    digest = hashlib.sha256(f"{platform.machine()} {sys.version}".encode() + cdk_json.read_bytes())
    logo = read_config(cdk_json).branding.logo
    if logo:
        digest.update(Path(logo).read_bytes())
    for file in sorted(_files()):
        digest.update(f"\n{file.relative_to(ROOT)} {hashlib.sha256(file.read_bytes()).hexdigest()}".encode())
    return digest.hexdigest()[:20]


def _files() -> Iterator[Path]:
    for part in _MADE_OF:
        path = ROOT / part
        found = path.rglob("*") if path.is_dir() else [path]
        yield from (file for file in found if file.is_file() and not _LEFT_OUT.intersection(file.parts))
