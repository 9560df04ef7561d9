"""The folders that are measured: the poll function's real bundle, the yardstick, and the runtime client of both."""

from __future__ import annotations

import shutil
import zipfile
from importlib.metadata import distribution, version
from pathlib import Path

from infra.bundle import Target, bundle_functions
from infra.bundle.bytecode import compile_folder
from infra.bundle.cache import fingerprint, made_once
from infra.configuration.config import read_config
from infra.tools import BUILD, CDK_JSON, use_own_node

RUNTIME = ("awslambdaric", "simplejson", "snapshot-restore-py")
BOTO3 = ("boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "six", "urllib3")
# Authorities that botocore trusts; a function has this file in its bundle.
AUTHORITIES = Path("botocore", "cacert.pem")
YARDSTICK = """
import boto3

client = boto3.client("dynamodb")


def handler(event, context):
    found = client.get_item(TableName="table", Key={"pk": {"S": "grant"}, "sk": {"S": "grant"}}, ConsistentRead=True)
    return {"statusCode": 400, "body": found["Item"]["state"]["S"]}
"""


def runtime_client() -> Path:
    """Return a folder with AWS's runtime client for Python."""
    return _installed("runtime", RUNTIME, "")


def yardstick(folder: Path) -> Path:
    """Put a bare boto3 Lambda into a folder: all of boto3, as Lambda brings it, with bytecode that is valid."""
    shutil.copytree(_installed("yardstick", BOTO3, YARDSTICK), folder)
    return folder


def poll_function(folder: Path) -> Path:
    """Unpack the poll function's bundle, made for this machine and this Python, and otherwise as it is deployed."""
    use_own_node()
    bundle = bundle_functions(Target.host(), read_config(CDK_JSON).settings_text())["poll"]
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    return folder


def _installed(name: str, packages: tuple[str, ...], program: str) -> Path:
    target = Target.host()
    key = fingerprint(str(target), program, *(f"{package} {version(package)}" for package in packages))

    def make(folder: Path) -> None:
        for package in packages:
            found = distribution(package)
            for file in found.files or ():
                if "__pycache__" not in file.parts and ".." not in file.parts:
                    (folder / file).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(Path(str(found.locate_file(file))), folder / file)
        if program:
            (folder / "yardstick.py").write_text(program, encoding="utf-8")
        compile_folder(folder, target)

    return made_once(BUILD / "performance" / f"{name}-{key}", make)
