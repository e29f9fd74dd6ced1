"""One request as whoever decides on it sees it: its neighbours in time, the rules' figures, the booker's history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, joinedload

from domain.board import HOUR, Held, Horizon, Segment, SegmentKind, axis_of, room_lane
from domain.bookings import LIVE, SHOWN, BookingStatus
from domain.errors import Violation
from domain.interval import Interval, at_local, local_day, subtract, tick_of, week_start
from domain.people import Actor
from domain.settings import HouseSettings
from domain.spaces import SpaceKind
from domain.studio.shows import Layout, ShowStatus
from models import Booking, BoothSlot, Person, Show
from services import opening, reading, settings
from services.decisions import asked_time
from services.desk import levels
from services.desk.levels import SecondYes
from services.house import stewards
from services.studio import readiness

MOST_SHOWN = 100
LOOK_BACK = timedelta(days=90)
DAY = timedelta(days=1)
CAME = frozenset({BookingStatus.CHECKED_IN, BookingStatus.COMPLETED})
SETTLED = CAME | {BookingStatus.CONFIRMED}


@dataclass(frozen=True, slots=True)
class Past:
    """How the bookings of the last 90 days ended, for the person or, with a booth, for the shop."""

    bookings: list[Booking]
    upcoming: list[Booking]

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

    `against` is what still keeps a booth from being confirmed; `second` who gives the second yes once there is a first.
    """

    booking: Booking
    decided_by: Person | None
    axis: Interval | None
    segments: list[Segment]
    neighbours: list[Booking]
    past: Past
    house: HouseSettings
    week_minutes: int
    month_booths: int
    may_reveal: bool
    against: tuple[Violation, ...] = ()
    second: SecondYes | None = None


def load(session: Session, actor: Actor, booking_id: int, now: datetime) -> Case:
    booking = reading.booking_for(session, actor, booking_id)
    neighbours = _neighbours(session, booking)
    axis, segments = _lane(session, booking, neighbours, now)
    others = _others(session, booking, now)
    decided_by = session.get(Person, booking.decided_by_id) if booking.decided_by_id else None
    return Case(
        booking=booking,
        decided_by=decided_by,
        axis=axis,
        segments=segments,
        neighbours=neighbours,
        past=Past(
            [other for other in others if other.ends_at <= now or other.status not in LIVE],
            [other for other in others if other.ends_at > now and other.status in LIVE],
        ),
        house=settings.load(session),
        week_minutes=_week_minutes(booking, others),
        month_booths=_month_booths(booking, others),
        may_reveal=stewards.may_reveal(session, actor, booking),
        against=tuple(readiness.violations_of(session, booking)),
        second=levels.second_yes(session, booking),
    )


def _neighbours(session: Session, booking: Booking) -> list[Booking]:
    """The other bookings of the space on that day, proposed times included, or of the show."""
    day = Interval.of_day(local_day(asked_time(booking).starts_at))
    slot = joinedload(Booking.booth_slot)
    wanted = (
        select(Booking)
        .options(
            joinedload(Booking.booker),
            slot.joinedload(BoothSlot.merchant),
            slot.joinedload(BoothSlot.product),
        )
        .where(Booking.id != booking.id)
    )
    if booking.booth_slot is not None:
        show = booking.booth_slot.show
        found = session.scalars(
            wanted.where(
                Booking.space_id == booking.space_id,
                Booking.starts_at >= show.starts_at,
                Booking.starts_at < show.ends_at,
                Booking.booth_slot.has(BoothSlot.show_id == show.id),
            )
        ).all()
    else:
        own = and_(
            Booking.space_id == booking.space_id,
            Booking.starts_at >= day.starts_at - DAY,
            Booking.starts_at < day.ends_at,
            Booking.ends_at > day.starts_at,
        )
        # Looked for apart and by nothing else, so that their own index is taken.
        proposed = and_(
            Booking.proposed_starts_at >= day.starts_at - DAY,
            Booking.proposed_starts_at < day.ends_at,
            Booking.proposed_ends_at > day.starts_at,
        )
        here = [session.scalars(wanted.where(which, ~Booking.booth_slot.has())) for which in (own, proposed)]
        found = list({one.id: one for rows in here for one in rows}.values())
    shown = (one for one in found if one.space_id == booking.space_id and one.status in SHOWN)
    return sorted(shown, key=lambda one: (one.starts_at, one.place or 0))


def _lane(
    session: Session, booking: Booking, neighbours: Sequence[Booking], now: datetime
) -> tuple[Interval | None, list[Segment]]:
    """The day of the room, or the running time of the show, as one lane; a pool has none."""
    if booking.space.kind is SpaceKind.POOL:
        return None, []
    asked = asked_time(booking)
    if booking.booth_slot is None:
        whole = Interval.of_day(local_day(asked.starts_at))
        openings = [o for o in opening.during(session, booking.space, asked) if o.overlaps(whole)]
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


def _held(other: Booking) -> list[Held]:
    kind = SegmentKind.BUSY if other.status in SETTLED else SegmentKind.PENDING
    own = Held(other.interval, kind, "", other.id)
    return [own, Held(other.proposed, SegmentKind.PENDING, "", other.id)] if other.proposed else [own]


def _others(session: Session, booking: Booking, now: datetime) -> list[Booking]:
    """What else the booker, or with a booth the shop, has had in the last 90 days or has ahead."""
    slot = joinedload(Booking.booth_slot)
    wanted = (
        select(Booking)
        .options(
            joinedload(Booking.space), slot.joinedload(BoothSlot.product), slot.joinedload(BoothSlot.show)
        )
        .where(Booking.starts_at >= now - LOOK_BACK, Booking.id != booking.id)
        .order_by(Booking.starts_at.desc(), Booking.id.desc())
        .limit(MOST_SHOWN)
    )
    if booking.booth_slot is None:
        return list(session.scalars(wanted.where(Booking.booker_id == booking.booker_id)))
    shop = select(BoothSlot.booking_id).where(BoothSlot.merchant_id == booking.booth_slot.merchant_id)
    return list(session.scalars(wanted.where(Booking.id.in_(shop))))


def _week_minutes(booking: Booking, others: Sequence[Booking]) -> int:
    """What the booker has in the week of the request, the request included."""
    asked = asked_time(booking)
    monday = week_start(local_day(asked.starts_at))
    week = Interval(at_local(monday, 0), at_local(monday + timedelta(days=7), 0))
    return asked.minutes + sum(
        other.interval.minutes
        for other in others
        if other.status in LIVE and week.starts_at <= other.starts_at < week.ends_at
    )


def _month_booths(booking: Booking, others: Sequence[Booking]) -> int:
    """The shop's live booth slots in the month of the request, the request included."""
    month = local_day(booking.starts_at).replace(day=1)
    return 1 + sum(
        other.status in LIVE and local_day(other.starts_at).replace(day=1) == month for other in others
    )
