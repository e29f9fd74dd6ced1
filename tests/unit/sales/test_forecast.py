"""A year's forecast is a band: narrow where weeks are alike, honest where they are not."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.sales.forecast import FEWEST_WEEKS, WEEKS, Forecast, weeks_back, year_end

OCTOBER = date(2026, 10, 1)
WEEKLY = st.lists(st.integers(-10_000, 1_000_000), min_size=FEWEST_WEEKS, max_size=WEEKS)


def test_weeks_that_are_alike_leave_no_doubt() -> None:
    left = (date(2027, 1, 1) - OCTOBER).days  # 92 days

    assert year_end(50_000, [7_000] * 12, OCTOBER) == Forecast(*[50_000 + 1_000 * left] * 3)


def test_weeks_that_scatter_widen_the_band() -> None:
    steady, wild = year_end(0, [5_000, 9_000] * 6, OCTOBER), year_end(0, [0, 14_000] * 6, OCTOBER)

    assert steady is not None
    assert wild is not None
    assert steady.likely_fen == wild.likely_fen
    assert wild.low_fen < steady.low_fen < steady.high_fen < wild.high_fen


def test_too_few_weeks_say_nothing() -> None:
    assert year_end(50_000, [7_000] * (FEWEST_WEEKS - 1), OCTOBER) is None


def test_the_weeks_are_whole_and_end_yesterday() -> None:
    spans = weeks_back(OCTOBER)

    assert len(spans) == WEEKS
    assert spans[-1] == (OCTOBER - timedelta(days=7), OCTOBER)
    assert all(end == begin for (_, end), (begin, _) in pairwise(spans))


@given(st.integers(0, 10**9), WEEKLY, st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_the_band_holds_what_is_likely_and_takes_nothing_sold_back(
    so_far: int, weekly: list[int], today: date
) -> None:
    band = year_end(so_far, weekly, today)

    assert band is not None
    assert band.low_fen <= band.likely_fen <= band.high_fen
    if sum(weekly) >= 0:
        assert band.low_fen >= so_far
