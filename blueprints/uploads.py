"""How large an upload may be: order exports, and several scans at once, are larger than what else is sent to us."""

from __future__ import annotations

from flask import request

from blueprints.identity import current_actor
from domain.sales.decoding import Limits
from domain.sales.income import MAX_PROOFS
from services.merchants import files

ROOM_FOR_THE_FORM = 64 * 1024


def make_room_for_an_export() -> None:
    """Let staff send one; to be said before the form is first read."""
    actor = current_actor()
    if actor is not None and actor.is_staff:
        request.max_content_length = Limits().max_bytes + ROOM_FOR_THE_FORM


def make_room_for_proofs() -> None:
    """The same for the proofs of a report of income, for whoever acts for a shop."""
    actor = current_actor()
    if actor is not None and actor.merchant_ids:
        request.max_content_length = MAX_PROOFS * files.MAX_BYTES + ROOM_FOR_THE_FORM
