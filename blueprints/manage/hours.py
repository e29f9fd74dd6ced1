"""Routes of the opening hours: one line per kind of day, and single weekdays that differ from it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.manage import blueprint, views
from blueprints.manage.forms import ids_of
from blueprints.problems import status_of
from blueprints.words import sentence
from blueprints.words.house import open_on_word
from domain.errors import BadInput, Changed, InTheWay, Refusal
from domain.people import Role
from domain.spaces import DAYS_OF_THE_WEEK, KINDS_OF_DAY, Hours, OpenOn
from models import Space
from services.house import hours as services
from services.house import spaces
from services.house.looking import Touched

FEWEST_ROWS = 2
MOST_ROWS = 6
CLOCK = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Line:
    """The openings of one kind of day as they are typed; a weekday may also be shut."""

    name: str
    word: str
    openings: list[tuple[str, str]]
    is_shut: bool
    is_wrong: bool


@blueprint.get("/spaces/<code>/hours")
@allow(Role.ADMIN)
def hours(code: str) -> ResponseReturnValue:
    """When a space is open."""
    space = spaces.one(the_actor(), code)
    return _show(space, _typed_of(space), space.version)


@blueprint.post("/spaces/<code>/hours")
@allow(Role.ADMIN)
def set_hours(code: str) -> ResponseReturnValue:
    """Change the hours; the bookings that would lie outside are listed before it is saved."""
    actor, moment = the_actor(), now()
    space, typed = spaces.one(actor, code), _typed()
    version = request.form.get("version", type=whole) or 0
    try:
        wanted = _read(typed)
        services.set_hours(
            actor,
            code,
            wanted,
            version=version,
            now=moment,
            confirmed=ids_of(request.form.get("confirmed")),
        )
    except InTheWay as refusal:
        touched = services.touched_by(actor, code, wanted, moment)
        return _show(space, typed, version, refusal, touched)
    except (BadInput, Changed) as refusal:
        return _show(space, typed, space.version if isinstance(refusal, Changed) else version, refusal)
    flash(_("开放时间已保存。"), "ok")
    return pages.go("manage.space", code=code)


Typed = dict[OpenOn, tuple[bool, list[tuple[str, str]]]]


def _typed_of(space: Space) -> Typed:
    found: Typed = {}
    for open_on in OpenOn:
        lines = [h for h in space.opening_rules() if h.open_on is open_on]
        openings = [
            (_clock(h.opens_minute), _clock(h.closes_minute))
            for h in lines
            if h.opens_minute < h.closes_minute
        ]
        found[open_on] = (bool(lines) and not openings, openings)
    return found


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _typed() -> Typed:
    found: Typed = {}
    for open_on in OpenOn:
        pairs = zip(
            request.form.getlist(f"{open_on.value}-from"),
            request.form.getlist(f"{open_on.value}-to"),
            strict=False,
        )
        openings = [(first.strip(), end.strip()) for first, end in pairs if first.strip() or end.strip()]
        found[open_on] = (f"{open_on.value}-shut" in request.form, openings[:MOST_ROWS])
    return found


def _read(typed: Typed) -> list[Hours]:
    """The hours that were typed; raises BadInput that names the day."""
    found = []
    for open_on, (is_shut, openings) in typed.items():
        if is_shut:
            found.append(Hours(open_on, 0, 0))
        else:
            found += [Hours(open_on, _minute(a, open_on), _minute(b, open_on)) for a, b in openings]
    return found


def _minute(text: str, open_on: OpenOn) -> int:
    """8, 8:30 and 0830 as minutes of the day, wide digits and colons too."""
    match = CLOCK.fullmatch(unicodedata.normalize("NFKC", text))
    if match is None or int(match[1]) > 24 or int(match[2] or 0) > 59:
        raise BadInput("hours_unreadable", field=open_on.value)
    return int(match[1]) * 60 + int(match[2] or 0)


def _show(
    space: Space,
    typed: Typed,
    version: int,
    refusal: Refusal | None = None,
    touched: list[Touched] | None = None,
) -> ResponseReturnValue:
    wrong = refusal.field if isinstance(refusal, BadInput) else None
    lines = {open_on: _line(open_on, *typed[open_on], wrong) for open_on in OpenOn}
    return pages.show(
        "manage/hours",
        status_of(refusal) if refusal else 200,
        space=space,
        kinds=[lines[one] for one in KINDS_OF_DAY],
        weekdays=[lines[one] for one in DAYS_OF_THE_WEEK],
        has_own_weekdays=any(lines[one].is_shut or any(lines[one].openings[0]) for one in DAYS_OF_THE_WEEK),
        version=version,
        refused=sentence(refusal) if refusal else None,
        touched=views.touched_rows(touched or []),
        confirmed=views.ids(touched or []),
    )


def _line(open_on: OpenOn, is_shut: bool, openings: list[tuple[str, str]], wrong: str | None) -> Line:
    rows = openings + [("", "")] * max(0, FEWEST_ROWS - len(openings))
    return Line(open_on.value, open_on_word(open_on), rows, is_shut, open_on.value == wrong)
