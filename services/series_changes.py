"""Changing a series: this occurrence, this and those that follow, or all that are still to come.

What is over or has begun stays as it was, and so does what somebody changed by hand, unless it is the one addressed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.errors import BadInput, Missing, RuleViolation, Stale, Violation
from domain.interval import Interval, local_day
from domain.people import Actor
from domain.policies import Override
from domain.recurrence import Scope, TimeOfDay
from models import Booking, Series
from services import arbiter, asking, making, moving, reading, records, waitlist
from services.reports import demand
from services.series_dates import Times, grant_all, naming_days
from services.series_reading import is_open, knows_parties, occurrences_of, series_for
from services.unit_of_work import transaction

SERIES_COLUMNS = [column.key for column in Series.__mapper__.column_attrs]
Move = tuple[Booking, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Part:
    """Which occurrences a change is for; the one addressed is named by its original day or by its booking."""

    scope: Scope
    day: date | None = None
    booking_id: int | None = None


def _open(
    session: Session, actor: Actor, series_id: int, part: Part, version: int, now: datetime
) -> tuple[Series, list[Booking]]:
    """Lock a series, count the change, and find the bookings that it touches."""
    series = series_for(session, actor, series_id)
    arbiter.lock_spaces(session, [series.space_id])
    arbiter.lock_person(session, series.booker_id)
    _count_change(session, series, version)
    return series, _touched(occurrences_of(session, series), part, now)


def _count_change(session: Session, series: Series, version: int) -> None:
    changed = session.execute(
        update(Series)
        .where(Series.id == series.id, Series.version == version)
        .values(version=version + 1)
        .returning(Series.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.refresh(series, SERIES_COLUMNS)
    if len(changed) != 1:
        raise Stale(series.id)


def _touched(occurrences: list[Booking], part: Part, now: datetime) -> list[Booking]:
    if part.scope is Scope.ALL:
        found = [one for one in occurrences if is_open(one, now) and not one.changed_by_hand]
    else:
        day = _addressed(occurrences, part)
        if part.scope is Scope.THIS:
            found = [one for one in occurrences if one.occurrence_day == day and is_open(one, now)]
        else:
            found = [
                one
                for one in occurrences
                if one.occurrence_day is not None
                and one.occurrence_day >= day
                and is_open(one, now)
                and not one.changed_by_hand
            ]
    if not found:
        raise RuleViolation([Violation("series_nothing_left")])
    return found


def _addressed(occurrences: list[Booking], part: Part) -> date:
    if part.day is None and part.booking_id is None:
        raise BadInput("series_day_missing", field="day")
    for one in occurrences:
        if one.occurrence_day is not None and (one.id == part.booking_id or one.occurrence_day == part.day):
            return one.occurrence_day
    raise Missing


@transaction
def cancel(
    session: Session,
    actor: Actor,
    series_id: int,
    part: Part,
    *,
    version: int,
    now: datetime,
    reason: str = "",
) -> Series:
    """Take occurrences back, and pass their times on; raises Missing, Stale, BadInput, RuleViolation."""
    reason = making.clean_text(reason, "reason")
    series, touched = _open(session, actor, series_id, part, version, now)
    freed = [time for booking in touched for time in reading.held_times(booking)]
    for booking in touched:
        arbiter.change(
            session, booking, BookingStatus.CANCELLED, version=booking.version, decision_reason=reason
        )
    _write_down(session, actor, series, "series.cancelled", part, touched, now, reason=reason)
    records.audit_each(session, actor, "booking.cancelled", touched, now, reason=reason)
    if series.booker_id != actor.id:
        told = _told(series, touched)
        records.tell(session, series.booker_id, "series_cancelled", now, reason=reason, **told)
    waitlist.pass_on(session, series.space, freed, now)
    return series


@transaction
def move(
    session: Session,
    actor: Actor,
    series_id: int,
    part: Part,
    time: TimeOfDay,
    *,
    version: int,
    now: datetime,
    override: Override | None = None,
) -> Series:
    """Give occurrences another time on their days, all of them or none; the ticks are swapped together.

    Where a confirmed one needs a yes again, it holds both times until staff decide. Raises Missing, Stale, BadInput,
    Forbidden, and RuleViolation and SlotTaken that tell of each day.
    """
    series, touched = _open(session, actor, series_id, part, version, now)
    times = {local_day(one.starts_at): time.on(local_day(one.starts_at)) for one in touched}
    known = _known(session, actor, series, touched, times, now)
    asked = (series.booker_id, series.space_id, times, now)
    with demand.noted(*asked):
        set_aside = grant_all(actor, known, times, series.party_size, override)
    freed = [held for booking in touched for held in reading.held_times(booking)]
    moves = [
        (booking, _changes(actor, booking, interval, part, now))
        for booking in touched
        if (interval := times[local_day(booking.starts_at)]) != booking.interval or booking.proposed
    ]
    for booking, changes in moves:
        if "starts_at" in changes:
            day = local_day(booking.starts_at)
            changes["override_reason"] = making.why_set_aside(override, set_aside[day])
    if moves:
        with demand.noted(*asked), naming_days(series.space, times):
            arbiter.move_each(session, series.space, moves)
    if part.scope is not Scope.THIS:
        series.start_minute, series.minutes = time.start_minute, time.minutes
    _note_moves(session, actor, series, part, moves, now)
    waitlist.pass_on(session, series.space, freed, now)
    return series


def _known(
    session: Session, actor: Actor, series: Series, touched: list[Booking], times: Times, now: datetime
) -> asking.Wishes:
    """The rulebook for the whole span, as if what is moved were not there."""
    span = Interval(min(times.values()).starts_at, max(times.values()).ends_at)
    asker = asking.Asker.of(actor, series.booker)
    return asking.wishes(session, asker, series.space, span, now, moving=touched)


def _changes(actor: Actor, booking: Booking, interval: Interval, part: Part, now: datetime) -> dict[str, Any]:
    """What moving one occurrence does to its row, by the same rules as moving a single booking."""
    by_hand = {"changed_by_hand": True} if part.scope is Scope.THIS else {}
    waits = moving.needs_a_yes(actor, booking)
    if waits and booking.status is BookingStatus.CONFIRMED and interval != booking.interval:
        return {
            **arbiter.NOTHING_OPEN,
            "proposed_starts_at": interval.starts_at,
            "proposed_ends_at": interval.ends_at,
            "proposed_by_id": actor.id,
            "proposed_at": now,
            **by_hand,
        }
    decided = {"status": BookingStatus.CONFIRMED, "decided_by_id": actor.id, "decided_at": now}
    return {
        "starts_at": interval.starts_at,
        "ends_at": interval.ends_at,
        "buffer_minutes": booking.space.buffer_minutes,
        **arbiter.NOTHING_OPEN,
        **by_hand,
        **(decided if not waits and booking.status is BookingStatus.PENDING else {}),
    }


def _note_moves(
    session: Session, actor: Actor, series: Series, part: Part, moves: list[Move], now: datetime
) -> None:
    moved = [booking for booking, changes in moves if "starts_at" in changes]
    asked = [booking for booking, changes in moves if "starts_at" not in changes]
    to = [series.start_minute, series.minutes]
    _write_down(session, actor, series, "series.moved", part, [*moved, *asked], now, to=to)
    records.audit_each(session, actor, "booking.moved", moved, now, series_id=series.id)
    records.audit_each(session, actor, "booking.move_asked", asked, now, series_id=series.id)
    if moved and series.booker_id != actor.id:
        records.tell(session, series.booker_id, "series_moved", now, **_told(series, moved))


@transaction
def edit(
    session: Session,
    actor: Actor,
    series_id: int,
    part: Part,
    wish: making.Wish,
    *,
    version: int,
    now: datetime,
) -> Series:
    """Change what occurrences are for and how many come; raises Missing, Stale, BadInput, RuleViolation."""
    purpose = making.clean_text(wish.purpose)
    series, touched = _open(session, actor, series_id, part, version, now)
    asker = asking.Asker.of(actor, series.booker)
    known = asking.wishes(session, asker, series.space, touched[0].interval, now, moving=touched)
    too_many = [
        found
        for found in known.violations(touched[0].interval, wish.party_size)
        if found.field == "party_size"
    ]
    if too_many:
        raise RuleViolation(too_many)
    changes: dict[str, Any] = {"party_size": wish.party_size}
    if knows_parties(actor, series):  # nobody writes over what they can't read
        changes["purpose"] = purpose
    by_hand = {"changed_by_hand": True} if part.scope is Scope.THIS else {}
    for booking in touched:
        arbiter.keep(session, booking, version=booking.version, **changes, **by_hand)
    if part.scope is not Scope.THIS:
        for name, value in changes.items():
            setattr(series, name, value)
    _write_down(session, actor, series, "series.edited", part, touched, now)
    return series


def _write_down(
    session: Session,
    actor: Actor,
    series: Series,
    action: str,
    part: Part,
    touched: list[Booking],
    now: datetime,
    **detail: Any,
) -> None:
    bookings = [booking.id for booking in touched]
    records.audit(session, actor, action, series, now, scope=part.scope.value, bookings=bookings, **detail)


def _told(series: Series, touched: list[Booking]) -> dict[str, Any]:
    return {"series_id": series.id, "count": len(touched), **reading.told(touched[0])}
