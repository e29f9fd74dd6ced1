"""The shape of a show, and every rule of taking a booth at its boundary."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInput
from domain.interval import Interval, at_local
from domain.studio.booths import nearest_booths
from domain.studio.shows import (
    BoothTime,
    Layout,
    Phase,
    ShowPlan,
    check_plan,
    check_start,
    clean_title,
    month_of,
    phase_of,
    show_violations,
)

THURSDAY = date(2026, 11, 26)
NOW = at_local(date(2026, 11, 23), 9 * 60)
QUARTER = timedelta(minutes=15)


def at(hour: float, day: date = THURSDAY):
    """A moment of the day of the show."""
    return at_local(day, int(hour * 60))


RUNDOWN = ShowPlan(Layout.RUNDOWN, at(19.5), booths=10, slots=1, slot_minutes=15)
MARKET = ShowPlan(Layout.MARKET, at(19.5), booths=10, slots=3, slot_minutes=15)
plans = st.builds(
    ShowPlan,
    st.sampled_from(Layout),
    st.integers(0, 95).map(lambda quarter: at(quarter / 4)),
    booths=st.integers(1, 12),
    slots=st.integers(1, 32),
    slot_minutes=st.sampled_from([15, 30]),
)


def test_a_rundown_of_ten_booths_lasts_two_hours_and_a_half_one_booth_after_another() -> None:
    assert RUNDOWN.interval == Interval(at(19.5), at(22))
    assert RUNDOWN.booth_times()[2] == BoothTime(3, Interval(at(20), at(20.25)))
    assert RUNDOWN.interval_of(10) == Interval(at(21.75), at(22))


def test_a_market_opens_every_booth_in_every_slot() -> None:
    assert MARKET.interval == Interval(at(19.5), at(20.25))
    assert len(MARKET.booth_times()) == 30
    assert MARKET.interval_of(7, at(19.75)) == Interval(at(19.75), at(20))


def test_a_show_may_cross_midnight() -> None:
    late = replace(RUNDOWN, starts_at=at(23))

    assert late.interval.ends_at == at_local(THURSDAY + timedelta(days=1), 90)
    assert late.interval_of(5).starts_at == at_local(THURSDAY + timedelta(days=1), 0)


@given(plans)
def test_booth_times_fill_the_window_without_a_double(plan: ShowPlan) -> None:
    times = plan.booth_times()
    cells = [(time.booth, tick) for time in times for tick in time.interval.ticks()]

    assert len(cells) == len(set(cells))
    assert {tick for _, tick in cells} == set(plan.interval.ticks())
    assert {time.booth for time in times} == set(range(1, plan.booths + 1))
    assert times == sorted(times, key=lambda time: (time.interval.starts_at, time.booth))
    assert all(plan.interval_of(time.booth, time.interval.starts_at) == time.interval for time in times)


@pytest.mark.parametrize(
    ("plan", "booth", "starts_at", "code"),
    [
        (RUNDOWN, 0, None, "booth_unknown"),
        (RUNDOWN, 11, None, "booth_unknown"),
        (RUNDOWN, 3, at(19.5), "slot_unknown"),
        (MARKET, 3, None, "slot_unknown"),
        (MARKET, 3, at(20.25), "slot_unknown"),
    ],
)
def test_a_booth_that_is_not_there_is_refused(plan: ShowPlan, booth: int, starts_at, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        plan.interval_of(booth, starts_at)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"booths": 0}, "booths_out_of_range"),
        ({"booths": 11}, "booths_out_of_range"),
        ({"slots": 0}, "slots_out_of_range"),
        ({"slots": 33}, "slots_out_of_range"),
        ({"slot_minutes": 10}, "slot_length"),
        ({"slot_minutes": 20}, "slot_length"),
        ({"starts_at": at(19.6)}, "off_grid"),
    ],
)
def test_a_plan_must_fit_the_studio(changes: dict, code: str) -> None:
    assert check_plan(MARKET, places=10) is MARKET
    assert check_plan(replace(MARKET, slots=32), places=10)
    with pytest.raises(BadInput) as refused:
        check_plan(replace(MARKET, **changes), places=10)

    assert refused.value.code == code


@pytest.mark.parametrize(("title", "code"), [("  ", "title_missing"), ("场" * 61, "title_long")])
def test_a_title_has_one_to_sixty_characters(title: str, code: str) -> None:
    assert clean_title(f"  {'场' * 30}   {'场' * 29} ") == "场" * 30 + " " + "场" * 29
    with pytest.raises(BadInput) as refused:
        clean_title(title)

    assert refused.value.code == code


def test_a_show_starts_within_a_year() -> None:
    year = timedelta(days=366)

    assert check_start(NOW + year, NOW) == NOW + year
    with pytest.raises(BadInput):
        check_start(NOW + year + QUARTER, NOW)


def test_a_show_lies_ahead_and_within_opening_hours() -> None:
    openings = [Interval(at(9), at(23))]
    window = RUNDOWN.interval

    def broken(window: Interval, now=NOW) -> list[str]:
        return [violation.code for violation in show_violations(window, openings, now)]

    assert broken(window) == []
    assert broken(window, now=window.starts_at - QUARTER) == []
    assert broken(window, now=window.starts_at) == ["in_the_past"]
    assert broken(Interval(at(21), at(23.25))) == ["outside_hours"]


@pytest.mark.parametrize(
    ("before_start", "phase"),
    [
        (timedelta(hours=24, seconds=1), Phase.AHEAD),
        (timedelta(hours=24), Phase.LOCKED),
        (timedelta(seconds=1), Phase.LOCKED),
        (timedelta(0), Phase.RUNNING),
        (-timedelta(minutes=149), Phase.RUNNING),
        (-timedelta(minutes=150), Phase.OVER),
    ],
)
def test_a_show_is_ahead_locked_running_or_over(before_start: timedelta, phase: Phase) -> None:
    assert phase_of(RUNDOWN.interval, 24, RUNDOWN.starts_at - before_start) is phase


def test_a_month_is_that_of_the_wall_clock() -> None:
    new_year = at_local(date(2027, 1, 1), 0)

    assert month_of(new_year - QUARTER) == Interval(at_local(date(2026, 12, 1), 0), new_year)
    assert month_of(new_year).starts_at == new_year


def test_the_nearest_booths_are_near_in_time_then_in_number() -> None:
    wanted = MARKET.booth_times()[4]
    free = [time for time in MARKET.booth_times() if time != wanted]

    assert nearest_booths(wanted, free) == [
        BoothTime(4, wanted.interval), BoothTime(6, wanted.interval), BoothTime(3, wanted.interval),
    ]  # fmt: skip
    assert nearest_booths(wanted, []) == []
