"""`cdk synth` of the production template: no network, no credentials, no Docker, and the same bytes each time."""

from __future__ import annotations

import os
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.infra.production import PLACE, synthesize, template

if TYPE_CHECKING:
    from pathlib import Path

WITHOUT_NETWORK = ("unshare", "--net", "--map-root-user")


@pytest.fixture(scope="module")
def offline() -> tuple[str, ...]:
    """What a command is put behind to have no network, not even loopback."""
    assert template()  # made with a network: the first time, libraries and compiler come from the registries
    probe = ("python3", "-c", "import socket; socket.create_connection(('127.0.0.1', 9), 1)")
    tried = subprocess.run([*WITHOUT_NETWORK, *probe], capture_output=True, text=True, check=False)
    assert "unreachable" in tried.stderr, f"unshare cannot take the network away here: {tried.stderr}"
    return WITHOUT_NETWORK


def contents(place: Path) -> dict[str, bytes]:
    return {str(file.relative_to(place)): file.read_bytes() for file in sorted(place.rglob("*")) if file.is_file()}


def test_it_needs_no_network_no_credentials_and_no_docker_and_gives_the_same_bytes(
    offline: tuple[str, ...], tmp_path: Path
) -> None:
    called = tmp_path / "docker-was-called"
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(f"#!/bin/sh\ntouch {called}\nexit 1\n", encoding="utf-8")
    docker.chmod(docker.stat().st_mode | stat.S_IXUSR)
    bare = {
        "PATH": f"{docker.parent}:{os.environ['PATH']}",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "CDK_DOCKER": str(docker),
    }
    again = synthesize(PLACE / "again", before=offline, environment=bare)
    assert not called.exists()
    assert contents(again) == contents(PLACE / "production")
