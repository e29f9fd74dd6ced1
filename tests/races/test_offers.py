"""An offer is taken at the moment at which it lapses: one outcome, and the line, the booking and the ticks agree."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.waitlist import EntryStatus
from models import Booking, WaitlistEntry, db
from services import arbiter, passing, queueing
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, between, create_actor, create_booking, create_space
from tests.support.drilling import Drill
from tests.support.guardless import change_anyway
from tests.support.history import disagreements
from tests.support.race import Call, Meeting, in_threads, statuses
from tests.support.race_arena import Arena, soon

TAKEN = (BookingStatus.PENDING, EntryStatus.FULFILLED)
PASSED = (BookingStatus.EXPIRED, EntryStatus.LAPSED)


def offer_to(person_id: int, now: datetime) -> Booking:
    """A time that is kept for somebody in line for another hour."""
    time = between(15, 17, day=soon(3))
    offer = create_booking(
        create_space(),
        time,
        booker_id=person_id,
        status=BookingStatus.OFFERED,
        expires_at=now + timedelta(hours=1),
    )
    entry = WaitlistEntry(
        space_id=offer.space_id, person_id=person_id, created_by_id=person_id, status=EntryStatus.OFFERED,
        starts_at=time.starts_at, ends_at=time.ends_at, created_at=now, booking_id=offer.id,
    )  # fmt: skip
    in_transaction(lambda: db.session.add(entry))
    return offer


def outcome(offer_id: int) -> tuple[BookingStatus, EntryStatus]:
    """How an offer and the place in line that it was made to stand now."""
    db.session.rollback()
    row = db.session.execute(
        select(Booking.status, WaitlistEntry.status)
        .join(WaitlistEntry, WaitlistEntry.booking_id == Booking.id)
        .where(Booking.id == offer_id)
    ).one()
    return row[0], row[1]


def jobs_before_and_lapse(rounds: int, ends: datetime) -> int:
    """A round of jobs comes to the offers after others: how much later decides who tends to be first."""
    for _ in range(rounds):
        passing.expire_due(ends)
        passing.drop_undecided_moves(ends)
    return queueing.lapse_due(ends)


@pytest.mark.drill("races")
def test_an_offer_is_taken_or_passed_on_never_both(field: Arena, drill: Drill) -> None:
    [racer], rounds, passed_on = field.crowd(1), drill.size(30), 0
    for number in range(rounds):
        offer = offer_to(racer.id, datetime.now(UTC))
        offer_id, ends = offer.id, offer.expires_at
        assert ends is not None
        calls = [Call(f"/offers/{offer_id}/accept", racer.token)] * 4
        db.session.rollback()

        answers: list[Any] = in_threads(
            field.app, [partial(jobs_before_and_lapse, number % 3, ends), partial(field.at_once, calls)]
        )

        lapsed, told = answers[0], statuses(answers[1])
        assert (told[200, None], told[409, "stale"]) == (1 - lapsed, len(calls) - 1 + lapsed), told
        assert outcome(offer_id) == (PASSED if lapsed else TAKEN)
        passed_on += lapsed
    assert disagreements() == []
    drill.tell("offers, each taken once or passed on", rounds)
    drill.tell("of them passed on", passed_on)


@pytest.fixture
def meet_before_changing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No locks, and both have read the offer before either changes it: only the guard is left."""
    meeting, change = Meeting(2), arbiter.change

    def meet_and_change(*arguments: Any, **more: Any) -> None:
        meeting.wait()
        change(*arguments, **more)

    monkeypatch.setattr(arbiter, "lock_spaces", lambda session, ids: None)
    monkeypatch.setattr(arbiter, "change", meet_and_change)


def taken_and_lapsed(app: Flask) -> list[Any]:
    """Whether accepting and lapsing each did their work in the same moment, and how the offer stands.

    Lapsing that comes second either finds nothing due any more or meets the guard, as the engine's order of reading
    and writing has it: both are a no.
    """
    waiting = create_actor()
    offer = offer_to(waiting.id, NOW)
    offer_id, ends = offer.id, offer.expires_at
    assert ends is not None
    db.session.rollback()
    last = ends - timedelta(seconds=1)
    accept = partial(queueing.accept, waiting, offer_id, now=last)
    accepted, lapsed = in_threads(app, [accept, partial(queueing.lapse_due, ends)])
    return [not isinstance(accepted, Exception), lapsed == 1, outcome(offer_id)]


@pytest.mark.usefixtures("db", "meet_before_changing")
def test_the_guard_lets_one_of_them_through_in_the_worst_order(app: Flask) -> None:
    assert taken_and_lapsed(app) in ([True, False, TAKEN], [False, True, PASSED])
    assert disagreements() == []


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "engine_name", ["postgresql"]
)  # SQLite has one writer: there nobody reads what another one is about to change
@pytest.mark.usefixtures("db", "meet_before_changing")
@pytest.mark.mutant
def test_without_the_guard_both_are_told_yes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arbiter, "_update_exactly_one", change_anyway)

    assert taken_and_lapsed(app)[:2] == [True, True]
