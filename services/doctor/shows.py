"""Nothing lives on in a cancelled show: no booth, no place in line, no application, no proposed swap."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from domain.bookings import LIVE
from domain.studio.booths import SwapStatus
from domain.studio.draw import ApplicationStatus
from domain.studio.shows import ShowStatus
from domain.waitlist import OPEN
from models import Booking, BoothApplication, BoothSlot, BoothSwap, Show, WaitlistEntry
from services.doctor.findings import Finding
from services.doctor.stillness import hold_still
from services.unit_of_work import query

MOST = 20


@query
def findings(session: Session, _now: datetime) -> list[Finding]:
    """What lives on in shows that are cancelled, at most twenty of each kind."""
    hold_still(session)
    found = list(_living(session))
    session.rollback()  # leave the reading transaction: nothing was written
    return found


def _living(session: Session) -> Iterator[Finding]:
    cancelled = select(Show.id).where(Show.status == ShowStatus.CANCELLED)
    slots = select(BoothSlot.booking_id).where(BoothSlot.show_id.in_(cancelled))
    kinds: dict[str, Select[Any]] = {
        "booth": select(Booking.id).where(Booking.id.in_(slots), Booking.status.in_(LIVE)),
        "place in line": select(WaitlistEntry.id).where(
            WaitlistEntry.show_id.in_(cancelled), WaitlistEntry.status.in_(OPEN)
        ),
        "application": select(BoothApplication.id).where(
            BoothApplication.show_id.in_(cancelled), BoothApplication.status == ApplicationStatus.APPLIED
        ),
        "swap": select(BoothSwap.id).where(
            BoothSwap.from_booking_id.in_(slots), BoothSwap.status == SwapStatus.PROPOSED
        ),
    }
    for kind, living in kinds.items():
        for number in session.scalars(living.limit(MOST)):
            yield Finding("alive_in_cancelled_show", f"{kind} {number} lives on in a show that is cancelled.")
