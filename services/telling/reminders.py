"""Reminding people of what they booked: the evening before, and shortly before it begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from domain.bookings import BookingStatus
from domain.interval import TICK, Interval, at_local, local_day
from domain.settings import HouseSettings
from domain.telling import ReminderKind
from models import AuditEvent, Booking, BoothSlot, Person, ReminderSent
from models.engine import insert_ignoring
from services import reading, records, settings
from services.merchants import shops
from services.unit_of_work import query, transaction

EVENING_LASTS = timedelta(hours=2)
"""How late the reminder of the evening may be: after that people sleep, and it is left out."""
TOO_SOON = timedelta(minutes=15)
"""What begins sooner than this needs no reminder: whoever comes is on the way."""
DAY_MINUTES = 1440

MOVED = ("booking.moved", "booth.moved", "booth.swapped", "booking.proposal_accepted")
"""After which somebody knows the time anyway."""


@dataclass(frozen=True, slots=True)
class Round:
    """A reminder whose time has come: for what starts from `first` to `last`, both included.

    `due_at` is when it was due for all of them; where it is None, that was `before` its start for each.
    """

    kind: ReminderKind
    first: datetime
    last: datetime
    due_at: datetime | None = None
    before: timedelta = timedelta()

    def due(self, starts_at: datetime) -> datetime:
        """When the reminder of something that starts then was due."""
        return self.due_at or starts_at - self.before


@dataclass(frozen=True, slots=True)
class Whom:
    """Who is reminded of a booking, each in their own words."""

    shop: tuple[int, ...] = ()
    bookers: tuple[int, ...] = ()
    typists: tuple[int, ...] = ()


def rounds(house: HouseSettings, now: datetime) -> list[Round]:
    """The reminders that may leave now; a house switches one off by a time that no day has, or by 0 minutes before."""
    found = []
    evening = at_local(local_day(now), min(house.evening_reminder_minute, DAY_MINUTES))
    midnight = at_local(local_day(now), DAY_MINUTES)
    if evening <= now < min(evening + EVENING_LASTS, midnight):
        tomorrow = Interval.of_day(local_day(now) + timedelta(days=1))
        found.append(Round(ReminderKind.EVENING, tomorrow.starts_at, tomorrow.ends_at - TICK, due_at=evening))
    before = timedelta(minutes=house.hour_reminder_minutes)
    if before:
        soonest = now + min(TOO_SOON, before / 2)
        found.append(Round(ReminderKind.HOUR, soonest, now + before, before=before))
    return found


def remind_due(now: datetime) -> int:
    """Send every reminder that is due, each in a transaction of its own and once for a time; returns how many."""
    return sum(_remind(booking_id, one.kind, starts_at, now) for one, booking_id, starts_at in _due(now))


@query
def _due(session: Session, now: datetime) -> list[tuple[Round, int, datetime]]:
    """What stands as it is since before its reminder was due, and was not reminded of yet; by status and start."""
    found = []
    for one in rounds(settings.load(session), now):
        reminded = select(ReminderSent.booking_id).where(
            ReminderSent.booking_id == Booking.id,
            ReminderSent.kind == one.kind,
            ReminderSent.starts_at == Booking.starts_at,
        )
        moved_at = (
            select(func.max(AuditEvent.at))
            .where(
                AuditEvent.object_type == Booking.__tablename__,
                AuditEvent.object_id == Booking.id,
                AuditEvent.action.in_(MOVED),
            )
            .scalar_subquery()
        )
        rows = session.execute(
            select(Booking.id, Booking.starts_at, Booking.created_at, Booking.decided_at, moved_at)
            .where(
                Booking.status == BookingStatus.CONFIRMED,
                Booking.starts_at >= one.first,
                Booking.starts_at <= one.last,
                ~reminded.exists(),
            )
            .order_by(Booking.starts_at, Booking.id)
        )
        found += [
            (one, booking_id, starts_at)
            for booking_id, starts_at, *settled in rows
            if all(moment is None or moment <= one.due(starts_at) for moment in settled)
        ]
    return found


@transaction
def _remind(
    session: Session, booking_id: int, kind: ReminderKind, starts_at: datetime, now: datetime
) -> bool:
    """Remind of a booking that still stands at that time, unless another process was faster."""
    booking = session.scalar(
        select(Booking)
        .options(
            joinedload(Booking.space),
            joinedload(Booking.booker),
            joinedload(Booking.created_by),
            joinedload(Booking.booth_slot).joinedload(BoothSlot.show),
        )
        .where(
            Booking.id == booking_id,
            Booking.status == BookingStatus.CONFIRMED,
            Booking.starts_at == starts_at,
        )
        .with_for_update(key_share=True, of=Booking)
        .execution_options(populate_existing=True)
    )
    if booking is None or not _claim(session, booking, kind):
        return False
    whom, told = _whom(session, booking), reading.told(booking)
    if booking.booth_slot is not None:
        told |= {"show": booking.booth_slot.show.title, "booth": booking.place}
    if kind is ReminderKind.EVENING:
        _tell_in_the_evening(session, whom, now, told)
    else:
        _tell_before(session, whom, now, told)
    return True


def _claim(session: Session, booking: Booking, kind: ReminderKind) -> bool:
    insertion = insert_ignoring(
        session, ReminderSent, booking_id=booking.id, kind=kind, starts_at=booking.starts_at
    )
    return bool(session.execute(insertion.returning(ReminderSent.booking_id)).all())


def _whom(session: Session, booking: Booking) -> Whom:
    """A booth's shop; else the booker, and who booked for a neighbour that has no phone to read it on."""
    if booking.booth_slot is not None:
        return Whom(shop=tuple(shops.member_ids(session, booking.booth_slot.merchant_id)))
    booker, typist = booking.booker, booking.created_by
    has_phone = booker.phone is not None or typist.id == booker.id
    return Whom(bookers=_open(booker), typists=() if has_phone else _open(typist))


def _open(person: Person) -> tuple[int, ...]:
    return (person.id,) if person.disabled_at is None else ()


def _tell_in_the_evening(session: Session, whom: Whom, now: datetime, told: dict[str, Any]) -> None:
    records.tell_each(session, whom.shop, "booth_tomorrow", now, **told)
    records.tell_each(session, whom.bookers, "booking_tomorrow", now, **told)
    records.tell_each(session, whom.typists, "neighbour_tomorrow", now, **told)


def _tell_before(session: Session, whom: Whom, now: datetime, told: dict[str, Any]) -> None:
    records.tell_each(session, whom.shop, "booth_soon", now, **told)
    records.tell_each(session, whom.bookers, "booking_soon", now, **told)
    records.tell_each(session, whom.typists, "neighbour_soon", now, **told)
