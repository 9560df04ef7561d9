"""A process of its own that keeps a session alive: `python -m tests.refresher <issuer> <client id>`.

Each line on its standard input is a refresh token to exchange; each line on its standard output is what came of it, a status
and the answer. A server that is too busy is asked again, as by any tool. Standard library only: tests start twenty of these.
"""

from __future__ import annotations

import http.client
import json
import sys
import time
from urllib.parse import urlencode, urlsplit

TRIES = 5
HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}


def main(issuer: str, client_id: str) -> None:
    """Refresh until there is nothing more to do."""
    for line in sys.stdin:
        form = {"grant_type": "refresh_token", "refresh_token": line.strip(), "client_id": client_id}
        status, answer = post(issuer, form)
        for _ in range(TRIES):
            if status < http.client.INTERNAL_SERVER_ERROR:
                break
            time.sleep(1)
            status, answer = post(issuer, form)
        print(json.dumps({"status": status, **answer}), flush=True)  # noqa: T201  what the test reads


def post(issuer: str, form: dict[str, str]) -> tuple[int, dict[str, object]]:
    """Ask the token endpoint."""
    address = urlsplit(issuer)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)
    connection.request("POST", "/oauth2/token", urlencode(form), HEADERS)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, json.loads(body) if body.startswith(b"{") else {"body": body.decode(errors="replace")}


if __name__ == "__main__":
    main(*sys.argv[1:])
