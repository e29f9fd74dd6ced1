"""Whether the process lives, whether it can serve, and the local copy of htmx."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify
from flask.typing import ResponseReturnValue

from blueprints import static_files
from blueprints.access import public
from services import health

blueprint = Blueprint("health", __name__)


@cache
def htmx_file() -> Path:
    """The copy of htmx that an installed package carries; third-party code is never committed."""
    package = find_spec("django_htmx")
    if package is None or package.origin is None:
        raise RuntimeError("The package django-htmx, which carries htmx, is not installed.")
    return Path(package.origin).parent / "static" / "django_htmx" / "htmx-2.min.js"


@cache
def _htmx() -> static_files.StaticFile:
    return static_files.made_of(htmx_file().read_bytes(), htmx_file().name)


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """The database took a write within seconds and has the newest tables; else 503 with the reason."""
    trouble = health.trouble(current_app.config["MIGRATION_HEAD"])
    if trouble:
        return jsonify(status="unavailable", reason=trouble), 503, {"Retry-After": "2"}
    return jsonify(status="ok")


@blueprint.get("/vendor/htmx-2.0.10.min.js")
@public
def htmx() -> Response:
    """The byte-identical local copy that takes over when the CDN does not answer."""
    return static_files.answer(_htmx(), forever=True)
