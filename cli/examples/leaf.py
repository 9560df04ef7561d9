"""leaf: a login in three lines. Its server gives one token for thirty days, and nothing to renew it."""

import os
import sys

from tallystick import DeviceLogin, PendingLogin, TallystickError

ISSUER, CLIENT_ID = os.environ.get("LEAF_ISSUER", "https://login.example.com"), os.environ.get("LEAF_CLIENT_ID", "leaf")
AUTH = DeviceLogin(ISSUER, client_id=CLIENT_ID, app="leaf", insecure=ISSUER.startswith("http://"))


def show(pending: PendingLogin) -> None:
    print(f"→ Opening browser... Enter code: {pending.user_code}\n→ Waiting for approval...", flush=True)


def main(command: str) -> None:
    if command == "login":
        # Where no browser opens, the address is what the person needs.
        session = AUTH.login(on_prompt=show, on_notice=lambda text: print(f"→ {text} Open {ISSUER}/device"))
        print(f"→ Logged in as {session.user.email}")
    elif command == "whoami":
        print(AUTH.session().user)
    elif command == "logout":
        AUTH.logout()
    else:
        sys.exit("leaf login | whoami | logout")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:2] or [""])
    except TallystickError as error:
        sys.exit(f"{error} {error.hint}")
