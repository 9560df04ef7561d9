"""`python3 dev.py local`: start everything, say where it is, and keep it running until Ctrl-C."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from typing import TYPE_CHECKING, NoReturn

from infra.configuration.mistakes import ConfigError
from infra.local.emulator import REGION
from infra.local.progress import Progress
from infra.local.stack import running_stack
from infra.local.tools import LocalRunError
from infra.tools import ROOT, ToolMissing

if TYPE_CHECKING:
    from types import FrameType

    from infra.local.stack import LocalStack

# RFC 8628.
DEFAULT_PORT = 8628
_GUIDE = """
Tallystick runs at {issuer}   (Ctrl-C ends it)

  sign in as   {email}
  password     {password}

Log in from another terminal, in this folder:

  {login}

Or by hand, as any tool could:

  curl -s {issuer}/oauth2/device_authorization -d client_id={client}

Open the verification_uri_complete of the answer in a browser (or {issuer}/device, and type the user_code), sign in,
approve, and collect the token:

  curl -s {issuer}/oauth2/token -d client_id={client} -d device_code=... \\
    -d grant_type=urn:ietf:params:oauth:grant-type:device_code

The functions' logs and all else are in the emulator: AWS_ENDPOINT_URL={endpoint}
"""


def main() -> int:
    """Run until told to stop; return the exit status."""
    arguments = _arguments()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    ready = False
    try:
        progress = Progress(sys.stderr if arguments.json else sys.stdout)
        with running_stack(progress, port=arguments.port, fresh=arguments.fresh) as stack:
            ready = True
            print(json.dumps(describe(stack)) if arguments.json else _guide(stack), flush=True)
            _wait_for_the_end(stack)
    except KeyboardInterrupt:
        return 0 if ready else 128 + signal.SIGINT
    except (LocalRunError, ToolMissing, ConfigError) as error:
        print(f"dev.py local: {error}", file=sys.stderr)
        return 1


def _wait_for_the_end(stack: LocalStack) -> NoReturn:
    """Wait for a signal, which raises KeyboardInterrupt here, or for the emulator to die."""
    while stack.emulator is None or stack.emulator.alive():
        time.sleep(0.2)
    raise LocalRunError(f"The emulator has ended by itself. Its log: {stack.emulator.log}")


def describe(stack: LocalStack) -> dict[str, object]:
    """Return what a program needs to use the stack, as `--json` prints it."""
    return {
        "issuer": stack.issuer,
        "login": login_command(stack),
        "user": {"email": stack.user.email, "password": stack.user.password},
        "clients": dict(stack.clients),
        "endpoint": stack.aws.endpoint,
        "region": REGION,
        "outputs": dict(stack.outputs),
        "pid": os.getpid(),
    }


def login_command(stack: LocalStack) -> str:
    """Return what logs in here with the project's own command, by the uv that started all this, or the one in the PATH."""
    own = ROOT / ".tools" / "uv" / "bin" / "uv"
    uv = str(own.relative_to(ROOT)) if own.exists() else "uv"
    client = next(iter(stack.clients))
    return f"{uv} tool run --from './cli[cli]' tallystick login --host {stack.issuer} --insecure --client-id {client}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py local", description="Start everything on this machine, on loopback only.")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="the issuer's port; 0 takes a free one (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout when ready, progress on stderr")
    parser.add_argument("--fresh", action="store_true", help="synthesize the stack even if nothing has changed")
    return parser.parse_args()


def _guide(stack: LocalStack) -> str:
    return _GUIDE.format(
        issuer=stack.issuer,
        login=login_command(stack),
        email=stack.user.email,
        password=stack.user.password,
        client=next(iter(stack.clients)),
        endpoint=stack.aws.endpoint,
    )


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    """Unwind once; a second Ctrl-C must not interrupt the cleaning up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
