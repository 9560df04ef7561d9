"""The local run's proxy compresses the page as CloudFront does, so that what is measured there means something."""

from __future__ import annotations

import gzip

import brotli  # type: ignore[import-untyped]
import pytest

from infra.local.compression import compressed, strong

BODY = b"main { color: red }\n" * 100
STYLES = [("Content-Type", "text/css"), ("ETag", '"abc"')]


def answer(
    accepted: str = "gzip, br", path: str = "/pages.css", status: int = 200, kind: str = "text/css", body: bytes = BODY
) -> tuple[dict[str, str], bytes]:
    headers, sent = compressed(path, accepted, status, [("Content-Type", kind), ("ETag", '"abc"')], body)
    return dict(headers), sent


def test_brotli_comes_before_gzip() -> None:
    headers, body = answer("gzip, deflate, br;q=0.5")
    assert (headers["Content-Encoding"], headers["Vary"]) == ("br", "Accept-Encoding")
    assert brotli.decompress(body) == BODY
    headers, body = answer("gzip")
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == BODY


def test_the_tag_becomes_weak_and_the_bucket_is_asked_with_the_strong_one() -> None:
    assert answer()[0]["ETag"] == 'W/"abc"'
    assert answer("identity")[0]["ETag"] == '"abc"'
    assert strong('W/"abc", "def"') == '"abc", "def"'


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "text/javascript", "application/json", "image/svg+xml"])
def test_the_pages_types_are_compressed(kind: str) -> None:
    assert answer(kind=kind)[0]["Content-Encoding"] == "br"


@pytest.mark.parametrize(
    "other",
    [
        {"accepted": ""},
        {"accepted": "zstd, identity"},
        {"kind": "image/png"},
        {"body": b"x" * 999},
        {"status": 304},
        {"path": "/oauth2/token"},
        {"path": "/auth/session?x=1"},
        {"path": "/.well-known/jwks.json"},
    ],
)
def test_everything_else_goes_out_as_it_is(other: dict[str, object]) -> None:
    headers, body = answer(**other)  # type: ignore[arg-type]
    assert "Content-Encoding" not in headers
    assert headers["ETag"] == '"abc"'
    assert body == other.get("body", BODY)


def test_a_target_that_is_no_path_does_no_harm() -> None:
    assert compressed("*", "br", 400, STYLES, b"") == (STYLES, b"")
