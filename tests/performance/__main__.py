"""`uv run python -m tests.performance`: measure, print the ratios, and fail beyond the goals."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from tests.performance.measuring import Cost, Ratios, bench, compare, ratios
from tests.performance.runtime import running

GOALS = Ratios(cold=0.80, warm=1.35)


def main() -> int:
    """Return 0 if both ratios are within their goals."""
    arguments = _arguments()
    if arguments.imports:
        _show_imports(arguments.imports)
        return 0
    pairs = []
    print("run   cold poll ÷ yardstick          pending poll ÷ yardstick       (CPU)")
    with bench() as place:
        for number, pair in enumerate(compare(place, arguments.runs, arguments.calls), 1):
            pairs.append(pair)
            print(f"{number:3}   {_line(*pair)}", flush=True)
    found = ratios(pairs)
    print(f"least {found.cold:.2f}  (goal {GOALS.cold:.2f})              {found.warm:.2f}  (goal {GOALS.warm:.2f})")
    return 0 if found.cold <= GOALS.cold and found.warm <= GOALS.warm else 1


def _line(ours: Cost, other: Cost) -> str:
    cold = f"{ours.cold * 1e3:6.0f} ms ÷{other.cold * 1e3:6.0f} ms = {ours.cold / other.cold:.2f}"
    return f"{cold}     {ours.warm * 1e3:6.2f} ms ÷{other.warm * 1e3:6.2f} ms = {ours.warm / other.warm:.2f}"


def _show_imports(file: Path) -> None:
    """Write what Python says of its imports during a cold poll, for finding out where the time goes."""
    with bench() as place:
        subject = place.ours
        command = ["sh", "-c", 'exec 2>"$0" "$@"', str(file.resolve()), *place.command(subject, "-X", "importtime")]
        with running(command, subject.folder, place.environment(subject)) as function:
            function.wait()
            function.invoke(subject.event)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.performance", description=__doc__)
    parser.add_argument("--runs", type=int, default=9, help="how often each is started (%(default)s)")
    parser.add_argument("--calls", type=int, default=300, help="warm calls of each run (%(default)s)")
    parser.add_argument("--imports", type=Path, metavar="FILE", help="write `-X importtime` of one cold poll there instead")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.SubprocessError as error:
        sys.exit(str(error))
