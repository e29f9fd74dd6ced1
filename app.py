"""Wiring only: builds the application out of its floors."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn
from urllib.parse import urlsplit

# Loading makes no garbage worth looking for among all that is loaded; create_app() lets it be looked for again.
gc.disable()

from flask import Flask, Request
from flask_babel import Babel
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import RequestRedirect

import blueprints
import cli
import cli_db
import config
from blueprints import (
    access,
    answers,
    compressing,
    edge,
    errors,
    formats,
    hashing,
    identity,
    idle,
    marks,
    measuring,
    origin,
    pages,
    rules,
    security,
    static_files,
    tongue,
    warming,
)
from models import db, sealing
from models.engine import engine_options, prepare_engine

_LINES = [re.compile(rf'^{name} = "(\w+)"$', re.MULTILINE) for name in ("revision", "down_revision")]


class House(Flask):
    """Flask, of which every function is an ordinary one."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Flask would look with each call whether it is a coroutine."""
        return func

    def raise_routing_exception(self, request: Request) -> NoReturn:
        """Flask leads to a better spelling of an address at the host that a request names; here the path alone does."""
        error = request.routing_exception
        if isinstance(error, RequestRedirect):
            error.new_url = urlsplit(error.new_url)._replace(scheme="", netloc="").geturl()
        super().raise_routing_exception(request)


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Build the application; `overrides` are laid over the settings of the environment."""
    app = House(__name__)
    app.url_rule_class = rules.LateRule
    app.config.from_mapping(config.load())
    app.config.from_mapping(overrides or {})
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        **engine_options(app.config["SQLALCHEMY_DATABASE_URI"]),
        **app.config.get("SQLALCHEMY_ENGINE_OPTIONS", {}),
    }
    app.config["MIGRATION_HEAD"] = _newest_migration()
    sealing.use(sealing.Keyring(app.config["DATA_KEYS"]))
    _init_database(app)
    _init_pages(app)
    blueprints.register(app)
    cli.init_app(app)
    cli_db.init_app(app)
    _init_layers(app)
    gc.enable()
    return app


def _newest_migration() -> str:
    """The version that no other follows. The scripts are read, not run: that is for those who migrate."""
    texts = [path.read_text(encoding="utf-8") for path in (cli_db.MIGRATIONS / "versions").glob("*.py")]
    versions, followed = ({found for text in texts for found in line.findall(text)} for line in _LINES)
    (newest,) = versions - followed
    return newest


def _init_database(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)


def _init_pages(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    warming.keep_templates(app, config.INSTANCE / "templates")
    compressing.init_app(app)
    static_files.init_app(app)
    Babel(app, locale_selector=pages.choose_locale)
    tongue.init_app(app)
    csrf = CSRFProtect(app)
    app.extensions["jufu_csrf"] = csrf
    origin.init_app(app, csrf)
    identity.init_app(app)
    idle.init_app(app)
    app.before_request(access.enforce)
    edge.init_app(app)
    errors.init_app(app)
    security.init_app(app)
    formats.init_app(app)
    marks.init_app(app)
    pages.init_app(app)


def _init_layers(app: Flask) -> None:
    """What a request passes before the application; the last one added comes first."""
    hashing.init_app(app)
    with app.app_context():
        answers.init_app(app)
    if app.config["TRUSTED_PROXIES"]:
        hops = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask wants it so
    if app.config["METRICS_BIND"]:
        measuring.init_app(app)
