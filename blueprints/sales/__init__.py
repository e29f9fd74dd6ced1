"""Pages of sales: a merchant's own figures, and the order exports that staff bring in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from blueprints.sales.tabs import sales_tabs
from blueprints.uploads import make_room_for_an_export, make_room_for_proofs

blueprint = Blueprint("sales", __name__)


@blueprint.url_value_preprocessor
def make_room(endpoint: str | None, _values: object) -> None:
    """An order export may be large, and so may several photos at once."""
    if endpoint == "sales.upload":
        make_room_for_an_export()
    elif endpoint in ("sales.submit_income", "sales.resubmit_income"):
        make_room_for_proofs()


@blueprint.context_processor
def tabs() -> dict[str, Any]:
    """Every page of sales can show the way to the others; what waits is only counted where it does."""
    return {"tabs": sales_tabs}


from blueprints.sales import (  # noqa: E402, F401  the routes hang themselves in
    imports,
    inbox,
    income,
    income_review,
    lines,
    reports,
    shop,
    standing,
    statements,
)
