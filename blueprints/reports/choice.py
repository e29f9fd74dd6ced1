"""Which days an address asks for, and how it names them."""

from __future__ import annotations

import re

from flask import request

from blueprints.clock import now
from blueprints.edge import parse_month
from blueprints.timeline import parse_day
from domain.errors import Missing
from domain.interval import local_day
from domain.months import first_of
from domain.reports import Days
from services.reports.report import month_days, year_days


def asked_days() -> Days:
    """The days that the address names, this month where it names none; raises Missing, BadInput."""
    asked = request.values
    if asked.get("first") and asked.get("last"):
        first, last = parse_day(asked["first"]), parse_day(asked["last"])
        if first is None or last is None:
            raise Missing
        return Days.between(first, last)
    if not asked.get("month"):
        year = asked.get("year")
        return year_days(_year(year)) if year else month_days(first_of(local_day(now())))
    try:
        return month_days(parse_month(asked["month"]))
    except ValueError as error:
        raise Missing from error


def _year(text: str) -> int:
    """A year as an address names it; raises Missing."""
    if not re.fullmatch(r"[12]\d{3}", text):
        raise Missing
    return int(text)


def choice_of(days: Days) -> dict[str, str]:
    """How an address names these days: a year, a month, or the first and the last of them."""
    if days == year_days(days.first.year):
        return {"year": str(days.first.year)}
    if days == month_days(first_of(days.first)):
        return {"month": f"{days.first:%Y-%m}"}
    return {"first": str(days.first), "last": str(days.last)}


def span_of(days: Days) -> str:
    """The same as a part of a file's name."""
    return "-".join(choice_of(days).values())
