"""Pictures, which never change and may be kept by everybody for ever."""

from __future__ import annotations

from flask import Response, request
from flask.typing import ResponseReturnValue

from blueprints.access import public
from blueprints.security import FOREVER
from blueprints.studio import blueprint
from services import pictures


@blueprint.get("/pictures/<string(length=64):sha256>.jpg")
@public
def picture(sha256: str) -> ResponseReturnValue:
    """A re-encoded picture by the hash of its bytes."""
    if request.if_none_match.contains(sha256):
        response = Response(status=304)
    else:
        kept = pictures.by_hash(sha256)
        response = Response(kept.content, mimetype=kept.media_type)
    response.set_etag(sha256)
    response.headers["Cache-Control"] = FOREVER
    return response
