"""Waiting in line for a full time: who comes next, and how long an offer stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from domain.interval import local_day


class EntryStatus(StrEnum):
    """Where somebody in line stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    FULFILLED = "fulfilled"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


OPEN = frozenset({EntryStatus.WAITING, EntryStatus.OFFERED})


def offer_ends(
    starts_at: datetime,
    now: datetime,
    *,
    minutes: int,
    minutes_today: int,
    latest: datetime | None = None,
) -> datetime:
    """Until when an offer holds its time: 2 h, on the day itself 15 min [default], never past the start.

    `latest` is an earlier moment from which on nobody may take it any more, such as the lock of a show.
    """
    on_the_day = local_day(starts_at) == local_day(now)
    stands = now + timedelta(minutes=minutes_today if on_the_day else minutes)
    return min(starts_at, stands, latest or starts_at)
