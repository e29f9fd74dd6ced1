"""Looking for a place: a day, a length, a number of people, equipment; the answer is times to touch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from blueprints import formats, pages, paging
from blueprints.access import public
from blueprints.answers import repeatable
from blueprints.board.views import Link, meta
from blueprints.clock import now
from blueprints.formats import duration
from blueprints.identity import current_actor
from blueprints.lanes import pen
from blueprints.spaces import blueprint
from blueprints.spaces.views import icon_of
from blueprints.timeline import clock_at, parse_day
from blueprints.words.equipment import equipment_word
from domain.interval import local_day
from domain.spaces import Equipment
from services import find as finding
from services.find import Found, Match, Search

LENGTHS = (30, 60, 90, 120, 180, 240)
"""What can be looked for, in minutes."""
USUAL_LENGTH = 60
MOST_PEOPLE = 999


@dataclass(frozen=True, slots=True)
class Answer:
    """A space that fits: times to touch, or in one sentence why there is none."""

    name: str
    icon: str
    url: str
    meta: str
    equipment: str
    times: list[Link]
    choose_url: str
    why_not: str


@blueprint.get("/find")
@public
@repeatable
def find() -> ResponseReturnValue:
    """What is free that day; without a question it is asked for an hour today."""
    moment = now()
    search = _asked(request.args)
    found = finding.spaces_for(current_actor(), search, moment, paging.wanted_page())
    return pages.show(
        "spaces/find",
        found=found,
        search=search,
        today=local_day(moment),
        lengths=[(minutes, duration(minutes)) for minutes in LENGTHS],
        equipment=[(code.value, equipment_word(code), code in search.equipment) for code in found.equipment],
        free=[_answer(match, search, found.day) for match in found.free],
        full=[_answer(match, search, found.day) for match in found.full],
        pager=paging.pager(found.pages, "spaces.find", day=found.day.isoformat(), **_more(search)),
        was_asked=bool(request.args),
        back=_on(found.day - timedelta(days=1), search, found),
        forth=_on(found.day + timedelta(days=1), search, found),
    )


def _asked(args: MultiDict[str, str]) -> Search:
    """The question in the address; what can't be understood there is the usual."""
    length = args.get("length", USUAL_LENGTH, type=int)
    people = args.get("people", 1, type=int)
    known = {code.value for code in Equipment}
    return Search(
        day=parse_day(args.get("day")),
        minutes=length if length in LENGTHS else USUAL_LENGTH,
        people=min(max(people, 1), MOST_PEOPLE),
        equipment=frozenset(Equipment(code) for code in args.getlist("equipment") if code in known),
    )


def _on(day: date, search: Search, found: Found) -> Link | None:
    """The same question for another day."""
    if not found.first_day <= day <= found.last_day:
        return None
    return Link(
        url_for("spaces.find", day=day.isoformat(), **_more(search)), formats.near_day(day, found.first_day)
    )


def _more(search: Search) -> dict[str, Any]:
    """What was asked for beside the day."""
    return {"length": search.minutes, "people": search.people, "equipment": sorted(search.equipment)}


def _answer(match: Match, search: Search, day: date) -> Answer:
    space = match.space
    drawn_with = pen()
    return Answer(
        name=space.name_in(formats.locale_code()),
        icon=icon_of(space),
        url=drawn_with.month_url(space),
        meta=meta(space),
        equipment=formats.listed(equipment_word(code) for code in match.equipment),
        times=[
            Link(drawn_with.book_url(space, start, start + search.ticks), clock_at(start))
            for start in match.starts
        ],
        choose_url=f"{drawn_with.form_url(space)}?day={day.isoformat()}",
        why_not=_why_not(match),
    )


def _why_not(match: Match) -> str:
    if match.closures:
        return _("停用：%(reason)s", reason=match.closures[0].reason)
    if not match.openings:
        return _("这一天不开放")
    return _("这一天没有这么长的空")
