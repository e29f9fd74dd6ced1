"""Shops, their people and papers: the own one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response
from werkzeug.datastructures import FileStorage

from blueprints import pages
from blueprints.access import allow
from blueprints.api import merchant_shapes as shapes
from blueprints.api.answers import do, part, refusing, respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas import merchants as schemas
from blueprints.api.schemas.common import Page, Problem
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.merchants.papers import scan_of
from blueprints.scans import scan_in
from domain.merchants.papers import PaperKind, PaperWords
from domain.merchants.shops import ShopFacts
from domain.people import Role
from models import Paper
from services.idempotency import Answer
from services.merchants import files, members, onboarding, own_shop, papers

blueprint = Blueprint("api_merchants", __name__, description="Shops, their people and papers")
mine = allow(Role.MERCHANT)


def _home() -> dict[str, Any]:
    return shapes.own_shop(own_shop.home(the_actor(), now=now()))


_refused = refusing(lambda _own: _home())


def _with_scan(change: Callable[[], Paper]) -> dict[str, Any]:
    """The paper that came of a change, with the facts of its scan."""
    return shapes.paper(files.scan_for(the_actor(), change().id))


@blueprint.get("/merchant")
@mine
@blueprint.response(200, schemas.OwnShopOut)
@blueprint.alt_response(403, schema=Problem)
def own() -> Response:
    """The own shop, its next step, and the papers that its goods lack."""
    return respond(Answer(200, _home()))


@blueprint.put("/merchant")
@mine
@blueprint.arguments(schemas.ShopIn)
@blueprint.response(200, schemas.OwnShopOut)
@blueprint.alt_response(409, schema=Problem)
@blueprint.alt_response(422, schema=Problem)
def save(body: dict[str, Any]) -> Response:
    """Write down what the own shop says about itself; what staff verified has to be verified again."""
    version = body.pop("version")

    def act() -> dict[str, Any]:
        onboarding.save_facts(the_actor(), ShopFacts(**body), version=version, now=now())
        return _home()

    return do(200, act, _refused)


@blueprint.post("/merchant/submit")
@mine
@blueprint.arguments(schemas.VersionIn)
@blueprint.response(200, schemas.OwnShopOut)
@blueprint.alt_response(409, schema=Problem)
@blueprint.alt_response(422, schema=Problem)
def submit(body: dict[str, Any]) -> Response:
    """Ask staff to verify the own shop; everything that is missing comes together."""

    def act() -> dict[str, Any]:
        onboarding.submit(the_actor(), version=body["version"], now=now())
        return _home()

    return do(200, act, _refused)


@blueprint.get("/merchant/papers")
@mine
@blueprint.arguments(Page, location="query")
@blueprint.response(200, schemas.PaperList)
def own_papers(wanted: dict[str, Any]) -> Response:
    """The papers of the own shop that were not withdrawn."""
    return respond(Answer(200, part(own_shop.own_papers(the_actor()), wanted, shapes.paper)))


@blueprint.post("/merchant/papers")
@mine
@blueprint.form(schemas.PaperForm, schemas.ScanFile)
@blueprint.response(201, schemas.PaperOut)
@blueprint.alt_response(422, schema=Problem)
def add_paper(form: dict[str, Any], sent: dict[str, FileStorage]) -> Response:
    """Hand a paper in with its scan."""
    brought = scan_in(sent["scan"])
    return do(
        201,
        lambda: _with_scan(lambda: papers.add(the_actor(), PaperWords(**form), brought, now=now())),
        _refused,
    )


@blueprint.post("/merchant/papers/<int:paper_id>/replace")
@mine
@blueprint.form(schemas.NewerPaperForm, schemas.NewerScanFile)
@blueprint.response(201, schemas.PaperOut)
@blueprint.alt_response(409, schema=Problem)
@blueprint.alt_response(422, schema=Problem)
def replace_paper(form: dict[str, Any], sent: dict[str, FileStorage | None], paper_id: int) -> Response:
    """Hand a newer one in, which withdraws the old one."""
    version = form.pop("version")
    words = PaperWords(PaperKind.OTHER, **form)  # the kind stays that of the old one
    brought = scan_in(sent["scan"]) if sent["scan"] else None

    def change() -> Paper:
        return papers.replace(the_actor(), paper_id, words, brought, version=version, now=now())

    return do(201, lambda: _with_scan(change), _refused)


@blueprint.post("/merchant/papers/<int:paper_id>/withdraw")
@mine
@blueprint.arguments(schemas.VersionIn)
@blueprint.response(200, schemas.PaperOut)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem)
def withdraw_paper(body: dict[str, Any], paper_id: int) -> Response:
    """Take a paper back."""

    def change() -> Paper:
        return papers.withdraw(the_actor(), paper_id, version=body["version"], now=now())

    return do(200, lambda: _with_scan(change), _refused)


@blueprint.get("/merchant/papers/<int:paper_id>/scan")
@mine
@blueprint.hands_out_a_scan
@blueprint.alt_response(404, schema=Problem)
def scan(paper_id: int) -> Response:
    """The scan of one of the own papers."""
    return scan_of(files.scan_for(the_actor(), paper_id))


@blueprint.get("/merchant/members")
@mine
@blueprint.arguments(Page, location="query")
@blueprint.response(200, schemas.MemberList)
def own_people(wanted: dict[str, Any]) -> Response:
    """Who acts for the own shop."""
    return respond(Answer(200, part(own_shop.own_people(the_actor()), wanted, shapes.member)))


@blueprint.post("/merchant/members/<int:person_id>/remove")
@mine
@blueprint.response(200, schemas.RemovedOut)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(422, schema=Problem)
def remove_member(person_id: int) -> Response:
    """End somebody's acting for the own shop; the own id leaves it, and the last one can't."""

    def act() -> dict[str, Any]:
        members.remove(the_actor(), person_id, now=now())
        return {"removed": person_id}

    return do(200, act, _refused)


@blueprint.get("/merchant/invites")
@mine
@blueprint.arguments(Page, location="query")
@blueprint.response(200, schemas.InviteList)
def own_invites(wanted: dict[str, Any]) -> Response:
    """The links of the own shop that can still be used, without their secrets."""
    found = own_shop.own_invites(the_actor(), now=now())
    return respond(Answer(200, part(found, wanted, shapes.invite)))


@blueprint.post("/merchant/invites")
@mine
@blueprint.response(201, schemas.InviteOut)
@blueprint.alt_response(422, schema=Problem)
def invite() -> Response:
    """A link by which one more person may join; it is kept nowhere, not even as the answer to a key."""
    made = members.invite(the_actor(), now=now())
    address = pages.outside("merchants.invitation", token=made.token)
    return respond(Answer(201, {**shapes.invite(made.invite), "url": address}))


@blueprint.post("/merchant/invites/<int:invite_id>/revoke")
@mine
@blueprint.response(200, schemas.RevokedOut)
@blueprint.alt_response(404, schema=Problem)
def revoke_invite(invite_id: int) -> Response:
    """End a link that nobody used."""

    def act() -> dict[str, Any]:
        members.revoke_invite(the_actor(), invite_id, now=now())
        return {"revoked": invite_id}

    return do(200, act, _refused)


@blueprint.post("/join/<token>")
@mine
@blueprint.response(200, schemas.ShopOut)
@blueprint.alt_response(422, schema=Problem)
def accept(token: str) -> Response:
    """Join the shop of a link as a merchant without one."""

    def act() -> dict[str, Any]:
        return shapes.shop(members.accept(the_actor(), token, now=now()))

    return do(200, act, _refused)


from blueprints.api import merchant_reviews  # noqa: E402, F401  the routes of staff
