"""Rules for URLs: https everywhere, http only on loopback and only where asked for; and origins (RFC 6454)."""

from __future__ import annotations

from urllib.parse import urlsplit

from tallystick.errors import InvalidSettings

_LOOPBACK = frozenset({"localhost", "::1"})
_PORTS = {"https": 443, "http": 80}


def is_loopback(host: str) -> bool:
    """Whether the host name means this very machine (RFC 6761 §6.3, RFC 1122 §3.2.1.3)."""
    parts = host.split(".")
    in_127 = len(parts) == 4 and parts[0] == "127" and all(part.isdecimal() for part in parts)  # noqa: PLR2004  IPv4
    return host in _LOOPBACK or in_127


def origin(url: str) -> str | None:
    """Return scheme, host and port of an http(s) address, the port left out where it is the usual one; else None."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname
    if parts.scheme not in _PORTS or not host or parts.username is not None or parts.password is not None:
        return None
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" if port in {None, _PORTS[parts.scheme]} else f"{parts.scheme}://{shown}:{port}"


def is_secure(url: str, *, insecure: bool = False) -> bool:
    """Whether credentials may go there: https, or plain http to this machine where that was asked for."""
    found = origin(url)
    if found is None or any(character <= " " or character in '\\"<>\x7f' for character in url):
        return False
    if found.startswith("https://"):
        return True
    return insecure and is_loopback(urlsplit(url).hostname or "")


def check_issuer(issuer: str, *, insecure: bool) -> None:
    """Raise InvalidSettings unless `issuer` can be one (RFC 8414 §2): https, no query, no fragment."""
    if not is_secure(issuer, insecure=insecure):
        raise InvalidSettings(
            "The issuer must be an https address.",
            hint="Plain http works for localhost only, and only with insecure=True.",
        )
    if "?" in issuer or "#" in issuer:
        raise InvalidSettings("The issuer's address must have no query and no fragment.")


def issuer_of(host: str) -> str:
    """Return the issuer that a person means who types a host: no scheme means https, a bare slash at the end is none."""
    url = host.strip()
    if "://" not in url:
        url = f"https://{url}"
    return url[:-1] if url.endswith("/") and url.count("/") == 3 else url  # noqa: PLR2004  the slash after the host


def why_not_opened(url: str, issuer: str, *, insecure: bool) -> str | None:
    """Return why a server's address must not be handed to a browser, or None when it may.

    Against phishing (another site's address), file: and javascript:, and argument injection (an option of the opener).
    """
    if not url.isascii() or not url.isprintable() or not is_secure(url, insecure=insecure):
        return "the address is not a plain https one"
    if origin(url) != origin(issuer):
        return "the address belongs to another site than the issuer"
    return None
