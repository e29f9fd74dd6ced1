"""A show while it is live, and after it."""

from __future__ import annotations

from typing import Any

from flask import Response

from blueprints.access import allow, public
from blueprints.api import answers, run_shapes, schemas
from blueprints.api.answers import do, part, respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas import running as looks
from blueprints.clock import now
from blueprints.identity import current_actor, the_actor
from blueprints.problems import problem_of, status_of
from domain.errors import Missing, Refusal, StaleRun
from domain.people import Role
from domain.studio.presses import Press
from domain.studio.running import Action
from services.idempotency import Answer
from services.studio import console as reading
from services.studio import corrections, running

blueprint = Blueprint("api_running", __name__, description="A show while it is live, and after it")


def _now(show_id: int) -> dict[str, Any]:
    moment = now()
    return run_shapes.console(reading.console(the_actor(), show_id, now=moment), moment)


def _refused(refusal: Refusal) -> Answer:
    """A refusal as an answer; a press that came too late gets the console as it stands now."""
    if not isinstance(refusal, StaleRun):
        return answers.refused(refusal)
    return Answer(status_of(refusal), {**problem_of(refusal), "current": _now(refusal.object_id)})


@blueprint.get("/shows/<int:show_id>/run")
@allow(Role.STAFF)
@blueprint.response(200, looks.RunOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def console(show_id: int) -> Response:
    """The whole console: the running order, how it will go on, the lights."""
    return respond(Answer(200, _now(show_id)))


@blueprint.post("/shows/<int:show_id>/run/prepare")
@allow(Role.STAFF)
@blueprint.response(200, looks.RunOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def prepare(show_id: int) -> Response:
    """Make the running order out of the confirmed booths; a second time changes nothing."""

    def act() -> dict[str, Any]:
        running.prepare(the_actor(), show_id, now=now())
        return _now(show_id)

    return do(200, act)


@blueprint.post("/shows/<int:show_id>/run/<action>")
@allow(Role.STAFF)
@blueprint.arguments(looks.PressIn)
@blueprint.response(200, looks.RunOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def press(body: dict[str, Any], show_id: int, action: str) -> Response:
    """Press start, next, pause, extend, skip, swap, move, repeat, insert, overrun, catch_up, end or undo."""
    if action not in set(Action):
        raise Missing
    version = body.pop("version")
    pressed = Press(Action(action), **body)

    def act() -> dict[str, Any]:
        running.press(the_actor(), show_id, pressed, version=version, now=now())
        return _now(show_id)

    return do(200, act, _refused)


@blueprint.get("/shows/<int:show_id>/cue")
@allow(Role.STAFF)
@blueprint.response(200, looks.CueOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def cue(show_id: int) -> Response:
    """The host's cue card: what to say of what is on air and comes next, and the words to stay away from."""
    return respond(Answer(200, run_shapes.cue(reading.cue(the_actor(), show_id, now=now()))))


@blueprint.get("/shows/<int:show_id>/corrections")
@allow(Role.STAFF)
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, looks.CorrectionList)
def corrected(wanted: dict[str, Any], show_id: int) -> Response:
    """What was put right on air, the newest first."""
    found = reading.console(the_actor(), show_id, now=now()).corrections
    return respond(Answer(200, part(found, wanted, run_shapes.correction)))


@blueprint.post("/shows/<int:show_id>/corrections")
@allow(Role.STAFF)
@blueprint.arguments(looks.CorrectionIn)
@blueprint.response(201, looks.CorrectionOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def correct(body: dict[str, Any], show_id: int) -> Response:
    """Write down a correction, of the booth on air unless another one is named."""

    def act() -> dict[str, Any]:
        made = corrections.correct(
            the_actor(), show_id, body["said"], body["corrected"], booking_id=body["booking"], now=now()
        )
        return run_shapes.correction(made)

    return do(201, act)


@blueprint.get("/shows/<int:show_id>/now")
@public
@blueprint.response(200, looks.OnNowOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def on_now(show_id: int) -> Response:
    """What is on air, what comes next, and who really sells each product."""
    return respond(Answer(200, run_shapes.on_now(reading.program(show_id, actor=current_actor()))))
