"""A series and single bookings want the same dates at once: all of a series or none of it, never two holders."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.people import Role
from domain.spaces import Approval
from models import Booking, Series, SeriesSkip, db
from tests.support.builders import between, create_space
from tests.support.drilling import Drill
from tests.support.history import disagreements
from tests.support.race import Call, Reply, statuses
from tests.support.race_arena import Arena, Racer, soon

WEEKS = 4


def series_call(racer: Racer, code: str, first: date) -> Call:
    """A series of four weeks."""
    time = between(9, 11, day=first)
    body: dict[str, Any] = {"space": code, "rule": f"FREQ=WEEKLY;COUNT={WEEKS}", "purpose": "合唱排练"}
    times = {"starts_at": time.starts_at.isoformat(), "ends_at": time.ends_at.isoformat()}
    return Call("/series", racer.token, body | times)


def race(field: Arena, number: int) -> list[Reply]:
    """Three series, and single wishes for the third of their weeks, in a room of their own."""
    code = create_space(approval=Approval.NONE, advance_days=60).code
    planners, crowd = field.crowd(3, Role.STAFF), field.crowd(5)
    first = soon() + timedelta(days=number)
    third = between(10, 12, day=first, days=14)
    calls = [racer.books(code, third) for racer in crowd]
    for place, planner in enumerate(planners):
        calls.insert(place * 2, series_call(planner, code, first))
    return field.at_once(calls)


def series() -> set[int]:
    """All that there are, of whatever was asked of these servers before, too."""
    db.session.rollback()
    return set(db.session.scalars(select(Series.id)))


def dates_of(won: set[int]) -> set[int]:
    """How many bookings each of these series has; those of a race are whole."""
    held = [select(Booking.id).where(Booking.series_id == one) for one in won]
    return {len(db.session.scalars(bookings).all()) for bookings in held}


def skipped(won: set[int]) -> list[date]:
    """Days that one of these series was to be without; nobody asked for that."""
    return list(db.session.scalars(select(SeriesSkip.day).where(SeriesSkip.series_id.in_(won))))


@pytest.mark.drill("races")
def test_a_series_gets_all_its_dates_or_none_whoever_asks_for_one_of_them(field: Arena, drill: Drill) -> None:
    rounds, before = drill.size(20), series()
    for number in range(rounds):
        replies = race(field, number)

        assert statuses(replies) == {(201, None): 1, (409, "slot_taken"): len(replies) - 1}
    won = series() - before
    assert dates_of(won) <= {WEEKS}
    assert skipped(won) == []
    assert disagreements() == []
    drill.tell("rounds of three series and five single wishes, each with one winner", rounds)
    drill.tell("of them won by a series", len(won))


@pytest.mark.mutant
def test_without_the_key_series_and_single_bookings_hold_the_same_times(keyless: Arena) -> None:
    replies = race(keyless, 0)

    assert statuses(replies)[(201, None)] > 1
    assert any("holders own" in problem for problem in disagreements())
