"""A decision that waited on a tablet counts only for the person who made it."""

from __future__ import annotations

from flask import request

from blueprints.identity import current_actor
from blueprints.shell import blueprint
from domain.errors import Forbidden

SENDER = "X-Sender"
"""The header with the id of the person who made what is sent now."""


@blueprint.before_app_request
def refuse_another_sender() -> None:
    """Somebody else may have taken the tablet between two requests; raises Forbidden."""
    sender = request.headers.get(SENDER)
    if sender is None:
        return
    actor = current_actor()
    if actor is None or str(actor.id) != sender:
        raise Forbidden
