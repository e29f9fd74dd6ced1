"""Times as they come in."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.errors import BadInput
from domain.interval import Interval

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def interval(starts_at: datetime, ends_at: datetime, field: str = "ends_at") -> Interval:
    """An interval out of two times; raises BadInput when it ends before it starts or lies beyond any calendar."""
    if ends_at <= starts_at:
        raise BadInput("ends_before_start", field=field)
    if not (EARLIEST < starts_at < LATEST and EARLIEST < ends_at < LATEST):
        raise BadInput("time_invalid", field=field)
    return Interval(starts_at, ends_at)
