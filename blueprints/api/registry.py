"""People as admins keep them, and their own data: `/api/v1`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Response

from blueprints.access import allow, signed_in
from blueprints.api.answers import do, encode_cursor, only_id, refusing, respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas import registry as schemas
from blueprints.api.schemas.common import Problem
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.problems import iso
from domain.people import Role
from models import Person
from services import people
from services.idempotency import Answer
from services.privacy import erasing, exporting
from services.registry import finding, keeping, looking, merging
from services.registry.finding import Wanted

blueprint = Blueprint("api_registry", __name__, description="Accounts and people's own data")


def _shape(found: Person) -> dict[str, Any]:
    moments = ("verified_at", "disabled_at", "erased_at")
    return {
        "id": found.id,
        "name": found.name,
        "phone": found.masked_phone or None,
        "role": found.role.value,
        "building": found.building,
        "unit": found.unit,
        "room": found.room,
        "captain_of": found.captain_of,
        **{name: iso(at) if (at := getattr(found, name)) else None for name in moments},
        "merged_into": found.merged_into_id,
        "version": found.version,
    }


def _current(person_id: int) -> dict[str, Any]:
    return _shape(looking.profile(the_actor(), person_id, now()).person)


@blueprint.get("/me")
@signed_in
@blueprint.response(200, schemas.AccountOut)
def me() -> Response:
    """The own account."""
    return respond(Answer(200, _shape(people.by_id(the_actor().id))))


@blueprint.get("/me/data")
@signed_in
@blueprint.response(200, schemas.DataOut)
def own_data() -> Response:
    """Everything that the house knows of oneself, by table; files are only named."""
    return respond(Answer(200, {"data": exporting.own(the_actor()).content}))


@blueprint.get("/accounts")
@allow(Role.ADMIN)
@blueprint.arguments(schemas.AccountFilter, location="query")
@blueprint.response(200, schemas.AccountList)
@blueprint.alt_response(422, schema=Problem)
def accounts(wanted: dict[str, Any]) -> Response:
    """Accounts, found by whatever is known of somebody."""
    found = finding.find(
        the_actor(),
        Wanted(wanted["q"], wanted["role"], wanted["state"]),
        before=only_id(wanted["cursor"]),
        size=wanted["page_size"],
    )
    cursor = encode_cursor(found.next_before) if found.next_before else None
    return respond(Answer(200, {"items": [_shape(one) for one in found.people], "next_cursor": cursor}))


@blueprint.get("/accounts/<int:person_id>")
@allow(Role.ADMIN)
@blueprint.response(200, schemas.AccountOut)
@blueprint.alt_response(404, schema=Problem)
def account(person_id: int) -> Response:
    """One account."""
    return respond(Answer(200, _current(person_id)))


def _step(service: Callable[..., Person], person_id: int, **said: Any) -> Response:
    done = partial(service, the_actor(), person_id, now=now(), **said)
    return do(200, lambda: _shape(done()), refusing(_current))


@blueprint.post("/accounts/<int:person_id>/disable")
@allow(Role.ADMIN)
@blueprint.arguments(schemas.StepIn)
@blueprint.response(200, schemas.AccountOut)
@blueprint.alt_response(409, schema=Problem)
def disable(body: dict[str, Any], person_id: int) -> Response:
    """Close an account."""
    return _step(keeping.disable, person_id, version=body["version"])


@blueprint.post("/accounts/<int:person_id>/enable")
@allow(Role.ADMIN)
@blueprint.arguments(schemas.StepIn)
@blueprint.response(200, schemas.AccountOut)
@blueprint.alt_response(409, schema=Problem)
def enable(body: dict[str, Any], person_id: int) -> Response:
    """Open it again."""
    return _step(keeping.enable, person_id, version=body["version"])


@blueprint.post("/accounts/<int:person_id>/role")
@allow(Role.ADMIN)
@blueprint.arguments(schemas.RoleIn)
@blueprint.response(200, schemas.AccountOut)
@blueprint.alt_response(409, schema=Problem)
def change_role(body: dict[str, Any], person_id: int) -> Response:
    """Give another role."""
    change = partial(_with_role, body["role"])
    return _step(change, person_id, captain_of=body["captain_of"], version=body["version"])


def _with_role(role: Role, actor: Any, person_id: int, **said: Any) -> Person:
    return keeping.change_role(actor, person_id, role, **said)


@blueprint.post("/accounts/<int:person_id>/merge")
@allow(Role.ADMIN)
@blueprint.arguments(schemas.MergeIn)
@blueprint.response(200, schemas.AccountOut)
@blueprint.alt_response(409, schema=Problem)
def merge(body: dict[str, Any], person_id: int) -> Response:
    """Move everything of another account here and close that one."""

    def act() -> dict[str, Any]:
        versions = (body["version"], body["other_version"])
        return _shape(merging.merge(the_actor(), person_id, body["other"], versions=versions, now=now()))

    return do(200, act, refusing(_current))


@blueprint.post("/accounts/<int:person_id>/erase")
@allow(Role.ADMIN)
@blueprint.arguments(schemas.StepIn)
@blueprint.response(200, schemas.AccountOut)
@blueprint.alt_response(409, schema=Problem)
def erase(body: dict[str, Any], person_id: int) -> Response:
    """Erase what is known of somebody; it can't be undone."""

    def act() -> dict[str, Any]:
        erasing.erase(the_actor(), person_id, version=body["version"], now=now())
        return _current(person_id)

    return do(200, act, refusing(_current))
