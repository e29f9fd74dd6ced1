"""When a message may reach somebody: not in the night, unless it could not wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from domain.interval import at_local, local, local_day
from models import Contact
from services import settings


def when(session: Session, person_id: int, params: Mapping[str, Any], now: datetime) -> datetime:
    """The first moment outside of somebody's quiet hours, or now where the matter begins or lapses before that."""
    contact, house = session.get(Contact, person_id), settings.load(session)
    first, end = house.quiet_starts_minute, house.quiet_ends_minute
    if contact is not None and contact.quiet_starts_minute is not None:
        first, end = contact.quiet_starts_minute, contact.quiet_ends_minute or 0
    until = quiet_until(now, first, end)
    due = [datetime.fromisoformat(str(params[key])) for key in ("starts_at", "expires_at") if params.get(key)]
    return now if until is None or any(moment < until for moment in due) else until


def quiet_until(now: datetime, first: int, end: int) -> datetime | None:
    """When the quiet hours end in which a moment lies, else None; minutes after local midnight, equal: none at all."""
    minute = local(now).hour * 60 + local(now).minute
    is_quiet = first <= minute < end if first <= end else minute >= first or minute < end
    if not is_quiet:
        return None
    day = local_day(now) + timedelta(days=1 if minute >= end else 0)
    return at_local(day, end)
