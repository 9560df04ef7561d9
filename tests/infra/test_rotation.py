"""`infra.commands.rotate_key`: which keys come and go and when, what the operator is told, how cdk.json looks afterwards."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from infra.commands.rotate_key import main
from infra.configuration.config import read_config
from infra.configuration.json_text import with_list
from infra.configuration.key_schedule import SigningKeyEntry, StillWaiting, rotate
from infra.tools import CDK_JSON

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 12, 1, 9, 30, 15, tzinfo=UTC)
LIFE, DAY = timedelta(days=30), timedelta(days=1)


def key(name: str, ago: timedelta | None = None) -> SigningKeyEntry:
    """Return a key that has signed for so long, or from the start."""
    return SigningKeyEntry(name=name, signs_from=None if ago is None else NOW - ago)


@pytest.mark.row("J12")
def test_the_next_key_signs_a_day_after_it_must_be_deployed_and_a_day_more() -> None:
    rotation = rotate([key("k1")], NOW)
    assert rotation.added.name == "k2"
    assert rotation.added.signs_from == datetime(2026, 12, 3, 9, 31, tzinfo=UTC)
    assert [entry.name for entry in rotation.keys] == ["k1", "k2"]


@pytest.mark.row("J12")
@pytest.mark.parametrize(
    ("successor_signed_for", "removed"),
    [(timedelta(0), []), (LIFE + DAY, []), (LIFE + DAY + timedelta(seconds=1), ["k1"])],
)
def test_a_key_goes_a_day_after_the_longest_token_could_be_over(successor_signed_for: timedelta, removed: list[str]) -> None:
    rotation = rotate([key("k1"), key("k2", successor_signed_for)], NOW)
    assert [entry.name for entry in rotation.removed] == removed
    assert [entry.name for entry in rotation.keys] == [name for name in ("k1", "k2", "k3") if name not in removed]


def test_the_key_that_signs_never_goes() -> None:
    keys = [key("k1"), key("k2", 900 * DAY), key("k3", 400 * DAY)]
    rotation = rotate(keys, NOW)
    assert rotation.removed == (keys[0], keys[1])
    assert rotation.kept == (keys[2],)


def test_while_a_key_waits_there_is_no_other() -> None:
    with pytest.raises(StillWaiting, match="k2 is there already and signs from 2026-12-01 09:31"):
        rotate([key("k1"), key("k2", timedelta(minutes=-1))], NOW)


@pytest.mark.parametrize(
    ("names", "following"), [(["k1"], "k2"), (["k9"], "k10"), (["main"], "k1"), (["main", "k1"], "k2"), (["kilo"], "k1")]
)
def test_a_new_key_has_a_name_of_its_own(names: list[str], following: str) -> None:
    keys = [key(name, timedelta(days=900 - place)) for place, name in enumerate(names)]
    assert rotate(keys, NOW).added.name == following


@pytest.fixture
def cdk_json(tmp_path: Path) -> Path:
    """Return a copy of the project's own cdk.json."""
    copy = tmp_path / "cdk.json"
    copy.write_bytes(CDK_JSON.read_bytes())
    return copy


def test_the_command_adds_the_key_and_changes_no_other_line(cdk_json: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = cdk_json.read_text()
    assert main([], cdk_json, NOW) == 0
    added = [
        '      "signing_keys": [',
        '        {"name": "k1"},',
        '        {"name": "k2", "signs_from": "2026-12-03T09:31:00Z"}',
        "      ],",
    ]
    assert cdk_json.read_text().replace("\n".join([*added, ""]), "") == before
    assert [entry.name for entry in read_config(cdk_json).signing_keys] == ["k1", "k2"]
    told = capsys.readouterr().out
    assert "added    k2, which signs from 2026-12-03 09:31 UTC. Until then k1 does." in told
    assert "Next: cdk deploy, before 2026-12-02 09:30 UTC" in told


def test_a_dry_run_says_the_same_and_writes_nothing(cdk_json: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = cdk_json.read_bytes()
    assert main(["--dry-run"], cdk_json, NOW) == 0
    assert cdk_json.read_bytes() == before
    told = capsys.readouterr().out
    assert "added    k2" in told
    assert "Nothing was written" in told


def test_a_second_run_too_soon_is_refused_and_writes_nothing(cdk_json: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([], cdk_json, NOW)
    before = cdk_json.read_bytes()
    assert main([], cdk_json, NOW + DAY) == 1
    assert cdk_json.read_bytes() == before
    assert "k2 is there already" in capsys.readouterr().err


def test_years_of_rotations_keep_two_keys_and_say_what_goes_and_why(
    cdk_json: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for year in range(4):
        capsys.readouterr()
        assert main([], cdk_json, NOW + year * 365 * DAY) == 0
    assert [entry.name for entry in read_config(cdk_json).signing_keys] == ["k4", "k5"]
    told = capsys.readouterr().out
    assert "removed  k3: k4 has signed since 2028-12-02 09:31 UTC, and no token lives for more than 30 days." in told
    assert "KMS keeps k3 until you schedule the deletion there" in told


def test_a_wrong_configuration_is_told_and_left_alone(cdk_json: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cdk_json.write_text(cdk_json.read_text().replace('"production"', '"produktion"'))
    assert main([], cdk_json, NOW) == 1
    assert 'did you mean "production"?' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ('{"a": {"x": 1}}', '{"a": {"n": [1, 2], "x": 1}}'),
        ('{"a":{"n":[ 7 ],"x":"}"}}', '{"a":{"n":[1, 2],"x":"}"}}'),
        ('{\n\t"a": {\n\t\t"x": 1\n\t}\n}\n', '{\n\t"a": {\n\t\t"n": [\n\t\t\t1,\n\t\t\t2\n\t\t],\n\t\t"x": 1\n\t}\n}\n'),
        (
            '{\r\n "a" : {\r\n  "x": "\\"{",\r\n  "n" : []\r\n }\r\n}',
            '{\r\n "a" : {\r\n  "x": "\\"{",\r\n  "n" : [\r\n   1,\r\n   2\r\n  ]\r\n }\r\n}',
        ),
    ],
    ids=["one line", "replaced", "tabs", "Windows"],
)
def test_a_list_goes_into_a_text_in_the_texts_own_style(text: str, changed: str) -> None:
    written = with_list(text, ["a"], "n", [1, 2])
    assert written == changed
    was: dict[str, Any] = json.loads(text)
    assert json.loads(written) == {"a": was["a"] | {"n": [1, 2]}}
