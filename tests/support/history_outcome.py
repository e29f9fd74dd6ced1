"""Whether the database tells, at the end of a long history, the story that its clients heard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import inf

from sqlalchemy import func, select

from models import AuditEvent, Booking, db
from tests.support.history import LIVE, quarters
from tests.support.history_checker import Kind, told_by
from tests.support.long_history import Community


def series(lived: Community) -> int:
    """How many were booked, all their dates with one answer."""
    booked = [(one.began, one.ended) for one in lived.history if one.kind is Kind.BOOK and one.done]
    return sum(count > 1 for count in Counter(booked).values())


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
        one.id: tuple(quarters(one.starts_at, one.ends_at, one.buffer_minutes))
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
