"""One request as whoever decides on it sees it: its neighbours in time, the rules' figures, the booker's history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from domain.board import HOUR, Held, Horizon, Segment, SegmentKind, axis_of, room_lane
from domain.bookings import LIVE, SHOWN, BookingStatus
from domain.errors import Violation
from domain.interval import Interval, at_local, local_day, subtract, tick_of, week_start
from domain.people import Actor
from domain.settings import HouseSettings
from domain.spaces import SpaceKind
from domain.studio.shows import Layout, ShowStatus
from models import Booking, BoothSlot, Person, Show
from models.base import UtcDateTime
from models.rows import spelled, untold
from services import alternatives, opening, reading
from services.decisions import asked_time
from services.desk import levels
from services.desk.levels import SecondYes
from services.house import stewards
from services.seen import Chosen, SeenBooking
from services.studio import readiness

MOST_SHOWN = 100
LOOK_BACK = timedelta(days=90)
DAY = timedelta(days=1)
NEAR, PAST = 1, 2
"""What a row is there for: its time is near the request, or it is the booker's."""
SHOWS_UP = Booking.status.in_([*map(spelled, sorted(SHOWN))])
CAME = frozenset({BookingStatus.CHECKED_IN, BookingStatus.COMPLETED})
SETTLED = CAME | {BookingStatus.CONFIRMED}


@dataclass(frozen=True, slots=True)
class Past:
    """How the bookings of the last 90 days ended, for the person or, with a booth, for the shop."""

    bookings: list[SeenBooking]
    upcoming: list[SeenBooking]

    def count(self, *statuses: BookingStatus) -> int:
        """How many ended so."""
        return sum(booking.status in statuses for booking in self.bookings)

    @property
    def came(self) -> int:
        """How often they were there."""
        return self.count(*CAME)

    @property
    def missed(self) -> int:
        """How often they stayed away without a word."""
        return self.count(BookingStatus.NO_SHOW)


@dataclass(frozen=True, slots=True)
class Case:
    """One request with its neighbours in time, the rules' figures and the booker's history; lengths in minutes.

    `openings` are those of its room as far as another time is looked for, `against` is what still keeps a booth from
    being confirmed, `second` who gives the second yes once there is a first.
    """

    booking: Booking
    decided_by: Person | None
    openings: list[Interval]
    axis: Interval | None
    segments: list[Segment]
    neighbours: list[SeenBooking]
    past: Past
    house: HouseSettings
    week_minutes: int
    month_booths: int
    may_reveal: bool
    against: tuple[Violation, ...] = ()
    second: SecondYes | None = None


def load(session: Session, actor: Actor, booking_id: int, now: datetime, house: HouseSettings) -> Case:
    booking = reading.booking_for(session, actor, booking_id)
    neighbours, others = _beside(session, booking, now)
    around = alternatives.around(asked_time(booking))
    openings = opening.during(session, booking.space, around) if booking.booth_slot is None else []
    axis, segments = _lane(session, booking, openings, neighbours, now)
    decided_by = session.get(Person, booking.decided_by_id) if booking.decided_by_id else None
    return Case(
        booking=booking,
        decided_by=decided_by,
        openings=openings,
        axis=axis,
        segments=segments,
        neighbours=neighbours,
        past=Past(
            [other for other in others if other.ends_at <= now or other.status not in LIVE],
            [other for other in others if other.ends_at > now and other.status in LIVE],
        ),
        house=house,
        week_minutes=_week_minutes(booking, others),
        month_booths=_month_booths(booking, others),
        may_reveal=stewards.may_reveal(session, actor, booking),
        against=tuple(readiness.violations_of(session, booking)),
        second=levels.second_yes(session, booking),
    )


def _beside(session: Session, booking: Booking, now: datetime) -> tuple[list[SeenBooking], list[SeenBooking]]:
    """The others of the space on that day, proposed times included, or of the show; and the booker's, or the shop's.

    Of these the last 90 days and what is ahead.
    """
    slot = booking.booth_slot
    day = Interval.of_day(local_day(asked_time(booking).starts_at)) if slot is None else slot.show.interval
    found = (BESIDE_ROOM if slot is None else BESIDE_BOOTH).find(
        session,
        {
            "booking": booking.id,
            "space": booking.space_id,
            "booker": booking.booker_id,
            "show": slot.show_id if slot else None,
            "merchant": slot.merchant_id if slot else None,
            "since": day.starts_at - DAY,
            "begin": day.starts_at,
            "end": day.ends_at,
            "back": now - LOOK_BACK,
        },
    )
    near = [one for one, (kind,) in found if kind == NEAR]
    past = [one for one, (kind,) in found if kind == PAST]
    return (
        sorted(near, key=lambda one: (one.starts_at, one.place or 0)),
        sorted(past, key=lambda one: (one.starts_at, one.id), reverse=True),
    )


def _beside_room() -> Select[*tuple[Any, ...]]:
    begin, end, since = _moment("begin"), _moment("end"), _moment("since")
    own = and_(Booking.starts_at >= since, Booking.starts_at < end, Booking.ends_at > begin)
    proposed = and_(
        Booking.proposed_starts_at >= since,
        Booking.proposed_starts_at < end,
        Booking.proposed_ends_at > begin,
    )
    is_room = ~exists().where(BoothSlot.booking_id == Booking.id)
    near = _part(NEAR).where(Booking.space_id == _bound("space"), SHOWS_UP, is_room)
    # Each on its own, so that it is found by its index.
    return _parts(
        near.where(own), near.where(proposed, ~own), _last().where(Booking.booker_id == _bound("booker"))
    )


def _beside_booth() -> Select[*tuple[Any, ...]]:
    begin, end = _moment("begin"), _moment("end")
    near = _part(NEAR).join(BoothSlot, BoothSlot.booking_id == Booking.id)
    of_shop = _last().join(BoothSlot, BoothSlot.booking_id == Booking.id)
    return _parts(
        near.where(
            BoothSlot.show_id == _bound("show"), SHOWS_UP, Booking.starts_at >= begin, Booking.starts_at < end
        ),
        of_shop.where(BoothSlot.merchant_id == _bound("merchant")),
    )


def _bound(name: str) -> BindParameter[Any]:
    return bindparam(name)


def _moment(name: str) -> ColumnElement[datetime]:
    return untold(name, UtcDateTime())


def _part(kind: int) -> Select[*tuple[Any, ...]]:
    mark = spelled(kind)
    wanted: Select[*tuple[Any, ...]] = select(Booking.id.label("id"), mark.label("kind"))
    return wanted.where(Booking.id != _bound("booking"))


def _last() -> Select[*tuple[Any, ...]]:
    order = (Booking.starts_at.desc(), Booking.id.desc())
    return _part(PAST).where(Booking.starts_at >= _moment("back")).order_by(*order).limit(spelled(MOST_SHOWN))


def _parts(*parts: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    of_each = [one.subquery() for one in parts]
    every = union_all(*(select(one.c.id, one.c.kind) for one in of_each)).subquery()
    return select(every.c.id, every.c.kind)


BESIDE_ROOM, BESIDE_BOOTH = Chosen(_beside_room()), Chosen(_beside_booth())


def _lane(
    session: Session,
    booking: Booking,
    openings: list[Interval],
    neighbours: Sequence[SeenBooking],
    now: datetime,
) -> tuple[Interval | None, list[Segment]]:
    """The day of the room, or the running time of the show, as one lane; a pool has none."""
    if booking.space.kind is SpaceKind.POOL:
        return None, []
    asked = asked_time(booking)
    if booking.booth_slot is None:
        whole = Interval.of_day(local_day(asked.starts_at))
        openings = [one for one in openings if one.overlaps(whole)]
        axis = axis_of(whole, openings)
        beside = list(neighbours)
        shows = _shows(session, booking, whole)
    else:
        show, shows = booking.booth_slot.show, []
        openings, axis = [show.interval], _whole_hours(show.interval)
        one_after_another = show.layout is Layout.RUNDOWN
        beside = [other for other in neighbours if one_after_another or other.place == booking.place]
    held = [Held(show.interval, SegmentKind.SHOW, show.title, show.id) for show in shows]
    held += [one for other in beside for one in _held(other)]
    # Of a booking that moves, what it has now stands beside what it asks for.
    held += [Held(part, SegmentKind.BUSY, "", booking.id) for part in subtract([booking.interval], [asked])]
    held.append(Held(asked, SegmentKind.PENDING, "", booking.id))
    if booking.suggested:
        held += [
            Held(part, SegmentKind.PENDING, "", booking.id) for part in subtract([booking.suggested], [asked])
        ]
    end = tick_of(axis.ends_at)
    nowhere = Horizon(now=tick_of(now), first=end, end=end)
    return axis, room_lane(axis, openings, held, booking.space.buffer_minutes, nowhere)


def _shows(session: Session, booking: Booking, whole: Interval) -> list[Show]:
    """What a rehearsal can't meet."""
    if booking.space.kind is not SpaceKind.STUDIO:
        return []
    return list(
        session.scalars(
            select(Show).where(
                Show.space_id == booking.space_id,
                Show.status != ShowStatus.CANCELLED,
                Show.during(whole),
            )
        )
    )


def _whole_hours(interval: Interval) -> Interval:
    first, end = interval.ticks().start, interval.ticks().stop
    first -= first % HOUR  # the zone is whole hours from UTC
    return Interval.of_ticks(first, end + -end % HOUR - first)


def _held(other: SeenBooking) -> list[Held]:
    kind = SegmentKind.BUSY if other.status in SETTLED else SegmentKind.PENDING
    own = Held(other.interval, kind, "", other.id)
    return [own, Held(other.proposed, SegmentKind.PENDING, "", other.id)] if other.proposed else [own]


def _week_minutes(booking: Booking, others: Sequence[SeenBooking]) -> int:
    """What the booker has in the week of the request, the request included."""
    asked = asked_time(booking)
    monday = week_start(local_day(asked.starts_at))
    week = Interval(at_local(monday, 0), at_local(monday + timedelta(days=7), 0))
    return asked.minutes + sum(
        other.interval.minutes
        for other in others
        if other.status in LIVE and week.starts_at <= other.starts_at < week.ends_at
    )


def _month_booths(booking: Booking, others: Sequence[SeenBooking]) -> int:
    """The shop's live booth slots in the month of the request, the request included."""
    month = local_day(booking.starts_at).replace(day=1)
    return 1 + sum(
        other.status in LIVE and local_day(other.starts_at).replace(day=1) == month for other in others
    )
