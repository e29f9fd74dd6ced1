"""Checking in at the last moment against the release of who did not come: one of the two, never both."""

import multiprocessing
from datetime import datetime, timedelta
from functools import partial
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import create_app
from domain.bookings import BookingStatus
from domain.errors import Refusal
from domain.interval import Interval
from models import Booking, Occupancy, PenaltyPoint, db
from services import arbiter, attendance, reading
from tests.support.builders import NOW, create_actor, create_booking, create_space
from tests.support.engines import disconnect, settings, throwaway
from tests.support.history import disagreements
from tests.support.race import Meeting, in_threads

ROUNDS = 12
QUARTER = timedelta(minutes=15)
LAST = timedelta(milliseconds=1)
PATIENCE = 300


def lay_out(rounds: int) -> tuple[Any, list[int]]:
    """Somebody with so many bookings, one quarter of an hour after the other, each in a room of its own."""
    actor = create_actor()
    starts = [NOW + QUARTER * number for number in range(rounds)]
    times = [Interval(start, start + QUARTER * 4) for start in starts]
    return actor, [create_booking(create_space(), time, booker_id=actor.id).id for time in times]


def closes(number: int) -> datetime:
    """When the time to check in is over for the booking of a round."""
    return NOW + QUARTER * (number + 1)


def come(actor: Any, booking_id: int, number: int) -> bool:
    """Check in at the last moment; tells whether that was taken."""
    try:
        attendance.check_in(actor, booking_id, now=closes(number) - LAST)
    except Refusal:
        return False
    return True


def release(number: int) -> bool:
    """The job of that moment; tells whether it released somebody."""
    return attendance.release_no_shows(closes(number)) > 0


def play(url: str, actor: Any, ids: list[int], start: Barrier, told: Any) -> None:
    """One process: the guest where it knows who that is, else the job; all rounds."""
    app = create_app(settings(url))
    with app.app_context():
        for number, booking_id in enumerate(ids):
            start.wait(PATIENCE)
            told.put((number, come(actor, booking_id, number) if actor else release(number)))
            db.session.remove()
    disconnect(app)


def assert_one_outcome(booking_id: int) -> None:
    """Who came keeps the time and has no point; who did not has a point and no time."""
    status = db.session.scalar(select(Booking.status).where(Booking.id == booking_id))
    held = len(db.session.scalars(select(Occupancy.tick).where(Occupancy.booking_id == booking_id)).all())
    points = len(
        db.session.scalars(select(PenaltyPoint.id).where(PenaltyPoint.booking_id == booking_id)).all()
    )
    assert (status, held, points) in {
        (BookingStatus.CHECKED_IN, 4, 0),
        (BookingStatus.NO_SHOW, 0, 1),
    }


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_of_check_in_and_release_in_two_processes_one_wins_every_round(engine: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    with throwaway(engine) as url:
        app = create_app(settings(url))
        with app.app_context():
            actor, ids = lay_out(ROUNDS)
            db.session.remove()
            start, told = spawn.Barrier(2), spawn.Queue()
            rivals = [spawn.Process(target=play, args=(url, who, ids, start, told)) for who in (actor, None)]
            for rival in rivals:
                rival.start()
            outcomes = [told.get(timeout=PATIENCE) for _ in range(2 * ROUNDS)]
            for rival in rivals:
                rival.join(PATIENCE)

            won = [sum(did for number, did in outcomes if number == one) for one in range(ROUNDS)]
            assert won == [1] * ROUNDS
            for booking_id in ids:
                assert_one_outcome(booking_id)
            assert disagreements() == []
        disconnect(app)


def race_in_the_worst_order(app: Flask) -> int:
    """Both have found the booking before either writes; how many of the two say that they did it."""
    actor, ids = lay_out(1)
    db.session.rollback()
    done = in_threads(app, [partial(come, actor, ids[0], 0), partial(release, 0)])
    return sum(one is True for one in done)


def meet_at(monkeypatch: pytest.MonkeyPatch, *, locked: bool) -> None:
    """Let the rivals meet where they would lock the space."""
    meeting, lock = Meeting(2), arbiter.lock_spaces

    def meet(session: Session, space_ids: list[int]) -> None:
        meeting.wait()
        if locked:
            lock(session, space_ids)

    monkeypatch.setattr(arbiter, "lock_spaces", meet)


@pytest.mark.usefixtures("db")
def test_in_the_worst_order_one_wins(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    meet_at(monkeypatch, locked=True)

    assert race_in_the_worst_order(app) == 1
    assert disagreements() == []


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "engine_name", ["postgresql"]
)  # SQLite has one writer: there the lock is the engine's
@pytest.mark.usefixtures("db")
@pytest.mark.mutant
def test_without_the_lock_and_the_version_both_win(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def write_anyway(session: Session, booking: Booking, version: int, values: dict[str, Any]) -> None:
        session.execute(update(Booking).where(Booking.id == booking.id).values(version=version + 1, **values))

    meet_at(monkeypatch, locked=False)
    monkeypatch.setattr(reading, "refresh", lambda session, booking: None)
    monkeypatch.setattr(arbiter, "_update_exactly_one", write_anyway)

    assert race_in_the_worst_order(app) == 2
