"""The rows of the table, each measured by a function of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from benchmarks.arena import Arena
from benchmarks.figures import Figure
from benchmarks.rows import (
    board,
    booking,
    footprint,
    growth,
    importing,
    pages,
    polls,
    processes,
    reports,
    series,
    slot,
    spaces,
    sums,
    weight,
)

ROWS: Mapping[str, Callable[[Arena], Iterator[Figure]]] = {
    "board": board.measure,
    "polls": polls.measure,
    "pages": pages.measure,
    "booking": booking.measure,
    "series": series.measure,
    "slot": slot.measure,
    "growth": growth.measure,
    "spaces": spaces.measure,
    "importing": importing.measure,
    "sums": sums.measure,
    "reports": reports.measure,
    "footprint": footprint.measure,
    "weight": weight.measure,
    "processes": processes.measure,
}
"""Named as the goals name them (benchmarks/goals.toml)."""
