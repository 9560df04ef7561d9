"""Every error has a code, a sentence and an exit status, and each place that tells errors apart knows all of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import tallystick
from tallystick import TallystickError, errors

if TYPE_CHECKING:
    from cli.tests.conftest import MakeLogin
    from tallystick import Request, Response, Store
    from tallystick.testing import FakeIssuer, FakeMachine

README = Path(__file__).parents[1] / "README.md"


def error_kinds() -> list[type[TallystickError]]:
    named = [kind for kind in vars(errors).values() if isinstance(kind, type) and kind.__module__ == errors.__name__]
    kinds = [kind for kind in named if issubclass(kind, TallystickError)]
    assert kinds == named
    return kinds


@pytest.mark.row("L2")
def test_there_is_one_root_of_errors_and_each_has_code_sentence_and_exit_status() -> None:
    kinds = error_kinds()
    statuses = {kind.__name__: kind.exit_code for kind in kinds}
    assert all(kind.message.endswith(".") for kind in kinds)
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert statuses == {
        "TallystickError": 1,
        "InvalidSettings": 2,
        "NotLoggedIn": 4,
        "SessionExpired": 4,
        "AccessDenied": 5,
        "CodeExpired": 6,
        "RateLimited": 7,
        "LoginPending": 8,
        "ApprovalNumberRequired": 8,
        "NetworkError": 9,
        "ServerError": 1,
        "IssuerMismatch": 1,
        "AudienceMismatch": 1,
        "StorageError": 10,
        "Cancelled": 130,
    }
    assert set(statuses) <= set(tallystick.__all__)


@pytest.mark.row("L2")
def test_the_readme_names_each_error_with_its_code_and_status() -> None:
    lines = README.read_text(encoding="utf-8").splitlines()
    for kind in set(error_kinds()) - {TallystickError}:
        row = next(line for line in lines if line.startswith("| `") and f"`{kind.__name__}`" in line)
        assert f"`{kind.code}`" in row
        assert row.endswith(f"| {kind.exit_code} |")


# What each error means for a login that waits to be resumed, and for a token that is still alive when it cannot be renewed.
# A new error is looked up here, so it fails a test until somebody has decided.
FORGOTTEN, KEPT = "the pending login is forgotten", "the pending login is kept"
USED, RAISED = "the living token is used", "the error is raised"
MEANING = {
    "TallystickError": (KEPT, RAISED),
    "InvalidSettings": (KEPT, RAISED),
    "NotLoggedIn": (KEPT, RAISED),
    "SessionExpired": (KEPT, RAISED),
    "AccessDenied": (FORGOTTEN, RAISED),
    "CodeExpired": (FORGOTTEN, RAISED),
    "RateLimited": (KEPT, USED),
    "LoginPending": (KEPT, RAISED),
    "ApprovalNumberRequired": (KEPT, RAISED),
    "NetworkError": (KEPT, USED),
    "ServerError": (KEPT, USED),
    "IssuerMismatch": (KEPT, USED),
    "AudienceMismatch": (KEPT, RAISED),
    "StorageError": (KEPT, RAISED),
    "Cancelled": (KEPT, RAISED),
}


class Failing:
    """A transport whose token endpoint raises `error`, once there is one."""

    def __init__(self, issuer: FakeIssuer) -> None:
        self._issuer = issuer
        self.error: TallystickError | None = None

    def send(self, request: Request) -> Response:
        """Raise it, or let the issuer answer."""
        if self.error is not None and request.url.endswith("/oauth2/token"):
            raise self.error
        return self._issuer.send(request)


@pytest.mark.row("L2")
@pytest.mark.parametrize("kind", error_kinds())
def test_only_a_decision_of_the_issuer_forgets_a_pending_login(
    make_login: MakeLogin, fake_issuer: FakeIssuer, store: Store, kind: type[TallystickError]
) -> None:
    transport = Failing(fake_issuer)
    auth = make_login(transport=transport)
    auth.start().save()
    transport.error = kind()
    with pytest.raises(kind):
        auth.resume()
    assert (KEPT if store.pending.read()["pending"] else FORGOTTEN) == MEANING[kind.__name__][0]


@pytest.mark.row("L2", "L6")
@pytest.mark.parametrize("kind", error_kinds())
def test_a_living_token_bridges_what_passes_and_no_error_deletes_the_login(
    make_login: MakeLogin,
    fake_issuer: FakeIssuer,
    fake_machine: FakeMachine,
    kind: type[TallystickError],
) -> None:
    transport = Failing(fake_issuer)
    auth = make_login(transport=transport)
    token = auth.login().token()
    fake_machine.now += 850
    transport.error = kind()
    try:
        outcome = USED if auth.session().token(min_ttl=60) == token else "another token"
    except kind:
        outcome = RAISED
    assert outcome == MEANING[kind.__name__][1]
    assert len(auth.accounts()) == 1
