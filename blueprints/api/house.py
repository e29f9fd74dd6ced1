"""Keeping the house: spaces and hours, the calendar, closures."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response

from blueprints.access import allow, public
from blueprints.api import schemas, shapes, show_shapes
from blueprints.api.answers import do, part, refused, respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas import house as wanted_of
from blueprints.api.times import interval
from blueprints.clock import now
from blueprints.edge import day_within_calendar
from blueprints.identity import the_actor
from blueprints.once import once
from blueprints.problems import iso
from domain.errors import BadInput, InTheWay, Missing, Refusal, RuleViolation
from domain.house import SpaceFacts, clean_hours
from domain.people import Role
from domain.spaces import Hours, OpenOn
from models import CalendarDay, Closure, Space
from services.house import calendar, changing, closures, spaces
from services.house.closures import Plan
from services.house.settling import Decision
from services.idempotency import Answer

blueprint = Blueprint("api_house", __name__, description="Spaces, hours, the calendar and closures")


@blueprint.get("/closures")
@allow(Role.STAFF)
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, wanted_of.ClosureList)
def closed_times(wanted: dict[str, Any]) -> Response:
    """What is closed and will be, the next first."""
    return respond(Answer(200, part(closures.coming(the_actor(), now()), wanted, _closure)))


@blueprint.post("/closures")
@allow(Role.STAFF)
@blueprint.arguments(wanted_of.ClosureIn)
@blueprint.response(201, wanted_of.ClosureList)
@blueprint.alt_response(409, schema=schemas.Problem)
def close(body: dict[str, Any]) -> Response:
    """Close spaces; 409 with every booking in the way until something is decided on each as it stands."""
    time = interval(body["starts_at"], body["ends_at"])
    decisions = {one["booking"]: _decision(one) for one in body["decisions"]}
    off = {one["show"]: one["version"] for one in body["cancel_shows"]}

    def act() -> dict[str, Any]:
        made = closures.close(
            the_actor(), body["spaces"], time, body["reason"], decisions, now=now(), cancel_shows=off
        )
        return {"items": [_closure(one) for one in made], "next_cursor": None}

    def say_no(refusal: Refusal) -> Answer:
        answer = refused(refusal)
        if isinstance(refusal, InTheWay | RuleViolation):
            plan = closures.plan_closure(the_actor(), body["spaces"], time, now())
            answer.body["bookings"] = _hits(plan)
            answer.body["shows"] = [show_shapes.show(show) for show in plan.shows]
        return answer

    return respond(once(lambda: Answer(201, act()), say_no))


@blueprint.post("/closures/<int:closure_id>/lift")
@allow(Role.STAFF)
@blueprint.response(200, wanted_of.ClosureOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def lift(closure_id: int) -> Response:
    """End a closure early, or take a planned one back."""
    return do(200, lambda: _closure(closures.lift(the_actor(), closure_id, now=now())))


@blueprint.get("/calendar/<day>")
@public
@blueprint.response(200, wanted_of.CalendarDayOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def calendar_day(day: str) -> Response:
    """What the calendar table says of a date; 404 for one that is what its weekday is."""
    wanted = _date(day)
    found = calendar.day(wanted)
    if found is None:
        raise Missing
    return respond(Answer(200, _day(found)))


@blueprint.put("/calendar/<day>")
@allow(Role.ADMIN)
@blueprint.arguments(wanted_of.CalendarDayIn)
@blueprint.response(200, wanted_of.CalendarDayOut)
@blueprint.alt_response(409, schema=schemas.Problem)
def set_calendar_day(body: dict[str, Any], day: str) -> Response:
    """Say what kind of day it is; 409 with the bookings that it touches until they are confirmed as seen."""
    days = calendar.stretch(_date(day), None)

    def act() -> dict[str, Any]:
        changed = calendar.set_days(
            the_actor(), days, body["kind"], body["name"], now=now(), confirmed=body["confirmed"]
        )
        return _day(changed[0])

    return do(200, act)


@blueprint.delete("/calendar/<day>")
@allow(Role.ADMIN)
@blueprint.arguments(wanted_of.Confirmed, location="query")
@blueprint.response(200, wanted_of.Gone)
@blueprint.alt_response(404, schema=schemas.Problem)
def remove_calendar_day(wanted: dict[str, Any], day: str) -> Response:
    """Let a date be what its weekday is."""
    calendar.remove_day(the_actor(), _date(day), now=now(), confirmed=wanted["confirmed"])
    return respond(Answer(200, {"removed": day}))


@blueprint.post("/spaces")
@allow(Role.ADMIN)
@blueprint.arguments(wanted_of.SpaceIn)
@blueprint.response(201, schemas.SpaceOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def create_space(body: dict[str, Any]) -> Response:
    """Add a space, with its hours if they are known already."""
    given = dict(body)
    code, lines = given.pop("code"), clean_hours(_hours(given.pop("opening_hours")))
    facts = SpaceFacts(**given | {"equipment": frozenset(given["equipment"])})

    def act() -> dict[str, Any]:
        made = spaces.create(the_actor(), code, facts, now(), lines)
        return _space(made)

    return do(201, act)


@blueprint.patch("/spaces/<code>")
@allow(Role.ADMIN)
@blueprint.arguments(wanted_of.SpaceChange)
@blueprint.response(200, schemas.SpaceOut)
@blueprint.alt_response(409, schema=schemas.Problem)
def edit_space(body: dict[str, Any], code: str) -> Response:
    """Change what is named; 409 with the bookings that it touches until they are confirmed as seen."""
    actor, given = the_actor(), dict(body)
    version, confirmed = given.pop("version"), given.pop("confirmed")
    lines = given.pop("opening_hours", None)
    if "equipment" in given:
        given["equipment"] = frozenset(given["equipment"])

    def act() -> dict[str, Any]:
        changing.change(
            actor,
            code,
            given,
            None if lines is None else _hours(lines),
            version=version,
            now=now(),
            confirmed=confirmed,
        )
        return _space(spaces.one(actor, code))

    return do(200, act)


@blueprint.post("/spaces/<code>/archive")
@allow(Role.ADMIN)
@blueprint.response(200, schemas.SpaceOut)
@blueprint.alt_response(409, schema=schemas.Problem)
def archive_space(code: str) -> Response:
    """Take a space out of use; 409 while it is booked."""
    return do(200, lambda: _space(spaces.archive(the_actor(), code, now=now())))


def _date(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise Missing from error
    if not day_within_calendar(found):
        raise Missing
    return found


def _minute(text: str) -> int:
    hour, _colon, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


def _hours(lines: list[dict[str, Any]]) -> list[Hours]:
    return [Hours(OpenOn(h["day_kind"]), _minute(h["opens"]), _minute(h["closes"])) for h in lines]


def _decision(one: dict[str, Any]) -> Decision:
    starts_at, ends_at = one["starts_at"], one["ends_at"]
    if (starts_at is None) != (ends_at is None):
        raise BadInput("time_invalid", field="decisions")
    to = interval(starts_at, ends_at, "decisions") if starts_at is not None else None
    return Decision(one["action"], one["version"], to)


def _space(found: Space) -> dict[str, Any]:
    return shapes.whole_space(found) | {"archived": found.archived_at is not None}


def _day(found: CalendarDay) -> dict[str, Any]:
    return {"date": found.day.isoformat(), "kind": found.day_kind.value, "name": found.name}


def _closure(found: Closure) -> dict[str, Any]:
    return {
        "id": found.id,
        "space": found.space.code,
        "starts_at": iso(found.starts_at),
        "ends_at": iso(found.ends_at),
        "reason": found.reason,
        "lifted_at": iso(found.lifted_at) if found.lifted_at else None,
    }


def _hits(plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            "id": hit.booking.id,
            "space": hit.booking.space.code,
            "starts_at": iso(hit.booking.starts_at),
            "ends_at": iso(hit.booking.ends_at),
            "status": hit.booking.status.value,
            "version": hit.booking.version,
            "choices": [
                {
                    "action": choice.fate.value,
                    "starts_at": iso(choice.interval.starts_at) if choice.interval else None,
                    "ends_at": iso(choice.interval.ends_at) if choice.interval else None,
                }
                for choice in hit.choices
            ],
        }
        for hit in plan.hits
    ]
