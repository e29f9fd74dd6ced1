"""Counts each answer and how long it took, where somebody measures (METRICS_BIND)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter
from typing import TYPE_CHECKING, Any

from flask import Flask, request

from services import meter

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

RULE = "jufu.rule"
UNKNOWN, AGAIN = "(unknown)", "(answered again)"
"""An address that no view has, and an answer that was kept (docs/decisions/0028-the-same-question.md)."""
LOOKS = frozenset({"GET", "HEAD"})


def routes(app: Flask) -> list[str]:
    """Everything that an answer may be counted under, in the same order in every process of this code."""
    return [UNKNOWN, AGAIN, *sorted({rule.rule for rule in app.url_map.iter_rules()})]


class Measured:
    """A WSGI application around another one."""

    def __init__(self, wsgi: WSGIApplication, find: Callable[[], meter.Meter | None] = meter.current) -> None:
        self._wsgi, self._find = wsgi, find

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Let it be answered, and count that; what raises counts as 500."""
        counting = self._find()
        if counting is None:
            return self._wsgi(environ, start_response)
        began, status = perf_counter(), "500"

        def start(said: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            nonlocal status
            status = said
            return start_response(said, headers, *more)

        try:
            return self._wsgi(environ, start)
        finally:
            way = "read" if environ["REQUEST_METHOD"] in LOOKS else "write"
            counting.request(environ.get(RULE, AGAIN), int(status[:3]), way, perf_counter() - began)


def init_app(app: Flask) -> None:
    """Put the layer in front of all others."""

    @app.url_value_preprocessor
    def note(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
        request.environ[RULE] = request.url_rule.rule if request.url_rule else UNKNOWN

    app.wsgi_app = Measured(app.wsgi_app)  # type: ignore[method-assign]  # that is how Flask wants its middleware
