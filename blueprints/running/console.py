"""Routes of the floor director's console. Every press is a form of its own and works without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import redirect

from blueprints import live, once, pages
from blueprints.access import allow
from blueprints.answers import lasting
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.running import blueprint, views, words
from blueprints.words import sentence
from domain.errors import BadInput, Missing, Refusal, RuleViolation, StaleRun
from domain.people import Role
from domain.studio.presses import Press
from domain.studio.running import Action, Overrun, SkipReason
from services.idempotency import Answer
from services.studio import console as reading
from services.studio import corrections, running

BEAT = 10
"""Seconds after which a console is drawn anew though nobody pressed: in overtime the rest moves."""
PANELS = ("more", "fix")


@blueprint.get("/shows/<int:show_id>/console")
@allow(Role.STAFF)
@lasting(BEAT)
def console(show_id: int) -> ResponseReturnValue:
    """The running order, the countdown and everything to press; polled every 2 seconds."""
    moment = now()
    tag = live.stamp(*reading.revision(show_id), beat(moment), _pick(), _panel())
    unchanged = live.nothing_new(tag)
    return unchanged if unchanged is not None else _show(show_id, moment, tag=tag)


@blueprint.post("/shows/<int:show_id>/console/prepare")
@allow(Role.STAFF)
def prepare(show_id: int) -> ResponseReturnValue:
    """Make the running order."""
    return _do(show_id, lambda: _prepared(show_id))


@blueprint.post("/shows/<int:show_id>/console/correct")
@allow(Role.STAFF)
def correct(show_id: int) -> ResponseReturnValue:
    """Write down what was said wrongly and how it was put right."""
    said, corrected = request.form.get("said", ""), request.form.get("corrected", "")

    def act() -> str:
        corrections.correct(the_actor(), show_id, said, corrected, now=now())
        return _("纠正已经记下。")

    return _do(show_id, act)


@blueprint.post("/shows/<int:show_id>/console/<action>")
@allow(Role.STAFF)
def press(show_id: int, action: str) -> ResponseReturnValue:
    """Press something; whoever comes second is shown what the other tablet did."""
    pressed = press_of(action)
    version = request.form.get("version", type=whole)
    if version is None:
        raise BadInput("bad_input", field="version")

    def act() -> str:
        running.press(the_actor(), show_id, pressed, version=version, now=now())
        return words.said(pressed.action, pressed.detail())

    return _do(show_id, act)


def press_of(action: str) -> Press:
    """What a form asks for; raises Missing for an unknown action, BadInput for fields that can't be read."""
    if action not in set(Action):
        raise Missing
    form = request.form
    try:
        return Press(
            Action(action),
            item=form.get("item", type=whole),
            other=form.get("other", type=whole),
            booth=form.get("booth", type=whole),
            reason=SkipReason(form["reason"]) if form.get("reason") and action == Action.SKIP else None,
            place=form.get("place", type=whole),
            title=form.get("title", ""),
            minutes=form.get("minutes", type=whole),
            overrun=Overrun(form["overrun"]) if form.get("overrun") else None,
        )
    except ValueError as error:
        raise BadInput("bad_input") from error


def beat(moment: datetime) -> int:
    """A number that changes every few seconds."""
    return int(moment.timestamp()) // BEAT


def _pick() -> int | None:
    return request.args.get("pick", type=whole)


def _panel() -> str | None:
    panel = request.args.get("panel")
    return panel if panel in PANELS else None


def _prepared(show_id: int) -> str:
    running.prepare(the_actor(), show_id, now=now())
    return _("播出单排好了，核对一下就可以开播。")


def _do(show_id: int, act: Callable[[], str]) -> ResponseReturnValue:
    """Do it once for this form; a refusal brings the console back as it stands now, with the sentence."""
    try:
        answer = once.once(lambda: Answer(303, {"said": act()}))
    except (BadInput, RuleViolation, StaleRun) as refusal:
        return _show(show_id, now(), refusal=refusal)
    said = answer.body["said"]
    if pages.is_fragment():
        return _show(show_id, now(), said=said)
    flash(said, "ok")
    return redirect(views.console_url(show_id), 303)


def _show(
    show_id: int,
    moment: datetime,
    *,
    tag: str | None = None,
    said: str | None = None,
    refusal: Refusal | None = None,
) -> ResponseReturnValue:
    pick, panel = (_pick(), _panel()) if tag else _left_open(refusal)
    if tag is None:  # before what it stamps, or a change in between would go unseen
        tag = live.stamp(*reading.revision(show_id), beat(moment), pick, panel)
    found = reading.console(the_actor(), show_id, now=moment)
    order = found.program.order
    picked = next((one for one in order.items if one.id == pick), None) if pick else None
    page = pages.show(
        "running/console",
        status_of(refusal) if refusal else 200,
        console=found,
        program=found.program,
        show=found.program.show,
        order=order,
        seen=found.projection,
        items=views.items(found.program, found),
        count=views.count(found, moment),
        lights=views.lights(found, order.current) if order.current else [],
        picked=picked,
        panel=panel,
        said=said,
        late=_late(found, refusal),
        refused=_told(refusal),
        typed=request.form if refusal else {},
        key=once.new_key(),
        moment=moment,
        fresh=live.SEEN not in request.args,
        poll_url=views.console_url(show_id, seen=tag, pick=pick, panel=panel),
        words=words,
        views=views,
    )
    return live.stamped(page, tag)


def _left_open(refusal: Refusal | None) -> tuple[int | None, str | None]:
    """Which panel stays open after a press: the one whose form was refused."""
    if refusal is None or isinstance(refusal, StaleRun):
        return None, None
    if request.path.endswith("/correct"):
        return None, "fix"
    if request.path.endswith("/insert"):
        return None, "more"
    return request.form.get("item", type=whole), None


def _late(found: reading.Console, refusal: Refusal | None) -> str | None:
    if not isinstance(refusal, StaleRun):
        return None
    last = found.last
    if last is None:
        return _("画面已经变了，请看清再按。")
    return words.overtaken(last.name, last.action, last.at, own=last.name == the_actor().name)


def _told(refusal: Refusal | None) -> list[str]:
    if refusal is None or isinstance(refusal, StaleRun):
        return []
    told = refusal.violations if isinstance(refusal, RuleViolation) else [refusal]
    return [sentence(one) for one in told]
