"""Waiting for a booth that another shop has: choose a product, stand in line."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints import once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.studio import blueprint
from blueprints.studio.booths import show_booth, slot_asked
from domain.errors import BadInput, RuleViolation
from domain.people import Role
from services import queueing
from services.idempotency import Answer


@blueprint.post("/shows/<int:show_id>/booths/<int:booth>/wait")
@allow(Role.MERCHANT)
def wait(show_id: int, booth: int) -> ResponseReturnValue:
    """Stand in line; the booth's page then says where."""
    chosen = request.form.get("product_id", type=whole)
    try:
        answer = once.once(lambda: _join(show_id, booth, chosen))
    except (BadInput, RuleViolation) as refusal:
        if refusal.code in ("booth_unknown", "slot_unknown"):
            raise
        return show_booth(show_id, booth, chosen=chosen, refusal=refusal)
    return pages.go_to(answer.body["location"])


def _join(show_id: int, booth: int, product_id: int | None) -> Answer:
    entry = queueing.join_for_booth(
        the_actor(), show_id, booth, product_id or 0, starts_at=slot_asked(), now=now()
    )
    return Answer(303, {"location": url_for("waiting.one", entry_id=entry.id)})
