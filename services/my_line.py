"""Reading the waiting line: what somebody waits for, and how many stand before them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from domain.errors import Missing
from domain.people import Actor
from domain.waitlist import OPEN
from models import Booking, BoothSlot, Product, WaitlistEntry
from models.rows import core
from services.unit_of_work import query


@dataclass(frozen=True, slots=True)
class Waiting:
    """A place in line, and how many stand before it for a time that meets its own."""

    entry: WaitlistEntry
    ahead: int


def _shown_with() -> tuple[ORMOption, ...]:
    slot = joinedload(WaitlistEntry.booking).joinedload(Booking.booth_slot)
    return (
        joinedload(WaitlistEntry.space),
        joinedload(WaitlistEntry.person),
        joinedload(WaitlistEntry.show),
        joinedload(WaitlistEntry.product),
        slot.joinedload(BoothSlot.show),
    )


def _whose(actor: Actor) -> ColumnElement[bool]:
    return _belonging(actor.id, actor.merchant_ids or None)


def _belonging(actor_id: Any, shops: Any) -> ColumnElement[bool]:
    """The places in line that concern somebody: the own, those taken for neighbours, and the own shop's."""
    own = or_(WaitlistEntry.person_id == actor_id, WaitlistEntry.created_by_id == actor_id)
    mine: list[ColumnElement[bool]] = [own & WaitlistEntry.product_id.is_(None)]
    if shops is not None:
        products = select(Product.id).where(Product.merchant_id.in_(shops))
        mine.append(WaitlistEntry.product_id.in_(products))
    return or_(*mine)


def entry_for(session: Session, actor: Actor, entry_id: int) -> WaitlistEntry:
    """A place in line of this person's, or taken for a neighbour; a foreign one raises Missing, for staff too."""
    entry = session.scalar(
        select(WaitlistEntry)
        .options(*_shown_with())
        .where(WaitlistEntry.id == entry_id, _whose(actor))
        .execution_options(populate_existing=True)
    )
    if entry is None:
        raise Missing
    return entry


def _ahead() -> ScalarSelect[int]:
    """How many stand before an entry: in line for a time, and a booth, that meet its own; ranked ones come first."""
    before = aliased(WaitlistEntry)
    earlier = before.id < WaitlistEntry.id
    mine, theirs = WaitlistEntry.rank, before.rank
    return (
        select(func.count())
        .where(
            before.space_id == WaitlistEntry.space_id,
            or_(
                before.place == WaitlistEntry.place,
                before.place.is_(None),
                WaitlistEntry.place.is_(None),
            ),
            before.status.in_(OPEN),
            before.starts_at < WaitlistEntry.ends_at,
            before.ends_at > WaitlistEntry.starts_at,
            or_(
                theirs.is_not(None) & mine.is_(None),
                theirs < mine,
                or_(theirs == mine, theirs.is_(None) & mine.is_(None)) & earlier,
            ),
        )
        .correlate(WaitlistEntry)
        .scalar_subquery()
    )


@query
def of_person(session: Session, actor: Actor) -> list[Waiting]:
    """The times that somebody has an offer for or waits for, the nearest first, in one query."""
    asked, has_shops = _asked(actor), bool(actor.merchant_ids)
    if core(session).execute(_any_of_person(has_shops), asked).first() is None:
        return []  # as with most people; reading the rest takes the ORM a millisecond even then
    return [Waiting(entry, ahead or 0) for entry, ahead in session.execute(_all_of_person(has_shops), asked)]


def _asked(actor: Actor, **more: Any) -> dict[str, Any]:
    return {"actor": actor.id, "shops": actor.merchant_ids, **more}


def _of_anybody(has_shops: bool) -> ColumnElement[bool]:
    return _belonging(bindparam("actor"), bindparam("shops", expanding=True) if has_shops else None)


@cache
def _any_of_person(has_shops: bool) -> Select[int]:
    return select(WaitlistEntry.id).where(_of_anybody(has_shops), WaitlistEntry.status.in_(OPEN)).limit(1)


@cache
def _all_of_person(has_shops: bool) -> Select[WaitlistEntry, int]:
    return (
        select(WaitlistEntry, _ahead())
        .options(*_shown_with())
        .where(_of_anybody(has_shops), WaitlistEntry.status.in_(OPEN))
        .order_by(WaitlistEntry.starts_at, WaitlistEntry.id)
    )


@query
def one(session: Session, actor: Actor, entry_id: int) -> Waiting:
    """One place in line; raises Missing."""
    entry = entry_for(session, actor, entry_id)
    ahead = session.scalar(select(_ahead()).select_from(WaitlistEntry).where(WaitlistEntry.id == entry_id))
    return Waiting(entry, ahead or 0)


@query
def for_booth(
    session: Session, actor: Actor, show_id: int, booth: int, starts_at: datetime
) -> Waiting | None:
    """The place in line that the own shop has for one booth slot of a show, or for any of it."""
    this = (WaitlistEntry.place == booth) & (WaitlistEntry.starts_at == starts_at)
    of_any = WaitlistEntry.place.is_(None)
    row = session.execute(
        select(WaitlistEntry, _ahead())
        .options(*_shown_with())
        .where(
            _whose(actor),
            WaitlistEntry.show_id == show_id,
            or_(this, of_any),
            WaitlistEntry.status.in_(OPEN),
        )
        .order_by(of_any, WaitlistEntry.id)
        .limit(1)
    ).first()
    return Waiting(row[0], row[1] or 0) if row else None


@query
def for_show(session: Session, actor: Actor, show_id: int) -> int | None:
    """The id of the place in line that the own shop has for any booth of a show."""
    found: int | None = core(session).execute(_for_show(), _asked(actor, show=show_id)).scalar()
    return found


@cache
def _for_show() -> Select[int]:
    return (
        select(WaitlistEntry.id)
        .where(
            _of_anybody(True),
            WaitlistEntry.show_id == bindparam("show"),
            WaitlistEntry.place.is_(None),
            WaitlistEntry.status.in_(OPEN),
        )
        .order_by(WaitlistEntry.id)
        .limit(1)
    )
