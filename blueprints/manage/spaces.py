"""Routes of the spaces: the list, a new one, and the facts of one. Changes show first which bookings they touch."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.manage import blueprint, views
from blueprints.manage.forms import SpaceForm, ids_of
from blueprints.problems import status_of
from blueprints.refusals import Refused, explain
from blueprints.spaces.views import hours_lines
from blueprints.words.house import approval_word, kind_word
from domain.errors import BadInput, Changed, InTheWay, RuleViolation
from domain.people import Role
from models import Space
from services.desk import levels
from services.house import spaces, stewards
from services.house.looking import Touched
from services.idempotency import Answer


@blueprint.get("/spaces")
@allow(Role.ADMIN)
def all_spaces() -> ResponseReturnValue:
    """Every space in the order of the house."""
    found = spaces.everything(the_actor())
    return pages.show(
        "manage/spaces",
        spaces=[space for space in found if space.archived_at is None],
        archived=[space for space in found if space.archived_at is not None],
        photo_url=views.photo_url,
        hours_lines=hours_lines,
        kind_word=kind_word,
    )


@blueprint.get("/spaces/new")
@allow(Role.ADMIN)
def new_space() -> ResponseReturnValue:
    """The form of a new space."""
    return _form(SpaceForm.of(formdata=None), None)


@blueprint.post("/spaces/new")
@allow(Role.ADMIN)
def create_space() -> ResponseReturnValue:
    """Add a space; its hours come next."""
    form = SpaceForm.of()
    if not form.validate():
        return _form(form, None, 422)

    def act() -> Answer:
        made = spaces.create(the_actor(), form.code.data or "", form.facts(), now())
        return Answer(303, {"code": made.code})

    try:
        answer = once.once(act)
    except (BadInput, RuleViolation) as refusal:
        return _form(form, None, status_of(refusal), refused=explain(refusal, form, {}))
    flash(_("空间建好了。再填上开放时间，就能预约了。"), "ok")
    return pages.go("manage.hours", code=answer.body["code"])


@blueprint.get("/spaces/<code>")
@allow(Role.ADMIN)
def space(code: str) -> ResponseReturnValue:
    """One space: its facts, its pictures, its stewards, its door."""
    found = spaces.one(the_actor(), code)
    return _form(_filled(found), found)


@blueprint.post("/spaces/<code>")
@allow(Role.ADMIN)
def edit_space(code: str) -> ResponseReturnValue:
    """Change a space; the bookings that it touches are listed before it is saved."""
    actor, moment = the_actor(), now()
    found = spaces.one(actor, code)
    form = SpaceForm.of(found)
    if not form.validate():
        return _form(form, found, 422)
    facts = form.facts(found)
    try:
        spaces.edit(
            actor,
            code,
            facts,
            version=_version(form.version.data),
            now=moment,
            confirmed=ids_of(form.confirmed.data),
        )
    except InTheWay as refusal:
        touched = spaces.touched_by(actor, code, facts, moment)
        form.confirmed.data = views.ids(touched)
        return _form(form, found, 409, touched=touched, refused=explain(refusal, form, {}))
    except Changed as refusal:
        form.version.data = str(found.version)
        return _form(form, found, 409, refused=explain(refusal, form, {}))
    except (BadInput, RuleViolation) as refusal:
        return _form(form, found, status_of(refusal), refused=explain(refusal, form, {}))
    flash(_("已保存。"), "ok")
    return pages.go("manage.space", code=code)


def _version(text: str | None) -> int:
    try:
        return whole(text or "")
    except ValueError as error:
        raise BadInput("bad_input", field="version") from error


def _filled(found: Space) -> SpaceForm:
    facts: dict[str, Any] = asdict(spaces.facts_of(found))
    facts |= {
        "approval": found.approval.value,
        "equipment": [one.code.value for one in found.equipment],
        "version": found.version,
    }
    return SpaceForm.of(found, formdata=None, data=facts)


def _form(
    form: SpaceForm,
    found: Space | None,
    status: int = 200,
    *,
    touched: list[Touched] | None = None,
    refused: Refused | None = None,
) -> ResponseReturnValue:
    return pages.show(
        "manage/space",
        status,
        form=form,
        space=found,
        kind=kind_word(found.kind) if found else None,
        hours=hours_lines(found) if found else [],
        touched=views.touched_rows(touched or []),
        refused=refused,
        staff=stewards.candidates(the_actor(), found.code) if found and found.is_private else [],
        approvers=levels.candidates(the_actor(), found.code) if found else [],
        approval_word=approval_word,
        idempotency_key=once.new_key(),
    )
