"""Two decide, a third takes back, and a runner tells: whatever meets, the booking and what was told agree."""

from collections import Counter
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from domain.bookings import BookingStatus
from domain.people import Actor, Role
from models import Booking, Notice, OutboxMessage, db
from services import decisions, outbox
from services.desk import undoing
from tests.support.builders import NOW, create_actor, create_space
from tests.support.deciding import HELD, SECOND, approved, now_of, request_for
from tests.support.history import disagreements
from tests.support.race import in_threads

pytestmark = pytest.mark.usefixtures("db")
ROUNDS = 5


def named(result: object) -> str:
    return type(result).__name__


def told(booking: Booking) -> int:
    """How many notices of a booking have arrived."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Notice.person_id == booking.booker_id)) or 0


def messages() -> int:
    """How many messages wait or have left."""
    return db.session.scalar(select(func.count()).select_from(OutboxMessage)) or 0


def of_staff() -> list[Actor]:
    return [create_actor(Role.STAFF) for _ in range(3)]


def test_of_two_who_decide_and_one_who_takes_back_the_last_word_is_one(app: Flask) -> None:
    room, (one, two, three) = create_space(), of_staff()
    asked = [request_for(room, 9, 10, days=day) for day in range(1, ROUNDS + 1)]
    for made in asked:
        db.session.rollback()
        known = {"version": 1, "now": NOW}
        yes, no, back = in_threads(
            app,
            [
                partial(decisions.approve, one, made.id, **known),
                partial(decisions.decline, two, made.id, reason="维修", **known),
                partial(undoing.undo, three, made.id, version=2, now=NOW + SECOND),
            ],
        )

        assert Counter(map(named, (yes, no))) == {"Booking": 1, "Stale": 1}
        assert named(back) in ("Booking", "Stale")
        stands = now_of(made)
        if named(back) == "Booking":
            assert (stands.status, stands.version) == (BookingStatus.PENDING, 3)
        else:
            wanted = BookingStatus.CONFIRMED if named(yes) == "Booking" else BookingStatus.DECLINED
            assert (stands.status, stands.version) == (wanted, 2)
    assert disagreements() == []


def against_the_runner(app: Flask) -> Counter[tuple[bool, bool]]:
    """Whether it was taken back and whether it was told, when a runner and an undo meet; several times."""
    room, (one, two, _) = create_space(), of_staff()
    seen: Counter[tuple[bool, bool]] = Counter()
    for day in range(1, ROUNDS + 1):
        made = request_for(room, 9, 10, days=day)
        approved(made, one)
        db.session.rollback()
        _, back = in_threads(
            app,
            [
                partial(outbox.deliver_due, NOW + HELD),
                partial(undoing.undo, two, made.id, version=2, now=NOW + SECOND),
            ],
        )
        seen[named(back) == "Booking", told(made) == 1] += 1
    return seen


def test_what_is_taken_back_is_never_told_and_what_stands_always(app: Flask) -> None:
    assert set(against_the_runner(app)) <= {(True, False), (False, True)}


@pytest.mark.mutant
def test_without_the_look_at_what_has_left_both_would_happen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the runner was first, and the undo does not ask."""
    monkeypatch.setattr(undoing, "_forget_messages", lambda *_: None)
    made, (one, two, _) = request_for(create_space()), of_staff()
    approved(made, one)
    outbox.deliver_due(NOW + HELD)

    undoing.undo(two, made.id, version=2, now=NOW + SECOND)

    assert (now_of(made).status, told(made)) == (BookingStatus.PENDING, 1)
    assert messages() == 1
