"""Axes as the macros of templates/_macros/board.html and week.html want them, and days and times in links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from flask import url_for
from flask_babel import gettext as _

from blueprints.edge import day_within_calendar
from blueprints.formats import clock, clock_end
from domain.board import HOUR
from domain.interval import TICK, Interval, at_local, local, moment_of, tick_of
from services.space_lines import AnySpace

MINUTES_OF_DAY = 1440


@dataclass(frozen=True, slots=True)
class Mark:
    """A label at so many ticks from the start of an axis."""

    offset: int
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The hours above a lane, and where now is."""

    ticks: int
    hours: list[Mark]
    now: Mark | None


def now_mark(window: Interval, now: datetime) -> Mark | None:
    """Where the running quarter-hour begins; between two polls the minute itself would be a lie."""
    if not window.starts_at <= now < window.ends_at:
        return None
    return Mark(tick_of(now) - tick_of(window.starts_at), _("现在"))


def axis(window: Interval, now: datetime, every_hours: int = 2) -> Axis:
    """The axis of a window that begins and ends on full hours."""
    ticks = len(window.ticks())
    hours = [Mark(offset, _hour(window, offset, ticks)) for offset in range(0, ticks + 1, HOUR * every_hours)]
    return Axis(ticks, hours, now_mark(window, now))


def _hour(window: Interval, offset: int, ticks: int) -> str:
    return clock_end(window) if offset == ticks else clock(window.starts_at + offset * TICK)


@lru_cache(maxsize=4096)
def clock_at(tick: int) -> str:
    """14:30, of a quarter-hour; a board says the same ones for each of its spaces."""
    return clock(moment_of(tick))


@lru_cache(maxsize=4096)
def end_at(tick: int) -> str:
    """The same of a quarter-hour at which something ends: midnight reads 24:00."""
    text = clock_at(tick)
    return "24:00" if text == "00:00" else text


@lru_cache(maxsize=4096)
def asked_at(tick: int) -> str:
    """The query of a link that begins at a quarter-hour."""
    return f"?day={local(moment_of(tick)).date().isoformat()}&start={clock_at(tick)}"


def book_url(space: AnySpace, start: datetime, end: datetime | None = None) -> str:
    """The booking form of a space with its time filled in."""
    day = local(start).date()
    values = {"day": day.isoformat(), "start": clock(start)}
    if end is not None:
        values["end"] = wall_clock(end, day)
    return url_for("spaces.book", code=space.code, **values)


def wall_clock(moment: datetime, day: date) -> str:
    """HH:MM on that day; its own end is 24:00."""
    minutes = int((moment - at_local(day, 0)).total_seconds()) // 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def parse_day(text: str | None) -> date | None:
    """A date as links and forms carry it, None for anything else and for one beyond any calendar."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if day_within_calendar(day) else None


def parse_clock(day: date, text: str | None) -> datetime | None:
    """HH:MM of a local day as a moment, 24:00 included; None for anything else."""
    hours, colon, minutes = (text or "").strip().partition(":")
    if not (colon and hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()):
        return None
    if len(hours) > 2 or len(minutes) != 2 or int(minutes) > 59:
        return None
    total = int(hours) * 60 + int(minutes)
    return at_local(day, total) if total <= MINUTES_OF_DAY else None


def interval_of(day: date | None, start: str | None, end: str | None) -> Interval | None:
    """What day, start and end together mean, None when they mean nothing."""
    if day is None:
        return None
    starts_at, ends_at = parse_clock(day, start), parse_clock(day, end)
    if starts_at is None or ends_at is None or ends_at <= starts_at:
        return None
    return Interval(starts_at, ends_at)
