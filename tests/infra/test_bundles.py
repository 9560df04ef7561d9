"""What the functions ship: only what they need, with bytecode that Lambda takes as it is."""

from __future__ import annotations

import _imp
import importlib.util
import json
import marshal
import subprocess
import sys
import zipfile
from functools import cache
from typing import TYPE_CHECKING

import pytest

from functions.settings import FILE_NAME
from infra.bundle import AWS, Target, bundle_functions
from infra.configuration.config import read_config
from infra.functions import FUNCTIONS, SERVICES
from infra.tools import CDK_JSON, use_own_node

if TYPE_CHECKING:
    from pathlib import Path

MIB = 1024 * 1024
WITH_CRYPTOGRAPHY = {"signin", "discovery", "sessions"}
# CPython 3.14's magic number: 3627 and "\r\n" (Include/internal/pycore_magic_number.h).
MAGIC_3_14 = (3627).to_bytes(2, "little") + b"\r\n"
# PEP 552: bit 0 says that a hash is in the file, bit 1 that it is to be checked.
UNCHECKED_HASH = (0b01).to_bytes(4, "little")
OTHERS_RULES = {"functions.domain.device_grant.proximity", "functions.wire.approval", "functions.wire.page"}
NEVER_LOADED = ("boto3", "pydantic", "aws_xray_sdk", "cryptography", "asyncio", "requests")

TOLD = {
    "TALLYSTICK_ISSUER": "https://login.example.com",
    "TALLYSTICK_TABLE": "table",
    "TALLYSTICK_EDGE_SECRET": "edge",
    "TALLYSTICK_SIGNING_KEYS": '{"arn:aws:kms:eu-central-1:123456789012:key/k1": 0}',
    "TALLYSTICK_PROVIDER_ISSUER": "https://id.example.com",
    "TALLYSTICK_PROVIDER_CLIENT_ID": "us",
}
OPTIONAL = {"TALLYSTICK_PROVIDER_METADATA", "TALLYSTICK_PROVIDER_SECRET_ARN"}
LAMBDAS_OWN = {
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
    "AWS_EC2_METADATA_DISABLED": "true",
}
# A first call that goes all the way to an answer without a network: a path that is not there, and a client that is not.
FIRST_CALL = """
import importlib, json, sys
sys.path.insert(0, {folder!r})
door = importlib.import_module("functions.{function}.handler")
event = {{"version": "2.0", "rawPath": {path!r}, "rawQueryString": "", "isBase64Encoded": False,
  "headers": {{"x-tallystick-edge": "edge", "content-type": "application/x-www-form-urlencoded"}},
  "body": "grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=dc_x&client_id=nobody",
  "requestContext": {{"http": {{"method": "POST", "path": {path!r}}}, "requestId": "r"}}}}
answer = door.handler(event, None)
print(json.dumps({{"status": answer["statusCode"], "modules": sorted(sys.modules),
  "places": sorted({{getattr(m, "__file__", None) or "" for m in sys.modules.values()}})}}))
"""
# The door is opened with one variable less, one after the other.
DOOR_WITHOUT = """
import importlib, json, os, sys
sys.path.insert(0, {folder!r})
told, door = {{}}, "functions.{function}.handler"
for variable in {variables!r}:
    value = os.environ.pop(variable)
    try:
        importlib.import_module(door)
    except Exception as error:
        told[variable] = f"{{type(error).__name__}}: {{error}}"
    else:
        del sys.modules[door]
    os.environ[variable] = value
print(json.dumps(told))
"""


@cache
def bundles(target: Target) -> dict[str, Path]:
    use_own_node()
    return bundle_functions(target, read_config(CDK_JSON).settings_text())


@pytest.fixture(params=FUNCTIONS)
def function(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_module_has_bytecode_that_this_python_takes_unchecked(function: str) -> None:
    with zipfile.ZipFile(bundles(AWS)[function]) as bundle:
        names = set(bundle.namelist())
        modules = [name for name in names if name.endswith(".py")]
        assert len(modules) > 100
        for name in modules:
            folder, _, file = name.rpartition("/")
            cached = f"{folder}/__pycache__/{file.removesuffix('.py')}.cpython-314.pyc".removeprefix("/")
            assert cached in names, name
            head = bundle.read(cached)[:16]
            assert head[:4] == MAGIC_3_14, name
            assert head[4:8] == UNCHECKED_HASH, name
            assert head[8:16] == source_hash_of_3_14(bundle.read(name)), name


def source_hash_of_3_14(source: bytes) -> bytes:
    """Return the hash that CPython 3.14 gives a source (PEP 552): the magic number is its key."""
    return _imp.source_hash(int.from_bytes(MAGIC_3_14, "little"), source)


def test_the_bundle_of_this_machine_has_code_that_unmarshals(function: str) -> None:
    with zipfile.ZipFile(bundles(Target.host())[function]) as bundle:
        compiled = [name for name in bundle.namelist() if name.startswith("functions/") and name.endswith(".pyc")]
        assert compiled
        for name in compiled:
            assert bundle.read(name)[:4] == importlib.util.MAGIC_NUMBER
            marshal.loads(bundle.read(name)[16:])  # noqa: S302  our own bytecode


def test_a_zip_is_within_its_size(function: str) -> None:
    size = bundles(AWS)[function].stat().st_size
    assert size <= (10 if function in WITH_CRYPTOGRAPHY else 5) * MIB


def test_a_bundle_has_its_settings_and_no_other_functions_folder(function: str) -> None:
    with zipfile.ZipFile(bundles(AWS)[function]) as bundle:
        names = bundle.namelist()
    assert FILE_NAME in names
    others = [other for other in FUNCTIONS if other != function]
    assert not [name for name in names if name.startswith(tuple(f"functions/{other}/" for other in others))]
    assert not [name for name in names if name.startswith(("boto3/", "pydantic/", "aws_xray_sdk/", "pip/"))]
    assert any(name.startswith("cryptography/") for name in names) is (function in WITH_CRYPTOGRAPHY)


def test_a_service_is_described_without_words_for_people_and_only_ours_have_endpoints(function: str) -> None:
    with zipfile.ZipFile(bundles(AWS)[function]) as bundle:
        data = {name: bundle.read(name) for name in bundle.namelist() if name.startswith("botocore/data/")}
    descriptions = {name: json.loads(content) for name, content in data.items() if name.endswith("/service-2.json")}
    assert {name.split("/")[2] for name in descriptions} == FUNCTIONS[function].services
    assert not [name for name in data if name.endswith(".gz")]
    assert all("<p>" not in json.dumps(description) for description in descriptions.values())
    endpoints = json.loads(data["botocore/data/endpoints.json"])
    named = {service for partition in endpoints["partitions"] for service in partition["services"]}
    assert FUNCTIONS[function].services <= named <= SERVICES


def test_native_code_is_for_lambda(function: str) -> None:
    with zipfile.ZipFile(bundles(AWS)[function]) as bundle:
        for name in (name for name in bundle.namelist() if name.endswith(".so")):
            head = bundle.read(name)[:20]
            assert head[:4] == b"\x7fELF", name
            assert int.from_bytes(head[18:20], "little") == 183, f"{name} is not for AArch64"


def environment_of(function: str) -> dict[str, str]:
    """Return the variables of the function's row, as a deployment without optional parts has them."""
    return {variable: TOLD[variable] for variable in FUNCTIONS[function].environment if variable not in OPTIONAL}


def run_in_bundle(function: str, program: str, folder: Path, **given: object) -> dict[str, object]:
    """Run a program on what the function ships and is told; return what it prints last."""
    with zipfile.ZipFile(bundles(Target.host())[function]) as bundle:
        bundle.extractall(folder)
    # -I -S: neither this project's packages nor its folder can stand in for what the bundle lacks.
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program.format(folder=str(folder), function=function, **given)],
        env=environment_of(function) | LAMBDAS_OWN,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    told: dict[str, object] = json.loads(result.stdout.splitlines()[-1])
    return told


def test_a_bundle_runs_on_exactly_what_it_ships(function: str, tmp_path: Path) -> None:
    told = run_in_bundle(function, FIRST_CALL, tmp_path, path="/nowhere")
    assert told["status"] == 404
    places = told["places"]
    assert isinstance(places, list)
    assert not [place for place in places if "site-packages" in place]


def test_a_function_is_told_nothing_that_it_can_do_without(function: str, tmp_path: Path) -> None:
    variables = list(environment_of(function))
    told = run_in_bundle(function, DOOR_WITHOUT, tmp_path, variables=variables)
    assert told == {variable: f"SettingsError: {variable} is not set" for variable in variables}


def test_the_poll_function_loads_nothing_that_its_hot_path_does_not_need(tmp_path: Path) -> None:
    told = run_in_bundle("poll", FIRST_CALL, tmp_path, path="/oauth2/token")
    assert told["status"] == 401
    modules = told["modules"]
    assert isinstance(modules, list)
    assert "pynamodb" in modules
    assert not [module for module in modules if module.partition(".")[0] in NEVER_LOADED]
    assert OTHERS_RULES.isdisjoint(modules)
