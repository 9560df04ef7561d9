"""A secret leaves the process only where somebody calls it by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tallystick import AccessDenied, Secret

if TYPE_CHECKING:
    from cli.tests.conftest import MakeLogin
    from tallystick.testing import FakeIssuer, FakeMachine


@pytest.mark.row("C6", "WO04")
def test_secrets_print_as_redacted_and_do_not_leave_the_process() -> None:
    import copy
    import pickle

    secret = Secret("rt_1234")
    assert {str(secret), repr(secret), f"{secret}", f"{secret:>9}", f"{secret}"} == {"Secret(redacted)"}
    for leave in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            leave(secret)


@pytest.mark.row("C6", "WO04")
def test_no_object_of_a_login_shows_its_secrets(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine
) -> None:
    auth = make_login()
    pending = auth.start()
    session = auth.resume(pending)
    secrets = {
        form[name]
        for form in fake_issuer.forms("/oauth2/token")
        for name in ("device_code", "code_verifier")
        if name in form
    } | {session.token()}
    shown = [repr(thing) for thing in (pending, session, auth, auth.settings, auth.store.tokens(auth.settings.key))]
    shown += [repr(request) for request in fake_issuer.requests] + [fake_machine.stderr.getvalue()]
    assert len(secrets) == 3
    assert [secret for secret in secrets for text in shown if secret in text] == []


@pytest.mark.row("C6", "WO04")
def test_no_error_and_no_traceback_shows_a_secret(make_login: MakeLogin, fake_issuer: FakeIssuer) -> None:
    import traceback

    fake_issuer.polls = ["pending", "denied"]
    with pytest.raises(AccessDenied) as caught:
        make_login().login()
    told = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    form = fake_issuer.forms("/oauth2/token")[0]
    assert form["device_code"] not in told
    assert form["code_verifier"] not in told
