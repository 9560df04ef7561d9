"""`python -m infra.commands.rotate_key [--dry-run]`: begin to change the key that signs tokens.

No token is refused meanwhile. Adds the next key to cdk.json, to sign only when every verifier has had time to learn of it,
and takes out those that nobody needs any more. The rule is in `infra.configuration.key_schedule`; `cdk deploy` brings it
about.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from infra.configuration.config import CONTEXT_KEY, read_config
from infra.configuration.json_text import with_list
from infra.configuration.key_schedule import (
    KEPT_BY_VERIFIERS,
    LONGEST_TOKEN_LIFE,
    TIME_TO_DEPLOY,
    StillWaiting,
    rotate,
    shown,
)
from infra.configuration.mistakes import ConfigError
from infra.tools import CDK_JSON

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from infra.configuration.config import Config
    from infra.configuration.key_schedule import Rotation, SigningKeyEntry


def main(arguments: Sequence[str], cdk_json: Path, now: datetime) -> int:
    """Rotate, say what was done and what to do next, and return the exit status."""
    program = "python -m infra.commands.rotate_key"
    parser = argparse.ArgumentParser(prog=program, description="Begin to change the signing key.")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and write nothing")
    dry_run: bool = parser.parse_args(arguments).dry_run
    try:
        config = read_config(cdk_json)
        rotation = rotate(config.signing_keys, now)
    except (ConfigError, StillWaiting) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    if not dry_run:
        _write(cdk_json, rotation)
    print(_report(rotation, now, cdk_json.name))
    print("Nothing was written: this was a dry run." if dry_run else _next_step(rotation, config, now))
    return 0


def _write(cdk_json: Path, rotation: Rotation) -> None:
    """Change the list in the file and nothing else in it, line ends included."""
    text = cdk_json.read_bytes().decode()
    entries = [_entry(key) for key in rotation.keys]
    cdk_json.write_bytes(with_list(text, ("context", CONTEXT_KEY), "signing_keys", entries).encode())


def _entry(key: SigningKeyEntry) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(key.model_dump_json(exclude_none=True))
    return said


def _report(rotation: Rotation, now: datetime, file: str) -> str:
    added, signing = rotation.added, rotation.kept[-1]
    lines = [
        f"{file}, signing_keys:",
        f"  added    {added.name}, which signs from {_time(added)}. Until then {signing.name} does.",
    ]
    for key, successor in zip(rotation.removed, (*rotation.removed, *rotation.kept)[1:], strict=False):
        reason = f"{successor.name} has signed since {_time(successor)}, and no token lives for more than 30 days"
        lines.append(f"  removed  {key.name}: {reason}.")
    for key, successor in zip(rotation.kept, rotation.keys[1:], strict=True):
        over = (successor.signs_from or now) + LONGEST_TOKEN_LIFE + KEPT_BY_VERIFIERS
        lines.append(f"  kept     {key.name}, for the tokens that it signed: a rotation after {shown(over)} removes it.")
    return "\n".join(lines)


def _next_step(rotation: Rotation, config: Config, now: datetime) -> str:
    step = f"Next: cdk deploy, before {shown(now + TIME_TO_DEPLOY)}, so that verifiers learn of the key in time."
    if rotation.removed and config.production:
        names = ", ".join(key.name for key in rotation.removed)
        step += f"\nKMS keeps {names} until you schedule the deletion there; the description says which it is."
    return step


def _time(key: SigningKeyEntry) -> str:
    return shown(key.signs_from) if key.signs_from else "the start"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], CDK_JSON, datetime.now(UTC)))  # noqa: TID251  an operator's command is a door
