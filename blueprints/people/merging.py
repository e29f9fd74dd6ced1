"""Routes of merging two accounts of one human."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import version_of_form, whole
from blueprints.identity import the_actor
from blueprints.people.routes import blueprint
from blueprints.problems import status_of
from blueprints.refusals import explain
from blueprints.words import sentence
from domain.errors import BadInput, Refusal, RuleViolation, Stale
from domain.people import Role
from models import Person
from services.registry import finding, looking, merging
from services.registry.finding import Wanted


@blueprint.get("/manage/people/<int:person_id>/merge")
@allow(Role.ADMIN)
def find_twin(person_id: int) -> ResponseReturnValue:
    """Which other account is of the same human: those that look so, or whoever is looked for."""
    actor, wanted = the_actor(), (request.args.get("q") or "")[:60]
    profile = looking.profile(actor, person_id, now())
    found: list[Person] = profile.alike
    if wanted.strip():
        found = [one for one in finding.find(actor, Wanted(wanted)).people if one.id != person_id]
    return pages.show("people/twin", person=profile.person, found=found, wanted=wanted)


@blueprint.get("/manage/people/<int:person_id>/merge/<int:other_id>")
@allow(Role.ADMIN)
def compare(person_id: int, other_id: int) -> ResponseReturnValue:
    """Both side by side, before they become one."""
    return _show(person_id, other_id)


@blueprint.post("/manage/people/<int:person_id>/merge/<int:other_id>")
@allow(Role.ADMIN)
def merge(person_id: int, other_id: int) -> ResponseReturnValue:
    """Make them one; the first stays."""
    other_version = request.form.get("other_version", type=whole)
    if other_version is None:
        raise BadInput("bad_input", field="other_version")
    try:
        merging.merge(
            the_actor(), person_id, other_id, versions=(version_of_form(), other_version), now=now()
        )
    except (RuleViolation, Stale) as refusal:
        return _show(person_id, other_id, refusal)
    flash(_("两个账号合并好了。"), "ok")
    return pages.go("people.person", person_id=person_id)


def _show(person_id: int, other_id: int, refusal: Refusal | None = None) -> ResponseReturnValue:
    actor, moment = the_actor(), now()
    try:
        kept, dropped = merging.compare(actor, person_id, other_id, moment)
    except RuleViolation as broken:
        person = looking.profile(actor, person_id, moment).person
        told = " ".join(explain(broken, None, {}).sentences)
        return pages.show("people/twin", status_of(broken), person=person, found=[], wanted="", refused=told)
    return pages.show(
        "people/merge",
        status_of(refusal) if refusal else 200,
        kept=kept,
        dropped=dropped,
        refused=sentence(refusal) if refusal else None,
    )
