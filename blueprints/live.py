"""Live screens: they poll with the stamp of what they show, and an unchanged one costs no rendering."""

from __future__ import annotations

import hashlib

from flask import Response, make_response, request, session
from flask.typing import ResponseReturnValue

from blueprints.clock import now
from blueprints.formats import locale_code
from blueprints.identity import current_actor
from domain.interval import tick_of

SEEN = "seen"
"""The query field with which a polling fragment says what it shows.

htmx would swap in the empty body of a 304, so to it an unchanged screen answers 204; other clients use If-None-Match.
"""


def stamp(revision: int, *more: object) -> str:
    """A short tag of what every live picture depends on: the data, the quarter-hour, who looks and how; and of more."""
    actor = current_actor()
    parts = (
        revision,
        tick_of(now()),
        actor.id if actor else None,
        locale_code(),
        bool(session.get("elder")),
        *more,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def nothing_new(tag: str) -> ResponseReturnValue | None:
    """The answer to somebody who has this picture already, else None."""
    if request.args.get(SEEN) == tag:
        return "", 204
    if request.if_none_match.contains_weak(tag):
        return "", 304, {"ETag": f'"{tag}"'}
    return None


def stamped(answer: ResponseReturnValue, tag: str) -> Response:
    """An answer that carries its stamp."""
    response = make_response(answer)
    response.set_etag(tag)
    return response
