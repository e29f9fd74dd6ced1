"""Time: ticks, half-open intervals, merging."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.interval import (
    TICK,
    ZONE,
    Interval,
    at_local,
    local_day,
    merge_ticks,
    moment_of,
    on_grid,
    require_aware,
    tick_of,
    week_start,
)

MONDAY = date(2026, 11, 23)
ticks = st.integers(1_900_000, 1_900_200)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # bounds are naive by contract
intervals = st.builds(Interval.of_ticks, ticks, st.integers(1, 40))


def between(start: int, end: int) -> Interval:
    """Hours of one Monday."""
    return Interval(at_local(MONDAY, start * 60), at_local(MONDAY, end * 60))


@given(moments)
def test_a_moment_lies_in_its_tick(moment: datetime) -> None:
    start = moment_of(tick_of(moment))

    assert start <= moment < start + TICK
    assert on_grid(start)
    assert on_grid(moment) == (start == moment)


@given(intervals)
def test_the_ticks_of_an_interval_cover_exactly_it(interval: Interval) -> None:
    covered = interval.ticks()

    assert moment_of(covered.start) == interval.starts_at
    assert moment_of(covered.stop) == interval.ends_at
    assert len(covered) * 15 == interval.minutes


@given(intervals, st.integers(0, 8))
def test_a_buffer_adds_ticks_at_the_end_only(interval: Interval, quarters: int) -> None:
    with_buffer = interval.ticks(quarters * 15)

    assert with_buffer.start == interval.ticks().start
    assert len(with_buffer) == len(interval.ticks()) + quarters


def test_an_interval_off_the_grid_covers_every_tick_that_it_touches() -> None:
    start = at_local(MONDAY, 10 * 60)

    touched = Interval(start + timedelta(minutes=7), start + timedelta(minutes=31)).ticks()

    assert touched == range(tick_of(start), tick_of(start) + 3)


@given(intervals, intervals)
def test_overlapping_is_sharing_a_tick(one: Interval, other: Interval) -> None:
    assert one.overlaps(other) == other.overlaps(one) == bool(set(one.ticks()) & set(other.ticks()))


@given(intervals, intervals)
def test_containing_is_having_every_tick(one: Interval, other: Interval) -> None:
    assert one.contains(other) == (set(other.ticks()) <= set(one.ticks()))


def test_neighbours_touch_and_do_not_overlap() -> None:
    assert not between(9, 10).overlaps(between(10, 11))
    assert between(9, 11).overlaps(between(10, 12))


@given(intervals, st.integers(-100, 100))
def test_shifting_keeps_the_length(interval: Interval, quarters: int) -> None:
    moved = interval.shifted(quarters * TICK)

    assert moved.minutes == interval.minutes
    assert moved.shifted(-quarters * TICK) == interval


@given(st.sets(ticks))
def test_merging_covers_exactly_the_ticks_with_the_fewest_intervals(given_ticks: set[int]) -> None:
    merged = merge_ticks(given_ticks)

    assert [tick for interval in merged for tick in interval.ticks()] == sorted(given_ticks)
    assert all(before.ends_at < after.starts_at for before, after in pairwise(merged))


@pytest.mark.parametrize("hours", [(10, 10), (11, 10)])
def test_an_interval_ends_after_it_starts(hours: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="end after"):
        between(*hours)


def test_naive_times_are_refused() -> None:
    naive = datetime(2026, 11, 23, 10)  # noqa: DTZ001  # that is the point

    for use in (require_aware, tick_of, on_grid, local_day, lambda moment: Interval(moment, moment + TICK)):
        with pytest.raises(ValueError, match="naive"):
            use(naive)


def test_a_moment_beyond_the_calendar_of_utc_is_refused() -> None:
    early, late = "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"

    for moment in (early, late):
        with pytest.raises(ValueError, match="no such year"):
            require_aware(datetime.fromisoformat(moment))


def test_times_are_kept_in_utc_and_days_are_those_of_quanzhou() -> None:
    interval = Interval(datetime(2026, 11, 23, 7, 30, tzinfo=ZONE), datetime(2026, 11, 23, 9, tzinfo=ZONE))

    assert interval.starts_at == datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert interval.starts_at.tzinfo is UTC
    assert local_day(interval.starts_at) == MONDAY


def test_a_day_has_ninety_six_ticks_and_ends_at_the_next_midnight() -> None:
    day = Interval.of_day(MONDAY)

    assert len(day.ticks()) == 96
    assert day.ends_at == at_local(MONDAY, 1440) == at_local(MONDAY + timedelta(days=1), 0)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_a_week_starts_on_its_monday(day: date) -> None:
    monday = week_start(day)

    assert monday.weekday() == 0
    assert 0 <= (day - monday).days < 7
