"""Routes of changing an account."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import version_of_form
from blueprints.identity import the_actor
from blueprints.people.forms import FactsForm, RoleForm
from blueprints.people.registry import show_person
from blueprints.people.routes import blueprint
from domain.errors import BadInput, RuleViolation, Stale
from domain.people import Role
from models import Person
from services import people
from services.registry import keeping, looking

REFUSALS = (BadInput, RuleViolation, Stale)


STEPS: dict[str, tuple[Callable[..., Person], Callable[[], str]]] = {
    "unverify": (keeping.unverify, lambda: _("已改成等待核实。")),
    "disable": (keeping.disable, lambda: _("账号已停用。")),
    "enable": (keeping.enable, lambda: _("账号恢复使用了。")),
    "log-out": (keeping.log_out_everywhere, lambda: _("所有登录都退出了。")),
    "revoke-tokens": (keeping.revoke_tokens, lambda: _("程序用的令牌都作废了。")),
}


@blueprint.post("/manage/people/<int:person_id>/verify")
@allow(Role.STAFF)
def verify_here(person_id: int) -> ResponseReturnValue:
    """This neighbour lives there."""
    found = looking.profile(the_actor(), person_id, now()).person
    people.verify(the_actor(), found.id, now())
    return _done(person_id, _("已核实：%(name)s，可以预约了。", name=found.name))


@blueprint.post(
    "/manage/people/<int:person_id>/<any('unverify','disable','enable','log-out','revoke-tokens'):step>"
)
@allow(Role.ADMIN)
def act(person_id: int, step: str) -> ResponseReturnValue:
    """Un-verify, disable, enable, log out everywhere, end the tokens."""
    service, said = STEPS[step]
    try:
        service(the_actor(), person_id, version=version_of_form(), now=now())
    except REFUSALS as refusal:
        return show_person(person_id, refusal)
    return _done(person_id, said())


@blueprint.post("/manage/people/<int:person_id>/role")
@allow(Role.ADMIN)
def change_role(person_id: int) -> ResponseReturnValue:
    """Give another role."""
    form = RoleForm()
    try:
        keeping.change_role(
            the_actor(),
            person_id,
            _role(form.role.data),
            captain_of=form.building(),
            version=version_of_form(),
            now=now(),
        )
    except REFUSALS as refusal:
        return show_person(person_id, refusal, role=form)
    return _done(person_id, _("身份已更改。"))


def _role(value: str | None) -> Role:
    try:
        return Role(value or "")
    except ValueError as error:
        raise BadInput("bad_input", field="role") from error


@blueprint.post("/manage/people/<int:person_id>/facts")
@allow(Role.ADMIN)
def correct(person_id: int) -> ResponseReturnValue:
    """Put name, salutation, home and phone right."""
    form = FactsForm()
    try:
        keeping.correct(the_actor(), person_id, form.facts(), version=version_of_form(), now=now())
    except REFUSALS as refusal:
        return show_person(person_id, refusal, facts=form)
    return _done(person_id, _("资料已更正。"))


def _done(person_id: int, said: str) -> ResponseReturnValue:
    flash(said, "ok")
    return pages.go("people.person", person_id=person_id)
