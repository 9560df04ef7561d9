"""The package in an empty environment: what comes with it, and what must not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.tools import find_uv

ROOT = Path(__file__).parents[2]
SERVER_SIDE = {
    "boto3",
    "botocore",
    "pydantic",
    "pynamodb",
    "aws-lambda-powertools",
    "pyjwt",
    "aws-cdk-lib",
    "tallystick-server",
}


def run(*command: str | Path) -> str:
    done = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("extra", ["", "[cli]"])
def test_it_installs_into_an_empty_environment_without_anything_of_the_server(tmp_path: Path, extra: str) -> None:
    uv, place = find_uv(), tmp_path / "environment"
    python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
    run(uv, "venv", "--quiet", "--python", sys.executable, place)
    # The versions that were tested, which are on this machine already.
    locked = tmp_path / "locked.txt"
    run(uv, "export", "--quiet", "--frozen", "--all-groups", "--no-emit-workspace", "--no-hashes", "--output-file", locked)
    run(uv, "pip", "install", "--quiet", "--python", python, "--constraint", locked, f"./cli{extra}")

    installed = {package["name"] for package in json.loads(run(uv, "pip", "list", "--python", python, "--format", "json"))}
    assert {"tallystick", "httpx2", "filelock"} <= installed
    assert installed & SERVER_SIDE == set()
    assert ({"keyring", "click"} <= installed) is bool(extra)
    (packages,) = place.glob("lib/python*/site-packages")
    assert not {"functions", "infra", "tests"} & {path.name for path in packages.iterdir()}

    assert run(python, "-c", "import tallystick, tallystick.login.device_login; print(tallystick.__version__)").strip()
    if extra:
        assert run(python.with_name("tallystick"), "--version").startswith("tallystick ")
        assert "devices" in run(python.with_name("tallystick"), "--help")
