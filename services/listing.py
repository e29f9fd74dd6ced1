"""Lists for programs: spaces, availability, and bookings page by page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, tuple_
from sqlalchemy.orm import Session

from domain.availability import FreeStretch, free_stretches
from domain.bookings import BookingStatus
from domain.errors import BadInput, Missing
from domain.interval import Interval, tick_of
from domain.people import Actor
from domain.spaces import SpaceKind
from models import Booking, Space
from models.spaces import SpaceFacts
from services import opening, reading, seats, space_lines
from services.space_lines import Pages, SpaceLine, pages_of
from services.unit_of_work import query

LONGEST_WINDOW_DAYS = 62
Position = tuple[datetime, int]
"""Where a page ended: the start and id of its last booking."""


@dataclass(frozen=True, slots=True)
class Names(SpaceFacts):
    """What a space is called."""

    name: str
    name_en: str


_SPACE = Space.__table__.c
_NAMES = select(_SPACE.code, _SPACE.name, _SPACE.name_en).where(
    _SPACE.code.in_(bindparam("codes", expanding=True)), _SPACE.archived_at.is_(None)
)


@query
def spaces(session: Session) -> list[Space]:
    """Every space in use, with its hours, in the order of the house."""
    return reading.spaces_in_use(session)


@query
def page_of_spaces(session: Session, kind: SpaceKind | None, page: int) -> tuple[Pages, list[SpaceLine]]:
    """A page of the spaces in use, of one kind or of all, in the order of the house."""
    pages = pages_of(space_lines.counted(session), kind, page)
    return pages, space_lines.of_page(session, pages)


@query
def spaces_named(session: Session, codes: Collection[str]) -> dict[str, Names]:
    """What those of these spaces are called that are in use, by code."""
    if not codes:
        return {}
    return {code: Names(*names) for code, *names in session.execute(_NAMES, {"codes": list(codes)})}


@query
def space(session: Session, code: str) -> Space:
    """One space in use, with its hours; raises Missing."""
    return reading.space_by_code(session, code)


@query
def availability(session: Session, code: str, window: Interval, now: datetime) -> list[FreeStretch]:
    """The free places over a window of at most 62 days; what is over is not free. Raises Missing, BadInput."""
    if window.minutes > LONGEST_WINDOW_DAYS * 24 * 60:
        raise BadInput("window_long", field="to", days=LONGEST_WINDOW_DAYS)
    found = reading.space_by_code(session, code)
    openings = opening.during(session, found, window)
    ticks = window.ticks()
    taken, places = seats.taken_of(session, found, ticks), found.own_places
    for tick in range(ticks.start, min(ticks.stop, tick_of(now))):
        taken[tick] = places
    return free_stretches(window, openings, taken, places)


@query
def booking(session: Session, actor: Actor, booking_id: int) -> Booking:
    """One booking that this person may see; raises Missing."""
    return reading.booking_for(session, actor, booking_id)


@query
def bookings(
    session: Session,
    actor: Actor,
    *,
    size: int,
    after: Position | None = None,
    mine: bool = False,
    space_code: str | None = None,
    status: BookingStatus | None = None,
    starts_from: datetime | None = None,
    starts_before: datetime | None = None,
) -> list[Booking]:
    """Up to `size` bookings that this person may see, by start and id, beginning after a position."""
    wanted = select(Booking).options(*reading.booking_options()).where(reading.visible_to(actor))
    if mine:
        wanted = wanted.where(Booking.booker_id == actor.id)
    if space_code is not None:
        wanted = wanted.where(Booking.space_id == _space_id(session, space_code))
    if status is not None:
        wanted = wanted.where(Booking.status == status)
    if starts_from is not None:
        wanted = wanted.where(Booking.starts_at >= starts_from)
    if starts_before is not None:
        wanted = wanted.where(Booking.starts_at < starts_before)
    if after is not None:
        wanted = wanted.where(tuple_(Booking.starts_at, Booking.id) > after)
    return list(session.scalars(wanted.order_by(Booking.starts_at, Booking.id).limit(size)).unique())


def _space_id(session: Session, code: str) -> int:
    found = session.scalar(select(Space.id).where(Space.code == code))
    if found is None:
        raise Missing
    return found
