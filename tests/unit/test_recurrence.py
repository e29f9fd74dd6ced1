"""The dates of a series: against dateutil, and against a day-by-day reading of RFC 5545 that knows neither."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.errors import BadInput
from domain.interval import at_local
from domain.recurrence import WEEKDAYS, Frequency, OnWeekday, Rule, dates, parse

MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def refused(rule: str, first: date = MONDAY) -> str:
    """The code with which a rule is refused."""
    with pytest.raises(BadInput) as refusal:
        dates(parse(rule), first)
    assert refusal.value.field == "rule"
    return refusal.value.code


def on(rule: str, first: date = MONDAY) -> list[str]:
    """The dates of a rule as month-day."""
    return [day.strftime("%m-%d") for day in dates(parse(rule), first)]


def a_year_after(first: date) -> date:
    """The last day that a series may have."""
    ahead = first + 365 * DAY
    return ahead if (ahead.month, ahead.day) == (first.month, first.day) else ahead + DAY


def fits(rule: Rule, first: date, day: date) -> bool:
    """Whether a day is one of a rule's, ends aside, read straight off the RFC."""
    length = monthrange(day.year, day.month)[1]
    nths = {0, (day.day - 1) // 7 + 1, -((length - day.day) // 7 + 1)}
    if rule.frequency is Frequency.DAILY:
        turn = (day - first).days
    elif rule.frequency is Frequency.WEEKLY:
        starts = [one - (one.weekday() - rule.week_starts) % 7 * DAY for one in (first, day)]
        turn = (starts[1] - starts[0]).days // 7
    else:
        turn = (day.year - first.year) * 12 + day.month - first.month
    if turn % rule.interval:
        return False
    if rule.on_weekdays and not any(
        on_day.weekday == day.weekday() and on_day.nth in nths for on_day in rule.on_weekdays
    ):
        return False
    if rule.month_days and not {day.day, day.day - length - 1} & set(rule.month_days):
        return False
    if rule.on_weekdays or rule.month_days or rule.frequency is Frequency.DAILY:
        return True
    if rule.frequency is Frequency.WEEKLY:
        return day.weekday() == first.weekday()
    return day.day == first.day


def by_hand(rule: Rule, first: date, minute: int) -> list[date] | str:
    """The dates of a rule, or the code of what is wrong, by looking at every day of the year."""
    year = [first + number * DAY for number in range((a_year_after(first) - first).days + 1)]
    found = [day for day in year if fits(rule, first, day)]
    if isinstance(rule.until, datetime):
        if rule.until >= at_local(year[-1], minute) + DAY:
            return "rule_too_long"
        found = [day for day in found if at_local(day, minute) <= rule.until]
    elif rule.until is not None:
        if rule.until > year[-1]:
            return "rule_too_long"
        found = [day for day in found if day <= rule.until]
    if not found:
        return "rule_empty"
    if rule.count is not None and len(found) < rule.count:
        return "rule_too_long"
    return found[: rule.count] if len(found[: rule.count]) <= 366 else "rule_too_many"


firsts = st.dates(date(2024, 1, 1), date(2029, 12, 31))
minutes = st.integers(0, 95).map(lambda quarter: quarter * 15)


@st.composite
def rules(draw: st.DrawFn, first: date) -> Rule:
    """Any rule that may be asked for, of any length."""
    frequency = draw(st.sampled_from(Frequency))
    nth = st.sampled_from([0, *range(-5, 0), *range(1, 6)]) if frequency == "MONTHLY" else st.just(0)
    weekdays = st.builds(OnWeekday, st.integers(0, 6), nth)
    month_days = st.integers(1, 31) | st.integers(-31, -1)
    ends = draw(st.sampled_from(["count", "day", "moment"]))
    until = first + draw(st.integers(-3, 380)) * DAY
    moment = datetime.combine(until, time(draw(st.integers(0, 23))), UTC)
    return Rule(
        frequency=frequency,
        interval=draw(st.integers(1, 6)),
        on_weekdays=tuple(draw(st.lists(weekdays, max_size=3, unique=True))),
        month_days=()
        if frequency is Frequency.WEEKLY
        else tuple(draw(st.lists(month_days, max_size=3, unique=True))),
        count=draw(st.integers(1, 60)) if ends == "count" else None,
        until={"count": None, "day": until, "moment": moment}[ends],
        week_starts=draw(st.integers(0, 6)),
    )


@st.composite
def series(draw: st.DrawFn) -> tuple[Rule, date, int]:
    """A rule with a first day and a time of the day."""
    first = draw(firsts)
    return draw(rules(first)), first, draw(minutes)


@settings(max_examples=60)
@given(series())
def test_the_dates_are_those_that_one_finds_day_by_day(asked: tuple[Rule, date, int]) -> None:
    rule, first, minute = asked
    try:
        found: list[date] | str = dates(rule, first, minute)
    except BadInput as refusal:
        found = refusal.code

    assert found == by_hand(rule, first, minute)


@settings(max_examples=60)
@given(series())
def test_the_dates_are_those_of_dateutil(asked: tuple[Rule, date, int]) -> None:
    rule, first, minute = asked
    kinds = {bool(on_day.nth) for on_day in rule.on_weekdays}
    assume(
        len(kinds) < 2
    )  # what it makes of "every Monday or the second Tuesday" is no union, as the RFC has it
    try:
        found = dates(rule, first, minute)
    except BadInput:
        return
    text = str(rule)
    starts = datetime.combine(first, time())
    if isinstance(rule.until, datetime):
        starts = at_local(first, minute).astimezone(at_local(first, minute).tzinfo)
        assume(minute >= 8 * 60)  # before that the day in UTC, which is all that dateutil is told, is another
    theirs = [moment.date() for moment in rrulestr(text, dtstart=starts)]

    assert found == theirs


@given(series())
def test_a_rule_written_down_is_the_same_rule_again(asked: tuple[Rule, date, int]) -> None:
    rule, _, _ = asked

    assert parse(str(rule)) == rule
    assert parse(f" rrule:{str(rule).lower()} ") == rule


@given(st.text("FREQINTVALBYDOUWKSCHM=;,0123456789+-TZ:", max_size=60))
def test_any_text_is_a_rule_or_is_refused(text: str) -> None:
    try:
        found = len(dates(parse(text), MONDAY))
    except BadInput as refusal:
        found = int(refusal.code.startswith("rule_"))

    assert 1 <= found <= 366


def test_examples_that_anybody_can_check_on_a_calendar() -> None:
    assert on("FREQ=WEEKLY;COUNT=3") == ["11-23", "11-30", "12-07"]
    assert on("FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20261203") == ["11-24", "11-26", "12-01", "12-03"]
    assert on("FREQ=MONTHLY;BYDAY=2TU;COUNT=2") == ["12-08", "01-12"]
    assert on("FREQ=MONTHLY;BYDAY=-1FR;COUNT=2") == ["11-27", "12-25"]
    assert on("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3") == ["12-31", "01-31", "03-31"]
    assert on("FREQ=MONTHLY;BYDAY=MO,2TU;COUNT=5") == ["11-23", "11-30", "12-07", "12-08", "12-14"]
    assert len(on("FREQ=DAILY;UNTIL=20271122")) == 365
    assert len(on("FREQ=WEEKLY;UNTIL=20271123")) == 53


def test_an_end_in_utc_counts_to_the_moment() -> None:
    rule = parse("FREQ=DAILY;UNTIL=20261125T070000Z")  # 15:00 in Quanzhou

    assert [day.day for day in dates(rule, MONDAY, 15 * 60)] == [23, 24, 25]
    assert [day.day for day in dates(rule, MONDAY, 15 * 60 + 15)] == [23, 24]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("", "rule_unknown_part"),
        ("FREQ=WEEKLY;BYHOUR=9;COUNT=2", "rule_unknown_part"),
        ("FREQ=YEARLY;COUNT=2", "rule_part_invalid"),
        ("COUNT=2", "rule_part_invalid"),
        ("FREQ=WEEKLY;FREQ=DAILY;COUNT=2", "rule_part_invalid"),
        ("FREQ=WEEKLY;INTERVAL=0;COUNT=2", "rule_part_invalid"),
        ("FREQ=WEEKLY;BYDAY=2TU;COUNT=2", "rule_part_invalid"),
        ("FREQ=MONTHLY;BYDAY=6TU;COUNT=2", "rule_part_invalid"),
        ("FREQ=WEEKLY;BYMONTHDAY=3;COUNT=2", "rule_part_invalid"),
        ("FREQ=WEEKLY;UNTIL=20261231T235959", "rule_part_invalid"),
        ("FREQ=WEEKLY;UNTIL=20260231", "rule_part_invalid"),
        ("FREQ=WEEKLY;COUNT=٣", "rule_part_invalid"),
        ("FREQ=WEEKLY", "rule_without_end"),
        ("FREQ=WEEKLY;COUNT=2;UNTIL=20261231", "rule_two_ends"),
        ("FREQ=DAILY;COUNT=367", "rule_too_many"),
        ("FREQ=DAILY;UNTIL=20271124", "rule_too_long"),
        ("FREQ=MONTHLY;COUNT=14", "rule_too_long"),
        ("FREQ=WEEKLY;UNTIL=20261122", "rule_empty"),
        ("FREQ=MONTHLY;BYMONTHDAY=31;BYDAY=1MO;COUNT=1", "rule_empty"),
        ("FREQ=DAILY;" + "COUNT=1;" * 60, "rule_long"),
    ],
)
def test_a_rule_that_is_not_understood_or_goes_too_far_is_refused(rule: str, code: str) -> None:
    assert refused(rule) == code


def test_weekdays_are_named_as_the_rfc_does() -> None:
    assert [str(OnWeekday(number)) for number in range(7)] == list(WEEKDAYS)
