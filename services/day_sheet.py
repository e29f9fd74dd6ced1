"""The sheet of a day for the desk: every space with its bookings in order, to print and to tick off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, select, union_all
from sqlalchemy.orm import Session

from domain.bookings import SHOWN, BookingStatus
from domain.errors import Forbidden
from domain.interval import Interval, local_day
from domain.people import Actor
from domain.policies import Closed
from domain.studio.shows import ShowStatus
from models import Booking, BoothSlot, Show, Space
from models.base import UtcDateTime
from models.rows import spelled, untold
from services import opening, reading
from services.board import DAYS_BACK, last_day_ahead
from services.seen import Chosen, SeenBooking
from services.unit_of_work import query

ON_THE_SHEET = SHOWN | {BookingStatus.NO_SHOW}


@dataclass(frozen=True, slots=True)
class Entry:
    """One booking as a sheet that lies about may show it; in a private space without name and people."""

    booking_id: int
    interval: Interval
    status: BookingStatus
    name: str
    people: int | None
    pickup_number: str
    is_proposal: bool


@dataclass(frozen=True, slots=True)
class Section:
    """One space on its day."""

    space: Space
    openings: list[Interval]
    closures: Sequence[Closed]
    entries: list[Entry]
    shows: list[Show]


@dataclass(frozen=True, slots=True)
class Day:
    """Everything that stands on a day, by space, as it is: whoever shows it says what may be read."""

    day: date
    first_day: date
    last_day: date
    spaces: list[Space]
    openings: Mapping[int, list[Interval]]
    closures: Mapping[int, Sequence[Closed]]
    bookings: Mapping[int, list[tuple[Interval, SeenBooking]]]
    shows: Mapping[int, list[Show]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All spaces of a day."""

    day: date
    first_day: date
    last_day: date
    sections: list[Section]


@query
def of_day(session: Session, actor: Actor, wanted: date | None, now: datetime) -> Sheet:
    """The sheet of a day, 30 days back to as far as staff plan, in a fixed number of queries; raises Forbidden."""
    found = load(session, actor, wanted, now)
    return Sheet(
        day=found.day,
        first_day=found.first_day,
        last_day=found.last_day,
        sections=[
            Section(
                space=space,
                openings=found.openings[space.id],
                closures=found.closures.get(space.id, ()),
                entries=[_entry(booking, time, space) for time, booking in found.bookings[space.id]],
                shows=found.shows[space.id],
            )
            for space in found.spaces
        ],
    )


def load(session: Session, actor: Actor, wanted: date | None, now: datetime) -> Day:
    """What stands on a day, kept within 30 days back and as far as staff plan; raises Forbidden."""
    if not actor.is_staff:
        raise Forbidden
    spaces = reading.spaces_in_use(session)
    today = local_day(now)
    first = today - timedelta(days=DAYS_BACK)
    last = today + timedelta(days=last_day_ahead(spaces, actor))
    day = min(max(wanted or today, first), last)
    whole = Interval.of_day(day)
    closures = opening.closures(session, [space.id for space in spaces], whole)
    openings = opening.on_days(session, spaces, [day], closures)
    return Day(
        day=day,
        first_day=first,
        last_day=last,
        spaces=spaces,
        openings={space.id: openings[space.id][day] for space in spaces},
        closures=closures,
        bookings=_bookings(session, whole),
        shows=_shows(session, whole),
    )


def _bookings(session: Session, whole: Interval) -> Mapping[int, list[tuple[Interval, SeenBooking]]]:
    """By space, each time in its order; booths stand on the show's own page."""
    # No booking is longer than a day, so the index on the start finds all that reach into this one.
    since = whole.starts_at - timedelta(days=1)
    found: dict[int, list[tuple[Interval, SeenBooking]]] = defaultdict(list)
    for booking, _nothing in ON_THE_DAY.find(session, {"since": since, "end": whole.ends_at}):
        found[booking.space_id] += [(time, booking) for time in booking.times if time.overlaps(whole)]
    for times in found.values():
        times.sort(key=lambda one: (one[0], one[1].id))
    return found


def _on_the_day() -> Select[*tuple[Any, ...]]:
    since, end = _moment("since"), _moment("end")
    own = and_(Booking.starts_at > since, Booking.starts_at < end)
    proposed = and_(Booking.proposed_starts_at > since, Booking.proposed_starts_at < end)
    is_room = ~exists().where(BoothSlot.booking_id == Booking.id).correlate(Booking)
    in_use = Booking.space_id.in_(select(Space.id).where(Space.archived_at.is_(None)))
    wanted = select(Booking.id.label("id")).where(is_room, in_use)
    # Each on its own, so that it is found by its index; what waits for another time is on the sheet in any case.
    parts = union_all(
        wanted.where(own, Booking.status.in_([*map(spelled, sorted(ON_THE_SHEET))])),
        wanted.where(proposed, ~own),
    ).subquery()
    return select(parts.c.id)


def _moment(name: str) -> ColumnElement[datetime]:
    return untold(name, UtcDateTime())


ON_THE_DAY = Chosen(_on_the_day())


def _entry(booking: SeenBooking, time: Interval, space: Space) -> Entry:
    return Entry(
        booking_id=booking.id,
        interval=time,
        status=booking.status,
        name="" if space.is_private else booking.booker.masked_name,
        people=None if space.is_private else booking.party_size,
        pickup_number=booking.pickup_number,
        is_proposal=time != booking.interval,
    )


def _shows(session: Session, whole: Interval) -> dict[int, list[Show]]:
    found: dict[int, list[Show]] = defaultdict(list)
    for show in session.scalars(
        select(Show)
        .where(
            Show.during(whole),
            Show.status != ShowStatus.CANCELLED,
        )
        .order_by(Show.starts_at)
    ):
        found[show.space_id].append(show)
    return found
