"""Scans over HTTP: keeping what a form uploads, and handing one out so that no browser ever keeps or runs it."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from flask import Response
from werkzeug.datastructures import FileStorage

from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from models import PrivateFile
from services.merchants import files


def keep_upload(upload: FileStorage) -> int:
    """Make an upload harmless and store it, before the transaction that uses it; its id. Raises BadInput.

    A browser sends no file twice: a form that comes back for another field could not show it again.
    """
    return files.keep(the_actor(), _bytes_of(upload), now=now())


def scan_in(upload: FileStorage) -> files.Scan:
    """The same of a program, whose file is kept together with what shows it, or not at all."""
    return files.brought(the_actor(), _bytes_of(upload))


def _bytes_of(upload: FileStorage) -> bytes:
    data = upload.stream.read(files.MAX_BYTES + 1)
    upload.stream.seek(0)
    return data


def remembered(text: str | None) -> list[int]:
    """The ids of scans that a form's hidden field remembers while another field is corrected: "12,13"."""
    found = []
    for part in (text or "").split(","):
        try:
            found.append(whole(part))
        except ValueError:
            continue
    return found


def to_remember(scan_ids: Iterable[int]) -> str:
    """The other way round."""
    return ",".join(map(str, dict.fromkeys(scan_ids)))


def scan_answer(scan: PrivateFile, name: str) -> Response:
    """A scan as it goes out: a picture to look at, a PDF only as a file, neither ever kept or run by the browser."""
    response = Response(scan.content, mimetype=scan.media_type)
    kind, ending = ("attachment", "pdf") if scan.is_pdf else ("inline", "jpg")
    response.headers["Content-Disposition"] = f'{kind}; filename="{name}.{ending}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def as_data(scan: PrivateFile) -> str:
    """A picture inside the page itself: there is no address under which it could be fetched without a log entry."""
    return f"data:{scan.media_type};base64,{base64.b64encode(scan.content).decode()}"
