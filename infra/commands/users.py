"""`python -m infra.commands.users disable|enable WHO`: lock a person out of every login, or let them in again.

WHO is their e-mail address or their id. Disabling ends every session, browser and approval of theirs, for good: enabling
lets them sign in again and revives nothing. A JWT that an API checks by itself works until it expires. Lock them out at
the identity provider as well.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING, Any

from functions.store import keys
from infra.configuration.config import read_config
from infra.configuration.mistakes import ConfigError
from infra.tools import CDK_JSON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.configuration.config import Config


class NotFound(Exception):
    """There is no stack or nobody by that name; the text is for the operator."""


def main(arguments: Sequence[str], config: Config, session: Any, now: int) -> int:  # noqa: ANN401  boto3's own
    """Do it, say whom it struck, and return the exit status. `session` makes the AWS clients, `now` is in seconds."""
    program = "python -m infra.commands.users"
    parser = argparse.ArgumentParser(prog=program, description="Lock a person out, or let them in again.")
    parser.add_argument("what", choices=("disable", "enable"))
    parser.add_argument("who", help="the e-mail address that the identity provider gave, or the id (usr_…)")
    asked = parser.parse_args(arguments)
    try:
        table = _table_of(config, session)
        dynamodb = session.client("dynamodb")
        for person in _found(dynamodb, table, asked.who):
            _set_disabled(dynamodb, table, person, disabled=asked.what == "disable", now=now)
            user_id = person[keys.PARTITION_KEY]["S"].removeprefix(keys.USER)
            print(f"{asked.what}d {person['email']['S']} ({user_id})")
    except NotFound as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


def _table_of(config: Config, session: Any) -> str:  # noqa: ANN401  likewise
    cloudformation = session.client("cloudformation")
    try:
        (stack,) = cloudformation.describe_stacks(StackName=config.service_name)["Stacks"]
    except cloudformation.exceptions.ClientError as error:
        raise NotFound(f'The stack "{config.service_name}" cannot be read: {error}') from None
    return next(str(output["OutputValue"]) for output in stack["Outputs"] if output["OutputKey"] == "TableName")


def _found(dynamodb: Any, table: str, who: str) -> list[dict[str, Any]]:  # noqa: ANN401  likewise
    """Return the profiles that `who` names. Several people can have one address, at an identity provider that lets them."""
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table,
        ConsistentRead=True,
        FilterExpression="#sk = :profile AND (email = :who OR #pk = :key)",
        ExpressionAttributeNames={"#pk": keys.PARTITION_KEY, "#sk": keys.SORT_KEY},
        ExpressionAttributeValues={":profile": {"S": keys.PROFILE}, ":who": {"S": who}, ":key": {"S": keys.USER + who}},
    )
    people = [item for page in pages for item in page["Items"]]
    if not people:
        raise NotFound(f'Nobody who ever signed in here is "{who}".')
    return people


def _set_disabled(dynamodb: Any, table: str, person: dict[str, Any], *, disabled: bool, now: int) -> None:  # noqa: ANN401  likewise
    dynamodb.update_item(
        TableName=table,
        Key={name: person[name] for name in (keys.PARTITION_KEY, keys.SORT_KEY)},
        # What had begun by now stays over when they are enabled again.
        UpdateExpression="SET disabled = :disabled" + (", ended_at = :now" if disabled else ""),
        ConditionExpression="attribute_exists(#pk)",
        ExpressionAttributeNames={"#pk": keys.PARTITION_KEY},
        ExpressionAttributeValues={":disabled": {"BOOL": disabled}} | ({":now": {"N": str(now)}} if disabled else {}),
    )


if __name__ == "__main__":
    import boto3

    try:
        _config = read_config(CDK_JSON)
    except ConfigError as mistake:
        sys.exit(str(mistake))
    _session = boto3.session.Session(region_name=_config.region)
    _now = int(time.time())  # noqa: TID251  an operator's command is a composition root
    sys.exit(main(sys.argv[1:], _config, _session, _now))
