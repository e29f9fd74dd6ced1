"""Pages of sales: a merchant's own figures, and the order exports that staff bring in."""

from __future__ import annotations

from flask import Blueprint, request

from domain.sales.decoding import Limits

blueprint = Blueprint("sales", __name__)
UPLOAD = "sales.upload"
ROOM_FOR_THE_FORM = 64 * 1024


@blueprint.url_value_preprocessor
def make_room_for_exports(endpoint: str | None, _values: object) -> None:
    """An order export may be larger than anything else that is sent to us; said before the form is first read."""
    if endpoint == UPLOAD:
        request.max_content_length = Limits().max_bytes + ROOM_FOR_THE_FORM


from blueprints.sales import imports, shop  # noqa: E402, F401  the routes hang themselves in
