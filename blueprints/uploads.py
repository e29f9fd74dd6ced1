"""How large an upload may be: order exports are larger than anything else that is sent to us."""

from __future__ import annotations

from flask import request

from blueprints.identity import current_actor
from domain.sales.decoding import Limits

ROOM_FOR_THE_FORM = 64 * 1024


def make_room_for_an_export() -> None:
    """Let staff send one; to be said before the form is first read."""
    actor = current_actor()
    if actor is not None and actor.is_staff:
        request.max_content_length = Limits().max_bytes + ROOM_FOR_THE_FORM
