"""The JSON API, `/api/v1`: the same services and the same rules as the pages; bearer tokens only."""

from __future__ import annotations

from http import HTTPStatus
from threading import Lock
from typing import Any

from flask import Blueprint, Flask, current_app
from flask.json import dumps
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
from blueprints.api.schemas.common import Problem
from blueprints.problems import PROBLEM_TYPE

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
    """flask-smorest without its error pages: those of the house are problem documents.

    It describes its routes when somebody asks for that, and not while the house starts.
    """

    def __init__(self, app: Flask) -> None:
        self._not_described: list[Any] = []
        self._describing = Lock()
        self._written = ""
        super().__init__(app)

    def _register_responses(self) -> None:
        """Whatever goes wrong is a problem document."""
        content = {PROBLEM_TYPE: {"schema": Problem}}
        for status in (one for one in HTTPStatus if one >= HTTPStatus.BAD_REQUEST):
            told = {"description": status.phrase, "content": content}
            self.spec.components.response(status.name, told, lazy=True)
        told = {"description": "What went wrong", "content": content}
        self.spec.components.response("DEFAULT_ERROR", told, lazy=True)

    def _register_error_handlers(self) -> None:
        """Leave the house's handlers in place."""

    def register_blueprint(self, blp: Any, *, parameters: Any = None, **options: Any) -> None:
        """Hang the routes of an area into the application."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        self._app.register_blueprint(blp, **options)
        self._not_described.append(blp)

    def description(self) -> dict[str, Any]:
        """The OpenAPI document of all routes."""
        with self._describing:
            while self._not_described:
                blp = self._not_described.pop(0)
                blp.register_views_in_doc(self, self._app, self.spec, name=blp.name, parameters=None)
                self.spec.tag({"name": blp.name, "description": blp.description})
        described: dict[str, Any] = self.spec.to_dict()
        return described

    def written(self) -> str:
        """The same as text; 200 kB that anybody may ask for are written once."""
        self._written = self._written or dumps(self.description())
        return self._written


@meta.get("/openapi.json")
@public
def openapi() -> ResponseReturnValue:
    """The description of this API, made from the code that serves it."""
    text: str = current_app.extensions["jufu_api"].written()
    return current_app.response_class(text, mimetype="application/json")


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
