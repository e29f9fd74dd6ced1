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

from blueprints import compressing
from blueprints.clock import now
from blueprints.compressing import MARK
from blueprints.identity import presence
from services import house_state

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

P = ParamSpec("P")
R = TypeVar("R")
Question = tuple[str, ...]
MADE_FROM = "jufu.made_from"
"""Under which a view tells this layer the state that its answer is made from, and how many seconds it lasts."""
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
    "HTTP_SEC_FETCH_SITE",
    "HTTP_X_SENDER",
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
    return f"{request.environ[MARK]}{next(_numbers)}" if MADE_FROM in request.environ else None


def only_now() -> None:
    """Say of the answer under way that it counts seconds, so that it is for its reader alone."""
    request.environ.pop(MADE_FROM, None)


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer, the state it was made from, and for which time it is good (seconds since 1970)."""

    state: str
    since: float
    until: float
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    is_marked: bool


class Shelf:
    """Keeps answers up to a number of bytes; the one that was kept longest goes first."""

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self.most = most
        self.bytes = 0
        self.kept: OrderedDict[Question, Kept] = OrderedDict()
        self._lock = Lock()

    def put(self, question: Question, answer: Kept) -> None:
        """Keep an answer in the place of an earlier one to the same question."""
        with self._lock:
            self._drop(question)
            self.kept[question] = answer
            self.bytes += size(question, answer)
            while self.bytes > self.most:
                self._drop(next(iter(self.kept)))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self.kept.clear()
            self.bytes = 0

    def _drop(self, question: Question) -> None:
        gone = self.kept.pop(question, None)
        if gone is not None:
            self.bytes -= size(question, gone)


def size(question: Question, answer: Kept) -> int:
    """About how many bytes an answer takes."""
    return len(answer.body) + sum(map(len, question)) + 1024


class Answers:
    """A WSGI application around another one; `state` reads the state of this moment, None when it can't be known."""

    def __init__(self, wsgi: WSGIApplication, state: Callable[[], str | None], tablet_cookie: str) -> None:
        self.shelf = Shelf()
        self.state = state
        self._wsgi = wsgi
        self._tablet_cookie = tablet_cookie
        # No text that anybody could have typed before this process began.
        self._mark = f"once{secrets.token_hex(14)}"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer again what was asked before, else let it be answered and keep that."""
        if environ["REQUEST_METHOD"] != "GET" or self._tablet_cookie in environ.get("HTTP_COOKIE", ""):
            return self._wsgi(environ, start_response)  # a shared tablet counts the time since it was touched
        question = tuple([str(environ.get(name, "")) for name in ASKED_BY])
        kept = self.shelf.kept.get(question)
        if kept is not None and kept.since <= now().timestamp() < kept.until and kept.state == self.state():
            return self._give(kept, environ, start_response)
        return self.ask(question, environ, start_response)

    def ask(
        self, question: Question, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Let the application answer, and keep that if it may be."""
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> Any:
            said.append((status, headers))

        moment = now().timestamp()
        environ[MARK] = self._mark
        parts = self._wsgi(environ, start)
        status, headers = said[-1]
        if MADE_FROM not in environ:
            start_response(status, headers)
            return parts
        body = _whole(parts)
        state, seconds = environ[MADE_FROM]
        since = moment // seconds * seconds
        made = Kept(state, since, since + seconds, status, headers, body, self._mark.encode() in body)
        if _may_be_kept(status, headers):
            self.shelf.put(question, made)
        return self._give(made, environ, start_response)

    def _give(self, answer: Kept, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        headers, body = answer.headers[:], answer.body
        if answer.is_marked:
            headers, body = compressing.squeezed(environ, headers, self._drawn(body))
        start_response(answer.status, headers)
        return (body,)

    def _drawn(self, body: bytes) -> bytes:
        return body.replace(self._mark.encode(), secrets.token_hex(len(self._mark) // 2).encode())


def _whole(parts: Iterable[bytes]) -> bytes:
    try:
        return b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()


def _may_be_kept(status: str, headers: list[tuple[str, str]]) -> bool:
    """Nothing that sets a cookie is for a second reader, and no trouble is worth keeping."""
    return status in LASTING and all(name.lower() != "set-cookie" for name, _ in headers)


def init_app(app: Flask) -> None:
    """Put the layer in front of the application."""
    app.extensions["jufu_answers"] = layer = Answers(
        app.wsgi_app, house_state.glance(), app.config["DEVICE_COOKIE_NAME"]
    )
    app.wsgi_app = layer  # type: ignore[method-assign]  # that is how Flask wants its middleware
