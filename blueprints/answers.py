"""The same question to the same database within the same minute has the same answer, so it is made once.

A layer in front of the application keeps whole answers of the views that say `@repeatable`, and gives one out again
while the state of the database is the one that it was made from. What it costs then is one tiny query. Nothing needs
it to be right or to be there: each process keeps its own few megabytes.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from flask import Flask, request

from blueprints.clock import now
from blueprints.identity import presence
from services import house_state

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

P = ParamSpec("P")
R = TypeVar("R")
Question = tuple[str, ...]
MADE_FROM = "jufu.made_from"
"""Under which a view tells this layer the state that its answer is made from, and how many seconds it lasts."""
MARK = "jufu.mark"
"""Under which this layer offers what stands for a secret in the answer that is drawn anew for each reader."""
ASKED_BY = (
    "PATH_INFO",
    "QUERY_STRING",
    "HTTP_COOKIE",
    "HTTP_HOST",
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_IF_NONE_MATCH",
    "HTTP_HX_REQUEST",
    "HTTP_HX_HISTORY_RESTORE_REQUEST",
    "SCRIPT_NAME",
    "wsgi.url_scheme",
)
"""All of a request that a repeatable view may look at; tests/http/test_answers.py watches that it looks at no more."""
LASTING = frozenset({"200 OK", "204 NO CONTENT", "304 NOT MODIFIED"})
KEPT_BYTES = 8 * 1024 * 1024
MINUTE = 60
_numbers = count()


def repeatable(view: Callable[P, R]) -> Callable[P, R]:
    """Let the answers of a view that only looks be kept: they depend on its URL, the visitor and the data alone."""
    return lasting(MINUTE)(view)


def lasting(seconds: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """The same for a view whose picture changes with the clock every few seconds."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            if MARK in request.environ:
                # Before anything of the answer is read, or together with who is signed in.
                found = presence()
                state = found.house_state if found else house_state.current()
                request.environ[MADE_FROM] = (state, seconds)
            return view(*args, **kwargs)

        return wrapper

    return mark


def drawn_for_each_reader() -> str | None:
    """What stands in the answer for a secret of its reader's own; None where the answer is for one reader anyway."""
    mark: str = request.environ[MARK]
    return f"{mark}{next(_numbers)}" if MADE_FROM in request.environ else None


def only_now() -> None:
    """Say of the answer under way that it counts seconds, so that it is for its reader alone."""
    request.environ.pop(MADE_FROM, None)


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer, the state it was made from, and until when it lasts (seconds since 1970)."""

    state: str
    until: float
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    is_marked: bool


class Answers:
    """A WSGI application around another one."""

    def __init__(self, wsgi: WSGIApplication, state: Callable[[], str | None], tablet_cookie: str) -> None:
        self._wsgi = wsgi
        self._state = state
        self._tablet_cookie = tablet_cookie
        self._kept: OrderedDict[Question, Kept] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()
        # No text that anybody could have typed before this process began.
        self._mark = f"once{secrets.token_hex(14)}"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer again what was asked before, else let it be answered and keep that."""
        if environ["REQUEST_METHOD"] != "GET" or self._tablet_cookie in environ.get("HTTP_COOKIE", ""):
            return self._wsgi(environ, start_response)  # a shared tablet counts the time since it was touched
        question = tuple([str(environ.get(name, "")) for name in ASKED_BY])
        kept = self._kept.get(question)
        if kept is not None and kept.until > now().timestamp() and kept.state == self._state():
            start_response(kept.status, kept.headers[:])
            return (self._drawn(kept.body) if kept.is_marked else kept.body,)
        return self._ask(question, environ, start_response)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _ask(
        self, question: Question, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            said.append((status, headers))
            return start_response(status, headers, exc_info)

        moment = now().timestamp()
        environ[MARK] = self._mark
        parts = self._wsgi(environ, start)
        if MADE_FROM not in environ or not said:
            return parts
        try:
            body = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()
        is_marked = self._mark.encode() in body
        if _may_be_kept(*said[-1]):
            state, seconds = environ[MADE_FROM]
            until = (moment // seconds + 1) * seconds
            self._keep(question, Kept(state, until, *said[-1], body, is_marked))
        return (self._drawn(body) if is_marked else body,)

    def _drawn(self, body: bytes) -> bytes:
        return body.replace(self._mark.encode(), secrets.token_hex(len(self._mark) // 2).encode())

    def _keep(self, question: Question, answer: Kept) -> None:
        with self._lock:
            self._drop(question)
            self._kept[question] = answer
            self._bytes += _size(question, answer)
            while self._bytes > KEPT_BYTES:
                self._drop(next(iter(self._kept)))

    def _drop(self, question: Question) -> None:
        gone = self._kept.pop(question, None)
        if gone is not None:
            self._bytes -= _size(question, gone)


def _may_be_kept(status: str, headers: list[tuple[str, str]]) -> bool:
    """Nothing that sets a cookie is for a second reader, and no trouble is worth keeping."""
    return status in LASTING and all(name.lower() != "set-cookie" for name, _ in headers)


def _size(question: Question, answer: Kept) -> int:
    return len(answer.body) + sum(map(len, question)) + 1024


def init_app(app: Flask) -> None:
    """Put the layer in front of the application."""
    app.extensions["jufu_answers"] = layer = Answers(
        app.wsgi_app, house_state.glance(), app.config["DEVICE_COOKIE_NAME"]
    )
    app.wsgi_app = layer  # type: ignore[method-assign]  # that is how Flask wants its middleware
