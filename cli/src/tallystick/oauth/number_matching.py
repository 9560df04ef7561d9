"""Number matching: some issuers show a number in the browser after the approval, to be typed where the login was started.

It stops remote phishing (RFC 8628 §5.4): whoever talked a person into approving a code cannot use it, since the number is on
that person's screen and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tallystick.errors import ApprovalNumberRequired

if TYPE_CHECKING:
    from tallystick.oauth.http import Response

PATTERN = re.compile(r"[0-9]{6}")
_MOST_TRIES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberWanted:
    """The login is approved and waits for the number. `wrong`: the one before was not it; `attempts_left`, if known."""

    wrong: bool = False
    attempts_left: int | None = None

    @property
    def message(self) -> str:
        """The sentence for the person."""
        if not self.wrong:
            return "The login is approved. Your browser shows a number of six digits."
        left = self.attempts_left
        tries = "" if left is None else " 1 try is left." if left == 1 else f" {left} tries are left."
        return f"That is not the number that your browser shows.{tries}"

    def refusal(self, hint: str | None = None) -> ApprovalNumberRequired:
        """Return the error where nobody can be asked."""
        return ApprovalNumberRequired(self.message, hint=hint, attempts_left=self.attempts_left)


def wanted_by(answer: Response) -> NumberWanted | None:
    """Return what an answer of the token endpoint asks for, beside `authorization_pending`."""
    document = answer.document() or {}
    asked, left = document.get("approval_number"), document.get("attempts_left")
    if asked not in {"required", "wrong"}:
        return None
    known = isinstance(left, int) and not isinstance(left, bool) and 0 <= left <= _MOST_TRIES
    return NumberWanted(wrong=asked == "wrong", attempts_left=left if known else None)


def tidy(number: str) -> str:
    """Return a number as it is sent, however people group its digits."""
    return re.sub(r"[\s-]", "", number)
