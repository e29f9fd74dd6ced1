"""The table: on the screen, and as docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from benchmarks.figures import Figure, Goal
from models.engine import engine_options

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
INTRODUCTION = """# Benchmarks

What `make bench` found last, one line for each figure of the goals. How it is measured, and how to run it:
[benchmarks/README.md](../benchmarks/README.md).

- **× hello**: requests/s for each request/s of a bare Flask view on the same server software and as many workers, asked
  in turns in the same run; the median of the rounds. The server (and PostgreSQL) have one core, the client another.
  Behind it: both rates, and CPU milliseconds a request of both with their ratio, which a busy machine changes least.
- **again**: nothing was written since the same browser asked for the page. **first look**: something was written before
  each request (a space's revision grows, as with every booking), and where many people open a page, each request is the
  next one's. Whatever an answer may be kept for, a first look is made anew.
- **growth**: the same page of two houses with the same rooms, people and bookings on the days on show; only the history
  differs. Milliseconds of the large one for each of the small one.
"""


def machine() -> list[str]:
    """What it ran on, as far as others may know; no name, no path."""
    sqlite = engine_options("sqlite://")["module"].sqlite_version
    return [
        f"{_processor()}, {os.cpu_count()} cores",
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        f"SQLite {sqlite}, psycopg {psycopg.__version__}",
        f"commit {_git('rev-parse', '--short=12', 'HEAD')}{_changed()}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
    ]


def line(figure: Figure, goal: Goal) -> str:
    """A figure as it is printed while measuring goes on."""
    mark = "ok " if goal.reached(figure.value) else "   "
    return f"{mark} {shown(figure.value):>9} {goal.unit:14} {goal.bound:>8}  {goal.what}: {figure.of}  ({figure.told})"


def table(found: Sequence[Figure], known: Mapping[str, Goal]) -> str:
    """All figures as a table of Markdown, in the order of the goals."""
    rows = ["| what | case | figure | goal | reached | made of |", "|---|---|---|---|---|---|"]
    for key, goal in known.items():
        for one in (figure for figure in found if figure.goal == key):
            reached = "yes" if goal.reached(one.value) else "no"
            value, told = f"{shown(one.value)} {goal.unit}", one.told.replace("|", "/")
            rows.append(f"| {goal.what} | {one.of} | {value} | {goal.bound} | {reached} | {told} |")
    return "\n".join(rows)


def write(
    found: Sequence[Figure], known: Mapping[str, Goal], notes: Sequence[str], page: Path = PAGE
) -> None:
    """Put the table into the documents."""
    reached = sum(known[one.goal].reached(one.value) for one in found)
    told = "\n".join(
        f"- {one}"
        for one in (*machine(), *notes, f"{reached} of {len(found)} figures are as good as their goal")
    )
    page.write_text(f"{INTRODUCTION}\n{told}\n\n{table(found, known)}\n", encoding="utf-8")


def shown(value: float) -> str:
    """A figure with the digits that say something."""
    if value != value:
        return "not told"
    if value == int(value) and abs(value) < 1000:
        return str(int(value))
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _processor() -> str:
    """The model, where the system says it."""
    told = Path("/proc/cpuinfo")
    if told.exists():
        for one in told.read_text(encoding="utf-8").splitlines():
            if one.startswith("model name"):
                return one.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def _changed() -> str:
    return " with changes" if _git("status", "--porcelain", "--untracked-files=no") else ""


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607  the git of the PATH
    return done.stdout.strip() or "unknown" if words[0] == "rev-parse" else done.stdout.strip()
