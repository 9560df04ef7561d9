"""The production template, made once as `cdk synth` makes it, and the ways to look into it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from infra.tools import BUILD, ROOT

if TYPE_CHECKING:
    from pathlib import Path

PLACE = BUILD / "tests"
Resource = dict[str, Any]


def synthesize(place: Path, *, before: tuple[str, ...] = (), environment: dict[str, str] | None = None) -> Path:
    """Run what cdk.json tells `cdk` to run, with the output in `place` and no credentials; `before` goes before it."""
    shutil.rmtree(place, ignore_errors=True)  # the CDK leaves there what earlier sources made
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    result = subprocess.run(
        [*before, sys.executable, "-m", "infra.app"],
        cwd=ROOT,
        env={**clean, "CDK_OUTDIR": str(place), **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return place


@cache
def template() -> dict[str, Any]:
    """Return the production template."""
    (file,) = synthesize(PLACE / "production").glob("*.template.json")
    document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return document


def resources(kind: str) -> dict[str, Resource]:
    """Return the resources of a type by their logical ids."""
    return {name: found for name, found in template()["Resources"].items() if found["Type"] == kind}


def the_only(kind: str) -> Resource:
    """Return the one resource of a type."""
    (found,) = resources(kind).values()
    return found


def statements_of(function: str) -> list[dict[str, Any]]:
    """Return what the role of one of our functions may do."""
    return [
        statement
        for policy in resources("AWS::IAM::Policy").values()
        for role in policy["Properties"]["Roles"]
        if role["Ref"].startswith(f"Functions{function.capitalize()}Role")
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]


def listed(value: Any) -> list[Any]:  # noqa: ANN401  IAM has one or a list
    """Return a list of what may be one or many."""
    return value if isinstance(value, list) else [value]
