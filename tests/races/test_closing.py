"""Closing against booking: whoever comes first wins, and nobody is ever found inside a closure."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from flask import Flask

from domain.errors import InTheWay, RuleViolation
from domain.people import Role
from models import Booking, db
from services import arbiter, booking, reading
from services.doctor import closures as doctor
from services.house import closures, settling
from tests.support.builders import NOW, between, create_actor, create_space
from tests.support.race import Call, Meeting, Reply, in_threads
from tests.support.race_arena import Arena, soon

ROUNDS = 8
CROWD = 12


def outcome(closed: Reply, asked: Sequence[Reply]) -> tuple[str, str]:
    """How the closure ended, and whether anybody has a booking."""
    won = any(reply.status == 201 for reply in asked)
    return ("closed" if closed.status == 201 else str(closed.code), "booked" if won else "nobody")


def test_a_day_is_closed_or_booked_and_never_both(field: Arena) -> None:
    room, crowd = create_space(advance_days=60), field.crowd(CROWD)
    (desk,) = field.crowd(1, Role.STAFF)
    seen = set()
    for number in range(ROUNDS):
        day = between(0, 24, day=soon(), days=number)
        wish = between(15, 17, day=soon(), days=number)
        body = {
            "spaces": [room.code], "reason": "检修",
            "starts_at": day.starts_at.isoformat(), "ends_at": day.ends_at.isoformat(),
        }  # fmt: skip
        calls = [racer.books(room.code, wish) for racer in crowd]
        calls.insert(number % len(calls), Call("/closures", desk.token, body))
        replies = field.at_once(calls)
        closed = replies.pop(number % len(calls))
        seen.add(outcome(closed, replies))

    assert seen <= {("closed", "nobody"), ("bookings_in_the_way", "booked")}
    assert doctor.findings(datetime.now(UTC)) == []


def close_and_book(app: Flask, monkeypatch: pytest.MonkeyPatch, patience: float = 0.5) -> set[type]:
    """Both have looked before either writes: the worst order that the engine allows."""
    meeting, hold, settle = Meeting(2, patience), arbiter.hold_each, settling.settle
    room, staff, resident = create_space(), create_actor(Role.STAFF), create_actor()

    def meet_and_hold(*arguments: object) -> None:
        meeting.wait()
        hold(*arguments)

    def meet_and_settle(*arguments: object) -> None:
        meeting.wait()
        settle(*arguments)

    monkeypatch.setattr(arbiter, "hold_each", meet_and_hold)
    monkeypatch.setattr(settling, "settle", meet_and_settle)
    db.session.rollback()
    answers = in_threads(
        app,
        [
            lambda: closures.close(staff, [room.code], between(0, 24, days=1), "检修", {}, now=NOW),
            lambda: booking.request_booking(
                resident, room.code, between(15, 16, days=1), purpose="喝茶", party_size=1, now=NOW
            ),
        ],
    )
    return {type(answer) for answer in answers}


@pytest.mark.usefixtures("db")
def test_in_the_worst_order_one_of_them_is_told(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = close_and_book(app, monkeypatch)

    assert answers in ({list, RuleViolation}, {InTheWay, Booking})
    assert doctor.findings(NOW) == []


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "engine_name", ["postgresql"]
)  # SQLite has one writer: there the lock is the engine's
@pytest.mark.usefixtures("db")
@pytest.mark.mutant
def test_without_the_lock_on_the_space_a_booking_slips_in(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arbiter, "lock_spaces", lambda session, ids: None)
    monkeypatch.setattr(arbiter, "lock_space", reading.space_by_code)

    assert close_and_book(app, monkeypatch, patience=10) == {list, Booking}
    assert [finding.code for finding in doctor.findings(NOW)] == ["booking_in_closure"]


@pytest.mark.usefixtures("db")
@pytest.mark.mutant
def test_without_the_list_a_booking_is_left_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    room, staff, resident = create_space(), create_actor(Role.STAFF), create_actor()
    booking.request_booking(
        resident, room.code, between(15, 16, days=1), purpose="喝茶", party_size=1, now=NOW
    )
    monkeypatch.setattr(closures, "_hit", lambda *_: [])

    closures.close(staff, [room.code], between(0, 24, days=1), "检修", {}, now=NOW)

    assert [finding.code for finding in doctor.findings(NOW)] == ["booking_in_closure"]
