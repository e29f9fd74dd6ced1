"""Noting what people asked for in vain: once per person, time and reason, after the refusal has undone everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from domain.errors import RuleViolation, SlotTaken
from domain.interval import Interval, local_day
from domain.policies import LONGEST, STAFF_ADVANCE_DAYS
from domain.reports import demand_code
from models import RefusedDemand
from models.prepared import Prepared
from models.rows import ignoring
from services.meter import count_refusal
from services.unit_of_work import afterwards

FARTHEST = timedelta(days=STAFF_ADVANCE_DAYS)
"""A wish for a time beyond this is no demand that anybody could meet."""
MOST_AT_ONCE = 60
"""How many dates of one refused series are noted."""
NOTE = Prepared(
    lambda dialect: ignoring(dialect, RefusedDemand),
    ("person_id", "space_id", "starts_at", "ends_at", "code", "asked_at"),
)


@contextmanager
def noted(
    person_id: int, space_id: int, times: Interval | Mapping[date, Interval], now: datetime
) -> Iterator[None]:
    """Let a refusal of these times leave a note once it is over; the refusal itself goes up as it is.

    Only around what somebody really asks for: looking, previews and jobs note nothing.
    """
    wanted = {local_day(times.starts_at): times} if isinstance(times, Interval) else times
    try:
        yield
    except (SlotTaken, RuleViolation) as refusal:
        count_refusal(refusal.code)
        codes = _codes(refusal, wanted)
        asked = [(wanted[day], code) for day, code in codes.items() if _is_real(wanted[day], now)]
        if asked:
            afterwards(partial(_keep, person_id, space_id, asked[:MOST_AT_ONCE], now))
        raise


def _codes(refusal: SlotTaken | RuleViolation, wanted: Mapping[date, Interval]) -> dict[date, str]:
    """Which of the times were refused, each with the code that counts."""
    if isinstance(refusal, SlotTaken):
        return dict.fromkeys(_in_the_way(refusal, wanted), refusal.code)
    found = {}
    for day in wanted:
        codes = [one for one in refusal.violations if one.params.get("day", day) == day or len(wanted) == 1]
        if code := demand_code(codes):
            found[day] = code
    return found


def _in_the_way(taken: SlotTaken, wanted: Mapping[date, Interval]) -> list[date]:
    if "days" in taken.params:
        return [day for day in taken.params["days"] if day in wanted]
    if len(wanted) == 1:  # its clean-up time alone may be what is in the way
        return list(wanted)
    return [day for day, time in wanted.items() if any(time.overlaps(one) for one in taken.blocking)]


def _is_real(time: Interval, now: datetime) -> bool:
    return time.ends_at - time.starts_at <= LONGEST and now < time.ends_at <= now + FARTHEST


def _keep(
    person_id: int, space_id: int, asked: list[tuple[Interval, str]], now: datetime, connection: Connection
) -> None:
    told = {"person_id": person_id, "space_id": space_id, "asked_at": now}
    rows = [
        {**told, "starts_at": time.starts_at, "ends_at": time.ends_at, "code": code} for time, code in asked
    ]
    NOTE.write(connection, *rows)
