"""Turns what pydantic found into one message that an operator can act on: a line per mistake, its path, the nearest name."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, get_args

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import ValidationError


class ConfigError(Exception):
    """The configuration is wrong. The text is meant for the operator, as it stands."""


def describe(error: ValidationError, model: type[BaseModel], source: str) -> str:
    """Return the message: how many mistakes in `source`, then each with its path."""
    lines = [_line(found["loc"], found["type"], found["msg"], model) for found in error.errors()]
    return "\n".join([f"{source}: {len(lines)} mistake{'s' if len(lines) > 1 else ''}", *(f"  {line}" for line in lines)])


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the question whether the known name nearest to this one was meant, or nothing when none is near."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f'did you mean "{near[0]}"?' if near else ""


def listed(names: Iterable[str]) -> str:
    """Return the names in quotes, without what a terminal could take for more than text."""
    return ", ".join(f'"{re.sub(r"[^ -~]", "?", name)}"' for name in names)


def _line(path: tuple[int | str, ...], kind: str, message: str, model: type[BaseModel]) -> str:
    if kind == "extra_forbidden":
        known = sorted(_block_at(model, path[:-1]).model_fields)
        return f"{_shown(path)}: unknown key; {nearest(str(path[-1]), known) or 'known here: ' + ', '.join(known)}"
    sentence = message.removeprefix("Value error, ").removeprefix("Input ")
    return f"{_shown(path)}: {sentence}" if path else sentence


def _shown(path: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def _block_at(model: type[BaseModel], path: tuple[int | str, ...]) -> type[BaseModel]:
    """Follow a path of field names and list positions to the block that stands there."""
    for part in path:
        if isinstance(part, str):
            model = next(_blocks_in(model.model_fields[part].annotation), model)
    return model


def _blocks_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _blocks_in(argument)
