"""Run as a program: one of many processes of the same tool. For each line on standard input it calls the API once."""

from __future__ import annotations

import sys

import httpx2

from tallystick import DeviceLogin, Store, TallystickError


def main(issuer: str, folder: str) -> None:
    """Answer each line with the status of GET /api/me, or with the error's code."""
    auth = DeviceLogin(issuer, client_id="acme-cli", app="acme", insecure=True, store=Store.in_files(folder))
    with httpx2.Client(timeout=60) as client:
        for _ in sys.stdin:
            try:
                answer = str(client.get(f"{issuer}/api/me", auth=auth.session().httpx_auth).status_code)
            except TallystickError as error:
                answer = error.code
            print(answer, flush=True)  # noqa: T201  what the test reads


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
