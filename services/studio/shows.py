"""Shows of the studio: list them, and see the booths of one. Planning them is in services/studio/planning.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
        return self.show.plan.size

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
    show = session.scalar(_SHOW, {"show": show_id})
    if show is None or (show.status is ShowStatus.DRAFT and not (actor and actor.is_staff)):
        raise Missing
    return show


def _summaries() -> Select[Show, int, int, bool]:
    """Shows with what is taken of each; only those that come out are counted, not all there ever were."""
    is_mine = case((BoothSlot.merchant_id.in_(bindparam("shops", expanding=True)), 1), else_=0)
    of_show = (
        select(func.count())
        .join_from(BoothSlot, Booking, Booking.id == BoothSlot.booking_id)
        .where(BoothSlot.show_id == Show.id, Booking.status.in_(SHOWN))
        .correlate(Show)
    )
    return (
        select(
            Show,
            of_show.scalar_subquery(),
            func.coalesce(of_show.with_only_columns(func.sum(is_mine)).scalar_subquery(), 0),
            Draw.drawn_at.is_not(None),
        )
        .options(selectinload(Show.hosts))
        .outerjoin(Draw, Draw.show_id == Show.id)
        .where(Show.status != ShowStatus.DRAFT)
        .limit(bindparam("most"))
    )


# Statements are put together once: doing it at every request costs more than running them.
_SHOW = (
    select(Show)
    .options(joinedload(Show.space), selectinload(Show.hosts))
    .where(Show.id == bindparam("show"))
    .execution_options(populate_existing=True)
)
_UPCOMING = _summaries().where(Show.ends_at > bindparam("now")).order_by(Show.starts_at, Show.id)
_PAST = _summaries().where(Show.ends_at <= bindparam("now")).order_by(Show.starts_at.desc(), Show.id.desc())
_EARLIER = _PAST.where(Show.starts_at < bindparam("before"))
_SLOT = joinedload(Booking.booth_slot)
_FILLED = (
    select(Booking)
    .join(BoothSlot, BoothSlot.booking_id == Booking.id)
    .options(_SLOT.joinedload(BoothSlot.merchant), _SLOT.joinedload(BoothSlot.product))
    .where(BoothSlot.show_id == bindparam("show"), Booking.status.in_(SHOWN))
    .execution_options(populate_existing=True)
)
_REVISION = (
    select(Space.__table__.c.revision, Show.__table__.c.version)
    .join_from(Space.__table__, Show.__table__, Show.__table__.c.space_id == Space.__table__.c.id)
    .where(Show.__table__.c.id == bindparam("show"))
)


def _summed_up(
    session: Session, shows: Select[Show, int, int, bool], actor: Actor | None, **asked: Any
) -> list[ShowSummary]:
    lock_hours = settings.load(session).booth_lock_hours
    asked["shops"] = list(actor.merchant_ids) if actor else []
    return [
        ShowSummary(show, taken, mine, lock_hours, is_drawn)
        for show, taken, mine, is_drawn in session.execute(shows, asked)
    ]


@query
def upcoming_shows(
    session: Session, now: datetime, *, actor: Actor | None = None, limit: int = 20
) -> list[ShowSummary]:
    """Shows that are running or still to come, the next one first."""
    return _summed_up(session, _UPCOMING, actor, now=now, most=limit)


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
    if before is None:
        return _summed_up(session, _PAST, actor, now=now, most=limit)
    return _summed_up(session, _EARLIER, actor, now=now, before=before, most=limit)


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
    bookings = session.scalars(_FILLED, {"show": show.id})
    filled = {(booking.place, booking.starts_at): booking for booking in bookings}
    cells = tuple(
        BoothCell(time.booth, time.interval, filled.get((time.booth, time.interval.starts_at)))
        for time in show.plan.booth_times()
    )
    return ShowGrid(show, cells, settings.load(session).booth_lock_hours)


@query
def revision_of(session: Session, show_id: int) -> tuple[int, int]:
    """A pair that changes with everything that a show's grid would show; raises Missing."""
    row = session.execute(_REVISION, {"show": show_id}).first()
    if row is None:
        raise Missing
    return row.revision, row.version
