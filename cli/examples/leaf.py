"""leaf: a login in three lines. Its server gives one token for thirty days, and nothing to renew it."""

import os
import sys

from tallystick import DeviceLogin, PendingLogin, TallystickError

ISSUER = os.environ.get("LEAF_ISSUER", "https://login.example.com")


def show(pending: PendingLogin) -> None:
    print(f"→ Opening browser... Enter code: {pending.user_code}")
    print("→ Waiting for approval...", flush=True)


def main(command: str) -> None:
    auth = DeviceLogin(ISSUER, client_id="leaf", app="leaf", insecure=ISSUER.startswith("http://"))
    match command:
        case "login":
            # Where no browser opens, the address is what the person needs.
            session = auth.login(on_prompt=show, on_notice=lambda text: print(f"→ {text} Open {ISSUER}/device"))
            print(f"→ Logged in as {session.user.email}")
        case "whoami":
            print(auth.session().user)
        case "logout":
            auth.logout()
        case _:
            sys.exit("leaf login | whoami | logout")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:2] or [""])
    except TallystickError as error:
        sys.exit(f"{error} {error.hint}")
