"""Headers that keep a page to itself: strict CSP, no framing, no sniffing, nothing personal in caches."""

from __future__ import annotations

from flask import Flask, Response, current_app
from flask.sessions import SecureCookieSessionInterface, SessionMixin

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


def _protect(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", current_app.config["CSP"])
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if current_app.config["APP_ENV"] == "production":
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    headers.setdefault("Cache-Control", "no-store")
    if headers.get("Cache-Control") != FOREVER:
        response.vary.update(("HX-Request", "Cookie"))
    return response


class Sessions(SecureCookieSessionInterface):
    """Cookies stay off what may be kept by everybody: it would differ for each cookie, or hand one on."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie, and say that the answer depends on it, unless the answer is for everybody."""
        if response.headers.get("Cache-Control") != FOREVER:
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Attach the headers to every response."""
    app.session_interface = Sessions()
    app.config["CSP"] = content_security_policy(app.config["HTMX_SOURCE"] == "cdn")
    app.after_request(_protect)
