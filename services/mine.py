"""What somebody has booked, and what the house has told them about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.bookings import BOOKED, BookingStatus
from domain.people import Actor
from domain.policies import LONGEST
from models import Booking, BoothSlot, Notice
from models.rows import core
from services import reading, seen
from services.seen import SeenBooking
from services.telling import inbox
from services.unit_of_work import query

PAGE = 20
TYPED_SHOWN = 50
AHEAD, TYPED, BEFORE = 1, 2, 3
"""What a row is there for."""


@dataclass(frozen=True, slots=True)
class Mine:
    """Somebody's bookings: what comes, what was (a page of it), and what they have not read yet.

    `typed` is what comes of those that a captain or staff typed for others.
    """

    upcoming: list[SeenBooking]
    typed: list[SeenBooking]
    past: list[SeenBooking]
    page: int
    pages: int
    notices: list[Notice]


@query
def of_person(session: Session, actor: Actor, page: int, now: datetime) -> Mine:
    """Everything that concerns this person; `page` counts the past ones from 1.

    What it costs is what is shown: of what was, only the index is read beside the page itself.
    """
    has_shops = bool(actor.merchant_ids)
    asked: dict[str, Any] = {"actor": actor.id, "now": now, "since": now - LONGEST}
    asked |= {"shops": actor.merchant_ids} if has_shops else {}
    past_count = session.scalar(_count_past(has_shops), asked) or 0
    pages = max(1, -(-past_count // PAGE))
    page = min(max(1, page), pages)
    rows = core(session).execute(_shown(has_shops), asked | {"offset": (page - 1) * PAGE}).all()
    parts: dict[int, list[SeenBooking]] = {AHEAD: [], TYPED: [], BEFORE: []}
    for one, row in zip(seen.seen(rows), rows, strict=True):
        parts[row[seen.EXTRA]].append(one)
    for part in parts.values():
        part.sort(key=lambda one: (one.starts_at, one.id))
    return Mine(
        upcoming=parts[AHEAD],
        typed=parts[TYPED],
        past=parts[BEFORE][::-1],
        page=page,
        pages=pages,
        notices=inbox.latest_unread(session, actor),
    )


def _is_booth() -> ColumnElement[bool]:
    return exists().where(BoothSlot.booking_id == Booking.id).correlate(Booking)


def _own(booker: ColumnElement[int] | InstrumentedAttribute[int] = Booking.booker_id) -> ColumnElement[bool]:
    return and_(booker == bindparam("actor"), ~_is_booth())


def _of_shops() -> ColumnElement[bool]:
    shops: BindParameter[Any] = bindparam("shops", expanding=True)
    return Booking.id.in_(select(BoothSlot.booking_id).where(BoothSlot.merchant_id.in_(shops)))


def _whose(has_shops: bool) -> ColumnElement[bool]:
    """As `reading.belongs_to` says it."""
    return or_(_own(), _of_shops()) if has_shops else _own()


def _is_ahead() -> ColumnElement[bool]:
    return and_(Booking.status.in_(BOOKED), Booking.ends_at > bindparam("now"))


def _begins_late() -> ColumnElement[bool]:
    return Booking.starts_at > bindparam("since")


def _count(*which: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).select_from(Booking).where(*which).scalar_subquery()


@cache
def _count_past(has_shops: bool) -> Select[int]:
    """All there ever was, which the indexes know, without what comes and what is offered."""
    whose = _whose(has_shops)
    # Few are offered in the whole house: they are found by their state, not among all that somebody ever had.
    whose_offered = (
        or_(_own(Booking.booker_id + 0), _of_shops()) if has_shops else _own(Booking.booker_id + 0)
    )
    offered = _count(whose_offered, Booking.status == BookingStatus.OFFERED)
    past = _count(_own()) - _count(whose, _is_ahead(), _begins_late()) - offered
    if has_shops:
        slots = select(func.count()).where(BoothSlot.merchant_id.in_(bindparam("shops", expanding=True)))
        past = past + slots.scalar_subquery()
    return select(past)


@cache
def _shown(has_shops: bool) -> Select[*tuple[Any, ...]]:
    whose = _whose(has_shops)
    ahead = _part(AHEAD, whose, _is_ahead(), _begins_late())
    typed = _part(
        TYPED,
        Booking.created_by_id == bindparam("actor"),
        ~_is_booth(),
        not_(whose),
        _is_ahead(),
        _begins_late(),
    )
    before = _part(BEFORE, whose, not_(_is_ahead()), Booking.status != BookingStatus.OFFERED)
    latest = before.order_by(Booking.starts_at.desc(), Booking.id.desc()).limit(PAGE)
    first = typed.order_by(Booking.starts_at, Booking.id).limit(TYPED_SHOWN)
    parts = [one.subquery() for one in (ahead, first, latest.offset(bindparam("offset")))]
    every = union_all(*(select(one.c.id, one.c.part) for one in parts)).subquery()
    return seen.statement(every).add_columns(every.c.part)


def _part(number: int, *which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    mark: ColumnElement[int] = literal_column(str(number))
    return select(Booking.id.label("id"), mark.label("part")).where(*which)


@query
def booking(session: Session, actor: Actor, booking_id: int) -> Booking:
    """One booking with everything that its page shows; raises Missing."""
    return reading.booking_for(session, actor, booking_id)
