"""Tens of thousands of operations, of which some are never heard of again, in four processes: one serial story."""

import random
from collections.abc import Iterator
from math import inf

import pytest
from sqlalchemy import func, select

from domain.people import Role
from domain.spaces import Approval
from models import AuditEvent, Booking, db
from tests.races.conftest import ENGINES
from tests.support.builders import create_space
from tests.support.drilling import Drill
from tests.support.history import LIVE, disagreements
from tests.support.history_checker import anomalies, told_by
from tests.support.long_history import Community, ticks_of
from tests.support.race_arena import Arena, arena

OPERATIONS, DAYS, PEOPLE = 50_000, 12, 60


def community(field: Arena) -> Community:
    rooms = [
        create_space(approval=Approval.NONE, buffer_minutes=0),
        create_space(approval=Approval.NONE, buffer_minutes=15),
        create_space(approval=Approval.STAFF, buffer_minutes=15),
    ]
    people = field.crowd(PEOPLE)
    (staff,) = field.crowd(1, Role.STAFF)
    db.session.commit()
    return Community(field.url, rooms, people, staff, DAYS, random.Random(20_261_127))


def falls_apart(lived: Community) -> Iterator[str]:
    """Where the database, at the end, tells another story than its clients."""
    story, ids = told_by(lived.history), [room.id for room in lived.rooms]
    held = {
        booking: claims[-1].ticks
        for booking, claims in story.by_booking.items()
        if claims[-1].ends == (inf, inf)
    }
    there = db.session.scalars(
        select(Booking).where(Booking.space_id.in_(ids), Booking.status.in_(LIVE))
    ).all()
    unheard = {one.id for one in there if one.purpose in lived.unheard}
    found = {
        one.id: ticks_of(one.starts_at, one.ends_at, one.buffer_minutes)
        for one in there
        if one.id not in unheard
    }
    yield from (f"booking {one} was acknowledged and is lost" for one in held.keys() - found.keys())
    yield from (f"booking {one} lives though nobody asked" for one in found.keys() - held.keys())
    yield from (
        f"booking {one} has other times" for one in held.keys() & found.keys() if held[one] != found[one]
    )


def transitions(lived: Community) -> tuple[int, int]:
    """How many changes were acknowledged of the bookings that anybody heard of, and how many the audit log has."""
    story = told_by(lived.history)
    acknowledged = len(story.by_booking) + sum(map(len, story.changes.values()))
    written = select(func.count()).where(
        AuditEvent.object_type == "booking", AuditEvent.object_id.in_(list(story.by_booking))
    )
    return acknowledged, db.session.scalar(written) or 0


@pytest.mark.drill("races")
def test_a_long_history_is_one_serial_story(field: Arena, drill: Drill) -> None:
    lived = community(field)

    lived.live(drill.size(OPERATIONS))

    db.session.rollback()
    assert lived.statuses <= {200, 201, 409, 422}
    assert list(anomalies(lived.history)) == []
    assert list(falls_apart(lived)) == []
    assert disagreements() == []
    acknowledged, written = transitions(lived)
    assert acknowledged == written
    drill.tell("operations", len(lived.history))
    drill.tell("of them unheard for ever", len(lived.unheard))
    drill.tell("changes, each with its audit row", written)
    drill.tell("anomalies", 0)


@pytest.mark.mutant
@pytest.mark.parametrize("engine", ENGINES)
def test_without_the_key_the_history_has_anomalies(engine: str) -> None:
    with arena(engine, keyless=True) as opened, opened.app.app_context():
        lived = community(opened)

        lived.live(1_500)

        db.session.rollback()
        assert any("both held" in one for one in anomalies(lived.history))
        assert disagreements() != []
