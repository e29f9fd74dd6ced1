"""Series: look at the dates of a rule, book them, change them, try skipped ones again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response

from blueprints.access import signed_in
from blueprints.api import schemas
from blueprints.api.answers import do, respond
from blueprints.api.routes import Blueprint
from blueprints.api.times import interval
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.problems import iso, problem_of, status_of
from blueprints.words import sentence
from blueprints.words.series import why_skipped
from domain import recurrence
from domain.errors import Refusal, RuleViolation, SlotTaken, Stale
from domain.interval import Interval, local_day
from domain.policies import Override
from models import Booking
from services import making, series, series_changes, series_reading
from services.idempotency import Answer
from services.series import Occurrence, Plan
from services.series_changes import Part
from services.series_reading import SeriesView

blueprint = Blueprint("api_series", __name__, description="Bookings that come again")


def _do(status: int, action: Callable[[], dict[str, Any]]) -> Response:
    """Do something once; a refusal tells the days that it is about, a stale one how the series stands."""
    return do(status, action, _refused)


def _refused(refusal: Refusal) -> Answer:
    body = problem_of(refusal)
    if isinstance(refusal, RuleViolation):
        for shown, found in zip(body["violations"], refusal.violations, strict=True):
            if "day" in found.params:
                shown["day"] = found.params["day"].isoformat()
    if isinstance(refusal, SlotTaken):
        body["days"] = [day.isoformat() for day in refusal.params.get("days", ())]
    if isinstance(refusal, Stale):
        body["current"] = _shown(refusal.object_id)
    return Answer(status_of(refusal), body)


def _shown(series_id: int) -> dict[str, Any]:
    return _shape(series_reading.one(the_actor(), series_id))


def _shape(view: SeriesView) -> dict[str, Any]:
    found = view.series
    time = series_reading.time_of(found)
    dates = [_booked(one) for one in view.occurrences]
    dates += [_date(skip.day, time.on(skip.day), "blocked", _reason(skip.code)) for skip in view.skipped]
    return {
        "id": found.id,
        "space": found.space.code,
        "rule": found.rule,
        "first_day": found.first_day.isoformat(),
        "version": found.version,
        "purpose": found.purpose if view.knows_parties else None,
        "party_size": found.party_size,
        "booker": found.booker_id if view.knows_parties else None,
        "created_by": found.created_by_id if view.knows_parties else None,
        "occurrences": sorted(dates, key=lambda one: str(one["day"])),
    }


def _date(day: date, time: Interval, status: str, *reasons: dict[str, str]) -> dict[str, Any]:
    return {
        "day": day.isoformat(),
        "starts_at": iso(time.starts_at),
        "ends_at": iso(time.ends_at),
        "status": status,
        "booking": None,
        "booking_status": None,
        "changed_by_hand": False,
        "reasons": list(reasons),
    }


def _booked(found: Booking) -> dict[str, Any]:
    """A date with its booking, whose own state tells what became of it."""
    day = found.occurrence_day or local_day(found.starts_at)
    return _date(day, found.interval, "booked") | {
        "booking": found.id,
        "booking_status": found.status.value,
        "changed_by_hand": found.changed_by_hand,
    }


def _reason(code: str) -> dict[str, str]:
    return {"code": code, "message": why_skipped(code)}


def _looked_at(body: dict[str, Any], occurrences: list[Occurrence]) -> dict[str, Any]:
    return {
        "id": None,
        "space": body["space"],
        "rule": body["rule"],
        "first_day": local_day(body["starts_at"]).isoformat(),
        "occurrences": [
            _date(
                one.day,
                one.interval,
                "free" if one.is_free else "blocked",
                *({"code": found.code, "message": sentence(found)} for found in one.reasons),
            )
            for one in occurrences
        ],
    }


def _plan(body: dict[str, Any]) -> Plan:
    return Plan(
        body["space"],
        interval(body["starts_at"], body["ends_at"]),
        recurrence.parse(body["rule"]),
        making.Wish(body["purpose"], body["party_size"]),
        body["on_behalf_of"],
    )


def _override(body: dict[str, Any]) -> Override | None:
    asked = body["override"]
    return Override(frozenset(asked["codes"]), asked["reason"]) if asked else None


def _part(body: dict[str, Any]) -> Part:
    return Part(body["scope"], body["day"], body["from_booking"])


@blueprint.post("/series")
@signed_in
@blueprint.arguments(schemas.SeriesIn)
@blueprint.response(201, schemas.SeriesOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def create(body: dict[str, Any]) -> Response:
    """Book the named dates of a rule, all or none of them; a dry run (200) only says which are free."""
    if body["dry_run"]:
        return _do(200, lambda: _looked_at(body, series.preview(the_actor(), _plan(body), now())))

    def act() -> dict[str, Any]:
        made = series.book(
            the_actor(),
            _plan(body),
            now=now(),
            days=body["days"],
            only_free=body["skip"] == "conflicts",
            override=_override(body),
        )
        return _shown(made.id)

    return _do(201, act)


@blueprint.get("/series/<int:series_id>")
@signed_in
@blueprint.response(200, schemas.SeriesOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def one(series_id: int) -> Response:
    """A series with every date of it; a foreign id answers as a missing one."""
    return respond(Answer(200, _shown(series_id)))


@blueprint.post("/series/<int:series_id>/cancel")
@signed_in
@blueprint.arguments(schemas.CancelSeries)
@blueprint.response(200, schemas.SeriesOut)
@blueprint.alt_response(409, schema=schemas.Problem)
def cancel(body: dict[str, Any], series_id: int) -> Response:
    """Take back this occurrence, this and those that follow, or all that are still to come."""

    def act() -> dict[str, Any]:
        series_changes.cancel(
            the_actor(), series_id, _part(body), version=body["version"], reason=body["reason"], now=now()
        )
        return _shown(series_id)

    return _do(200, act)


@blueprint.post("/series/<int:series_id>/reschedule")
@signed_in
@blueprint.arguments(schemas.MoveSeries)
@blueprint.response(200, schemas.SeriesOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def reschedule(body: dict[str, Any], series_id: int) -> Response:
    """Give occurrences another time on their days, all of them or none."""

    def act() -> dict[str, Any]:
        series_changes.move(
            the_actor(),
            series_id,
            _part(body),
            recurrence.TimeOfDay.of(interval(body["starts_at"], body["ends_at"])),
            version=body["version"],
            now=now(),
            override=_override(body),
        )
        return _shown(series_id)

    return _do(200, act)


@blueprint.post("/series/<int:series_id>/edit")
@signed_in
@blueprint.arguments(schemas.EditSeries)
@blueprint.response(200, schemas.SeriesOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def edit(body: dict[str, Any], series_id: int) -> Response:
    """Change what occurrences are for and how many come."""

    def act() -> dict[str, Any]:
        wish = making.Wish(body["purpose"], body["party_size"])
        series_changes.edit(the_actor(), series_id, _part(body), wish, version=body["version"], now=now())
        return _shown(series_id)

    return _do(200, act)


@blueprint.post("/series/<int:series_id>/retry")
@signed_in
@blueprint.arguments(schemas.RetryDay)
@blueprint.response(200, schemas.SeriesOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def retry(body: dict[str, Any], series_id: int) -> Response:
    """Book a skipped date after all."""

    def act() -> dict[str, Any]:
        series.retry_skipped(the_actor(), series_id, body["day"], now=now())
        return _shown(series_id)

    return _do(200, act)
