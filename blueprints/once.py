"""One effect for one submission: the Idempotency-Key of a header, or of a form's hidden field."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable

from flask import request

from blueprints import answers
from blueprints.clock import now
from blueprints.identity import the_actor
from domain.errors import Refusal
from services.idempotency import Answer, answer_once

HEADER = "Idempotency-Key"
FIELD = "idempotency_key"


def new_key() -> str:
    """A key for the hidden field of a fresh form; where the answer may be kept, it is drawn for each reader."""
    return answers.drawn_for_each_reader() or secrets.token_urlsafe(16)


def fingerprint() -> str:
    """A hash of what was asked: method, path, and the body without what differs by itself."""
    digest = hashlib.sha256(f"{request.method} {request.full_path}".encode())
    if request.mimetype == "multipart/form-data" or request.form:
        for name, values in sorted(request.form.lists()):
            if name != "csrf_token":
                digest.update(repr((name, values)).encode())
        for name, file in sorted(request.files.items(multi=True), key=lambda item: item[0]):
            file.stream.seek(0)  # the view may have read it already
            digest.update(name.encode())
            digest.update(hashlib.file_digest(file.stream, "sha256").digest())
            file.stream.seek(0)
    else:
        digest.update(request.get_data(cache=True))
    return digest.hexdigest()


def key_of_request() -> str | None:
    """The key that came with the request, if any."""
    return request.headers.get(HEADER) or request.form.get(FIELD) or None


def once(action: Callable[[], Answer], refused: Callable[[Refusal], Answer] | None = None) -> Answer:
    """Do the action once for the key of this request, or simply do it when none came.

    For a page a refusal is left to the view and keeps no key, since the person will correct the form and send it again.
    """
    key = key_of_request()
    if key is None:
        try:
            return action()
        except Refusal as refusal:
            if refused is None:
                raise
            return refused(refusal)
    return answer_once(the_actor(), key, fingerprint(), action, refused, now())
