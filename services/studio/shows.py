"""Shows of the studio: list them, and see the booths of one. Planning them is in services/studio/planning.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from domain.bookings import SHOWN, BookingStatus
from domain.errors import Missing
from domain.interval import Interval
from domain.people import Actor
from domain.spaces import SpaceKind
from domain.studio.shows import Phase, ShowStatus, lock_moment, phase_of
from models import Booking, BoothSlot, Draw, Show, Space
from services import settings
from services.unit_of_work import query


@dataclass(frozen=True, slots=True)
class ShowSummary:
    """A show in a list: how many booth slots are taken, how many by the asker's shop, and whether it was drawn."""

    show: Show
    taken: int
    mine: int
    lock_hours: int
    is_drawn: bool

    @property
    def total(self) -> int:
        """All booth slots."""
        return len(self.show.plan.booth_times())

    @property
    def free(self) -> int:
        """Booth slots that are empty."""
        return self.total - self.taken

    def phase(self, now: datetime) -> Phase:
        """Where the show stands."""
        return phase_of(self.show.interval, self.lock_hours, now)


@dataclass(frozen=True, slots=True)
class BoothCell:
    """One booth slot of a show and the booking that fills it, loaded with its merchant and product."""

    booth: int
    interval: Interval
    booking: Booking | None


@dataclass(frozen=True, slots=True)
class ShowGrid:
    """A show with every booth slot, in the order of time, then booth."""

    show: Show
    cells: tuple[BoothCell, ...]
    lock_hours: int

    @property
    def free(self) -> int:
        """How many booth slots are empty."""
        return sum(cell.booking is None for cell in self.cells)

    @property
    def pending(self) -> int:
        """How many requests wait for staff."""
        return sum(c.booking is not None and c.booking.status is BookingStatus.PENDING for c in self.cells)

    @property
    def lock_at(self) -> datetime:
        """From when on no booth can be taken."""
        return lock_moment(self.show.starts_at, self.lock_hours)

    def phase(self, now: datetime) -> Phase:
        """Where the show stands."""
        return phase_of(self.show.interval, self.lock_hours, now)


def load_studio(session: Session) -> Space:
    """The studio in which shows are held, with its hours; raises Missing where there is none."""
    studio = session.scalar(
        select(Space)
        .options(selectinload(Space.hours))
        .where(Space.kind == SpaceKind.STUDIO, Space.archived_at.is_(None))
        .order_by(Space.position, Space.id)
        .limit(1)
    )
    if studio is None:
        raise Missing
    return studio


def load_show(session: Session, show_id: int, actor: Actor | None) -> Show:
    """One show with its studio and hosts; a draft is there for staff only. Raises Missing."""
    show = session.scalar(_one_show(), {"show": show_id})
    if show is None or (show.status is ShowStatus.DRAFT and not (actor and actor.is_staff)):
        raise Missing
    return show


@cache
def _one_show() -> Select[Show]:
    return (
        select(Show)
        .options(joinedload(Show.space), selectinload(Show.hosts))
        .where(Show.id == bindparam("show"))
        .execution_options(populate_existing=True)
    )


def _summaries(merchant_ids: Sequence[int]) -> Select[Show, int, int, bool]:
    is_mine = case((BoothSlot.merchant_id.in_(merchant_ids), 1), else_=0)
    filled = (
        select(BoothSlot.show_id, func.count().label("taken"), func.sum(is_mine).label("mine"))
        .join(Booking, Booking.id == BoothSlot.booking_id)
        .where(Booking.status.in_(SHOWN))
        .group_by(BoothSlot.show_id)
        .subquery()
    )
    return (
        select(
            Show,
            func.coalesce(filled.c.taken, 0),
            func.coalesce(filled.c.mine, 0),
            Draw.drawn_at.is_not(None),
        )
        .options(selectinload(Show.hosts))
        .outerjoin(Draw, Draw.show_id == Show.id)
        .outerjoin(filled, filled.c.show_id == Show.id)
        .where(Show.status != ShowStatus.DRAFT)
    )


def _summed_up(session: Session, shows: Select[Show, int, int, bool]) -> list[ShowSummary]:
    lock_hours = settings.load(session).booth_lock_hours
    return [
        ShowSummary(show, taken, mine, lock_hours, is_drawn)
        for show, taken, mine, is_drawn in session.execute(shows)
    ]


def _shops(actor: Actor | None) -> tuple[int, ...]:
    return actor.merchant_ids if actor else ()


@query
def upcoming_shows(
    session: Session, now: datetime, *, actor: Actor | None = None, limit: int = 20
) -> list[ShowSummary]:
    """Shows that are running or still to come, the next one first."""
    shows = _summaries(_shops(actor)).where(Show.ends_at > now).order_by(Show.starts_at, Show.id)
    return _summed_up(session, shows.limit(limit))


@query
def past_shows(
    session: Session,
    now: datetime,
    *,
    actor: Actor | None = None,
    before: datetime | None = None,
    limit: int = 20,
) -> list[ShowSummary]:
    """Shows that are over, the latest first; `before` (a start) leads on to older ones."""
    shows = _summaries(_shops(actor)).where(Show.ends_at <= now)
    if before is not None:
        shows = shows.where(Show.starts_at < before)
    return _summed_up(session, shows.order_by(Show.starts_at.desc(), Show.id.desc()).limit(limit))


@query
def show_page(session: Session, *, size: int, after_id: int | None = None) -> list[Show]:
    """Shows by falling id, for programs that page through all of them; drafts left out."""
    shows = select(Show).options(selectinload(Show.hosts)).where(Show.status != ShowStatus.DRAFT)
    if after_id is not None:
        shows = shows.where(Show.id < after_id)
    return list(session.scalars(shows.order_by(Show.id.desc()).limit(size)))


@query
def show_with_booths(session: Session, show_id: int, *, actor: Actor | None = None) -> ShowGrid:
    """A show with every booth slot and what fills it; raises Missing."""
    show = load_show(session, show_id, actor)
    slot = joinedload(Booking.booth_slot)
    bookings = session.scalars(
        select(Booking)
        .join(BoothSlot, BoothSlot.booking_id == Booking.id)
        .options(slot.joinedload(BoothSlot.merchant), slot.joinedload(BoothSlot.product))
        .where(BoothSlot.show_id == show.id, Booking.status.in_(SHOWN))
        .execution_options(populate_existing=True)
    )
    filled = {(booking.place, booking.starts_at): booking for booking in bookings}
    cells = tuple(
        BoothCell(time.booth, time.interval, filled.get((time.booth, time.interval.starts_at)))
        for time in show.plan.booth_times()
    )
    return ShowGrid(show, cells, settings.load(session).booth_lock_hours)


@query
def revision_of(session: Session, show_id: int) -> tuple[int, int]:
    """A pair that changes with everything that a show's grid would show; raises Missing."""
    row = session.execute(
        select(Space.revision, Show.version).join(Show, Show.space_id == Space.id).where(Show.id == show_id)
    ).first()
    if row is None:
        raise Missing
    return row.revision, row.version
