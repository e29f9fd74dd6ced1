"""Routes of what staff review: shops and their papers."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import version_of_form
from blueprints.identity import the_actor
from blueprints.merchants import blueprint, views
from blueprints.merchants.papers import scan_of
from blueprints.problems import status_of
from blueprints.scans import as_data
from blueprints.words import sentence
from domain.errors import BadInput, Refusal, RuleViolation, Stale
from domain.people import Role
from models import Paper
from services.idempotency import Answer
from services.merchants import files, review, reviewing


@blueprint.get("/merchants")
@allow(Role.STAFF)
def review_list() -> ResponseReturnValue:
    """What waits, and a search by name."""
    name = request.args.get("q", "")
    return pages.show(
        "merchants/review_list",
        found=reviewing.waiting(the_actor(), name=name, now=now()),
        typed=name,
        moment=now(),
        views=views,
    )


@blueprint.get("/merchants/<int:merchant_id>")
@allow(Role.STAFF)
def review_page(merchant_id: int) -> ResponseReturnValue:
    """One shop to decide about."""
    return _show(merchant_id)


@blueprint.post("/merchants/<int:merchant_id>/verify")
@allow(Role.STAFF)
def verify(merchant_id: int) -> ResponseReturnValue:
    """The shop is who it says it is."""
    version = version_of_form()
    return _decide(
        merchant_id,
        lambda: review.verify(the_actor(), merchant_id, version=version, now=now()),
        _("核实通过，已告诉店里的人。"),
    )


@blueprint.post("/merchants/<int:merchant_id>/return", endpoint="send_back")
@allow(Role.STAFF)
def send_back(merchant_id: int) -> ResponseReturnValue:
    """Something has to be put right first."""
    version, reason = version_of_form(), request.form.get("reason", "")
    return _decide(
        merchant_id,
        lambda: review.send_back(the_actor(), merchant_id, version=version, reason=reason, now=now()),
        _("已退回，原因已告诉店里的人。"),
    )


@blueprint.post("/merchants/<int:merchant_id>/suspend")
@allow(Role.STAFF)
def suspend(merchant_id: int) -> ResponseReturnValue:
    """The shop takes no more booths."""
    version, reason = version_of_form(), request.form.get("reason", "")
    return _decide(
        merchant_id,
        lambda: review.suspend(the_actor(), merchant_id, version=version, reason=reason, now=now()),
        _("已暂停，原因已告诉店里的人。"),
    )


@blueprint.post("/merchants/<int:merchant_id>/lift")
@allow(Role.STAFF)
def lift(merchant_id: int) -> ResponseReturnValue:
    """The shop may go on."""
    version = version_of_form()
    return _decide(
        merchant_id,
        lambda: review.lift(the_actor(), merchant_id, version=version, now=now()),
        _("已恢复，已告诉店里的人。"),
    )


@blueprint.post("/merchants/<int:merchant_id>/papers/<int:paper_id>/approve")
@allow(Role.STAFF)
def approve_paper(merchant_id: int, paper_id: int) -> ResponseReturnValue:
    """The paper is in order."""
    version = version_of_form()
    return _decide(
        merchant_id,
        lambda: review.approve_paper(the_actor(), paper_id, version=version, now=now()),
        _("证照已通过。"),
    )


@blueprint.post("/merchants/<int:merchant_id>/papers/<int:paper_id>/return")
@allow(Role.STAFF)
def return_paper(merchant_id: int, paper_id: int) -> ResponseReturnValue:
    """The paper can't be used."""
    version, reason = version_of_form(), request.form.get("reason", "")
    return _decide(
        merchant_id,
        lambda: review.return_paper(the_actor(), paper_id, version=version, reason=reason, now=now()),
        _("证照已退回，原因已告诉店里的人。"),
    )


@blueprint.post("/merchants/<int:merchant_id>/papers/<int:paper_id>/scan")
@allow(Role.STAFF)
def open_scan(merchant_id: int, paper_id: int) -> ResponseReturnValue:
    """The scan: a picture in its place on the page, a PDF as a file; each time is logged."""
    paper = files.open_scan(the_actor(), paper_id, now=now())
    if paper.scan.is_pdf:
        return scan_of(paper)
    picture = as_data(paper.scan)
    if pages.is_fragment():
        return render_template("merchants/_scan.html", paper=paper, merchant_id=merchant_id, picture=picture)
    return _show(merchant_id, opened=paper, picture=picture)


def _decide(merchant_id: int, decision: Callable[[], object], said: str) -> ResponseReturnValue:
    def act() -> Answer:
        decision()
        return Answer(303, {})

    try:
        once.once(act)
    except (Stale, BadInput, RuleViolation) as refusal:
        return _show(merchant_id, refusal=refusal)
    if pages.is_fragment():
        return _show(merchant_id, said=said)
    flash(said, "ok")
    return pages.go("merchants.review_page", merchant_id=merchant_id)


def _show(
    merchant_id: int,
    *,
    said: str | None = None,
    refusal: Refusal | None = None,
    opened: Paper | None = None,
    picture: str | None = None,
) -> ResponseReturnValue:
    return pages.show(
        "merchants/review",
        status_of(refusal) if refusal else 200,
        case=reviewing.case(the_actor(), merchant_id, now=now()),
        said=said,
        refused=_told(refusal),
        opened=opened,
        picture=picture,
        new_key=once.new_key,
        views=views,
    )


def _told(refusal: Refusal | None) -> list[str]:
    if refusal is None:
        return []
    if isinstance(refusal, Stale):
        return [_("别人刚刚处理过，或者商户改了资料，下面是现在的样子。")]
    if isinstance(refusal, RuleViolation):
        return [sentence(one) for one in refusal.violations]
    return [sentence(refusal)]
