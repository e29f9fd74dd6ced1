"""Limits that are counted before they are used: exact, however many ask at once; and not so without their locks."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import Select, event
from sqlalchemy.orm import Session

from domain.errors import BadInput, RuleViolation, TooManyAttempts
from domain.people import Actor
from models import Booking, db
from services import arbiter, booking, login
from services import settings as house_settings
from tests.support.builders import NOW, between, create_actor, create_person, create_space
from tests.support.race import Meeting, in_threads, statuses
from tests.support.race_arena import Arena, soon

RIVALS = 8
UPCOMING = 3


def test_twenty_requests_of_one_resident_on_twenty_spaces_are_three_bookings(field: Arena) -> None:
    spaces = [create_space().code for _ in range(20)]
    racer, *_ = field.crowd(1)
    house_settings.change("max_upcoming_bookings", UPCOMING)
    try:
        replies = field.at_once([racer.books(code, between(9, 10, day=soon())) for code in spaces])
    finally:
        house_settings.change("max_upcoming_bookings", 10_000)

    assert statuses(replies) == {(201, None): UPCOMING, (422, "rule_violation"): 20 - UPCOMING}


def ask_everywhere(app: Flask, resident: Actor, spaces: list[str]) -> Counter[type]:
    """One resident asks for every space at once; the kinds of the answers."""

    def asks(code: str) -> Booking:
        return booking.request_booking(
            resident, code, between(9, 10, days=1), purpose="喝茶", party_size=1, now=NOW
        )

    db.session.rollback()
    return Counter(type(answer) for answer in in_threads(app, [partial(asks, code) for code in spaces]))


@pytest.fixture
def meet_before_holding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody has counted before anybody holds: the worst order that the engine allows."""
    meeting, hold = Meeting(RIVALS), arbiter.hold

    def meet_and_hold(*arguments: object) -> None:
        meeting.wait()
        hold(*arguments)

    monkeypatch.setattr(arbiter, "hold", meet_and_hold)


@pytest.mark.usefixtures("db", "meet_before_holding")
def test_the_quota_holds_in_the_worst_order(app: Flask) -> None:
    spaces = [create_space().code for _ in range(RIVALS)]

    answers = ask_everywhere(app, create_actor(), spaces)

    assert answers == {Booking: UPCOMING, RuleViolation: RIVALS - UPCOMING}


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "engine_name", ["postgresql"]
)  # SQLite has one writer: there the lock is the engine's
@pytest.mark.usefixtures("db", "meet_before_holding")
def test_without_the_lock_on_the_person_the_quota_breaks(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arbiter, "lock_person", lambda session, person_id: None)
    spaces = [create_space().code for _ in range(RIVALS)]

    assert ask_everywhere(app, create_actor(), spaces) == {Booking: RIVALS}


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
def test_without_the_lock_on_the_count_more_guesses_pass(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        phone = create_person().phone
    monkeypatch.setattr(Select, "with_for_update", lambda self, **_: self)

    assert guess_at_once(app, phone)[BadInput] > login.PER_PHONE - 1
