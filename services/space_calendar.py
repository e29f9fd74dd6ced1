"""The calendar of one space: its week, one of its days to choose a time from, and the list of all spaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from domain.board import axis_of, free_at
from domain.errors import Missing
from domain.interval import Interval, at_local, local_day, tick_of, week_start
from domain.people import Actor
from domain.policies import Closed
from domain.spaces import Equipment, SpaceKind
from domain.studio.shows import ShowStatus
from models import Show, Space, SpaceEquipment, SpacePhoto
from services import kept_lanes, opening, reading, space_lines
from services.board import DAYS_BACK, furthest_day_ahead, last_day_ahead
from services.holdings import free_booths, load
from services.kept import shelf
from services.kept_lanes import Wish
from services.lanes import Lane, lane_of
from services.space_lines import AnySpace, Listed, SpaceLine
from services.unit_of_work import query

WEEK = 7
SHOWS_AHEAD = 5


@dataclass(frozen=True, slots=True)
class Day:
    """One day of one space; `announced` says whether the holidays of its year are known.

    `last_day` is the last one that the viewer may book.
    """

    day: date
    axis: Interval
    lane: Lane
    announced: bool
    last_day: date

    @property
    def space(self) -> AnySpace:
        """The space that it belongs to."""
        return self.lane.space


@dataclass(frozen=True, slots=True)
class Week:
    """Monday to Sunday of one space, all days on the same axis.

    `revision` is the one that its seats are polled with, the one of the space before anything else was read.
    """

    space: SpaceLine
    chosen: date
    first_day: date
    last_day: date
    days: list[Day]
    shows: list[Show]
    free_booths: dict[int, int]
    closures: Sequence[Closed]
    furnished: Furnished
    revision: int

    def seats(self, now: datetime) -> Seats | None:
        """The free seats of a pool at this moment; None in another week."""
        today = next((one for one in self.days if one.day == local_day(now)), None)
        if today is None:
            return None
        free = free_at(tick_of(now), today.lane.openings, today.lane.taken, self.space.places)
        return Seats(self.space, free)


class Furnished(NamedTuple):
    """The SHA-256 of the first picture of a space, and what it has, in the order of the house's list."""

    photo: str | None
    equipment: list[Equipment]


class Reach(NamedTuple):
    """A space, the day that is shown of it, and the last one that the viewer may book."""

    space: SpaceLine
    day: date
    last_day: date


class Seats(NamedTuple):
    """A pool, and how many of its seats are free at the moment: None while it is closed."""

    space: SpaceLine
    free: int | None


# Statements are put together once: doing it at every request costs more than running them.
_FIRST_PHOTO = (
    select(SpacePhoto.sha256)
    .where(SpacePhoto.space_id == bindparam("space"))
    .order_by(SpacePhoto.position)
    .limit(1)
)
_EQUIPMENT = select(SpaceEquipment.code).where(SpaceEquipment.space_id == bindparam("space"))
_SHOWS_AHEAD = (
    select(Show)
    .where(
        Show.space_id == bindparam("space"), Show.ends_at > bindparam("now"), Show.status == ShowStatus.OPEN
    )
    .order_by(Show.starts_at)
    .limit(SHOWS_AHEAD)
)


@query
def one(session: Session, code: str) -> Space:
    """A space that is in use, with its hours; raises Missing."""
    return reading.space_by_code(session, code)


@query
def reach(session: Session, viewer: Actor | None, code: str, wanted: date | None, now: datetime) -> Reach:
    """The wanted day, kept between today and the last bookable day; raises Missing."""
    space = space_lines.by_code(session, code)
    today = local_day(now)
    last = today + timedelta(days=last_day_ahead([space], viewer))
    return Reach(space, min(max(wanted or today, today), last), last)


@query
def day(
    session: Session,
    viewer: Actor | None,
    code: str,
    wanted: date | None,
    now: datetime,
    without: int | None = None,
) -> Day:
    """One day to choose a time from, between today and the last bookable day; raises Missing.

    The booking `without` counts as free: it is the one that is being moved.
    """
    return day_within(reach(viewer, code, wanted, now), viewer, now, without)


@query
def day_within(
    session: Session, reached: Reach, viewer: Actor | None, now: datetime, without: int | None = None
) -> Day:
    """The same of a space and a day that are known already."""
    space, chosen, last = reached
    whole = Interval.of_day(chosen)
    closures = opening.closures(session, [space.id], whole)
    known = opening.known_days(session, chosen, chosen)
    openings = opening.on_days(session, [space], [chosen], closures, known.kinds)[space.id][chosen]
    axis = axis_of(whole, openings)
    # Clean-up time and the next morning's bookings reach over the edges of the axis.
    holdings = load(session, [space], whole, closures)
    lane = lane_of(space, axis, openings, holdings, viewer, now, without)
    return Day(chosen, axis, lane, chosen.year in known.years, last)


@query
def week(session: Session, viewer: Actor | None, code: str, wanted: date | None, now: datetime) -> Week:
    """The week that holds a day, within 30 days back and the last bookable day; raises Missing."""
    listed = space_lines.found(session, code)
    today = local_day(now)
    first = today - timedelta(days=DAYS_BACK)
    last = today + timedelta(days=furthest_day_ahead([listed.advance_days], viewer))
    chosen = min(max(wanted or today, first), last)
    dates = [week_start(chosen) + timedelta(days=n) for n in range(WEEK)]
    found = next(iter(kept_lanes.of_days(session, [listed], dates)), None)
    if found is None:
        raise Missing
    axes = _axes(dates, found.openings)
    lanes = kept_lanes.lanes_of(session, [Wish(found, d, axes[d]) for d in dates], viewer, now)
    shows = _shows_ahead(session, found.space, now)
    return Week(
        space=found.space,
        chosen=chosen,
        first_day=first,
        last_day=last,
        days=[
            Day(day=d, axis=axes[d], lane=lane, announced=d.year in found.known.years, last_day=last)
            for d, lane in zip(dates, lanes, strict=True)
        ],
        shows=shows,
        free_booths=free_booths(session, shows),
        closures=found.closures,
        furnished=_furnished(session, listed),
        revision=listed.revision,
    )


def _furnished(session: Session, listed: Listed) -> Furnished:
    kept, name = shelf(session), (Furnished, listed.id)
    known: Furnished | None = kept.get(name, listed.revision)
    if known is None:
        has = set(session.scalars(_EQUIPMENT, {"space": listed.id}))
        photo = session.scalar(_FIRST_PHOTO, {"space": listed.id})
        known = Furnished(photo, [one for one in Equipment if one in has])
        kept.put(name, listed.revision, known)
    return known


@query
def revision(session: Session, code: str) -> int:
    """What grows with every change of a space; raises Missing."""
    return space_lines.found(session, code).revision


@query
def seats_now(session: Session, code: str, now: datetime) -> Seats:
    """A pool and its free seats at this moment; raises Missing."""
    space = space_lines.by_code(session, code)
    today = local_day(now)
    openings = opening.on_days(session, [space], [today])[space.id][today]
    present = Interval.of_ticks(tick_of(now), 1)
    holdings = load(session, [space], present)
    lane = lane_of(space, present, openings, holdings, None, now)
    return Seats(space, free_at(tick_of(now), openings, lane.taken, space.places))


def _axes(dates: list[date], openings: Mapping[date, list[Interval]]) -> dict[date, Interval]:
    """The same hours of the wall clock for each day: those that hold every opening of the week."""
    spans = []
    for d in dates:
        midnight = at_local(d, 0)
        if openings[d]:
            axis = axis_of(Interval.of_day(d), openings[d])
            spans.append((axis.starts_at - midnight, axis.ends_at - midnight))
    if not spans:
        return {d: axis_of(Interval.of_day(d), []) for d in dates}
    first, end = min(a for a, _ in spans), max(b for _, b in spans)
    return {d: Interval(at_local(d, 0) + first, at_local(d, 0) + end) for d in dates}


def _shows_ahead(session: Session, space: SpaceLine, now: datetime) -> list[Show]:
    if space.kind is not SpaceKind.STUDIO:
        return []
    return list(session.scalars(_SHOWS_AHEAD, {"space": space.id, "now": now}))
