"""Every error as a page, a fragment or a problem document, each with a sentence and a next step."""

from __future__ import annotations

from flask import (
    Flask,
    current_app,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadHost, HTTPException

from blueprints.identity import API_PREFIX, forget_actor, shared_device
from blueprints.pages import is_fragment, page_before, wants_json
from blueprints.problems import PROBLEM_TYPE, headers_of, problem, problem_of, status_of
from blueprints.words import sentence
from domain.errors import NotLoggedIn, Refusal, TabletLocked, Unavailable, Violation
from services.unit_of_work import is_trouble

HTTP_CODES = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    422: "bad_input",
    500: "server_error",
    503: "unavailable",
}

PLAIN = frozenset({*HTTP_CODES.values(), "stale", "route_without_rule"})
"""Codes of which the page itself says more than their sentence."""


def for_program() -> bool:
    """Whether the answer is for a program rather than for a person."""
    return request.path.startswith(API_PREFIX) or wants_json()


def init_app(app: Flask) -> None:
    """Attach the handlers."""
    app.register_error_handler(Refusal, on_refusal)
    app.register_error_handler(CSRFError, on_csrf)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Exception, on_bug)


def _answer(status: int, code: str, text: str, headers: dict[str, str]) -> ResponseReturnValue:
    if for_program():
        response = jsonify(problem(status, code, text))
        response.mimetype = PROBLEM_TYPE
    elif is_fragment():
        response = make_response(render_template("errors/_error.html", message=text))
    else:
        message = None if code in PLAIN else text
        again = request.path if request.method == "GET" else page_before()
        response = make_response(
            render_template("errors/error.html", code=status, message=message, again=again or "/")
        )
    response.status_code = status
    response.headers.update(headers)
    return response


def on_refusal(refusal: Refusal) -> ResponseReturnValue:
    """A no that a view left to the house to say."""
    if isinstance(refusal, NotLoggedIn) and not for_program():
        return _to_login(refusal)
    if isinstance(refusal, Unavailable):
        forget_actor()
    status = status_of(refusal)
    if for_program():
        response = jsonify(problem_of(refusal))
        response.status_code, response.mimetype = status, PROBLEM_TYPE
        response.headers.update(headers_of(refusal))
        if status == 401:
            response.headers["WWW-Authenticate"] = 'Bearer realm="jufu"'
        return response
    told = getattr(refusal, "violations", None)
    text = sentence(told[0]) if told else sentence(refusal)
    return _answer(status, refusal.code, text, headers_of(refusal))


def _to_login(refusal: NotLoggedIn) -> ResponseReturnValue:
    """The way to the log-in, on a shared tablet to its lock screen; a script that asks for JSON is only told."""
    if request.accept_mimetypes.best == "application/json":
        response = jsonify(problem_of(refusal))
        response.status_code, response.mimetype = 401, PROBLEM_TYPE
        return response
    is_shared = isinstance(refusal, TabletLocked) or shared_device() is not None
    address = url_for("tablet.lock" if is_shared else "accounts.log_in", next=_page_asked_for())
    if is_shared and request.method == "POST":
        flash(_said_of_form(refusal), "wait")
    if request.headers.get("HX-Request"):
        return "", 401, {"HX-Redirect": address}
    return redirect(address, 303)


def _said_of_form(refusal: NotLoggedIn) -> str:
    """What becomes of a form that was sent to a locked tablet."""
    if refusal.params.get("is_held"):
        return _("平板锁屏了，刚才填的先收着。您输入数字密码，就能接着送出去。")
    return _("平板锁屏了，刚才填的没有送出去。输入数字密码回到那一页，再送一次。")


def _page_asked_for() -> str | None:
    """The page to come back to: the one that was asked for, or on which a form or a fragment stood."""
    if request.method == "GET" and not request.headers.get("HX-Request"):
        return request.full_path.rstrip("?")
    return page_before()


def on_csrf(error: CSRFError) -> ResponseReturnValue:
    """A form without a valid token."""
    return _answer(400, "csrf", sentence(Violation("csrf")), {})


def on_http(error: HTTPException) -> ResponseReturnValue:
    """Whatever Flask or Werkzeug refuse."""
    if isinstance(error, BadHost) or (error.code is not None and 300 <= error.code < 400):
        # Under a name that no host can have there are no addresses, so there is no page.
        return error.get_response()
    status = error.code or 500
    code = HTTP_CODES.get(status, "bad_request")
    if for_program() and hasattr(error, "data"):
        return _invalid(error)
    allow = (
        {"Allow": ", ".join(error.valid_methods or ())}
        if status == 405 and hasattr(error, "valid_methods")
        else {}
    )
    return _answer(status, code, sentence(Violation(code)), allow)


def _invalid(error: HTTPException) -> ResponseReturnValue:
    """A request whose fields don't fit its schema: which ones, and why."""
    messages = getattr(error, "data", {}).get("messages", {})
    fields = [
        {"field": name, "message": " ".join(str(told) for told in _flat(said))}
        for place in messages.values()
        for name, said in (place.items() if isinstance(place, dict) else [("", place)])
    ]
    response = jsonify(problem(422, "bad_input", sentence(Violation("bad_input")), errors=fields))
    response.status_code, response.mimetype = 422, PROBLEM_TYPE
    return response


def _flat(said: object) -> list[object]:
    if isinstance(said, dict):
        return [told for inner in said.values() for told in _flat(inner)]
    return list(said) if isinstance(said, list) else [said]


def on_bug(error: Exception) -> ResponseReturnValue:
    """What nobody expected: written to the log whole, shown to nobody; trouble of the database is a 503."""
    if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    current_app.logger.error("unexpected error", exc_info=error)
    forget_actor()  # on PostgreSQL a failed transaction answers no further question, not even for the navigation
    if is_trouble(error):
        return on_refusal(Unavailable())
    return _answer(500, "server_error", sentence(Violation("server_error")), {})
