"""Forms that may come without a token: the browser itself says that a page of ours sent them.

So a page for a visitor of whom nothing is known holds no secret, sets no cookie, and is the same for all of them.
"""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from flask import Flask, request
from flask_wtf import CSRFProtect

from blueprints.access import View

ATTRIBUTE = "jufu_by_origin"


def by_origin(view: View) -> View:
    """Let a form without a token through to this view where the browser names one of our pages as its sender.

    Browsers say so by Sec-Fetch-Site (W3C Fetch Metadata) or, where that is missing, by Origin (RFC 6454), and no page
    can make them say anything else. Whoever says neither needs the token like everybody.
    """
    setattr(view, ATTRIBUTE, True)
    return view


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Check every form in the extension's stead, which knows tokens only."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False

    def check() -> None:
        if request.method not in app.config["WTF_CSRF_METHODS"] or not app.config["WTF_CSRF_ENABLED"]:
            return
        view = app.view_functions.get(request.endpoint or "")
        by_word = getattr(view, ATTRIBUTE, False) and is_ours()
        if not by_word:
            csrf.protect(apply_exemptions=True)

    app.before_request(check)


def is_ours() -> bool:
    """Whether the browser says that one of our own pages sent this request."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return is_here(parts_of(request.headers.get("Origin")))


def parts_of(address: str | None) -> SplitResult:
    """An address that a browser names, in its parts; empty ones where it is none."""
    try:
        return urlsplit(address or "")
    except ValueError:  # half of an IPv6 address, for one
        return urlsplit("")


def is_here(parts: SplitResult) -> bool:
    """Whether an address is of the host that was asked; a request without a host is at no place that could be named."""
    return bool(request.host) and parts.netloc == request.host
