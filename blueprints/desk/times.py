"""The other time that a form of the desk proposes."""

from __future__ import annotations

from flask import request

from blueprints.identity import the_actor
from blueprints.timeline import interval_of, parse_clock, parse_day, wall_clock
from domain.errors import BadInput
from domain.interval import Interval, local_day
from services import mine


def time_value(time: Interval) -> str:
    """A time as one button carries it: 2026-11-24 10:00 12:00."""
    day = local_day(time.starts_at)
    return f"{day.isoformat()} {wall_clock(time.starts_at, day)} {wall_clock(time.ends_at, day)}"


def proposed_time(booking_id: int) -> Interval:
    """The time of the form; without an end it is as long as the request. Raises BadInput, Missing."""
    sent = request.form
    if "time" in sent:
        day_text, start, end = [*sent["time"].split(), "", "", ""][:3]
    else:
        day_text, start, end = sent.get("day", ""), sent.get("start", ""), sent.get("end", "")
    day = parse_day(day_text)
    starts_at = parse_clock(day, start) if day else None
    if day and starts_at and not end:
        booking = mine.booking(the_actor(), booking_id)
        end = wall_clock(starts_at + (booking.ends_at - booking.starts_at), day)
    found = interval_of(day, start, end)
    if found is None:
        raise BadInput("time_invalid", field="start")
    return found
