"""The list of spaces, and the page of one: its rules and its week."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import live, pages, paging
from blueprints.access import public
from blueprints.answers import repeatable
from blueprints.board.views import meta
from blueprints.clock import now
from blueprints.identity import current_actor
from blueprints.spaces import blueprint
from blueprints.spaces.views import closure_lines, hours_lines, icon_of, rule_lines, week_page
from blueprints.timeline import parse_day
from blueprints.words.equipment import ICONS, equipment_word
from domain.interval import local_day
from domain.spaces import SpaceKind
from services import listing, settings, space_calendar
from services.space_calendar import Seats


@blueprint.get("/spaces")
@public
@repeatable
def index() -> ResponseReturnValue:
    """All spaces."""
    pages_, spaces = listing.page_of_spaces(paging.wanted_kind(), paging.wanted_page())
    return pages.show(
        "spaces/index",
        spaces=[
            {"space": space, "icon": icon_of(space), "meta": meta(space), "hours": hours_lines(space)}
            for space in spaces
        ],
        pager=paging.pager(pages_, "spaces.index"),
    )


@blueprint.get("/spaces/<code>")
@public
@repeatable
def one(code: str) -> ResponseReturnValue:
    """One space with its week; `day` chooses the week, and on a phone the day."""
    moment = now()
    week = space_calendar.week(current_actor(), code, parse_day(request.args.get("day")), moment)
    kind, stamp = week.space.kind, live.stamp(week.revision, code)
    is_pool, is_studio = kind is SpaceKind.POOL, kind is SpaceKind.STUDIO
    return pages.show(
        "spaces/one",
        icon_name=icon_of(week.space),
        rules=rule_lines(week.space, settings.current() if is_studio else settings.DEFAULTS),
        hours=hours_lines(week.space),
        equipment=week.furnished.equipment,
        equipment_icons=ICONS,
        equipment_word=equipment_word,
        week=week_page(week, moment),
        shows=week.shows,
        free_booths=week.free_booths,
        closures=closure_lines(week.closures, moment),
        photo=week.furnished.photo,
        is_pool=is_pool,
        is_studio=is_studio,
        today=local_day(moment),
        **(_seats(code, stamp, week.seats(moment)) if is_pool else {"space": week.space}),
    )


@blueprint.get("/spaces/<code>/seats")
@public
@repeatable
def seats(code: str) -> ResponseReturnValue:
    """The free seats of a pool at this moment; polled every 20 seconds."""
    stamp = live.stamp(space_calendar.revision(code), code)
    unchanged = live.nothing_new(stamp)
    if unchanged is not None:
        return unchanged
    return live.stamped(render_template("spaces/_seats.html", **_seats(code, stamp)), stamp)


def _seats(code: str, stamp: str, seen: Seats | None = None) -> dict[str, object]:
    """What is said of the free seats; the stamp is taken before they are counted."""
    seen = seen or space_calendar.seats_now(code, now())
    return {
        "space": seen.space,
        "seats_free": seen.free,
        "seats_url": url_for("spaces.seats", code=code, seen=stamp),
    }
