"""Answers squeezed for the wire, except where another site may have asked in order to watch how well they squeeze."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import brotli
from flask import Flask, Response, request
from werkzeug.datastructures import Accept, Headers
from werkzeug.http import parse_accept_header, parse_set_header

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LEVEL, QUALITY = 3, 3
"""Of gzip and of Brotli, as measured on our pages (docs/decisions/0027-the-server.md)."""
WINDOW = 18
"""Brotli looks back 256 kB, a whole page; more would be memory for nothing."""
WORTH = 1024
"""Bytes below which an answer fits into one packet anyway."""
TEXTS = frozenset(
    {
        "application/javascript",
        "application/json",
        "application/manifest+json",
        "application/problem+json",
        "image/svg+xml",
        "text/calendar",
        "text/css",
        "text/csv",
        "text/html",
        "text/javascript",
        "text/plain",
    }
)
MARK = "jufu.mark"
"""Under which blueprints/answers.py says what stands in an answer for a secret that is drawn anew for each reader."""
_GZIP = 16 + zlib.MAX_WBITS


def _by_gzip(body: bytes) -> bytes:
    return zlib.compress(body, LEVEL, _GZIP)


def _by_brotli(body: bytes) -> bytes:
    small: bytes = brotli.compress(body, quality=QUALITY, lgwin=WINDOW)
    return small


WAYS: dict[str, Callable[[bytes], bytes]] = {"br": _by_brotli, "gzip": _by_gzip}
"""By the names of RFC 9110, the better one first; each gives always the same for the same."""


@lru_cache(maxsize=256)
def ways_of(accepted: str) -> tuple[str, ...]:
    """Those that a header Accept-Encoding takes, what it likes best first (RFC 9110, 12.5.3)."""
    liked = parse_accept_header(accepted, Accept)
    return tuple(sorted((way for way in WAYS if liked[way] > 0), key=lambda way: -liked[way]))


@lru_cache(maxsize=64)
def varying(said: str, *names: str) -> str:
    """The header Vary of an answer that depends on these as well."""
    vary = parse_set_header(said)
    vary.update(names)
    return vary.to_header()


def is_wanted(environ: WSGIEnvironment) -> bool:
    """Whether an answer to this request may be squeezed for whoever takes it so.

    What another site makes a browser ask goes out as it is (BREACH): from the sizes of many squeezed answers that site
    could read what stands in them beside its own words. Browsers say who asked by Sec-Fetch-Site; one that doesn't
    gets pages squeezed only where there are no words of anybody's or nobody is known.
    """
    site = environ.get("HTTP_SEC_FETCH_SITE")
    if site is None:
        return not environ.get("QUERY_STRING") or not environ.get("HTTP_COOKIE")
    return site in ("same-origin", "none")


def squeezed(
    environ: WSGIEnvironment, headers: list[tuple[str, str]], body: bytes
) -> tuple[list[tuple[str, str]], bytes]:
    """A text with its headers as it goes to who asked: squeezed where that is wanted and pays.

    The same picture in other bytes: an ETag then promises only the picture (RFC 9110, 8.8.1).
    """
    ways = ways_of(environ.get("HTTP_ACCEPT_ENCODING", ""))
    if len(body) < WORTH or not ways or not is_wanted(environ):
        return headers, body
    small = WAYS[ways[0]](body)
    changed = [("Content-Encoding", ways[0]), ("Content-Length", str(len(small)))]
    for name, value in headers:
        if name == "ETag" and not value.startswith("W/"):
            changed.append((name, f"W/{value}"))
        elif name != "Content-Length":
            changed.append((name, value))
    return changed, small


def squeeze(response: Response) -> Response:
    """Squeeze the answer of a view; streams and what is squeezed already stay as they are.

    What is drawn for each reader is drawn, and then squeezed, by blueprints/answers.py.
    """
    if response.is_streamed or response.direct_passthrough or response.mimetype not in TEXTS:
        return response
    headers = response.headers
    if "Content-Encoding" in headers or "Content-Range" in headers:
        return response
    headers["Vary"] = varying(headers.get("Vary", ""), "Accept-Encoding")
    body, environ = response.get_data(), request.environ
    mark = environ.get(MARK)
    if len(body) >= WORTH and (mark is None or mark.encode() not in body):
        changed, small = squeezed(environ, list(headers), body)
        if small is not body:
            response.headers = Headers(changed)
            response.response = [small]
    return response


def init_app(app: Flask) -> None:
    """Squeeze last: called before the others that look at answers, for Flask runs them in reverse."""
    app.after_request(squeeze)
