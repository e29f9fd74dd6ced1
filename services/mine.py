"""What somebody has booked, and what the house has told them about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    SQLColumnExpression,
    Subquery,
    and_,
    bindparam,
    exists,
    join,
    not_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from domain.bookings import BOOKED, BookingStatus
from domain.people import Actor
from domain.policies import LONGEST
from models import Booking, BoothSlot, Notice, Show
from models.base import UtcDateTime
from models.rows import listed, spelled, unindexed, untold
from services import reading
from services.seen import Chosen, SeenBooking
from services.telling import inbox
from services.unit_of_work import query

PAGE, LAST_PAGE = 20, 10_000
TYPED_SHOWN = 50
AHEAD, TYPED, BEFORE = 1, 2, 3
"""What a row is there for."""


@dataclass(frozen=True, slots=True)
class Mine:
    """Somebody's bookings: what comes, what was (a page of it, and maybe more), and what they have not read yet.

    `typed` is what comes of those that a captain or staff typed for others.
    """

    upcoming: list[SeenBooking]
    typed: list[SeenBooking]
    past: list[SeenBooking]
    page: int
    has_older: bool
    notices: list[Notice]


@query
def of_person(session: Session, actor: Actor, page: int, now: datetime) -> Mine:
    """Everything that concerns this person; `page` counts the past ones from 1.

    What it costs is what is shown: how much there ever was is not counted.
    """
    page = min(max(1, page), LAST_PAGE)
    asked = {
        "actor": actor.id,
        "shops": list(actor.merchant_ids),
        "now": now,
        "since": now - LONGEST,
        "offset": (page - 1) * PAGE,
        "reach": page * PAGE + 1,
    }
    parts: dict[int, list[SeenBooking]] = {AHEAD: [], TYPED: [], BEFORE: []}
    for one, (part,) in SHOWN[bool(actor.merchant_ids)].find(session, asked):
        parts[part].append(one)
    has_older = len(parts[BEFORE]) > PAGE
    del parts[BEFORE][PAGE:]
    for part in parts.values():
        part.sort(key=lambda one: (one.starts_at, one.id))
    return Mine(
        upcoming=parts[AHEAD],
        typed=parts[TYPED],
        past=parts[BEFORE][::-1],
        page=page,
        has_older=has_older,
        notices=inbox.latest_unread(session, actor),
    )


@dataclass(frozen=True, slots=True)
class Source:
    """Where bookings of somebody are found: what they are joined with, the start that the index has, and which."""

    joined: FromClause
    start: SQLColumnExpression[datetime]
    which: ColumnElement[bool]

    def part(self, number: int, *which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
        """The ids of some, there for this, each with that start."""
        shown = select(Booking.id.label("id"), spelled(number).label("part"), self.start.label("start"))
        return shown.select_from(self.joined).where(self.which, *which)

    def ahead(self, number: int) -> Select[*tuple[Any, ...]]:
        """What comes, or is going on."""
        return self.part(number, _is_ahead(), self.start > _moment("since"))

    def before(self) -> Select[*tuple[Any, ...]]:
        """What was, or did not come about."""
        is_offered = Booking.status == spelled(BookingStatus.OFFERED)
        return _latest(self.part(BEFORE, not_(_is_ahead()), not_(is_offered)), untold("reach", Integer()))


def _rooms(*which: ColumnElement[bool]) -> Source:
    is_booth = exists().where(BoothSlot.booking_id == Booking.id).correlate(Booking)
    return Source(Booking.__table__, Booking.starts_at, and_(*which, ~is_booth))


def _of_shops(dialect: str) -> Source:
    """Show by show from the latest on: so a shop's booths of years are not read."""
    shops = select(listed(dialect, bindparam("shops")).c.value)
    of_show = and_(BoothSlot.show_id == Show.id, BoothSlot.merchant_id.in_(shops))
    # SQLite begins with what is joined to, and would have begun with the shop's.
    slots = join(Show, BoothSlot, of_show, isouter=True)
    return Source(slots.join(Booking, Booking.id == unindexed(BoothSlot.booking_id)), Show.starts_at, true())


def _is_ahead() -> ColumnElement[bool]:
    # By the index of states nobody's own would be looked for among all that is booked in the house.
    status = unindexed(Booking.status)
    return and_(status.in_([*map(spelled, sorted(BOOKED))]), Booking.ends_at > _moment("now"))


def _moment(name: str) -> ColumnElement[datetime]:
    return untold(name, UtcDateTime())


def _shown(dialect: str, *, has_shops: bool) -> Select[*tuple[Any, ...]]:
    """What is theirs as `reading.belongs_to` says it, and what they typed."""
    own = _rooms(Booking.booker_id == bindparam("actor"))
    typed = _rooms(Booking.created_by_id == bindparam("actor"), Booking.booker_id != bindparam("actor"))
    sources = [own, _of_shops(dialect)] if has_shops else [own]
    before = _union(*(one.before() for one in sources))
    page = _latest(select(before), spelled(PAGE + 1)).offset(untold("offset", Integer()))
    every = _union(*(one.ahead(AHEAD) for one in sources), _first(typed.ahead(TYPED), TYPED_SHOWN), page)
    return select(every.c.id, every.c.part)


def _first(of: Select[*tuple[Any, ...]], number: int) -> Select[*tuple[Any, ...]]:
    columns = of.selected_columns
    return of.order_by(columns.start, columns.id).limit(spelled(number))


def _latest(of: Select[*tuple[Any, ...]], number: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
    columns = of.selected_columns
    return of.order_by(columns.start.desc(), columns.id.desc()).limit(number)


def _union(*parts: Select[*tuple[Any, ...]]) -> Subquery:
    return union_all(*(select(part.subquery()) for part in parts)).subquery()


SHOWN = [Chosen(partial(_shown, has_shops=has_shops)) for has_shops in (False, True)]
"""For those without shops, and for those who have some."""


@query
def booking(session: Session, actor: Actor, booking_id: int) -> Booking:
    """One booking with everything that its page shows; raises Missing."""
    return reading.booking_for(session, actor, booking_id)
