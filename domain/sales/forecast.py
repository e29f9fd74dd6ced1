"""What a year may come to at the pace of the last weeks: a band, since nobody knows the figure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, pstdev

WEEKS = 12
"""[default] How many whole weeks back the pace is taken from."""
FEWEST_WEEKS = 4
"""[default] Fewer than these say nothing about a year."""
EIGHT_OF_TEN = 1.28
"""Of sums that scatter evenly around their mean, eight of ten lie within so many standard deviations."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where a year's sum will probably end, in fen: eight years of ten like this one between `low` and `high`."""

    low_fen: int
    likely_fen: int
    high_fen: int


def weeks_back(today: date) -> list[tuple[date, date]]:
    """The last twelve whole weeks before today, oldest first, as half-open spans of days."""
    return [(today - timedelta(weeks=n), today - timedelta(weeks=n - 1)) for n in range(WEEKS, 0, -1)]


def year_end(so_far_fen: int, weekly_fen: Sequence[int], today: date) -> Forecast | None:
    """The band for the end of today's year, from what it came to so far and the sums of the last whole weeks.

    None with fewer than four weeks. The sums that are still to come scatter with the root of their number.
    """
    if len(weekly_fen) < FEWEST_WEEKS:
        return None
    weeks_left = (date(today.year + 1, 1, 1) - today).days / 7
    ahead = fmean(weekly_fen) * weeks_left
    spread = EIGHT_OF_TEN * pstdev(weekly_fen) * math.sqrt(weeks_left)
    # What is sold stays sold: a pace that scatters much does not take back what the year has come to.
    low = max(ahead - spread, min(ahead, 0.0))
    return Forecast(so_far_fen + round(low), so_far_fen + round(ahead), so_far_fen + round(ahead + spread))
