"""When a space is open, from its hours and the calendar table."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.interval import Interval, local_day
from domain.spaces import DayKind, openings_during
from models import CalendarDay, Space


def calendar(session: Session, first: date, last: date) -> dict[date, DayKind]:
    """The dates between two days, both included, that differ from their weekday."""
    rows = session.execute(
        select(CalendarDay.day, CalendarDay.day_kind).where(CalendarDay.day >= first, CalendarDay.day <= last)
    )
    return {row.day: row.day_kind for row in rows}


def during(session: Session, space: Space, window: Interval) -> list[Interval]:
    """When a space, loaded with its hours, is open on the local days that a window touches."""
    first, last = local_day(window.starts_at), local_day(window.ends_at) + timedelta(days=1)
    return openings_during(window, space.opening_rules(), calendar(session, first, last))


def announced_years(session: Session, years: set[int]) -> set[int]:
    """Those of the years whose holidays are in the calendar table; of the others “放假安排未公布” is said."""
    rows = session.scalars(
        select(CalendarDay.day).where(
            CalendarDay.day >= date(min(years), 1, 1), CalendarDay.day <= date(max(years), 12, 31)
        )
    )
    return {day.year for day in rows} & years
