"""Today's board: every space on one axis of time, for whoever looks at it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from domain.board import axis_of, free_at
from domain.bookings import BOOKED
from domain.interval import Interval, local_day, tick_of
from domain.people import Actor
from domain.policies import LONGEST, STAFF_ADVANCE_DAYS, days_ahead
from domain.spaces import SpaceKind
from domain.studio.shows import ShowPlan, ShowStatus
from models import Booking, BoothSlot, Show, Space
from services import kept_lanes, opening, reading, space_lines
from services.holdings import booths_owned
from services.kept import shelf
from services.kept_lanes import Wish
from services.lanes import Lane
from services.space_lines import AnySpace, Pages, Standing, pages_of
from services.unit_of_work import query

DAYS_BACK = 30


class NextShow(NamedTuple):
    """The show that is on air or comes next, and how many of its booth slots nobody has yet."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    free: int


@dataclass(frozen=True, slots=True)
class Board:
    """One day of the spaces; `announced` says whether the year's holidays are known."""

    day: date
    first_day: date
    last_day: date
    axis: Interval
    lanes: list[Lane]
    pages: Pages
    next_show: NextShow | None
    my_next: Booking | None
    announced: bool

    def seats_now(self, lane: Lane, now: datetime) -> int | None:
        """The free seats of a pool at this moment; None when it is closed."""
        return free_at(tick_of(now), lane.openings, lane.taken, lane.space.places)


# Statements are put together once: doing it at every request costs more than running them.
_SHOW = Show.__table__.c
_NEXT_SHOW = (
    select(
        *(_SHOW[name] for name in ("id", "title", "starts_at", "ends_at", "layout", "booths", "slots")),
        booths_owned(_SHOW.id).label("owned"),
    )
    .join_from(Show.__table__, Space.__table__, Space.__table__.c.id == _SHOW.space_id)
    .where(
        _SHOW.status == ShowStatus.OPEN,
        _SHOW.ends_at > bindparam("now"),
        Space.__table__.c.kind == SpaceKind.STUDIO,
    )
    .order_by(_SHOW.starts_at)
    .limit(1)
)
_SLOT = joinedload(Booking.booth_slot)
_BOOKING = (
    select(Booking)
    .options(joinedload(Booking.space), _SLOT.joinedload(BoothSlot.show), _SLOT.joinedload(BoothSlot.product))
    .where(Booking.id == bindparam("booking"))
)
_NEXT_BOOKING = (
    select(Booking.__table__.c.id)
    .where(
        Booking.status.in_(BOOKED),
        Booking.ends_at > bindparam("now"),
        Booking.starts_at > bindparam("since"),  # so that the index passes over all that somebody ever had
    )
    .order_by(Booking.starts_at, Booking.id)
    .limit(1)
)
_NEXT_OF_PERSON = _NEXT_BOOKING.where(reading.belonging(bindparam("actor")))
_NEXT_OF_SHOP = _NEXT_BOOKING.where(reading.belonging(bindparam("actor"), bindparam("shops", expanding=True)))


@query
def stamp(session: Session) -> int:
    """What the live board compares: one number, one indexed query."""
    return reading.revision(session)


@query
def standing(session: Session) -> Standing:
    """The same together with what the board's pages follow from."""
    return space_lines.standing(session)


@query
def of_day(
    session: Session,
    viewer: Actor | None,
    wanted: date | None,
    now: datetime,
    kind: SpaceKind | None = None,
    page: int = 1,
    standing: Standing | None = None,
) -> Board:
    """The board of a day, kept within 30 days back and as far ahead as anything can be booked, a page of the spaces.

    `standing` is for who has read it already.
    """
    standing = standing or space_lines.standing(session)
    in_use = standing.in_use
    pages = pages_of(in_use, kind, page)
    today = local_day(now)
    last = today + timedelta(days=furthest_day_ahead([one.advance_days for one in in_use], viewer))
    first = today - timedelta(days=DAYS_BACK)
    day = min(max(wanted or today, first), last)
    spaces = kept_lanes.of_days(session, space_lines.listed(session, pages), [day])
    axis = axis_of(Interval.of_day(day), [time for one in spaces for time in one.openings[day]])
    known = spaces[0].known if spaces else opening.known_days(session, day, day)
    return Board(
        day=day,
        first_day=first,
        last_day=last,
        axis=axis,
        lanes=kept_lanes.lanes_of(session, [Wish(one, day, axis) for one in spaces], viewer, now),
        pages=pages,
        next_show=_next_show(session, standing.revision(SpaceKind.STUDIO), now),
        my_next=next_booking(session, viewer, now) if viewer else None,
        announced=day.year in known.years,
    )


def _next_show(session: Session, revision: int, now: datetime) -> NextShow | None:
    """Kept while no studio changes and it is not over: the first of those to come stays the first until then."""
    kept = shelf(session)
    known: tuple[NextShow | None] | None = kept.get(NextShow, revision)
    if known is None or (known[0] is not None and known[0].ends_at <= now):
        row = session.execute(_NEXT_SHOW, {"now": now}).first()
        known = (None if row is None else _shown(row),)
        kept.put(NextShow, revision, known)
    return known[0]


def _shown(row: Any) -> NextShow:
    size = ShowPlan(row.layout, row.starts_at, row.booths, row.slots, 0).size
    return NextShow(row.id, row.title, row.starts_at, row.ends_at, max(0, size - row.owned))


def furthest_day_ahead(advance_days: Iterable[int], viewer: Actor | None) -> int:
    """The same as `last_day_ahead`, from the days of the spaces themselves."""
    furthest = max(advance_days, default=None)
    if furthest is None:
        return 0
    return max(furthest, STAFF_ADVANCE_DAYS) if viewer is not None and viewer.is_staff else furthest


def last_day_ahead(spaces: Sequence[AnySpace], viewer: Actor | None) -> int:
    """How many days ahead somebody may look: as far as anything of these can be booked by them."""
    by_staff = viewer is not None and viewer.is_staff
    return max((days_ahead(space.rules(), by_staff=by_staff) for space in spaces), default=0)


def next_booking(session: Session, actor: Actor, now: datetime) -> Booking | None:
    """The booking of somebody's that is running or comes next; an offer is none yet."""
    whose: dict[str, Any] = {"actor": actor.id, "now": now, "since": now - LONGEST}
    wanted = _NEXT_OF_PERSON
    if actor.merchant_ids:
        whose["shops"], wanted = list(actor.merchant_ids), _NEXT_OF_SHOP
    # Most have none, and then nothing more is asked.
    found = session.scalar(wanted, whose)
    return None if found is None else session.scalar(_BOOKING, {"booking": found})
