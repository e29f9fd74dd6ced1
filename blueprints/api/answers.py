"""How an answer of the API goes out: JSON or a problem document, once per key, lists page by page."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from flask import Response, jsonify

from blueprints.api import shapes, show_shapes
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.once import once
from blueprints.problems import PROBLEM_TYPE, headers_of, problem_of, status_of
from domain.errors import BadInput, Refusal, Stale, StaleEntry, StaleSwap
from domain.interval import require_aware
from domain.studio.shows import StaleShow
from services import listing, my_line
from services.idempotency import Answer
from services.studio import proposals, shows

Item = TypeVar("Item")


def refused(refusal: Refusal) -> Answer:
    """A refusal as an answer; a stale one shows how the booking, the show or the place in line stands now."""
    body = problem_of(refusal)
    if isinstance(refusal, StaleEntry):
        body["current"] = shapes.entry(my_line.one(the_actor(), refusal.object_id))
    elif isinstance(refusal, StaleShow):
        body["current"] = show_shapes.show_grid(
            shows.show_with_booths(refusal.object_id, actor=the_actor()), {}
        )
    elif isinstance(refusal, StaleSwap):
        body["current"] = show_shapes.swap(proposals.one(the_actor(), refusal.object_id), the_actor())
    elif isinstance(refusal, Stale):
        body["current"] = shapes.booking(listing.booking(the_actor(), refusal.object_id), the_actor())
    return Answer(status_of(refusal), body)


def refusing(current: Callable[[int], dict[str, Any]]) -> Callable[[Refusal], Answer]:
    """How an area answers refusals whose stale ones are about another thing: it is shown as it stands, by its id."""

    def refuse(refusal: Refusal) -> Answer:
        if not isinstance(refusal, Stale):
            return refused(refusal)
        return Answer(status_of(refusal), {**problem_of(refusal), "current": current(refusal.object_id)})

    return refuse


def respond(answer: Answer, headers: dict[str, str] | None = None) -> Response:
    """Send an answer."""
    response = jsonify(answer.body)
    response.status_code = answer.status
    if answer.status >= 400:
        response.mimetype = PROBLEM_TYPE
    response.headers.update(headers or {})
    return response


def do(
    status: int, action: Callable[[], dict[str, Any]], refuse: Callable[[Refusal], Answer] = refused
) -> Response:
    """Do something once for the key of this request, and answer with what came of it."""
    headers: dict[str, str] = {}

    def say_no(refusal: Refusal) -> Answer:
        headers.update(headers_of(refusal))
        return refuse(refusal)

    return respond(once(lambda: Answer(status, action()), say_no), headers)


def encode_cursor(*position: Any) -> str:
    """A place in a list, opaque to the reader."""
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def _decode_cursor(cursor: str) -> list[Any]:
    position = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return list(position)


def moment_and_id(cursor: str | None) -> tuple[datetime, int] | None:
    """The place in a list by time that a cursor names; raises BadInput."""
    if not cursor:
        return None
    try:
        moment, number = _decode_cursor(cursor)
        return require_aware(datetime.fromisoformat(moment)), whole(number)
    except (ValueError, TypeError, OverflowError, binascii.Error) as error:
        raise BadInput("cursor_invalid", field="cursor") from error


def only_id(cursor: str | None) -> int | None:
    """The place in a list by id that a cursor names; raises BadInput."""
    if not cursor:
        return None
    try:
        (number,) = _decode_cursor(cursor)
        return whole(number)
    except (ValueError, TypeError, OverflowError, binascii.Error) as error:
        raise BadInput("cursor_invalid", field="cursor") from error


def part(
    found: Sequence[Item], wanted: Mapping[str, Any], shape: Callable[[Item], dict[str, Any]]
) -> dict[str, Any]:
    """A page of a short list that was read whole; the cursor counts what came before."""
    begin, size = only_id(wanted["cursor"]) or 0, wanted["page_size"]
    end = max(begin, 0) + size
    return {
        "items": [shape(item) for item in found[max(begin, 0) : end]],
        "next_cursor": encode_cursor(end) if end < len(found) else None,
    }


def page(
    found: Sequence[Item], size: int, shape: Callable[[Item], dict[str, Any]], position: Callable[[Item], str]
) -> dict[str, Any]:
    """A page of a list that was asked for with one item more than fits."""
    more = len(found) > size
    shown = found[:size]
    return {"items": [shape(item) for item in shown], "next_cursor": position(shown[-1]) if more else None}
