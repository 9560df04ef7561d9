"""A process of its own that keeps a session alive: `python -m tests.refresher <issuer> <client id>`.

Each line on its standard input is a refresh token to exchange; each line on its standard output is what came of it, a status
and the answer. Standard library only, because tests start twenty of these.
"""

from __future__ import annotations

import http.client
import json
import sys
from urllib.parse import urlencode, urlsplit

HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}


def main(issuer: str, client_id: str) -> None:
    """Refresh until there is nothing more to do."""
    address = urlsplit(issuer)
    for line in sys.stdin:
        form = {"grant_type": "refresh_token", "refresh_token": line.strip(), "client_id": client_id}
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)
        connection.request("POST", "/oauth2/token", urlencode(form), HEADERS)
        answer = connection.getresponse()
        print(json.dumps({"status": answer.status, **json.loads(answer.read())}), flush=True)  # noqa: T201  what the test reads
        connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
