"""How much a shop may bring in a day, whoever brings it: counted in the database, for every process alike."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.errors import TooManyAttempts
from domain.interval import local_day
from services import login

DAY = timedelta(days=1)
PREFIX = "day:"
"""What the buckets of a day begin with: they are not forgotten after those of a quarter of an hour."""


def has_room(kind: str, merchant_id: int, most: int, now: datetime) -> bool:
    """Count one more thing of a kind for a shop, inside another service; False, and not counted, beyond a day's.

    It is a day of the calendar: who is told to come again tomorrow may do so in the morning.
    """
    try:
        login.reserve_attempt(
            {f"{PREFIX}{kind}:{merchant_id}:{local_day(now).isoformat()}": most}, now, window=DAY
        )
    except TooManyAttempts:
        return False
    return True
