"""The other half of the tally, for the end-to-end tests: a tool in a terminal, and what stands in the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests

from functions.domain.client import DEVICE_CODE_GRANT
from functions.domain.device_grant.codes import UserCode, locator_of

if TYPE_CHECKING:
    from tests.stack import Stack

CLIENT = "demo-cli"
DEVICE_NAME = "adas-laptop"
AGENT = "demo-cli/1.0"
_SECONDS = 30


@dataclass(frozen=True)
class Terminal:
    """One run of a login command."""

    stack: Stack
    codes: dict[str, Any]

    @classmethod
    def login(cls, stack: Stack) -> Terminal:
        """Ask for the codes."""
        answer = requests.post(
            f"{stack.issuer}/oauth2/device_authorization",
            data={"client_id": CLIENT, "device_name": DEVICE_NAME},
            headers={"User-Agent": AGENT},
            timeout=_SECONDS,
        )
        assert answer.status_code == 200, answer.text
        return cls(stack, answer.json())

    @property
    def code(self) -> str:
        """What the terminal shows."""
        code: str = self.codes["user_code"]
        return code

    @property
    def link(self) -> str:
        """The link that brings the code along."""
        link: str = self.codes["verification_uri_complete"]
        return link

    def poll(self) -> dict[str, Any]:
        """Ask for the tokens; return the answer, tokens or error."""
        form = {"client_id": CLIENT, "grant_type": DEVICE_CODE_GRANT, "device_code": self.codes["device_code"]}
        answer: dict[str, Any] = requests.post(f"{self.stack.issuer}/oauth2/token", data=form, timeout=_SECONDS).json()
        return answer

    def collect(self) -> str:
        """Fetch the tokens of an approved login; return the access token."""
        tokens = self.poll()
        assert tokens.get("token_type") == "Bearer", tokens
        token: str = tokens["access_token"]
        return token

    def grant(self) -> dict[str, Any]:
        """Return the grant's item as it stands in the table."""
        item: dict[str, Any] = self.stack.client("dynamodb").get_item(
            TableName=self.stack.table, Key=self._key(), ConsistentRead=True
        )["Item"]
        return item

    def state(self) -> str:
        """Return the grant's state."""
        state: str = self.grant()["state"]["S"]
        return state

    def expire(self) -> None:
        """Let the code's time be over. Nothing waits on a clock here, so its end is moved instead."""
        self.stack.client("dynamodb").update_item(
            TableName=self.stack.table,
            Key=self._key(),
            UpdateExpression="SET expires_at = created_at",
        )

    def _key(self) -> dict[str, Any]:
        user_code = UserCode.parse(self.code)
        assert user_code
        return {"pk": {"S": f"grant#{locator_of(user_code)}"}, "sk": {"S": "grant"}}
