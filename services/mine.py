"""What somebody has booked, and what the house has told them about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, not_, or_, select, update
from sqlalchemy.orm import Session, joinedload

from domain.bookings import LIVE
from domain.people import Actor
from models import Booking, BoothSlot, Notice, Person
from services import reading
from services.board import belongs_to
from services.unit_of_work import query, transaction

PAGE = 20
UNREAD_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Mine:
    """Somebody's bookings: what comes, what was (a page of it), and what they have not read yet."""

    upcoming: list[Booking]
    past: list[Booking]
    page: int
    pages: int
    notices: list[Notice]


@query
def of_person(session: Session, actor: Actor, page: int, now: datetime) -> Mine:
    """Everything that concerns this person; `page` counts the past ones from 1."""
    whose = _concerns(actor)
    ahead = and_(Booking.status.in_(LIVE), Booking.ends_at > now)
    past_count = session.scalar(select(func.count()).where(whose, not_(ahead))) or 0
    pages = max(1, -(-past_count // PAGE))
    page = min(max(1, page), pages)
    shown = select(Booking).options(
        joinedload(Booking.space),
        joinedload(Booking.booker),
        joinedload(Booking.booth_slot).joinedload(BoothSlot.show),
        joinedload(Booking.booth_slot).joinedload(BoothSlot.product),
    )
    return Mine(
        upcoming=list(session.scalars(shown.where(whose, ahead).order_by(Booking.starts_at, Booking.id))),
        past=list(
            session.scalars(
                shown.where(whose, not_(ahead))
                .order_by(Booking.starts_at.desc(), Booking.id.desc())
                .limit(PAGE)
                .offset((page - 1) * PAGE)
            )
        ),
        page=page,
        pages=pages,
        notices=_unread(session, actor),
    )


def _concerns(actor: Actor) -> ColumnElement[bool]:
    """The own ones, and for a captain those typed for neighbours of the building."""
    if actor.captain_of is None:
        return belongs_to(actor)
    neighbours = select(Person.id).where(Person.building == actor.captain_of)
    typed = and_(Booking.booker_id.in_(neighbours), Booking.created_by_id == actor.id)
    return or_(belongs_to(actor), typed)


def _unread(session: Session, actor: Actor) -> list[Notice]:
    return list(
        session.scalars(
            select(Notice)
            .where(Notice.person_id == actor.id, Notice.read_at.is_(None))
            .order_by(Notice.created_at.desc(), Notice.outbox_id.desc())
            .limit(UNREAD_SHOWN)
        )
    )


@query
def booking(session: Session, actor: Actor, booking_id: int) -> Booking:
    """One booking with everything that its page shows; raises Missing."""
    return reading.booking_for(session, actor, booking_id)


@transaction
def mark_read(session: Session, actor: Actor, notice_ids: Sequence[int], now: datetime) -> None:
    """Put away the notices that were shown; those of others are left alone."""
    session.execute(
        update(Notice)
        .where(Notice.person_id == actor.id, Notice.outbox_id.in_(notice_ids), Notice.read_at.is_(None))
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )
