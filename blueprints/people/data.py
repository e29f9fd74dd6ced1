"""Routes of handing out and erasing somebody's data on request."""

from __future__ import annotations

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import pages
from blueprints.access import allow
from blueprints.accounts.data import as_file
from blueprints.clock import now
from blueprints.edge import version_of_form
from blueprints.identity import the_actor
from blueprints.people.registry import show_person
from blueprints.people.routes import blueprint
from domain.errors import RuleViolation, Stale
from domain.people import Role
from services.privacy import erasing, exporting
from services.registry import looking


@blueprint.post("/manage/people/<int:person_id>/data")
@allow(Role.ADMIN)
def take_data(person_id: int) -> ResponseReturnValue:
    """Somebody's data as a file to hand over; each time is logged."""
    return as_file(exporting.hand_out(the_actor(), person_id, now()))


@blueprint.get("/manage/people/<int:person_id>/erase")
@allow(Role.ADMIN)
def confirm_erase(person_id: int) -> ResponseReturnValue:
    """What erasing does, before it is done."""
    return pages.show("people/erase", profile=looking.profile(the_actor(), person_id, now()))


@blueprint.post("/manage/people/<int:person_id>/erase")
@allow(Role.ADMIN)
def erase(person_id: int) -> ResponseReturnValue:
    """Erase what is known of somebody."""
    try:
        erasing.erase(the_actor(), person_id, version=version_of_form(), now=now())
    except (RuleViolation, Stale) as refusal:
        return show_person(person_id, refusal)
    flash(_("已注销，个人资料都删除了。"), "ok")
    return pages.go("people.person", person_id=person_id)
