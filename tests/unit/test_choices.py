"""Choosing a time by touching it."""

from datetime import timedelta

from domain.choices import DayChoices, horizon_of
from domain.interval import moment_of, tick_of
from domain.policies import SpaceRules
from domain.spaces import SpaceKind
from tests.support.builders import MONDAY, NOW, at, between

RULES = SpaceRules(
    kind=SpaceKind.ROOM, capacity=20, min_minutes=30, max_minutes=120, advance_days=30, lead_minutes=30
)


def choices(taken=(), buffer_minutes=0, now=NOW):
    full = {tick for interval in taken for tick in interval.ticks(buffer_minutes)}
    return DayChoices([between(8, 22)], full, RULES, buffer_minutes, horizon_of(RULES, now))


def times(ticks):
    return [moment_of(tick) for tick in ticks]


def test_the_first_start_keeps_the_lead_time():
    assert times(choices().starts())[0] == at(9.5)
    assert times(choices(now=NOW + timedelta(minutes=1)).starts())[0] == at(9.75)


def test_the_shortest_booking_and_the_clean_up_must_fit():
    offered = times(choices([between(12, 13)], buffer_minutes=15).starts())

    assert at(11.25) in offered
    assert at(11.5) not in offered
    assert at(13.25) in offered
    assert at(21.5) in offered


def test_ends_stop_at_the_next_booking_the_longest_stay_and_closing_time():
    taken = choices([between(12, 13)])

    assert times(taken.ends(tick_of(at(11)))) == [at(11.5), at(11.75), at(12)]
    assert times(taken.ends(tick_of(at(14))))[-1] == at(16)
    assert times(taken.ends(tick_of(at(21))))[-1] == at(22)
    assert taken.ends(tick_of(at(9))) == []


def test_the_next_starts_are_where_it_opens_up_and_full_hours_after_it():
    assert times(choices([between(10, 11.25)]).next_starts(3)) == [at(9.5), at(11.25), at(13)]


def test_without_a_lead_time_the_running_quarter_hour_may_be_taken():
    rules = SpaceRules(SpaceKind.POOL, 12, 15, 60, 30, 0)

    assert horizon_of(rules, at(9.1)).first == tick_of(at(9))


def test_the_horizon_ends_with_the_last_bookable_day():
    assert moment_of(horizon_of(RULES, NOW).end) == at(24, day=MONDAY + timedelta(days=30))
