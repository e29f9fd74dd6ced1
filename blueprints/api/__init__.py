"""The JSON API, `/api/v1`: the same services and the same rules as the pages; bearer tokens only."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, current_app, jsonify
from flask.typing import ResponseReturnValue
from flask_smorest import Api

from blueprints.access import public
from blueprints.api import (
    after_show,
    bookings,
    booths,
    claims,
    desk,
    door,
    draws,
    hosts,
    house,
    merchants,
    people,
    planning,
    products,
    registry,
    reports,
    running,
    sales,
    sales_inbox,
    sales_income,
    sales_lines,
    sales_reports,
    sales_statements,
    series,
    shows,
    spaces,
    telling,
    views,
    waiting,
)

PREFIX = "/api/v1"
AREAS = (
    spaces,
    views,
    house,
    bookings,
    door,
    shows,
    planning,
    hosts,
    booths,
    sales,
    sales_inbox,
    sales_income,
    sales_lines,
    sales_reports,
    sales_statements,
    waiting,
    series,
    people,
    merchants,
    products,
    claims,
    draws,
    running,
    after_show,
    desk,
    telling,
    registry,
    reports,
)
meta = Blueprint("api", __name__, url_prefix=PREFIX)


class QuietApi(Api):
    """flask-smorest without its error pages: those of the house are problem documents."""

    def _register_error_handlers(self) -> None:
        """Leave the house's handlers in place."""


@meta.get("/openapi.json")
@public
def openapi() -> ResponseReturnValue:
    """The description of this API, made from the code that serves it."""
    specification: dict[str, Any] = current_app.extensions["jufu_api"].spec.to_dict()
    return jsonify(specification)


def register(app: Flask) -> None:
    """Hang the API into the application."""
    api = QuietApi(app)
    app.extensions["jufu_api"] = api
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    api.spec.options["security"] = [{"bearer": []}]
    for area in AREAS:
        api.register_blueprint(area.blueprint, url_prefix=PREFIX)
        app.extensions["jufu_csrf"].exempt(area.blueprint)
    app.register_blueprint(meta)
