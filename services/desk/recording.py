"""Writing a decision down while it is made: how the booking stood before, and until when it can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.desk import LONGEST_UNDO, DecisionKind
from domain.people import Actor
from models import Booking, DeskDecision
from services import records, settings

MOMENTS = (
    "starts_at",
    "ends_at",
    "proposed_starts_at",
    "proposed_ends_at",
    "proposed_at",
    "first_yes_at",
    "decided_at",
)
PLAIN = (
    "proposed_by_id",
    "proposed_to_booker",
    "first_yes_by_id",
    "decided_by_id",
    "decision_reason",
    "override_reason",
)


@contextmanager
def recorded(
    session: Session, actor: Actor, booking: Booking, kind: DecisionKind, now: datetime
) -> Iterator[DeskDecision]:
    """Keep how a locked booking stands, and hold back what is told while it is decided on."""
    undo = timedelta(seconds=settings.load(session).undo_seconds)
    decision = DeskDecision(
        booking_id=booking.id,
        kind=kind,
        actor_id=actor.id,
        decided_at=now,
        undo_until=now + min(undo, LONGEST_UNDO),
        version=booking.version + 1,
        before=_standing(booking),
    )
    session.add(decision)
    with records.held_back(session, decision):
        yield decision


def _standing(booking: Booking) -> dict[str, Any]:
    moments = {name: getattr(booking, name) for name in MOMENTS}
    return {
        "status": booking.status.value,
        **{name: getattr(booking, name) for name in PLAIN},
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
    }


def standing_before(decision: DeskDecision) -> dict[str, Any]:
    """The columns of the booking as they stood before a decision."""
    kept = decision.before
    moments = {name: datetime.fromisoformat(kept[name]) if kept[name] else None for name in MOMENTS}
    return {"status": BookingStatus(kept["status"]), **{name: kept[name] for name in PLAIN}, **moments}
