"""Cancelling a show: everything that hangs on it ends in one transaction, and everybody is told once.

The studio is locked before anything is looked at, so whoever takes a booth, answers an offer or decides at the same
moment either comes first and is told, or comes second and is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from domain.bookings import BookingStatus
from domain.errors import RuleViolation, Violation
from domain.people import Actor
from domain.recurrence import Scope
from domain.studio.booths import SwapStatus
from domain.studio.draw import ApplicationStatus
from domain.studio.planning import clean_cancel_reason
from domain.studio.shows import ShowStatus
from domain.waitlist import EntryStatus
from models import (
    Booking,
    Show,
    ShowRun,
)
from services import arbiter, reading, records, waitlist
from services.studio import hangings
from services.studio.hangings import Affected, Hanging
from services.studio.planning import locked_show, require_staff, update_exactly_one
from services.studio.shows import load_show
from services.unit_of_work import query, transaction


@dataclass(frozen=True, slots=True)
class CancelPlan:
    """What cancelling a show would do: whom it would tell, and the later shows of its series."""

    show: Show
    affected: list[Affected]
    later: list[Show]


@query
def plan_cancel(session: Session, actor: Actor, show_id: int, now: datetime) -> CancelPlan:
    """What cancelling a show would do; raises Forbidden, Missing, RuleViolation."""
    require_staff(actor)
    show = load_show(session, show_id, actor)
    _check(session, show, now)
    return CancelPlan(
        show, hangings.told(session, hangings.of_show(session, show)), _later(session, show, now)
    )


@transaction
def cancel_show(
    session: Session,
    actor: Actor,
    show_id: int,
    *,
    version: int,
    reason: str,
    scope: Scope = Scope.THIS,
    now: datetime,
) -> list[Show]:
    """Cancel a show, with `following` also the later ones of its series; returns those that were cancelled.

    Raises Forbidden, Missing, BadInput, StaleShow, and RuleViolation for one that has begun or is cancelled.
    """
    reason = clean_cancel_reason(reason)
    show = locked_show(session, actor, show_id, version)
    _check(session, show, now)
    chosen = [show, *(_later(session, show, now) if scope is Scope.FOLLOWING else [])]
    for one in chosen:
        call_off(session, actor, one, reason, now)
    return chosen


def _check(session: Session, show: Show, now: datetime) -> None:
    if show.status is ShowStatus.CANCELLED:
        raise RuleViolation([Violation("show_is_cancelled")])
    run = session.get(ShowRun, show.id, populate_existing=True)
    if show.starts_at <= now or (run is not None and run.started_at is not None):
        raise RuleViolation([Violation("show_has_begun", {"title": show.title})])


def _later(session: Session, show: Show, now: datetime) -> list[Show]:
    """The shows of the same series that are still to come after this one."""
    if show.series_id is None:
        return []
    return list(
        session.scalars(
            select(Show)
            .options(joinedload(Show.space))
            .where(
                Show.series_id == show.series_id,
                Show.starts_at > max(show.starts_at, now),
                Show.status != ShowStatus.CANCELLED,
            )
            .order_by(Show.starts_at)
            .execution_options(populate_existing=True)
        )
    )


def call_off(session: Session, actor: Actor, show: Show, reason: str, now: datetime) -> Sequence[Booking]:
    """Cancel a show whose studio is locked; returns the booths that ended with it.

    Raises RuleViolation for one that has begun or is cancelled, StaleShow.
    """
    _check(session, show, now)
    hanging = hangings.of_show(session, show)
    told = hangings.told(session, hanging)
    _end_hopes(session, actor, hanging, now)
    for booking in hanging.bookings:
        arbiter.change(
            session, booking, BookingStatus.CANCELLED, version=booking.version, decision_reason=reason
        )
    records.audit_each(session, actor, "booking.cancelled", hanging.bookings, now, reason=reason)
    values = {"status": ShowStatus.CANCELLED, "cancelled_at": now, "cancel_reason": reason}
    update_exactly_one(session, show, show.version, values)
    arbiter.release(session, show)
    records.audit(session, actor, "show.cancelled", show, now, reason=reason, told=len(told))
    for one in told:
        records.tell(
            session, one.person.id, "show_cancelled", now, booths=sorted(one.booths), **_facts(show, reason)
        )
    studio = reading.space_by_id(session, show.space_id)
    waitlist.pass_on(session, studio, [show.interval], now)  # whoever waits for the room itself
    return hanging.bookings


def _facts(show: Show, reason: str) -> dict[str, Any]:
    return {
        "show_id": show.id,
        "title": show.title,
        "starts_at": show.starts_at.isoformat(),
        "ends_at": show.ends_at.isoformat(),
        "reason": reason,
    }


def _end_hopes(session: Session, actor: Actor, hanging: Hanging, now: datetime) -> None:
    """Places in line, applications and proposed swaps end with the show."""
    for entry in hanging.entries:
        entry.status = EntryStatus.LAPSED
    records.audit_each(session, actor, "waitlist.lapsed", hanging.entries, now)
    for application in hanging.applications:
        application.status = ApplicationStatus.WITHDRAWN
    records.audit_each(session, actor, "application.withdrawn", hanging.applications, now)
    for swap in hanging.swaps:
        swap.status, swap.settled_at, swap.settled_by_id = SwapStatus.LAPSED, now, actor.id
    records.audit_each(session, actor, "swap.lapsed", hanging.swaps, now)
