"""The inbox and what reaches whom how: `/api/v1`."""

from __future__ import annotations

from typing import Any

from flask import Response

from blueprints.access import signed_in
from blueprints.api import schemas
from blueprints.api.answers import do, encode_cursor, moment_and_id, page, respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas.telling import NoticeFilter, NoticeList, ReadIn, ReadOut
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.problems import iso
from blueprints.telling.cards import notice_lines
from models import Notice
from services.idempotency import Answer
from services.telling import inbox

blueprint = Blueprint("api_telling", __name__, description="The inbox")


def _shape(notice: Notice) -> dict[str, Any]:
    (line,) = notice_lines([notice])
    return {
        "id": line.id,
        "kind": line.kind,
        "text": line.text,
        "tone": line.tone,
        "path": line.url,
        "created_at": iso(line.at),
        "unread": line.is_unread,
    }


@blueprint.get("/notices")
@signed_in
@blueprint.arguments(NoticeFilter, location="query")
@blueprint.response(200, NoticeList)
def index(wanted: dict[str, Any]) -> Response:
    """What the asker was told, the newest first; reading the list leaves it unread."""
    size = wanted["page_size"]
    before = moment_and_id(wanted["cursor"])
    found = inbox.listed(the_actor(), size=size + 1, before=before, only_unread=wanted["unread"])
    body = page(found, size, _shape, lambda last: encode_cursor(iso(last.created_at), last.outbox_id))
    return respond(Answer(200, body))


@blueprint.post("/notices/read")
@signed_in
@blueprint.arguments(ReadIn)
@blueprint.response(200, ReadOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def read(body: dict[str, Any]) -> Response:
    """Put notices away: by their ids, or all up to the newest that was seen; those of others are left alone."""

    def act() -> dict[str, Any]:
        if body["up_to"] is not None:
            return {"read": inbox.mark_all_read(the_actor(), body["up_to"], now())}
        return {"read": inbox.mark_read(the_actor(), body["ids"], now())}

    return do(200, act)
