"""The composition root wires everything from the environment, and asks the provider for nothing before it is needed."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from functions import entry, settings
from infra.configuration.config import read_config
from infra.tools import CDK_JSON
from tests.events import EDGE_SECRET, Gateway

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_handler_is_made_without_asking_the_provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / settings.FILE_NAME).write_text(read_config(CDK_JSON).settings_text(), encoding="utf-8")
    monkeypatch.setattr(entry, "BUNDLE_ROOT", tmp_path)
    for name, value in {
        settings.ISSUER: "https://login.example.com",
        settings.TABLE: "tallystick",
        settings.PROVIDER_ISSUER: "https://id.example",
        settings.PROVIDER_CLIENT_ID: "tallystick",
        settings.EDGE_SECRET: EDGE_SECRET,
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }.items():
        monkeypatch.setenv(name, value)
    root = importlib.import_module("functions.signin.handler")
    answer = Gateway(root.handler).send("GET", "/auth/session")
    assert answer.json == {"signed_in": False}
