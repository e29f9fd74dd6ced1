"""Hosts of shows with their verification, and the checklist before a show."""

from __future__ import annotations

from typing import Any

from flask import Response

from blueprints.access import allow
from blueprints.api import schemas
from blueprints.api.answers import do, part, respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas import planning as wanted_of
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.problems import iso
from domain.interval import local_day
from domain.people import Role, mask_phone
from domain.studio.checklist import AutomaticCheck, ManualCheck
from models import Host
from services.idempotency import Answer
from services.studio import checklists, hosting
from services.studio.checklists import Checklist
from services.studio.hosting import HostFacts, HostView

blueprint = Blueprint("api_hosts", __name__, description="Hosts of shows and the checklist before one")


@blueprint.get("/hosts")
@allow(Role.STAFF)
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, wanted_of.HostList)
def index(wanted: dict[str, Any]) -> Response:
    """Every host, those in use first."""
    return respond(Answer(200, part(hosting.all_hosts(the_actor()), wanted, _host)))


@blueprint.post("/hosts")
@allow(Role.STAFF)
@blueprint.arguments(wanted_of.HostIn)
@blueprint.response(201, wanted_of.HostOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def add(body: dict[str, Any]) -> Response:
    """Note down a host, not verified yet."""
    return do(201, lambda: _seen(hosting.add_host(the_actor(), HostFacts(**body), now=now())))


@blueprint.patch("/hosts/<int:host_id>")
@allow(Role.STAFF)
@blueprint.arguments(wanted_of.HostChange)
@blueprint.response(200, wanted_of.HostOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def change(body: dict[str, Any], host_id: int) -> Response:
    """Correct what is known of a host."""
    return do(200, lambda: _seen(hosting.change_host(the_actor(), host_id, body, now=now())))


@blueprint.post("/hosts/<int:host_id>/verify")
@allow(Role.STAFF)
@blueprint.arguments(wanted_of.HostVerification)
@blueprint.response(200, wanted_of.HostOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def verify(body: dict[str, Any], host_id: int) -> Response:
    """Write down how somebody made sure who a host is."""
    given = dict(body)
    evidence = given.pop("evidence")
    return do(200, lambda: _seen(hosting.verify_host(the_actor(), host_id, evidence, **given, now=now())))


@blueprint.post("/hosts/<int:host_id>/revoke")
@allow(Role.STAFF)
@blueprint.response(200, wanted_of.HostOut)
def revoke(host_id: int) -> Response:
    """Take a verification back."""
    return do(200, lambda: _seen(hosting.revoke_host(the_actor(), host_id, now=now())))


@blueprint.post("/hosts/<int:host_id>/archive")
@allow(Role.STAFF)
@blueprint.response(200, wanted_of.HostOut)
def archive(host_id: int) -> Response:
    """Offer a host for no more shows."""
    return do(200, lambda: _seen(hosting.archive_host(the_actor(), host_id, now=now())))


@blueprint.post("/hosts/<int:host_id>/restore")
@allow(Role.STAFF)
@blueprint.response(200, wanted_of.HostOut)
def restore(host_id: int) -> Response:
    """Offer a host again."""
    return do(200, lambda: _seen(hosting.restore_host(the_actor(), host_id, now=now())))


@blueprint.get("/shows/<int:show_id>/checklist")
@allow(Role.STAFF)
@blueprint.response(200, wanted_of.ChecklistOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def checklist(show_id: int) -> Response:
    """The checklist of a show as it stands."""
    return respond(Answer(200, _checklist(checklists.checklist(the_actor(), show_id))))


@blueprint.put("/shows/<int:show_id>/checklist")
@allow(Role.STAFF)
@blueprint.arguments(wanted_of.ChecklistIn)
@blueprint.response(200, wanted_of.ChecklistOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def tick(body: dict[str, Any], show_id: int) -> Response:
    """Tick points, or take ticks away; what is not named stays."""
    ticks: dict[ManualCheck, bool] = body["ticks"]

    def act() -> dict[str, Any]:
        checklists.tick(the_actor(), show_id, ticks, now=now())
        return _checklist(checklists.checklist(the_actor(), show_id))

    return do(200, act)


def _seen(host: Host) -> dict[str, Any]:
    return _host(hosting.one_host(the_actor(), host.id))


def _host(view: HostView) -> dict[str, Any]:
    host = view.host
    return {
        "id": host.id,
        "name": host.name,
        "phone": mask_phone(host.phone),
        "account": host.account,
        "standing": hosting.standing(host, local_day(now())).value,
        "evidence": host.evidence.value if host.evidence else None,
        "evidence_note": host.evidence_note,
        "verified_at": iso(host.verified_at) if host.verified_at else None,
        "verified_by": view.verified_by,
        "valid_until": host.valid_until.isoformat() if host.valid_until else None,
    }


def _checklist(found: Checklist) -> dict[str, Any]:
    ticks = found.ticks
    return {
        "show": found.show.id,
        "done": found.done,
        "total": found.total,
        "automatic": [{"item": item.value, "done": item in found.green} for item in AutomaticCheck],
        "manual": [
            {
                "item": item.value,
                "done": item in ticks,
                "by": ticks[item].by if item in ticks else None,
                "at": iso(ticks[item].at) if item in ticks else None,
            }
            for item in ManualCheck
        ],
        "lacks": [
            {
                "booking": lack.slot.booking_id,
                "booth": lack.booth,
                "merchant": lack.slot.merchant.name,
                "product": lack.slot.product.name,
                "missing": [part.value for part in lack.missing],
            }
            for lack in found.lacks
        ],
    }
