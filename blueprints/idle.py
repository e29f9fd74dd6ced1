"""Shared tablets lock when nobody touches them: who is asked for the PIN again, and what counts as a touch."""

from __future__ import annotations

from flask import Flask, request

from blueprints import identity
from blueprints.access import access_of
from blueprints.clock import now
from blueprints.identity import API_PREFIX
from domain.errors import TabletLocked
from domain.tablets import HeldForm
from services.tablets import locking

OPEN_WHILE_LOCKED = frozenset(
    {
        "static",
        "tablet.lock",
        "tablet.lock_now",
        "tablet.unlock",
        "accounts.log_in",
        "accounts.check_log_in",
        "accounts.log_out",
        "accounts.prefer",
    }
)
"""What leads out of the lock, and what the lock screen itself needs."""


def is_navigation() -> bool:
    """Whether a browser asks for a page to show, rather than a script for a piece of one."""
    mode = request.headers.get("Sec-Fetch-Mode")
    if mode is not None:
        return mode == "navigate"
    # Without https, and in old browsers, there is no such header; only pages are asked for as text/html by name.
    return "HX-Request" not in request.headers and "text/html" in request.headers.get("Accept", "")


def is_by_hand() -> bool:
    """Whether a person made this request: a page that they themselves opened or a form that they sent.

    Nothing that a script sends counts, be it a poll, a background fetch or a decision sent late, and no page that
    reloads itself; a touch that leads to no page is told by static/js/lock.js.
    """
    by_person = "Sec-Fetch-Mode" not in request.headers or request.headers.get("Sec-Fetch-User") == "?1"
    return is_navigation() and by_person


def note_touch() -> None:
    """Let the tablet stay awake; written down once a minute at most."""
    found = identity.presence()
    moment = now()
    if found is not None and found.device_id is not None and found.is_worth_noting(moment):
        locking.note_touch(found.session_id, found.device_id, moment)
        identity.be_touched(moment)


def _guard() -> None:
    """Before every request of a shared tablet: locked, or a little longer awake."""
    if not identity.device_token():
        return  # a browser of one's own: nothing here concerns it
    endpoint = request.endpoint or ""
    if endpoint in OPEN_WHILE_LOCKED or endpoint.startswith("health.") or request.path.startswith(API_PREFIX):
        return
    found = identity.presence()
    if found is None:
        return
    if not found.is_locked(now()):
        if is_by_hand():
            note_touch()
    elif is_navigation() or not _is_public(endpoint):
        raise TabletLocked(is_held=_hold(found.session_id))


def _hold(session_id: int) -> bool:
    """Keep a form that was sent too late, so that nothing has to be typed again; whether that was done."""
    is_form = request.method == "POST" and bool(request.endpoint and request.form) and not request.files
    if not is_form or request.accept_mimetypes.best == "application/json":
        return False  # a script keeps by itself what it sends
    fields = tuple(item for item in request.form.items(multi=True) if item[0] != "csrf_token")
    form = HeldForm(request.full_path.rstrip("?"), fields)
    if form.may_be_kept:
        locking.hold(session_id, form)
    return form.may_be_kept


def _is_public(endpoint: str) -> bool:
    rule = access_of(endpoint)
    return rule is not None and rule.public


def init_app(app: Flask) -> None:
    """Guard every request, before its rule of access is looked at."""
    app.before_request(_guard)
