"""Asking once what everybody who books asks, for nobody: whoever is forked then has its statements put together."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from datetime import datetime

from sqlalchemy.orm import Session

from domain.errors import Missing
from domain.interval import Interval, tick_of
from domain.people import Actor, Role
from models.base import db
from models.glance import beside
from models.prepared import compile_every
from models.sealing import sealed
from services import (
    acting,
    alternatives,
    attention,
    booking,
    idempotency,
    listing,
    making,
    rule_facts,
    seats,
    space_calendar,
    space_lines,
)
from services.unit_of_work import query

NOBODY = Actor(0, Role.RESIDENT, "")


@query
def rehearse(session: Session, now: datetime, *, demo_allowed: bool = False) -> None:
    """The questions of the form of the first space, and of a refusal there; in a house without spaces only a few."""
    compile_every(session.get_bind().dialect)
    sealed("0", "person.phone")
    acting.presence_of("", now, demo_allowed=demo_allowed)
    attention.counts(NOBODY, now)
    wanted = Interval.of_ticks(tick_of(now), 1)
    for space in space_lines.in_use(session)[:1]:
        booking.outline(space.code, wanted)
        space_calendar.day(NOBODY, space.code, None, now)
        with suppress(Missing):
            making.booker_for(session, NOBODY, None)
        rule_facts.of(session, space.id, NOBODY.id, wanted, now)
        seats.in_the_way(session, space, wanted)
        idempotency.is_new(session, NOBODY, "")
        alternatives.nearest(session, space, wanted, 1, now)
        listing.spaces_named([space.code])


def open_connections(threads: int, now: datetime, *, demo_allowed: bool = False) -> None:
    """Ask the same on as many connections to PostgreSQL as a process works with at once, each of which learns it anew.

    To begin one takes as long as twenty questions; SQLite has one in no time.
    """
    engine = db.engine
    if engine.dialect.name == "sqlite":
        return
    with ExitStack() as held:
        for _ in range(threads):
            rehearse(now, demo_allowed=demo_allowed)
            db.session.rollback()
            for its in (engine, beside(engine)):
                held.callback(its.raw_connection().close)
