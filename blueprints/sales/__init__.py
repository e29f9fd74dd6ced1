"""Pages of sales: a merchant's own figures, and the order exports that staff bring in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from blueprints.sales.tabs import sales_tabs
from blueprints.uploads import make_room_for_an_export

blueprint = Blueprint("sales", __name__)


@blueprint.url_value_preprocessor
def make_room(endpoint: str | None, _values: object) -> None:
    """An order export may be large."""
    if endpoint == "sales.upload":
        make_room_for_an_export()


@blueprint.context_processor
def tabs() -> dict[str, Any]:
    """Every page of sales can show the way to the others."""
    return {"tabs": sales_tabs()}


from blueprints.sales import imports, lines, shop  # noqa: E402, F401  the routes hang themselves in
