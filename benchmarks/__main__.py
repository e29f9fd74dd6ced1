"""`make bench`: measure the rows of the goals' table, print them, and write docs/benchmarks.md.

Figures are told, not judged: the status is 0 unless a row could not be measured at all, or `--judge` is given and a
figure is not as good as its goal.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from types import FrameType

from benchmarks import document
from benchmarks.arena import FULL, SMALL, Arena, Effort
from benchmarks.figures import Figure, Goal, goals, missed
from benchmarks.houses import ENGINES
from benchmarks.rows import ROWS


def main(words: Sequence[str] | None = None) -> int:
    """Measure what was asked for."""
    asked = _asked(words)
    rows = [name for name in ROWS if not asked.rows or any(fnmatch(name, f"*{one}*") for one in asked.rows)]
    if not rows:
        sys.exit(f"No row is called so; there are: {', '.join(ROWS)}")
    signal.signal(signal.SIGTERM, _end)
    with tempfile.TemporaryDirectory(prefix="jufu-bench-") as passing:
        keep = (asked.keep or Path(passing) / "houses").resolve()
        for folder in (keep, Path(passing) / "run"):
            folder.mkdir(parents=True, exist_ok=True)
        Path(passing).chmod(0o755)  # PostgreSQL may have to run as somebody else
        with Arena(_effort(asked), Path(passing) / "run", keep) as arena:
            notes = [*_notes(arena), f"load when it began {_load()}"]
            print(*document.machine(), *notes, sep="\n")
            found, failed = _measure(arena, rows)
            notes.append(f"load when it ended {_load()}")
    if (len(rows) == len(ROWS) and not asked.small and not asked.engine) or asked.write:
        document.write(found, goals(), notes)
    worse = missed(found)
    print(f"{len(found) - len(worse)} of {len(found)} figures are as good as their goal.")
    return 1 if failed or (asked.judge and worse) else 0


def _end(_number: int, _frame: FrameType | None) -> None:
    """Leave as if by Ctrl-C: servers and copies of houses go too."""
    raise KeyboardInterrupt


def _measure(arena: Arena, rows: Sequence[str]) -> tuple[list[Figure], list[str]]:
    """The figures of these rows, and the names of those that could not be measured."""
    known: dict[str, Goal] = goals()
    found: list[Figure] = []
    failed: list[str] = []
    for name in rows:
        began = time.monotonic()
        try:
            for figure in ROWS[name](arena):
                print(document.line(figure, known[figure.goal]), flush=True)
                found.append(figure)
        except Exception:  # told at the end: one row takes no other with it
            # One row that cannot be measured must not hide what the others found.
            traceback.print_exc()
            print(f"FAILED  {name}")
            failed.append(name)
        print(f"        {name}: {time.monotonic() - began:.0f} s", flush=True)
    return found, failed


def _notes(arena: Arena) -> list[str]:
    """What a reader of the figures has to know of this run."""
    pinned = {
        True: "server on one core, client on another",
        False: "server and client share the one core that there is: rates are lower than they could be",
    }
    two = arena.server_cores != arena.client_cores
    told = pinned[two] if arena.server_cores else "this system pins nothing to a core"
    effort = arena.effort
    houses = ", ".join(
        f"{name} {plan.spaces} spaces, {plan.bookings:,} bookings and {plan.sales:,} sales"
        for name, plan in (("small", effort.fifty), ("large", effort.grown), ("wide", effort.wide))
    )
    how = f"{' and '.join(effort.engines)}, {effort.rounds} rounds of {effort.seconds:g} s"
    return [told, how, f"houses: {houses}"]


def _load() -> str:
    """How many processes wanted a core in the last minute: on a busy machine CPU tells more than rates."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "not told"


def _effort(asked: argparse.Namespace) -> Effort:
    effort = SMALL if asked.small else FULL
    return replace(effort, engines=tuple(asked.engine)) if asked.engine else effort


def _asked(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("rows", nargs="*", help=f"some of: {', '.join(ROWS)}; all where none is named")
    parser.add_argument("--small", action="store_true", help="small houses, few rounds, SQLite only")
    parser.add_argument("--engine", action="append", choices=ENGINES, help="only this one; both by default")
    parser.add_argument(
        "--keep", type=Path, help="a folder in which the houses of today stay for the next run"
    )
    parser.add_argument(
        "--judge", action="store_true", help="status 1 where a figure is not as good as its goal"
    )
    parser.add_argument(
        "--write", action="store_true", help="write docs/benchmarks.md though not all was measured"
    )
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
