"""Headers that keep a page to itself: strict CSP, no framing, no sniffing, nothing personal in caches."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, Response, current_app
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer
from werkzeug.http import parse_set_header

from blueprints.static_files import FOREVER

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


def _protect(response: Response) -> Response:
    headers = response.headers
    said = {name.lower() for name, _ in headers}
    for name, value in current_app.config["GUARDS"]:
        if name.lower() not in said:
            headers.add(name, value)
    if headers["Cache-Control"] != FOREVER:
        headers["Vary"] = _varying(headers.get("Vary", ""))
    return response


@lru_cache(maxsize=64)
def _varying(said: str) -> str:
    """What an answer depends on by its own word, and on who asks."""
    vary = parse_set_header(said)
    vary.update(("HX-Request", "Cookie"))
    return vary.to_header()


class Sessions(SecureCookieSessionInterface):
    """Cookies stay off what may be kept by everybody: it would differ for each cookie, or hand one on."""

    def __init__(self) -> None:
        self._serializer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The same one for every request: its keys are drawn from the settings once."""
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
        return self._serializer

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie, and say that the answer depends on it, unless the answer is for everybody."""
        if response.headers.get("Cache-Control") != FOREVER:
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Attach the headers to every response."""
    app.session_interface = Sessions()
    app.config["GUARDS"] = guards(
        app.config["HTMX_SOURCE"] == "cdn", https=app.config["APP_ENV"] == "production"
    )
    app.after_request(_protect)
