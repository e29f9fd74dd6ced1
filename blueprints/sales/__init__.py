"""Pages of sales: a merchant's own figures, and the order exports that staff bring in."""

from __future__ import annotations

from flask import Blueprint

from blueprints.uploads import make_room_for_an_export

blueprint = Blueprint("sales", __name__)


@blueprint.url_value_preprocessor
def make_room(endpoint: str | None, _values: object) -> None:
    """An order export may be large."""
    if endpoint == "sales.upload":
        make_room_for_an_export()


from blueprints.sales import imports, shop  # noqa: E402, F401  the routes hang themselves in
