"""The application behind a server that takes in all of a request before anybody looks at it."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from flask import Flask

import app


def create_app() -> Flask:
    """The house's application; when it has answered, nothing of what was read is left."""
    house = app.create_app()
    answer = house.wsgi_app

    def read_first(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        return answer(environ | {"wsgi.input": BytesIO(environ["wsgi.input"].read())}, start)

    house.wsgi_app = read_first  # type: ignore[method-assign]  # Flask wants it so
    return house
