"""Headers that keep a page to itself: strict CSP, no framing, no sniffing, nothing personal in caches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app
from flask.sessions import SessionMixin
from itsdangerous import URLSafeTimedSerializer

from blueprints.compressing import varying
from blueprints.cookies import Cookies
from blueprints.static_files import FOREVER

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

HTMX_CDN = "https://cdn.jsdelivr.net/npm/htmx.org@2.0.10/dist/htmx.min.js"


def content_security_policy(cdn: bool) -> str:
    """Only our own scripts and styles, none inline; htmx from the CDN by its full address."""
    scripts = f"'self' {HTMX_CDN}" if cdn else "'self'"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {scripts}",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "font-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def guards(cdn: bool, https: bool) -> list[tuple[str, str]]:
    """The headers of every answer that does not say otherwise itself."""
    always = [
        ("Content-Security-Policy", content_security_policy(cdn)),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
        ("Cache-Control", "no-store"),
    ]
    return [*always, ("Strict-Transport-Security", "max-age=31536000")] if https else always


class Guarded(Response):
    """An answer that gets these headers last of all, when it goes out."""

    def get_wsgi_response(
        self, environ: WSGIEnvironment
    ) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """See werkzeug."""
        parts, status, headers = super().get_wsgi_response(environ)
        return parts, status, guarded(headers, current_app.config["GUARDS"])


def guarded(headers: list[tuple[str, str]], guards: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers of an answer, those that it does not say itself, and that it depends on who asks."""
    said = {name.lower(): value for name, value in headers}
    headers += [guard for guard in guards if guard[0].lower() not in said]
    if said.get("cache-control") == FOREVER:
        return headers
    return [
        *(header for header in headers if header[0].lower() != "vary"),
        ("Vary", varying(said.get("vary", ""), "HX-Request", "Cookie")),
    ]


class Sessions(Cookies):
    """Cookies stay off what may be kept by everybody: it would differ for each cookie, or hand one on."""

    def __init__(self) -> None:
        self._serializer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The same one for every request: its keys are drawn from the settings once."""
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
        return self._serializer

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie where it changed, unless the answer is for everybody; that answers depend on it is said."""
        if self.should_set_cookie(app, session) and response.headers.get("Cache-Control") != FOREVER:
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Attach the headers to every answer."""
    app.session_interface = Sessions()
    app.response_class = Guarded
    app.config["GUARDS"] = guards(
        app.config["HTMX_SOURCE"] == "cdn", https=app.config["APP_ENV"] == "production"
    )
