"""The normaliser against the table that the page's JavaScript is held to as well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from functions.domain.device_grant.codes import UserCode

TABLE = Path(__file__).parents[2] / "user_codes.json"
CASES = [(case["typed"], case["code"]) for case in json.loads(TABLE.read_text(encoding="utf-8"))]


@pytest.mark.row("D31")
@pytest.mark.parametrize(("typed", "code"), CASES)
def test_what_a_person_types_or_pastes_is_read_as_the_shared_table_says(typed: str, code: str | None) -> None:
    parsed = UserCode.parse(typed)
    assert (parsed.reveal() if parsed else None) == code


def test_a_code_is_shown_in_two_groups_and_reads_back_as_itself() -> None:
    code = UserCode("WDJBMJHT")
    assert code.shown() == "WDJB-MJHT"
    assert UserCode.parse(code.shown()) == code
