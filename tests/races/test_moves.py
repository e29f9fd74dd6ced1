"""Moves that cross: two bookings change places in opposite directions, on four server processes and both engines."""

from collections import Counter
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import event, select

from domain.interval import TICK, Interval
from domain.people import Role
from domain.spaces import Approval
from domain.waitlist import EntryStatus
from models import Booking, WaitlistEntry, db
from services import arbiter, moving, waitlist
from tests.support.builders import NOW, between, create_actor, create_booking, create_space
from tests.support.history import disagreements
from tests.support.race import Call, Meeting, in_threads, statuses
from tests.support.race_arena import Arena, soon
from tests.support.waiting import waits

ROUNDS = 8
SLOT_TAKEN = (409, "slot_taken")


def test_bookings_that_change_places_end_at_the_old_or_the_new_time(field: Arena) -> None:
    space = create_space(buffer_minutes=15)
    desks = field.crowd(2, Role.STAFF)
    early, late = between(9, 11, day=soon()), between(13, 15, day=soon())
    pair = [create_booking(space, time).id for time in (early, late)]
    told: Counter[tuple[int, str | None]] = Counter()

    for _ in range(ROUNDS):
        now_at = {one.id: one for one in db.session.scalars(select(Booking).where(Booking.id.in_(pair)))}
        db.session.rollback()
        first, second = (now_at[number] for number in pair)
        # Each wants a time that meets the other's: only one of them, or none, can have it.
        calls = [
            move(desks[0].token, first, second.interval.shifted(TICK)),
            move(desks[1].token, second, first.interval.shifted(TICK)),
        ]
        told += statuses(field.at_once(calls))
        db.session.expire_all()

    assert set(told) <= {(200, None), SLOT_TAKEN}
    assert sum(told.values()) == 2 * ROUNDS
    assert disagreements() == []


def move(token: str, booking: Booking, interval: Interval) -> Call:
    """The move of a booking as it stands now."""
    body = {"starts_at": interval.starts_at.isoformat(), "ends_at": interval.ends_at.isoformat()}
    return Call(f"/bookings/{booking.id}/reschedule", token, body | {"version": booking.version})


def test_many_who_ask_for_one_time_beside_their_own_have_one_winner(field: Arena) -> None:
    space, crowd = create_space(), field.crowd(8)
    own = [
        create_booking(space, between(8 + n, 9 + n, day=soon()), booker_id=racer.id)
        for n, racer in enumerate(crowd)
    ]
    wish = between(18, 19, day=soon())

    replies = field.at_once(
        [move(racer.token, booking, wish) for racer, booking in zip(crowd, own, strict=True)]
    )

    assert statuses(replies) == {(200, None): 1, SLOT_TAKEN: len(crowd) - 1}
    assert disagreements() == []


RIVALS = 2


def meet_before_holding(monkeypatch: pytest.MonkeyPatch, patience: float) -> None:
    """Both have given their old ticks back before either holds the new ones: the worst order the engine allows."""
    meeting, hold = Meeting(RIVALS, exactly=patience), arbiter.hold

    def meet_and_hold(*arguments: object) -> None:
        meeting.wait()
        hold(*arguments)

    monkeypatch.setattr(arbiter, "hold", meet_and_hold)


def swap(app: Flask, monkeypatch: pytest.MonkeyPatch, patience: float) -> Counter[str]:
    """Two bookings of one room go to each other's time at once."""
    space, staff = create_space(), create_actor(Role.STAFF)
    times = [between(9, 11, days=1), between(13, 15, days=1)]
    made = [create_booking(space, time).id for time in times]

    def go(number: int, time: Interval) -> Booking:
        return moving.reschedule(staff, number, time, version=1, now=NOW)

    db.session.rollback()
    meet_before_holding(monkeypatch, patience)  # after the builders, which hold ticks, too
    jobs = [partial(go, number, time) for number, time in zip(made, reversed(times), strict=True)]
    return Counter(type(answer).__name__ for answer in in_threads(app, jobs))


@pytest.mark.usefixtures("db")
def test_crossing_moves_wait_for_each_other(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    rolled_back: list[object] = []
    event.listen(db.engine, "handle_error", rolled_back.append)

    assert swap(app, monkeypatch, patience=0.5) == {"SlotTaken": RIVALS}
    assert [one for one in rolled_back if "deadlock" in str(getattr(one, "original_exception", ""))] == []


@pytest.mark.postgresql
@pytest.mark.parametrize("engine_name", ["postgresql"])  # SQLite has one writer: its lock is the engine's
@pytest.mark.usefixtures("db")
@pytest.mark.mutant
def test_without_the_lock_on_the_space_crossing_moves_deadlock(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadlocks: list[str] = []
    event.listen(db.engine, "handle_error", lambda seen: deadlocks.append(str(seen.original_exception)))
    monkeypatch.setattr(arbiter, "lock_spaces", lambda session, ids: None)

    told = swap(app, monkeypatch, patience=6)

    assert any("deadlock" in text for text in deadlocks), (told, deadlocks)


@pytest.mark.postgresql
@pytest.mark.parametrize("engine_name", ["postgresql"])
@pytest.mark.usefixtures("db")
def test_moves_that_pass_on_to_each_others_bookers_both_end_well(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each holds its own booker and needs the other's: one is undone by the engine and tried again."""
    times = [between(9, 11, days=1), between(15, 17, days=1)]
    spaces = [create_space(approval=Approval.NONE) for _ in times]
    people = [create_actor() for _ in times]
    made = [
        create_booking(space, time, booker_id=person.id).id
        for space, time, person in zip(spaces, times, people, strict=True)
    ]
    lines = [waits(people[1], spaces[0], times[0]).id, waits(people[0], spaces[1], times[1]).id]
    db.session.rollback()
    deadlocks: list[str] = []
    event.listen(db.engine, "handle_error", lambda seen: deadlocks.append(str(seen.original_exception)))
    meeting, pass_on = Meeting(RIVALS, exactly=8), waitlist.pass_on

    def meet_and_pass_on(*arguments: object) -> object:
        meeting.wait()
        return pass_on(*arguments)

    monkeypatch.setattr(waitlist, "pass_on", meet_and_pass_on)

    def go(number: int) -> Booking:
        away = times[number].shifted(12 * TICK)
        return moving.reschedule(people[number], made[number], away, version=1, now=NOW)

    told = Counter(
        type(answer).__name__ for answer in in_threads(app, [partial(go, n) for n in range(RIVALS)])
    )

    assert told == {"Booking": RIVALS}
    assert any("deadlock" in text for text in deadlocks)
    found = db.session.scalars(select(WaitlistEntry.status).where(WaitlistEntry.id.in_(lines)))
    assert list(found) == [EntryStatus.OFFERED] * RIVALS
    assert disagreements() == []
