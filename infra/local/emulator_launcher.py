"""Run ministack so that it never outlives the one who started it. A script for the emulator's own environment.

Standard input is a pipe from the starter that carries nothing. It closes when the starter is gone, however that went
(even by SIGKILL), and then this whole process group, Lambda workers included, ends.
"""

from __future__ import annotations

import os
import signal
import sys
import threading


def end_with_starter() -> None:
    """Wait for the pipe to close, then end the group. The starter made us its leader, so nobody else is in it."""
    os.read(sys.stdin.fileno(), 1)
    os.killpg(os.getpgid(0), signal.SIGKILL)


if __name__ == "__main__":
    from ministack.app import main  # type: ignore[import-not-found]  # lives in the emulator's environment only

    threading.Thread(target=end_with_starter, daemon=True).start()
    main()
