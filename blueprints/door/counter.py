"""The counter of the rest station: one tap for each who walks in, one for each who leaves."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import live, once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.door import blueprint
from blueprints.door.views import door_line
from blueprints.formats import clock
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.words import sentence
from domain.errors import Refusal, RuleViolation, SlotTaken
from domain.people import Role
from services import board, walk_ins
from services.idempotency import Answer


@blueprint.get("/counter/<code>")
@allow(Role.STAFF)
def counter(code: str) -> ResponseReturnValue:
    """Free seats, who sits there, who is expected; polls itself."""
    tag = _tag(code)
    unchanged = live.nothing_new(tag)
    return unchanged if unchanged is not None else _show(code)


@blueprint.post("/counter/<code>/walk-ins")
@allow(Role.STAFF)
def walk_in(code: str) -> ResponseReturnValue:
    """Somebody sits down."""

    def act() -> str:
        made = walk_ins.walk_in(the_actor(), code, now=now())
        return _("已记下 1 位，座位留到 %(time)s。", time=clock(made.ends_at))

    return _do(code, act)


@blueprint.post("/walk-ins/<int:walk_in_id>/leave")
@allow(Role.STAFF)
def walk_out(walk_in_id: int) -> ResponseReturnValue:
    """Somebody leaves, or was counted by mistake."""
    code = walk_ins.space_code(the_actor(), walk_in_id)

    def act() -> str:
        walk_ins.leave(the_actor(), walk_in_id, now=now())
        return _("座位已空出来。")

    return _do(code, act)


def _do(code: str, act: Callable[[], str]) -> ResponseReturnValue:
    try:
        said = once.once(lambda: Answer(303, {"said": act()})).body["said"]
    except (SlotTaken, RuleViolation) as refusal:
        return _show(code, refusal=refusal)
    if pages.is_fragment():
        return _show(code, said=said)
    flash(said, "ok")
    return pages.go("door.counter", code=code)


def _show(code: str, *, said: str | None = None, refusal: Refusal | None = None) -> ResponseReturnValue:
    moment, tag = now(), _tag(code)
    found = walk_ins.counter(the_actor(), code, moment)
    page = pages.show(
        "door/counter",
        status_of(refusal) if refusal else 200,
        counter=found,
        space=found.seats.space,
        line=door_line,
        said=said,
        refused=_said(refusal),
        key=once.new_key(),
        poll_url=url_for("door.counter", code=code, seen=tag),
        here=url_for("door.counter", code=code),
    )
    return live.stamped(page, tag)


def _said(refusal: Refusal | None) -> str | None:
    if refusal is None:
        return None
    if isinstance(refusal, SlotTaken):
        return _("座位都满了，有人离开才能再坐。")
    return sentence(refusal.violations[0] if isinstance(refusal, RuleViolation) else refusal)


def _tag(code: str) -> str:
    """With the minute in it: who may check in changes by itself."""
    return live.stamp(board.stamp(), code, int(now().timestamp()) // 60)
