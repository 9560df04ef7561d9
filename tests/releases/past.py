"""The items of a release in today's table, and the people and tools that they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.device import Device
from tests.releases.scenes import SESSION_COOKIE, kind_of
from tests.sign_in import PlainBrowser

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.releases.release import Item, Release
    from tests.stack import Stack

_AT_ONCE = 25  # the most that one BatchWriteItem may write


@dataclass(frozen=True, slots=True)
class Past:
    """What a release left behind. Each item has `more` attributes besides those that the release gave it."""

    stack: Stack
    dynamodb: Any
    release: Release
    now: int
    more: Item

    @property
    def secrets(self) -> dict[str, Any]:
        """The codes, tokens and cookies that the items know."""
        return self.release.secrets

    def items(self, *kinds: str) -> list[Item]:
        """Return the items of these kinds, or all."""
        return [item | self.more for item in self.release.items_at(self.now) if not kinds or kind_of(item) in kinds]

    def put(self, items: Iterable[Item]) -> None:
        """Put items in place of what has their keys."""
        self._write({"PutRequest": {"Item": item}} for item in items)

    def remove(self, items: Iterable[Item]) -> None:
        """Remove what has the keys of these items."""
        self._write({"DeleteRequest": {"Key": _key_of(item)}} for item in items)

    def found(self, items: Iterable[Item]) -> list[Item]:
        """Return what has the keys of these items now, in no order."""
        asked = {"Keys": [_key_of(item) for item in items], "ConsistentRead": True}
        answer = self.dynamodb.batch_get_item(RequestItems={self.stack.table: asked})
        assert not answer["UnprocessedKeys"]
        items_found: list[Item] = answer["Responses"][self.stack.table]
        return items_found

    def device(self, name: str) -> Device:
        """Return the tool that waits for the login of that name."""
        return Device.holding(self.stack, self.secrets["grants"][name])

    def browser(self, owner: Mapping[str, str]) -> PlainBrowser:
        """Return the browser that has the owner's cookie."""
        browser = PlainBrowser(self.stack.issuer)
        # localhost.local is what Python's jar calls a host without a dot.
        browser.http.cookies.set(SESSION_COOKIE, owner["cookie"], domain="localhost.local", secure=True)
        return browser

    def _write(self, requests: Iterable[dict[str, Any]]) -> None:
        waiting = list(requests)
        while waiting:
            answer = self.dynamodb.batch_write_item(RequestItems={self.stack.table: waiting[:_AT_ONCE]})
            waiting = waiting[_AT_ONCE:] + answer["UnprocessedItems"].get(self.stack.table, [])


def _key_of(item: Item) -> Item:
    return {"pk": item["pk"], "sk": item["sk"]}
