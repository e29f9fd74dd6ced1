"""The sign at a door, what a phone finds that scans it, and the staff's list of all doors."""

from __future__ import annotations

from datetime import datetime

from flask import make_response, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import live, pages
from blueprints.access import allow, public
from blueprints.clock import now
from blueprints.door import blueprint
from blueprints.door.codes import picture
from blueprints.door.views import door_line, person_line, sign_words
from blueprints.identity import current_actor, the_actor
from blueprints.problems import headers_of, status_of
from blueprints.words import sentence
from domain.errors import BadInput, Refusal, RuleViolation, Stale, TooManyAttempts
from domain.interval import local_day
from domain.people import Role
from domain.spaces import SpaceKind
from services import board, door

DONE = "done"
"""In the address after a number was taken; the next poll forgets it."""


@blueprint.get("/door/<code>/<key>")
@public
def here(code: str, key: str) -> ResponseReturnValue:
    """Who scanned the door: check in what is due here, else see what is free and book."""
    moment = now()
    arrival = door.arrival(current_actor(), code, key, moment)
    return pages.show(
        "door/here",
        arrival=arrival,
        space=arrival.sign.space,
        words=sign_words(arrival.sign, moment),
        address=url_for("door.here", code=code, key=key),
        is_studio=arrival.sign.space.kind is SpaceKind.STUDIO,
        line=door_line,
        today=local_day(moment),
    )


@blueprint.get("/door/<code>/<key>/sign")
@public
def sign(code: str, key: str) -> ResponseReturnValue:
    """What hangs at the door; the part with the times polls itself."""
    moment = now()
    tag = _tag(code, moment)
    unchanged = live.nothing_new(tag) if DONE not in request.args else None
    return unchanged if unchanged is not None else _show(code, key, moment)


@blueprint.post("/door/<code>/<key>/sign")
@public
def enter_number(code: str, key: str) -> ResponseReturnValue:
    """Check in by the four digits of the slip."""
    moment = now()
    try:
        door.check_in_by_number(code, key, request.form.get("number", ""), moment)
    except (BadInput, RuleViolation, Stale, TooManyAttempts) as refusal:
        return _show(code, key, moment, refusal)
    return pages.go_to(url_for("door.sign", code=code, key=key, **{DONE: 1}))


@blueprint.get("/door/<code>/<key>/qr.svg")
@public
def door_qr(code: str, key: str) -> ResponseReturnValue:
    """The way to this door's page for phones."""
    door.sign(code, key, now())
    return picture(pages.outside("door.here", code=code, key=key))


@blueprint.get("/door/<code>/<key>/poster")
@allow(Role.STAFF)
def poster(code: str, key: str) -> ResponseReturnValue:
    """A sheet of paper for a door without a tablet."""
    space = door.sign(code, key, now()).space
    return pages.show(
        "door/poster",
        space=space,
        kind=space.kind.value,
        qr_url=url_for("door.door_qr", code=code, key=key),
    )


@blueprint.get("/doors")
@allow(Role.STAFF)
def doors() -> ResponseReturnValue:
    """Who may check in right now, and every sign and counter."""
    moment = now()
    tag = _tag("", moment)
    unchanged = live.nothing_new(tag)
    if unchanged is not None:
        return unchanged
    found = door.doors(the_actor(), moment)
    page = pages.show(
        "door/doors",
        doors=found,
        line=door_line,
        person_line=person_line,
        pools=[space for space in found.spaces if space.kind is SpaceKind.POOL],
        poll_url=url_for("door.doors", seen=tag),
        today=local_day(moment),
    )
    return live.stamped(page, tag)


def _tag(code: str, moment: datetime) -> str:
    """With the minute in it: the sign shows the clock."""
    return live.stamp(board.stamp(), code, int(moment.timestamp()) // 60)


def _show(code: str, key: str, moment: datetime, refusal: Refusal | None = None) -> ResponseReturnValue:
    tag = _tag(code, moment)
    found = door.sign(code, key, moment)
    page = pages.show(
        "door/sign",
        status_of(refusal) if refusal else 200,
        sign=found,
        space=found.space,
        words=sign_words(found, moment),
        moment=moment,
        done=DONE in request.args,
        refused=_said(refusal),
        poll_url=url_for("door.sign", code=code, key=key, seen=tag),
        post_url=url_for("door.enter_number", code=code, key=key),
        qr_url=url_for("door.door_qr", code=code, key=key),
    )
    answer = make_response(page)
    answer.headers.update(headers_of(refusal) if refusal else {})
    return answer


def _said(refusal: Refusal | None) -> str | None:
    if refusal is None:
        return None
    return sentence(refusal.violations[0] if isinstance(refusal, RuleViolation) else refusal)
