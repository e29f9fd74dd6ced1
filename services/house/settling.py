"""What becomes of a booking that lies in a closure: cancelled, moved, kept at its other time, or ended early."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.interval import TICK, Interval, moment_of, tick_of
from domain.people import Actor
from domain.policies import Override
from models import Booking, Space, WalkIn
from services import alternatives, arbiter, asking, booking, moving, reading, records, waitlist

MOST_SEARCHED = 30
"""Bookings for which free times are looked up; beyond that staff move by hand, and the page stays quick."""
CHOICES = 2
FARTHEST = timedelta(days=10)
OF_THE_BOOKER = frozenset(
    {
        "role_may_not_book", "not_verified", "too_short", "too_long", "too_soon", "too_far", "too_many_people",
        "quota_count", "quota_hours", "paused",
    }
)  # fmt: skip
"""The house moves them: what would be held against a wish of their own is set aside, hours and closures never."""


class Fate(StrEnum):
    """What can be done with a booking in the way."""

    CANCEL = "cancel"
    MOVE = "move"
    KEEP = "keep"
    END = "end"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be done; `interval` is where it would be moved to."""

    fate: Fate
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What staff decided on a booking as they saw it."""

    fate: Fate
    version: int
    interval: Interval | None = None


def fates(one: Booking, closure: Interval) -> frozenset[Fate]:
    """What can be done with a booking: who is there can only be asked to leave, an offer can only be taken back."""
    if one.status is BookingStatus.CHECKED_IN:
        return frozenset({Fate.END})
    if one.status is BookingStatus.OFFERED:
        return frozenset({Fate.CANCEL})
    if one.proposed is not None and not one.interval.overlaps(closure):
        return frozenset({Fate.KEEP, Fate.CANCEL})
    return frozenset({Fate.CANCEL, Fate.MOVE})


def is_decided(one: Booking, decision: Decision | None, closure: Interval) -> bool:
    """Whether a decision is about this booking as it stands now, and can be carried out."""
    if decision is None or decision.version != one.version or decision.fate not in fates(one, closure):
        return False
    if decision.fate is not Fate.MOVE:
        return True
    return decision.interval is not None and not decision.interval.overlaps(closure)


def choices(
    session: Session, bookings: Sequence[Booking], closure: Interval, now: datetime
) -> Iterator[tuple[Booking, tuple[Choice, ...]]]:
    """What can be done with each booking; no two of them are sent to the same free time."""
    promised: dict[int, list[Interval]] = {}
    searched = 0
    for one in bookings:
        possible = fates(one, closure)
        found: list[Choice] = []
        if Fate.MOVE in possible and one.starts_at > now and searched < MOST_SEARCHED:
            searched += 1
            given = promised.setdefault(one.space_id, [])
            busy = [*asking.own_times(session, one.booker_id, one.interval, now, moving=one), *given]
            free = alternatives.elsewhen(
                session, one.space, one.interval, now, busy=busy, gaps=[closure],
                reach=min(FARTHEST, closure.ends_at - closure.starts_at + alternatives.REACH), most=CHOICES,
            )  # fmt: skip
            given += free
            found += [Choice(Fate.MOVE, interval) for interval in free]
        found += [Choice(fate) for fate in (Fate.KEEP, Fate.END, Fate.CANCEL) if fate in possible]
        yield one, tuple(found)


def settle(
    session: Session,
    actor: Actor,
    bookings: Sequence[Booking],
    decisions: Mapping[int, Decision],
    closure: Interval,
    reason: str,
    now: datetime,
) -> None:
    """Carry out what was decided on bookings whose spaces are locked; raises RuleViolation, SlotTaken, Stale."""
    # Who moves to where another goes away must find it free: what ends is done first.
    for booker_id in sorted({one.booker_id for one in bookings}):
        arbiter.lock_person(session, booker_id)
    for one in sorted(bookings, key=lambda one: decisions[one.id].fate is Fate.MOVE):
        decision = decisions[one.id]
        match decision.fate:
            case Fate.CANCEL:
                booking.take_back(session, actor, one, version=decision.version, reason=reason, now=now)
            case Fate.KEEP:
                _drop_other_time(session, actor, one, decision.version, reason, now)
            case Fate.END:
                _end(session, actor, one, decision.version, closure, reason, now)
            case Fate.MOVE if decision.interval is not None:
                _move(session, actor, one, decision.interval, decision.version, reason, now)


def _drop_other_time(
    session: Session, actor: Actor, one: Booking, version: int, reason: str, now: datetime
) -> None:
    of_house = one.proposed_to_booker
    moving.give_up_proposal(session, one, version=version, now=now, actor=actor)
    told = reading.told(one)
    if of_house:
        records.tell(session, one.booker_id, "proposal_over", now, **told)
    else:
        records.tell(session, one.booker_id, "move_declined", now, reason=reason, **told)


def _move(
    session: Session, actor: Actor, one: Booking, to: Interval, version: int, reason: str, now: datetime
) -> None:
    override = Override(OF_THE_BOOKER, reason)
    set_aside = asking.check(
        session, actor, one.booker, one.space, to, one.party_size, now, moving=one, override=override
    )
    moving.shift(
        session,
        actor,
        one,
        to,
        version=version,
        now=now,
        set_aside=set_aside,
        override_reason=reason,
        told_reason=reason,
        at_once=True,
    )


def _end(
    session: Session,
    actor: Actor,
    one: Booking,
    version: int,
    closure: Interval,
    reason: str,
    now: datetime,
) -> None:
    """Whoever is there leaves when the closure begins, or now if it has begun."""
    planned, freed = one.ends_at, reading.held_times(one)
    if closure.starts_at > now and _last_tick(closure) > one.starts_at:
        arbiter.keep(session, one, version=version, ends_at=_last_tick(closure))
    else:
        ends_at = min(planned, max(moment_of(tick_of(now)), one.starts_at) + TICK)
        arbiter.change(session, one, BookingStatus.COMPLETED, version=version, ends_at=ends_at, left_at=now)
    records.audit(
        session, actor, "booking.ended_by_closure", one, now, planned_end=planned.isoformat(), reason=reason
    )
    records.tell(session, one.booker_id, "booking_ended_early", now, reason=reason, **reading.told(one))
    waitlist.pass_on(session, one.space, freed, now)


def _last_tick(closure: Interval) -> datetime:
    return moment_of(tick_of(closure.starts_at))


def see_out(
    session: Session, actor: Actor, space: Space, walk_in: WalkIn, closure: Interval, now: datetime
) -> None:
    """A head that is counted leaves when the closure begins, or now if it has begun."""
    until, freed = _last_tick(closure), walk_in.interval
    if closure.starts_at > now and until > walk_in.starts_at:
        walk_in.ends_at = until
        arbiter.release_from(session, walk_in, tick_of(until))
    else:
        walk_in.left_at = now
        arbiter.release(session, walk_in)
    records.audit(session, actor, "walk_in.ended_by_closure", walk_in, now)
    waitlist.pass_on(session, space, [freed], now)
