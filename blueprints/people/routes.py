"""Routes of verifying neighbours."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import pages, paging
from blueprints.access import allow
from blueprints.clock import now
from blueprints.identity import the_actor
from domain.people import Role
from models import Person
from services import people
from services.registry import finding

blueprint = Blueprint("people", __name__)


@blueprint.get("/people")
@allow(Role.CAPTAIN, Role.STAFF)
def to_verify() -> ResponseReturnValue:
    """Sign-ups that wait: a captain's own building, for staff all."""
    return _show()


@blueprint.post("/people/<int:person_id>/verify")
@allow(Role.CAPTAIN, Role.STAFF)
def verify(person_id: int) -> ResponseReturnValue:
    """This neighbour lives there."""
    person = people.verify(the_actor(), person_id, now())
    return _done(_("已核实：%(name)s，可以预约了。", name=person.name))


@blueprint.post("/people/<int:person_id>/turn-down")
@allow(Role.CAPTAIN, Role.STAFF)
def turn_down(person_id: int) -> ResponseReturnValue:
    """Nobody knows this neighbour."""
    person = people.turn_down(the_actor(), person_id, now())
    return _done(_("已退回：%(name)s 的注册，这个账号不能再登录。", name=person.name))


@blueprint.post("/people/<int:person_id>/reveal")
@allow(Role.CAPTAIN, Role.STAFF)
def reveal(person_id: int) -> ResponseReturnValue:
    """The whole phone number; each time is logged."""
    person = people.reveal_phone(the_actor(), person_id, now())
    if pages.is_fragment():
        return render_template("people/_phone.html", person=person, revealed=person, asked=_asked())
    return _show(revealed=person)


def _text() -> str:
    """Whom among those who wait the address asks for."""
    return request.args.get("q", "").strip()[:60]


def _asked() -> dict[str, str | int]:
    """What a step needs to lead back to where it was taken."""
    text, page = _text(), paging.wanted_page()
    found: dict[str, str | int] = {"q": text} if text else {}
    return found | ({"page": page} if page > 1 else {})


def _done(said: str) -> ResponseReturnValue:
    if pages.is_fragment():
        return _show(said=said)
    flash(said, "ok")
    return redirect(url_for("people.to_verify", **_asked()), 303)


def _show(*, said: str | None = None, revealed: Person | None = None) -> ResponseReturnValue:
    actor = the_actor()
    found = finding.newcomers(actor, _text(), paging.wanted_page())
    return pages.show(
        "people/to_verify",
        found=found,
        text=_text(),
        asked=_asked(),
        pager=paging.pager(found.pages, "people.to_verify", q=_text() or None),
        building=None if actor.is_staff else actor.captain_of,
        moment=now(),
        said=said,
        revealed=revealed,
        is_fragment=pages.is_fragment(),
    )
