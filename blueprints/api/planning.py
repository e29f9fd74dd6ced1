"""Changing and cancelling shows, and series of them."""

from __future__ import annotations

from typing import Any

from flask import Response

from blueprints.access import allow
from blueprints.api import schemas, show_shapes
from blueprints.api.answers import do, refused, respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas import planning as wanted_of
from blueprints.api.shows import wish_of
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.problems import iso
from blueprints.words import sentence
from domain import recurrence
from domain.errors import Refusal, RuleViolation
from domain.interval import local_day
from domain.people import Role
from domain.studio.shows import StudioTaken
from models import Show
from services.idempotency import Answer
from services.series import Occurrence
from services.studio import cancelling, planning, show_series, shows

blueprint = Blueprint("api_planning", __name__, description="Planning shows of the studio")


@blueprint.patch("/shows/<int:show_id>")
@allow(Role.STAFF)
@blueprint.arguments(wanted_of.ShowChange)
@blueprint.response(200, schemas.ShowGridOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def change(body: dict[str, Any], show_id: int) -> Response:
    """Say something anew about a show; its window and its booths stay."""
    given = dict(body)
    version = given.pop("version")

    def act() -> dict[str, Any]:
        planning.change_show(the_actor(), show_id, given, version=version, now=now())
        return show_shapes.show_grid(shows.show_with_booths(show_id, actor=the_actor()), {})

    return do(200, act)


@blueprint.post("/shows/<int:show_id>/cancel")
@allow(Role.STAFF)
@blueprint.arguments(wanted_of.ShowCancel)
@blueprint.response(200, wanted_of.ShowsCancelled)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def cancel(body: dict[str, Any], show_id: int) -> Response:
    """Cancel a show; everybody who has something in it is told."""

    def act() -> dict[str, Any]:
        cancelled = cancelling.cancel_show(the_actor(), show_id, **body, now=now())
        seen = [shows.show_with_booths(show.id, actor=the_actor()) for show in cancelled]
        return {"items": [show_shapes.show(grid.show) for grid in seen]}

    return do(200, act)


@blueprint.post("/show-series")
@allow(Role.STAFF)
@blueprint.arguments(wanted_of.ShowSeriesIn)
@blueprint.response(201, wanted_of.ShowSeriesOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def plan_series(body: dict[str, Any]) -> Response:
    """Plan the shows of every named date or none of them; a dry run tells which dates are free."""
    given = dict(body)
    rule, dry_run, days = given.pop("rule"), given.pop("dry_run"), given.pop("days")
    plan = show_series.SeriesPlan(wish_of(given), recurrence.parse(rule))
    if dry_run:
        looked_at = show_series.preview(the_actor(), plan, now())
        return respond(Answer(200, _series(None, plan, [_date(one) for one in looked_at])))

    def act() -> dict[str, Any]:
        made = show_series.plan_all(the_actor(), plan, now=now(), days=days)
        return _series(made[0].series_id, plan, [_planned(show) for show in made])

    return do(201, act, _refused)


def _refused(refusal: Refusal) -> Answer:
    """A refusal that tells the days that it is about."""
    answer = refused(refusal)
    if isinstance(refusal, RuleViolation):
        for shown, found in zip(answer.body["violations"], refusal.violations, strict=True):
            if "day" in found.params:
                shown["day"] = found.params["day"].isoformat()
    if isinstance(refusal, StudioTaken):
        answer.body["days"] = [day.isoformat() for day in refusal.params.get("days", ())]
    return answer


def _series(
    series_id: int | None, plan: show_series.SeriesPlan, dates: list[dict[str, Any]]
) -> dict[str, Any]:
    return {"id": series_id, "rule": str(plan.rule), "occurrences": dates}


def _date(one: Occurrence) -> dict[str, Any]:
    return {
        "day": one.day.isoformat(),
        "starts_at": iso(one.interval.starts_at),
        "ends_at": iso(one.interval.ends_at),
        "status": "free" if one.is_free else "blocked",
        "show": None,
        "reasons": [{"code": found.code, "message": sentence(found)} for found in one.reasons],
    }


def _planned(show: Show) -> dict[str, Any]:
    return _date(Occurrence(local_day(show.starts_at), show.interval)) | {"status": "booked", "show": show.id}
