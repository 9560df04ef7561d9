"""The dialect of a browser that navigates: redirects to and from the identity provider, and a small page when it fails.

A person sees these answers: a refusal is a sentence and a way on, as HTML without script, style or anything that was sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from functions import routes
from functions.domain.errors import GrantError, SignInRefused
from functions.domain.secret import Secret
from functions.wire.errors import page_error
from functions.wire.http import Response

if TYPE_CHECKING:
    from functions.wire.http import Request

MAX_QUERY_LENGTH = 8 * 1024
_MAX_PARAMETERS = 20
_NOTICE_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-robots-tag": "noindex",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """What the identity provider sent the browser back with (RFC 6749 §4.1.2, RFC 9207). Empty where it sent nothing."""

    state: Secret
    code: Secret
    error: str
    issuer: str


def read_callback(request: Request) -> Callback:
    """Read the query of the way back. Raises SignInRefused when a parameter is there twice or makes no sense."""
    if len(request.query) > MAX_QUERY_LENGTH:
        raise SignInRefused(detail="query too long")
    try:
        pairs = parse_qsl(request.query, keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS)
    except ValueError:
        raise SignInRefused(detail="malformed query") from None
    query = dict(pairs)
    if len(query) != len(pairs):
        raise SignInRefused(detail="repeated parameter")
    return Callback(
        state=Secret(query.get("state", "")),
        code=Secret(query.get("code", "")),
        error=query.get("error", ""),
        issuer=query.get("iss", ""),
    )


def wants_fresh_sign_in(request: Request) -> bool:
    """Whether the page asked for a new proof of who this is, even if the provider still knows the person."""
    return ("fresh", "1") in parse_qsl(request.query[:MAX_QUERY_LENGTH])


def comes_from_sessions(request: Request) -> bool:
    """Whether the person is to come back to their sessions. Any other word means the page for codes."""
    return ("to", "sessions") in parse_qsl(request.query[:MAX_QUERY_LENGTH])


def redirect(location: str, *cookies: str) -> Response:
    """Send the browser on. 303, so that what follows is a GET whatever came before."""
    return Response(status=303, headers={"location": location}, cookies=cookies)


def notice(refusal: GrantError) -> Response:
    """Tell a person that sign-in did not work, with the status of the one error table, and how to go on."""
    answer = page_error(refusal)
    body = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<meta name="color-scheme" content="light dark"><title>Sign-in</title>'
        f"<main><h1>Sign-in did not work</h1><p>{escape(refusal.public)}</p>"
        f'<p><a href="{routes.LOGIN}?fresh=1">Sign in again</a></p>'
        f'<p><a href="{routes.PAGE}">Back to your code</a></p></main></html>\n'
    )
    return replace(answer, body=body, headers={**answer.headers, **_NOTICE_HEADERS})
