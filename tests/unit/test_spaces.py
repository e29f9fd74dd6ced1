"""When a space is open, and who has to agree."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.interval import Interval, at_local, subtract
from domain.spaces import (
    DAYS_OF_THE_WEEK,
    Approval,
    DayKind,
    Hours,
    OpenOn,
    kind_of_day,
    needs_approval,
    openings_during,
    openings_on,
)

MONDAY = date(2026, 9, 28)
NATIONAL_DAY = date(2026, 10, 1)
MAKE_UP_SATURDAY = date(2026, 10, 10)
CALENDAR = {NATIONAL_DAY: DayKind.HOLIDAY, MAKE_UP_SATURDAY: DayKind.WEEKDAY}
OFFICE = [Hours(DayKind.WEEKDAY, 8 * 60 + 30, 18 * 60)]
DAILY = [Hours(kind, 8 * 60, 22 * 60) for kind in DayKind]


def on(day: date, start: float, end: float) -> Interval:
    """Hours of a day."""
    return Interval(at_local(day, int(start * 60)), at_local(day, int(end * 60)))


def test_a_day_is_what_the_calendar_says_or_else_its_weekday() -> None:
    assert kind_of_day(MONDAY, CALENDAR) is DayKind.WEEKDAY
    assert kind_of_day(date(2026, 10, 17), CALENDAR) is DayKind.WEEKEND
    assert kind_of_day(NATIONAL_DAY, CALENDAR) is DayKind.HOLIDAY
    assert kind_of_day(MAKE_UP_SATURDAY, CALENDAR) is DayKind.WEEKDAY


def test_an_office_is_closed_on_a_holiday_and_open_on_a_make_up_saturday() -> None:
    assert openings_on(NATIONAL_DAY, OFFICE, CALENDAR) == []
    assert openings_on(MAKE_UP_SATURDAY, OFFICE, CALENDAR) == [on(MAKE_UP_SATURDAY, 8.5, 18)]
    assert openings_on(MAKE_UP_SATURDAY, OFFICE, {}) == []


def test_two_openings_of_a_day_come_in_order() -> None:
    hours = [Hours(DayKind.WEEKDAY, 14 * 60, 18 * 60), Hours(DayKind.WEEKDAY, 8 * 60, 12 * 60)]

    assert openings_on(MONDAY, hours, {}) == [on(MONDAY, 8, 12), on(MONDAY, 14, 18)]


def test_openings_that_touch_are_one_across_midnight_too() -> None:
    always = [Hours(kind, 0, 1440) for kind in DayKind]
    window = on(MONDAY, 12, 30)

    assert openings_during(window, always, {}) == [on(MONDAY, 0, 48)]


def test_a_window_sees_the_openings_of_every_day_that_it_touches() -> None:
    window = on(MONDAY, 23, 24 + 9)

    assert openings_during(window, DAILY, {}) == [on(MONDAY, 8, 22), on(MONDAY + timedelta(days=1), 8, 22)]


@given(
    st.lists(st.tuples(st.sampled_from(DayKind), st.integers(0, 95), st.integers(1, 96)), max_size=5),
    st.integers(0, 95),
    st.integers(1, 200),
)
def test_joined_openings_are_apart_and_cover_what_the_days_say(hours, start: int, length: int) -> None:
    known = [Hours(kind, first * 15, end * 15) for kind, first, end in hours if first < end]
    window = Interval.of_ticks(on(MONDAY, 0, 1).ticks().start + start, length)

    joined = openings_during(window, known, CALENDAR)

    assert all(before.ends_at < after.starts_at for before, after in pairwise(joined))
    days = [MONDAY + timedelta(days=n) for n in range(4)]
    due = {tick for day in days for one in openings_on(day, known, CALENDAR) for tick in one.ticks()}
    covered = {tick for one in joined for tick in one.ticks()}
    assert covered <= due
    assert due & set(window.ticks()) <= covered


@pytest.mark.parametrize(
    ("approval", "resident", "captain", "staff"),
    [
        (Approval.NONE, False, False, False),
        (Approval.CAPTAINS_AT_ONCE, True, False, False),
        (Approval.STAFF, True, True, False),
    ],
)
def test_who_has_to_wait_for_staff(approval: Approval, resident: bool, captain: bool, staff: bool) -> None:
    assert needs_approval(approval, is_captain=False, is_staff=False) is resident
    assert needs_approval(approval, is_captain=True, is_staff=False) is captain
    assert needs_approval(approval, is_captain=False, is_staff=True) is staff
    assert needs_approval(approval, is_captain=True, is_staff=True, levels=2) is (
        approval is not Approval.NONE
    )


ON_ANY = st.sampled_from(OpenOn)
SPANS = st.tuples(st.integers(0, 95), st.integers(1, 96)).filter(lambda span: span[0] < span[1])
LINES = st.lists(
    st.one_of(
        st.builds(lambda on, span: Hours(on, span[0] * 15, span[1] * 15), ON_ANY, SPANS),
        st.builds(lambda on: Hours(on, 0, 0), st.sampled_from(DAYS_OF_THE_WEEK)),
    ),
    max_size=8,
)
SOME_DAYS = st.dates(date(2026, 9, 1), date(2026, 12, 31))


def is_open_by_the_book(day: date, minute: int, lines, calendar) -> bool:
    """What the words of the opening hours mean, read minute by minute."""
    weekday = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")[day.weekday()]
    named = [line for line in lines if line.open_on.value == weekday]
    if day in calendar:
        named, kind = [], calendar[day].value
    else:
        kind = "weekend" if weekday in ("saturday", "sunday") else "weekday"
    counted = named or [line for line in lines if line.open_on.value == kind]
    return any(line.opens_minute <= minute < line.closes_minute for line in counted)


@given(LINES, st.dictionaries(SOME_DAYS, st.sampled_from(DayKind), max_size=8), SOME_DAYS, st.booleans())
def test_every_quarter_hour_is_open_as_the_book_says(lines, calendar, day, named) -> None:
    if named and calendar:
        day = sorted(calendar)[0]

    openings = openings_on(day, lines, calendar)

    for quarter in range(96):
        moment = at_local(day, quarter * 15)
        is_open = any(one.starts_at <= moment < one.ends_at for one in openings)
        assert is_open == is_open_by_the_book(day, quarter * 15, lines, calendar)


INTERVALS = st.lists(st.builds(Interval.of_ticks, st.integers(0, 200), st.integers(1, 40)), max_size=6)


@given(INTERVALS, INTERVALS)
def test_what_is_subtracted_is_gone_and_nothing_else(intervals, gaps) -> None:
    gone = {tick for gap in gaps for tick in gap.ticks()}

    left = subtract(intervals, gaps)

    wanted = sorted(tick for one in intervals for tick in one.ticks() if tick not in gone)
    assert sorted(tick for part in left for tick in part.ticks()) == wanted
