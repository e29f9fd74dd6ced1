"""Two accounts become one, or one is erased, while a booking of theirs is being made: it is with whoever stays."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import Refusal
from domain.people import Actor, Role
from models import Booking, Person, db
from services import arbiter, booking, making, reading
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
    meeting = Meeting(2)

    def meet_before(name: str) -> None:
        real = getattr(arbiter, name)

        def wait_first(*args: object) -> object:
            meeting.wait()
            return real(*args)

        monkeypatch.setattr(arbiter, name, wait_first)

    meet_before("lock_spaces")
    meet_before("lock_space")


def look_before_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what was known of the person before the lock still counts behind it."""

    def look_and_lock(session: Session, actor: Actor, on_behalf_of: int | None) -> making.Booker:
        known = making.booker_for(session, actor, on_behalf_of)
        arbiter.lock_person(session, known.id)
        return known

    monkeypatch.setattr(making, "locked_booker", look_and_lock)


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
    """The account is found open, is erased by somebody else, and only then is it locked."""
    admin, person, space = create_actor(Role.ADMIN), create_person(), create_space(approval="none")
    real = arbiter.lock_person

    def late(*args: Any) -> Any:
        monkeypatch.setattr(arbiter, "lock_person", real)
        in_threads(app, [lambda: erasing.erase(admin, person.id, version=1, now=NOW)])
        return real(*args)

    # Erasing locks every space; the one that is wanted is not held yet, or the two would wait for each other.
    monkeypatch.setattr(arbiter, "lock_space", reading.space_by_code)
    monkeypatch.setattr(arbiter, "lock_person", late)
    with suppress(Refusal):
        booking.request_booking(
            person.as_actor(), space.code, between(15, 16, days=1), purpose="", party_size=1, now=NOW
        )
    db.session.rollback()
    return db.session.scalar(select(Booking).where(Booking.space_id == space.id))


def test_who_was_erased_before_the_locks_books_nothing(app, monkeypatch):
    assert ends_in_between(app, monkeypatch) is None


@pytest.mark.mutant
def test_without_the_second_look_an_erased_account_would_have_a_booking(app, monkeypatch):
    look_before_the_lock(monkeypatch)

    assert ends_in_between(app, monkeypatch) is not None
