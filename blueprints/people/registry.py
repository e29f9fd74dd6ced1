"""Routes of finding people and of one person's page."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.people.forms import FactsForm, FindForm, RoleForm
from blueprints.people.routes import blueprint
from blueprints.problems import status_of
from blueprints.refusals import explain
from blueprints.words import sentence
from domain.errors import Refusal, Stale
from domain.people import STAFF_ROLES, Role
from services.registry import finding, looking, resetting
from services.registry.finding import State
from services.registry.resetting import Given


@blueprint.get("/manage/people")
@allow(Role.STAFF)
def all_people() -> ResponseReturnValue:
    """Accounts, found by whatever is known of somebody."""
    actor, form = the_actor(), FindForm(request.args)
    roles = tuple(role for role in Role if actor.is_admin or role not in STAFF_ROLES)
    form.offer(
        roles,
        [
            (State.IN_USE.value, _("在用的")),
            (State.WAITING.value, _("等待核实的")),
            (State.DISABLED.value, _("停用的")),
            (State.ERASED.value, _("已注销的")),
        ],
    )
    before = request.args.get("before", type=whole)
    found = finding.find(actor, form.wanted(), before=before)
    asked = {name: value for name in ("q", "role", "state") if (value := request.args.get(name))}
    return pages.show("people/all", form=form, found=found, asked=asked, is_later=before is not None)


@blueprint.get("/manage/people/<int:person_id>")
@allow(Role.STAFF)
def person(person_id: int) -> ResponseReturnValue:
    """One account."""
    return show_person(person_id)


@blueprint.post("/manage/people/<int:person_id>/phone")
@allow(Role.STAFF)
def show_phone(person_id: int) -> ResponseReturnValue:
    """The whole phone number; each time is logged."""
    looking.reveal_phone(the_actor(), person_id, now())
    return show_person(person_id, is_revealed=True)


@blueprint.post("/manage/people/<int:person_id>/pin")
@allow(Role.STAFF)
def give_pin(person_id: int) -> ResponseReturnValue:
    """A one-time PIN to read out; a second one takes the place of the first, so nothing is kept of the answer."""
    try:
        given = resetting.give_pin(the_actor(), person_id, now())
    except Refusal as refusal:
        return show_person(person_id, refusal)
    return show_person(person_id, given=given)


def show_person(
    person_id: int,
    refusal: Refusal | None = None,
    *,
    facts: FactsForm | None = None,
    role: RoleForm | None = None,
    given: Given | None = None,
    is_revealed: bool = False,
) -> ResponseReturnValue:
    """The page of an account, with why something was refused; raises the refusal where there is no such account."""
    actor = the_actor()
    profile = looking.profile(actor, person_id, now())
    on_top = _on_top(refusal, facts or role)
    context: dict[str, Any] = {
        "facts": facts or FactsForm.of(profile.person),
        "role_form": role or RoleForm.of(profile.person),
        "open_form": "facts" if facts else ("role" if role else None),
        "may_reset": resetting.may_give(actor, profile.person),
        "is_self": profile.person.id == actor.id,
    }
    return pages.show(
        "people/person",
        status_of(refusal) if refusal else 200,
        profile=profile,
        person=profile.person,
        refused=on_top,
        given=given,
        is_revealed=is_revealed,
        **context,
    )


def _on_top(refusal: Refusal | None, form: FactsForm | RoleForm | None) -> str | None:
    """What is said above the page; what belongs to a field goes there."""
    if refusal is None:
        return None
    if isinstance(refusal, Stale):
        return sentence(refusal)
    return " ".join(explain(refusal, form, {}).sentences)
