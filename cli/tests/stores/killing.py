"""Run as a program: kills processes at work on a store, at a thousand different moments, and looks at what is left.

Forks rather than starts them, so that each dies at work and not while Python starts.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from tallystick import Account, Key, Store, User
from tallystick.credentials.secret import Secret
from tallystick.credentials.tokens import Credential, Tokens

KEY = Key("https://login.example.com", "acme-cli")
_MOMENTS = 997
_LONGEST = 0.016


def tokens(number: int) -> Tokens:
    """Return tokens that belong together: a mix of two generations would show."""
    return Tokens(
        access_token=Secret(f"at_{number}"),
        refresh_token=Secret(f"rt_{number}"),
        renewable=True,
        obtained_at=float(number),
        expires_in=900.0,
        scopes=("x" * 4000,),
    )


def work(store: Store) -> None:
    """Log in, renew, log out, as fast as it goes, for ever."""
    account = Account(key=KEY, user=User(email="ada@example.com"))
    number = 0
    while True:
        number += 1
        store.save(Credential(account=account, tokens=tokens(number)), lambda _: None)
        store.update(KEY, tokens(number + 1))
        if number % 7 == 0:
            store.delete(KEY)


def whole(store: Store) -> bool:
    """Whether all can be read and belongs together."""
    found, account = store.tokens(KEY), store.account(KEY)
    store.accounts()
    if found is None or account is None:
        return True
    return found.access_token.reveal() == f"at_{found.obtained_at:.0f}" and found.refresh_token == Secret(
        f"rt_{found.obtained_at:.0f}"
    )


def main(folder: str, rounds: int) -> None:
    """Kill `rounds` times; print how often the store was whole, and how often a login was found in it."""
    store = Store.in_files(folder)
    store.prepare()
    good = logins = 0
    for turn in range(rounds):
        child = os.fork()
        if child == 0:
            work(store)
        # Spread over the whole of a round, in an order without a beat.
        time.sleep(turn * 7919 % _MOMENTS / _MOMENTS * _LONGEST)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        good += whole(Store.in_files(folder))
        logins += store.account(KEY) is not None
    # One more write goes through, and clears away what the last one killed has left.
    store.prepare()
    left = sorted(path.name for path in Path(folder).iterdir() if path.name.endswith(".new"))
    print(good, logins, len(left))  # noqa: T201  what the test reads


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
