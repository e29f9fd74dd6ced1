"""The views of the API hold no filled schemas: the description fills them when somebody asks for it."""

from collections.abc import Iterator
from typing import Any

import flask_smorest
import marshmallow
from flask import Flask

from blueprints.api import schemas
from blueprints.api.routes import Blueprint


def held(view: Any) -> Iterator[object]:
    """The schemas of all answers of a view, as it holds them."""
    described = getattr(view, "_apidoc", {}).get("response", {}).get("responses", {})
    for answers in described.values():
        yield from (answer["schema"] for answer in answers if "schema" in answer)


def test_no_view_of_the_house_holds_a_filled_schema(app: Flask) -> None:
    found = [schema for view in app.view_functions.values() for schema in held(view)]

    assert len(found) > 200
    assert not any(isinstance(schema, marshmallow.Schema) for schema in found)


def test_a_view_of_flask_smorest_itself_would() -> None:
    def kept(kind: type[flask_smorest.Blueprint]) -> list[object]:
        return list(held(kind("it", __name__).alt_response(409, schema=schemas.Problem)(lambda: None)))

    assert [type(schema) for schema in kept(flask_smorest.Blueprint)] == [schemas.Problem]
    assert kept(Blueprint) == [f"{schemas.Problem.__module__}.Problem"]
