"""Booking a space: ask, and take back. Moving is in services/moving.py, deciding in services/decisions.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, bindparam, select
from sqlalchemy.orm import Session

from domain.bookings import LIVE, BookingStatus
from domain.errors import Alternative, Missing, RuleViolation, SlotTaken, Violation
from domain.interval import Interval
from domain.people import Actor
from domain.policies import TIME_CODES, Override
from domain.spaces import SpaceKind
from models import Booking, Space
from models.glance import read
from services import (
    alternatives,
    arbiter,
    asking,
    making,
    reading,
    records,
    rule_facts,
    seats,
    space_lines,
    waitlist,
)
from services.reports import demand
from services.studio import swaps, withdrawals
from services.unit_of_work import glimpse, query, transaction

OUTLINE = select(
    Space.code,
    Space.kind,
    Space.is_private,
    Space.revision,
    seats.own_place_is_held(bindparam("first"), bindparam("end")),
).where(Space.code == bindparam("code"), Space.archived_at.is_(None))


@dataclass(frozen=True, slots=True)
class Outline:
    """What of a space decides which questions are asked of somebody who books it.

    `is_taken` when somebody has a part of the wanted time, as far as it shows without a lock; a pool is never seen so.
    Whatever may change that raises the `revision`.
    """

    code: str
    kind: SpaceKind
    is_private: bool
    revision: int
    is_taken: bool


@glimpse
def outline(engine: Engine, space_code: str, wanted: Interval | None = None) -> Outline:
    """That of a space in use; raises Missing."""
    ticks = range(0) if wanted is None else wanted.ticks()
    rows = read(engine, OUTLINE, {"code": space_code, "first": ticks.start, "end": ticks.stop})
    if not rows:
        raise Missing
    return Outline(*rows[0])


def request_booking(
    actor: Actor,
    space_code: str,
    interval: Interval,
    *,
    purpose: str,
    party_size: int,
    now: datetime,
    on_behalf_of: int | None = None,
    override: Override | None = None,
) -> Booking:
    """`ask`, but a refusal that another time could cure comes with the nearest free choices."""
    wish = making.Wish(purpose, party_size)
    try:
        return ask(actor, space_code, interval, wish, now=now, on_behalf_of=on_behalf_of, override=override)
    except (SlotTaken, RuleViolation) as refusal:
        found = with_choices(refusal, space_code, interval, party_size, now, on_behalf_of or actor.id)
        if found is refusal:
            raise
        raise found from refusal


@transaction
def ask(
    session: Session,
    actor: Actor,
    space_code: str,
    interval: Interval,
    wish: making.Wish,
    *,
    now: datetime,
    on_behalf_of: int | None = None,
    override: Override | None = None,
) -> Booking:
    """Ask for a room, a seat or the studio as a whole; it is confirmed at once where no approval is needed.

    `override` names rules that staff set aside, never the arbiter. Raises Missing, BadInput, Forbidden, RuleViolation
    and SlotTaken.
    """
    return making.adopted(
        session, _made(session, actor, space_code, interval, wish, now, on_behalf_of, override)
    )


@transaction
def ask_in_brief(
    session: Session,
    actor: Actor,
    space_code: str,
    interval: Interval,
    wish: making.Wish,
    *,
    now: datetime,
    on_behalf_of: int | None = None,
    override: Override | None = None,
    seen: int | None = None,
) -> int:
    """`ask` for whoever needs no more than the number of the booking; `seen` is the revision that looked free."""
    return _made(session, actor, space_code, interval, wish, now, on_behalf_of, override, seen).id


def _made(
    session: Session,
    actor: Actor,
    space_code: str,
    interval: Interval,
    wish: making.Wish,
    now: datetime,
    on_behalf_of: int | None,
    override: Override | None,
    seen: int | None = None,
) -> Booking:
    wish = making.Wish(making.clean_text(wish.purpose), wish.party_size)
    space = arbiter.lock_space(session, space_code)
    booker = making.locked_booker(session, actor, on_behalf_of)
    with demand.noted(booker.id, space.id, interval, now):
        set_aside = asking.check(
            session, actor, booker, space, interval, wish.party_size, now, override=override
        )
        if seen is not None and space.revision != seen + 1:
            _look_again(session, space, interval)
        booking = making.make(
            session,
            space,
            booker.id,
            interval,
            wish,
            status=making.first_status(space, actor),
            created_by_id=actor.id,
            now=now,
            override_reason=making.why_set_aside(override, set_aside),
        )
    detail = {"overridden": sorted(set_aside), "reason": booking.override_reason} if set_aside else {}
    records.audit(session, actor, "booking.requested", booking, now, status=booking.status.value, **detail)
    _tell(session, actor, booking, now)
    return booking


def _look_again(session: Session, space: Space, interval: Interval) -> None:
    """Whoever waited for the lock behind the one who got the time need not write a booking first; raises SlotTaken."""
    blocking = seats.in_the_way(session, space, interval)
    if blocking:
        raise SlotTaken(blocking)


def _tell(session: Session, actor: Actor, booking: Booking, now: datetime) -> None:
    if booking.status is BookingStatus.PENDING:
        records.tell_staff(session, "request_received", now, **reading.told(booking))
    elif booking.booker_id != actor.id:
        records.tell(session, booking.booker_id, "booking_made_for_you", now, **reading.told(booking))


def with_choices(
    refusal: SlotTaken | RuleViolation,
    space_code: str,
    interval: Interval,
    party_size: int,
    now: datetime,
    booker_id: int,
) -> SlotTaken | RuleViolation:
    """The refusal together with the nearest free choices, where another time could cure it; else as it is."""
    if refusal.alternatives:
        return refusal
    if isinstance(refusal, SlotTaken):
        return SlotTaken(refusal.blocking, choices(space_code, interval, party_size, now, booker_id))
    if not all(violation.code in TIME_CODES for violation in refusal.violations):
        return refusal
    return RuleViolation(refusal.violations, choices(space_code, interval, party_size, now, booker_id))


@query
def choices(
    session: Session, space_code: str, interval: Interval, party_size: int, now: datetime, booker_id: int
) -> list[Alternative]:
    """The nearest free choices to a wish of somebody's that can't be met."""
    space = space_lines.by_code(session, space_code)
    facts = rule_facts.of(session, space.id, booker_id, alternatives.around(interval), now)
    return alternatives.nearest(session, space, interval, party_size, now, facts.own_times, facts=facts)


@transaction
def cancel(
    session: Session, actor: Actor, booking_id: int, *, version: int, now: datetime, reason: str = ""
) -> Booking:
    """Take a booking back before it starts, or turn an offer down; raises Missing, Stale, RuleViolation."""
    booking = reading.booking_for(session, actor, booking_id)
    arbiter.lock_spaces(session, [booking.space_id])
    reading.refresh(session, booking)
    if booking.starts_at <= now and booking.status in LIVE:
        raise RuleViolation([Violation("already_started")])
    take_back(session, actor, booking, version=version, reason=making.clean_text(reason), now=now)
    return booking


def take_back(
    session: Session, actor: Actor, booking: Booking, *, version: int, reason: str, now: datetime
) -> None:
    """Cancel a booking whose space is locked, tell the booker, and pass its time on; raises Stale."""
    freed = reading.held_times(booking)
    was_offer = booking.status is BookingStatus.OFFERED
    points = withdrawals.cost(session, booking, now).points
    arbiter.change(session, booking, BookingStatus.CANCELLED, version=version, decision_reason=reason)
    records.audit(session, actor, "booking.cancelled", booking, now, reason=reason)
    if was_offer:
        waitlist.offer_turned_down(session, booking)
    swaps.lapse_of(session, booking, now)
    withdrawals.count(session, actor, booking, points, now)
    if booking.booker_id != actor.id:
        records.tell(
            session, booking.booker_id, "booking_cancelled", now, reason=reason, **reading.told(booking)
        )
    waitlist.pass_on(session, booking.space, freed, now)
