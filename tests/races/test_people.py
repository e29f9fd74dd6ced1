"""Two accounts become one, or one is erased, while a booking of theirs is being made: it is with whoever stays."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from flask import Flask
from sqlalchemy import select

from domain.errors import Refusal
from domain.people import Role
from models import Booking, Person, db
from services import arbiter, booking, making
from services.privacy import erasing
from services.registry import merging
from tests.support.builders import NOW, between, create_actor, create_person, create_space
from tests.support.race import Meeting, in_threads

pytestmark = [
    pytest.mark.usefixtures("db"),
    pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True),
]
ROUNDS = 3


def meet_at_the_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have looked who the account is before either holds a lock."""
    meeting, real = Meeting(2), arbiter.lock_spaces

    def wait_first(*args: object) -> None:
        meeting.wait()
        real(*args)  # type: ignore[arg-type]  # what it is called with

    monkeypatch.setattr(arbiter, "lock_spaces", wait_first)


def forget_to_look_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: who is locked is not looked at again."""
    monkeypatch.setattr(making, "lock_booker", lambda session, number: arbiter.lock_person(session, number))


def race(app: Flask, person: Person, ends: Callable[[], object]) -> Booking | None:
    """The person books while the account ends; the booking, if there is one."""
    space = create_space(approval="none")

    def books() -> None:
        with suppress(Refusal):
            booking.request_booking(
                person.as_actor(), space.code, between(15, 16, days=1), purpose="", party_size=1, now=NOW
            )

    for outcome in in_threads(app, [books, ends]):
        assert outcome is None or isinstance(outcome, Person), outcome
    db.session.rollback()
    return db.session.scalar(select(Booking).where(Booking.space_id == space.id))


def erase_race(app: Flask) -> Booking | None:
    admin, person = create_actor(Role.ADMIN), create_person()
    return race(app, person, lambda: erasing.erase(admin, person.id, version=1, now=NOW))


def merge_race(app: Flask) -> tuple[Booking | None, int]:
    admin, kept, dropped = create_actor(Role.ADMIN), create_person(), create_person()
    made = race(app, dropped, lambda: merging.merge(admin, kept.id, dropped.id, versions=(1, 1), now=NOW))
    return made, kept.id


def test_an_erased_account_has_no_booking_to_come(app, monkeypatch):
    meet_at_the_locks(monkeypatch)

    for _ in range(ROUNDS):
        made = erase_race(app)
        assert made is None or made.status == "cancelled"


def test_a_merged_accounts_booking_is_of_the_one_that_stays(app, monkeypatch):
    meet_at_the_locks(monkeypatch)

    for _ in range(ROUNDS):
        made, kept_id = merge_race(app)
        assert made is None or made.booker_id == kept_id


def ends_in_between(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Booking | None:
    """The account is found open, is erased by somebody else, and only then are the locks taken."""
    admin, person, space = create_actor(Role.ADMIN), create_person(), create_space(approval="none")
    real = making.booker_for

    def found_before(*args: object) -> Person:
        found = real(*args)  # type: ignore[arg-type]  # what it is called with
        in_threads(app, [lambda: erasing.erase(admin, person.id, version=1, now=NOW)])
        return found

    monkeypatch.setattr(making, "booker_for", found_before)
    with suppress(Refusal):
        booking.request_booking(
            person.as_actor(), space.code, between(15, 16, days=1), purpose="", party_size=1, now=NOW
        )
    db.session.rollback()
    return db.session.scalar(select(Booking).where(Booking.space_id == space.id))


def test_who_was_erased_before_the_locks_books_nothing(app, monkeypatch):
    assert ends_in_between(app, monkeypatch) is None


def test_without_the_second_look_an_erased_account_would_have_a_booking(app, monkeypatch):
    forget_to_look_again(monkeypatch)

    assert ends_in_between(app, monkeypatch) is not None
