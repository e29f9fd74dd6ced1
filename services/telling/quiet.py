"""When a message may reach somebody: not in the night, unless it could not wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from domain.interval import at_local, local, local_day
from models import Contact
from services import settings

TIME_TO_ACT = timedelta(minutes=30)
"""What must be left of the time before something begins or lapses, for a message to be of use."""


def when(session: Session, person_id: int, params: Mapping[str, Any], now: datetime) -> datetime:
    """The first moment outside of somebody's quiet hours, or now where the matter begins or lapses before that."""
    contact, house = session.get(Contact, person_id), settings.load(session)
    first, end = house.quiet_starts_minute, house.quiet_ends_minute
    if contact is not None and contact.quiet_starts_minute is not None:
        first, end = contact.quiet_starts_minute, contact.quiet_ends_minute or 0
    until = quiet_until(now, first, end)
    return now if until is None or cannot_wait(params, now, until) else until


def cannot_wait(params: Mapping[str, Any], now: datetime, until: datetime) -> bool:
    """Whether what a message speaks of begins or lapses so soon that it must be known before the quiet hours end.

    What has begun already can wait: nobody can do anything about it in the night.
    """
    limits = [
        datetime.fromisoformat(str(params[name])) for name in ("starts_at", "expires_at") if params.get(name)
    ]
    return any(now < limit < until + TIME_TO_ACT for limit in limits)


def quiet_until(now: datetime, first: int, end: int) -> datetime | None:
    """When the quiet hours end in which a moment lies, else None.

    Both are minutes after local midnight, `first` included and `end` not; equal: there are none at all.
    """
    minute = local(now).hour * 60 + local(now).minute
    is_quiet = first <= minute < end if first <= end else minute >= first or minute < end
    if not is_quiet:
        return None
    return at_local(local_day(now) + timedelta(days=1 if minute >= end else 0), end)
