"""Times as they come in."""

from __future__ import annotations

from datetime import datetime

from domain.errors import BadInput
from domain.interval import Interval


def interval(starts_at: datetime, ends_at: datetime, field: str = "ends_at") -> Interval:
    """An interval out of two times; raises BadInput when it ends before it starts."""
    if ends_at <= starts_at:
        raise BadInput("ends_before_start", field=field)
    return Interval(starts_at, ends_at)
