"""Limits that are counted before they are used: exact, however many ask at once; and not so without their locks."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import Select, event
from sqlalchemy.orm import Session

from domain.errors import BadInput, RuleViolation, TooManyAttempts
from domain.interval import Interval
from models import Booking, db
from services import arbiter, booking, locks, login
from tests.support.builders import MONDAY, NOW, between, create_actor, create_person, create_space, set_figure
from tests.support.race import Meeting, in_threads, statuses
from tests.support.race_arena import Arena, soon

RIVALS = 8
UPCOMING = 3


def half_hour(number: int, day: date) -> Interval:
    """A time of its own for each wish, so that only the count stands in the way."""
    return between(8 + number / 2, 8.5 + number / 2, day=day)


def test_twenty_requests_of_one_resident_on_twenty_spaces_are_three_bookings(field: Arena) -> None:
    spaces = [create_space().code for _ in range(20)]
    racer, *_ = field.crowd(1)
    set_figure("max_upcoming_bookings", UPCOMING)
    try:
        replies = field.at_once([racer.books(code, half_hour(n, soon())) for n, code in enumerate(spaces)])
    finally:
        set_figure("max_upcoming_bookings", 10_000)

    assert statuses(replies) == {(201, None): UPCOMING, (422, "rule_violation"): 20 - UPCOMING}


def test_twenty_requests_of_one_time_in_twenty_spaces_are_one(field: Arena) -> None:
    spaces = [create_space().code for _ in range(20)]
    racer, *_ = field.crowd(1)

    replies = field.at_once([racer.books(code, between(9, 10, day=soon())) for code in spaces])

    assert statuses(replies) == {(201, None): 1, (422, "rule_violation"): 19}


def test_twenty_requests_of_an_hour_each_are_six_hours_a_week(field: Arena) -> None:
    wishes = [(create_space().code, between(8 + n / 2, 9 + n / 2, day=soon())) for n in range(0, 20, 2)]
    racer, *_ = field.crowd(1)
    set_figure("max_week_minutes", 360)
    try:
        replies = field.at_once([racer.books(code, wish) for code, wish in wishes * 2])
    finally:
        set_figure("max_week_minutes", 1_000_000)

    assert statuses(replies)[201, None] == 6
    assert set(statuses(replies)) <= {(201, None), (422, "rule_violation"), (409, "slot_taken")}


@dataclass(frozen=True)
class Limit:
    """What one person may not exceed, and wishes for as many spaces that only this limit stands against."""

    figures: dict[str, int]
    wishes: list[Interval]
    allowed: int


TOMORROW = MONDAY + timedelta(days=1)
HALF_HOURS = [half_hour(number, TOMORROW) for number in range(RIVALS)]
LIMITS = {
    "count": Limit({"max_upcoming_bookings": UPCOMING}, HALF_HOURS, UPCOMING),
    "hours": Limit({"max_upcoming_bookings": RIVALS, "max_week_minutes": 60}, HALF_HOURS, 2),
    "overlap": Limit({"max_upcoming_bookings": RIVALS}, [between(9, 10, day=TOMORROW)] * RIVALS, 1),
}
every_limit = pytest.mark.parametrize("limit", LIMITS.values(), ids=LIMITS)


def ask_everywhere(app: Flask, limit: Limit) -> Counter[type]:
    """One resident asks for every space at once; the kinds of the answers."""
    resident, spaces = create_actor(), [create_space().code for _ in limit.wishes]
    for name, figure in limit.figures.items():
        set_figure(name, figure)

    def asks(code: str, wish: Interval) -> Booking:
        return booking.request_booking(resident, code, wish, purpose="喝茶", party_size=1, now=NOW)

    db.session.rollback()
    jobs = [partial(asks, code, wish) for code, wish in zip(spaces, limit.wishes, strict=True)]
    return Counter(type(answer) for answer in in_threads(app, jobs))


@pytest.fixture
def meet_before_holding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody has counted before anybody holds: the worst order that the engine allows."""
    meeting, hold = Meeting(RIVALS), arbiter.hold_each

    def meet_and_hold(*arguments: object) -> None:
        meeting.wait()
        hold(*arguments)

    monkeypatch.setattr(arbiter, "hold_each", meet_and_hold)


@every_limit
@pytest.mark.usefixtures("db", "meet_before_holding")
def test_a_limit_of_a_person_holds_in_the_worst_order(app: Flask, limit: Limit) -> None:
    answers = ask_everywhere(app, limit)

    assert answers == {Booking: limit.allowed, RuleViolation: RIVALS - limit.allowed}


@every_limit
@pytest.mark.postgresql
@pytest.mark.parametrize(
    "engine_name", ["postgresql"]
)  # SQLite has one writer: there the lock is the engine's
@pytest.mark.usefixtures("db", "meet_before_holding")
@pytest.mark.mutant
def test_without_the_lock_on_the_person_every_limit_breaks(
    app: Flask, monkeypatch: pytest.MonkeyPatch, limit: Limit
) -> None:
    monkeypatch.setattr(locks, "LOCK_PERSON", locks.WHO)

    assert ask_everywhere(app, limit)[Booking] > limit.allowed


@contextmanager
def meeting_before_writing() -> Iterator[None]:
    """Everybody has read the count before anybody writes it."""
    meeting = Meeting(RIVALS)

    def meet(*_: object) -> None:
        meeting.wait()

    event.listen(Session, "before_flush", meet)
    yield
    event.remove(Session, "before_flush", meet)


def guess_at_once(app: Flask, phone: str) -> Counter[type]:
    """One wrong password so that the count exists, then many at once, each from an address of its own."""

    def guess(number: int) -> login.LoggedIn:
        address = f"203.0.113.{number}"
        return login.log_in(phone, "wrong-guess", address=address, lifetime=timedelta(days=1), now=NOW)

    in_threads(app, [partial(guess, 0)])
    with meeting_before_writing():
        answers = in_threads(app, [partial(guess, number) for number in range(1, RIVALS + 1)])
    return Counter(type(answer) for answer in answers)


def test_parallel_guesses_are_counted_exactly(app: Flask) -> None:
    with app.app_context():
        phone = create_person().phone

    assert guess_at_once(app, phone) == {
        BadInput: login.PER_PHONE - 1,
        TooManyAttempts: RIVALS - login.PER_PHONE + 1,
    }


@pytest.mark.postgresql
@pytest.mark.parametrize("engine_name", ["postgresql"])
@pytest.mark.mutant
def test_without_the_lock_on_the_count_more_guesses_pass(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        phone = create_person().phone
    monkeypatch.setattr(Select, "with_for_update", lambda self, **_: self)

    assert guess_at_once(app, phone)[BadInput] > login.PER_PHONE - 1
