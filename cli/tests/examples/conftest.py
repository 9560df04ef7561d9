"""The example tools, each run in a terminal as a person runs it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.tests.pseudo_terminal import PseudoTerminal, home
from tallystick.testing import FakeIssuer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Tool = Callable[..., tuple[int, str]]

EXAMPLES = Path(__file__).parents[2] / "examples"
# What keeps the library from opening a browser, and so changes what the examples print.
IN_CONTAINER = any(Path(mark).exists() for mark in ("/.dockerenv", "/run/.containerenv"))


@pytest.fixture
def served() -> Iterator[FakeIssuer]:
    """The scripted issuer on loopback, quick to poll."""
    issuer = FakeIssuer()
    issuer.interval = 1
    with issuer.serve():
        yield issuer


def run(folder: Path, name: str, *arguments: str, **environ: str) -> tuple[int, str]:
    """Return how the tool ended, and what stood on the screen."""
    with PseudoTerminal(str(EXAMPLES / f"{name}.py"), *arguments, environ=home(folder, **environ)) as screen:
        status = screen.end()
        return status, screen.text


@pytest.fixture
def tool(tmp_path: Path) -> Tool:
    """Run an example: its name, its arguments, more of the environment."""
    return partial(run, tmp_path)
