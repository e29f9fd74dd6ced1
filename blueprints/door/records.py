"""Points of one person as staff see them, and excusing one."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.door import blueprint
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.words import sentence
from blueprints.words.door import point_word
from domain.errors import BadInput, Refusal, RuleViolation
from domain.people import Role
from services import points


@blueprint.get("/people/<int:person_id>/points")
@allow(Role.STAFF)
def record(person_id: int) -> ResponseReturnValue:
    """How often somebody stayed away, and what was excused."""
    return _show(person_id)


@blueprint.post("/points/<int:point_id>/excuse")
@allow(Role.STAFF)
def excuse(point_id: int) -> ResponseReturnValue:
    """Let one count no more."""
    moment = now()
    person_id = points.whose(the_actor(), point_id)
    try:
        points.excuse(the_actor(), point_id, reason=request.form.get("reason", ""), now=moment)
    except (BadInput, RuleViolation) as refusal:
        return _show(person_id, refusal)
    flash(_("已免记，已告诉本人。"), "ok")
    return pages.go("door.record", person_id=person_id)


def _show(person_id: int, refusal: Refusal | None = None) -> ResponseReturnValue:
    person, found = points.of_person(the_actor(), person_id, now())
    said = refusal.violations[0] if isinstance(refusal, RuleViolation) else refusal
    return pages.show(
        "door/record",
        status_of(refusal) if refusal else 200,
        person=person,
        record=found,
        word=point_word,
        refused=sentence(said) if said else None,
    )
