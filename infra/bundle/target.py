"""For what a bundle is made: which Python, which platform."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The minor version of Python, and uv's name of the platform; None is the machine that we run on."""

    python: str
    platform: str | None

    @classmethod
    def host(cls) -> Target:
        """Return the target of a local run: this interpreter, on this machine."""
        return cls(python=running_python(), platform=None)

    def __str__(self) -> str:
        """Return the target's name, fit for a folder."""
        return f"python{self.python}-{self.platform or sys.platform}"


def running_python() -> str:
    """Return the minor version of the running interpreter, such as 3.14."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


# Lambda's python3.14 is Amazon Linux 2023 (glibc 2.34), on Graviton.
AWS = Target(python="3.14", platform="aarch64-manylinux_2_28")
