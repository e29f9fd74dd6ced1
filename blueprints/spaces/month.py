"""The month of one space, and of all of them: a calendar of how full each day is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import get_template_attribute, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from blueprints import formats, pages, paging
from blueprints.access import public
from blueprints.answers import repeatable
from blueprints.board.views import Link
from blueprints.clock import now
from blueprints.identity import current_actor
from blueprints.lanes import pen
from blueprints.spaces import blueprint
from blueprints.timeline import parse_day
from blueprints.words.views import fullness_sentence, fullness_word
from domain.interval import local_day
from domain.months import Fullness, weeks_of
from domain.spaces import DayKind
from services import month
from services.month import Month, MonthDay

CLOSED_TO_ALL = frozenset({Fullness.PAST, Fullness.BEYOND})


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the calendar."""

    number: int
    weekday: str
    fullness: Fullness
    word: str
    said: str
    percent: int
    mark: str
    url: str | None
    is_today: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The days of a month in weeks."""

    name: str
    title: str
    weekdays: list[str]
    weeks: list[list[Cell | None]]


@dataclass(frozen=True, slots=True)
class MonthPage:
    """A month with its links; `special` names the holidays and make-up workdays in it."""

    name: str
    title: str
    table: Markup
    earlier: Link | None
    later: Link | None
    others: list[Link]
    special: list[str]
    year: int
    announced: bool


@blueprint.get("/month")
@public
@repeatable
def month_of_all() -> ResponseReturnValue:
    """All rooms and seats: how full the days are, each leading to its board."""
    moment = now()
    wanted, number = parse_day(request.args.get("day")), paging.wanted_page()
    found = month.of_all(current_actor(), wanted, moment, number)
    page = _page(
        found,
        moment,
        _("所有空间"),
        url_for("spaces.month_of_all"),
        url_for("board.today"),
    )
    pager = paging.pager(found.pages, "spaces.month_of_all", day=found.first.isoformat())
    return pages.show("spaces/month", page=page, space=None, pager=pager)


@blueprint.get("/spaces/<code>/month")
@public
@repeatable
def month_of_one(code: str) -> ResponseReturnValue:
    """One space: how full its days are, each leading to choosing a time on it."""
    moment = now()
    wanted, number = parse_day(request.args.get("day")), paging.wanted_page()
    found = month.of_space(current_actor(), code, wanted, moment, number)
    name = found.space.name_in(formats.locale_code()) if found.space else ""
    page = _page(
        found,
        moment,
        name,
        url_for("spaces.month_of_one", code=code),
        url_for("spaces.book", code=code),
    )
    pager = paging.pager(found.pages, "spaces.month_of_one", code=code, day=found.first.isoformat())
    return pages.show("spaces/month", page=page, space=found.space, pager=pager)


def _page(found: Month, moment: datetime, name: str, turn: str, lead: str) -> MonthPage:
    """`turn` is the address of a month, `lead` that of a day."""
    return MonthPage(
        name=name,
        title=formats.year_month(found.first),
        table=_table(found, local_day(moment), name, lead),
        earlier=_turn(found.earlier, turn),
        later=_turn(found.later, turn),
        others=_others(found),
        special=[
            f"{formats.short_day(one.day)} {one.special.name}"
            for one in found.days
            if one.special is not None
        ],
        year=found.first.year,
        announced=found.announced,
    )


def _table(found: Month, today: date, name: str, lead: str) -> Markup:
    """The table of a month. One that was kept brings it along: it is of the same quarter-hour."""
    pictures, how = found.filled.pictures, (formats.locale_code(), lead)
    if how not in pictures:
        by_day = {one.day: one for one in found.days}
        # Weeks that are over would only push those to choose from off the screen.
        weeks = [
            [_cell(by_day[day], today, lead) if day in by_day else None for day in week]
            for week in weeks_of(found.first)
            if week[-1] >= today
        ]
        weekdays = list(formats.WEEKDAYS_EN if formats.is_english() else formats.WEEKDAYS)
        draw = get_template_attribute("_macros/month.html", "month_table")
        pictures[how] = draw(Table(name, formats.year_month(found.first), weekdays, weeks))
    table: Markup = pictures[how]
    return table


def _turn(first: date | None, turn: str) -> Link | None:
    return Link(f"{turn}?day={first.isoformat()}", formats.month(first)) if first else None


def _others(found: Month) -> list[Link]:
    """The months beside this one: of all spaces, and of each; a day of the month shown stays chosen."""
    day = found.first.isoformat()
    everything = [Link(url_for("spaces.month_of_all", day=day), _("所有空间"))] if found.space else []
    shown = found.space.code if found.space else None
    locale, drawn_with = formats.locale_code(), pen()
    return everything + [
        Link(f"{drawn_with.month_url(one)}?day={day}", one.name_in(locale))
        for one in found.spaces
        if one.code != shown
    ]


def _cell(one: MonthDay, today: date, lead: str) -> Cell:
    said = fullness_sentence(one.fullness, free=one.spaces_with_time, of=one.open_spaces, share=one.share)
    mark, name = "", ""
    if one.special is not None:
        mark = _("假") if one.special.kind is DayKind.HOLIDAY else _("班")
        name = f" {one.special.name}"
    return Cell(
        number=one.day.day,
        weekday=formats.weekday(one.day),
        fullness=one.fullness,
        word=fullness_word(one.fullness),
        said=f"{formats.near_day(one.day, today)}{name} {said}",
        percent=round(one.share * 100),
        mark=mark,
        url=None if one.fullness in CLOSED_TO_ALL else f"{lead}?day={one.day.isoformat()}",
        is_today=one.day == today,
    )
