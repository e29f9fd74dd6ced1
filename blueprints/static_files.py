"""Our own files over the wire: named by a hash of their content, squeezed once, and read once by each process."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import NotFound

from blueprints.compressing import TEXTS, ways_of

FOREVER = "public, max-age=31536000, immutable"
HOUSE = "css/house.css"
"""The stylesheet of every page: one file over the wire, made of these in this order."""
SHEETS = (
    "tokens", "base", "layout", "components", "forms", "schedule", "studio", "views", "door", "manage", "series",
    "ticks", "merchants", "running", "draws", "sales", "desk", "tablet", "telling", "reports", "registry", "shell",
)  # fmt: skip
KINDS = frozenset({".css", ".js", ".svg", ".png"})
LOOK_AGAIN = 1.0
"""Seconds after which changed files are noticed outside of production."""


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it goes over the wire; `squeezed` is None where that saves nothing."""

    body: bytes
    squeezed: bytes | None
    mimetype: str
    digest: str


def made_of(body: bytes, name: str) -> StaticFile:
    """The file of this name with this content."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    squeezed = gzip.compress(body, 9, mtime=0) if kind in TEXTS else None
    if squeezed is not None and len(squeezed) >= len(body):
        squeezed = None
    return StaticFile(body, squeezed, kind, hashlib.sha256(body).hexdigest()[:12])


class StaticFiles:
    """The files of a folder. `look_again` is None where they do not change while the process lives."""

    def __init__(self, folder: Path, path: str, look_again: float | None) -> None:
        self._folder = folder
        self._path = path
        self._look_again = look_again
        self._looked_at = float("-inf")
        self._there: dict[str, tuple[int, int]] = {}
        self._files: dict[str, StaticFile] = {}
        self._urls: dict[str, str] = {}
        self._look()

    def get(self, name: str) -> StaticFile | None:
        """A file by its path below the folder; None where there is none."""
        self._look()
        return self._files.get(name) or self._read(name)

    def url(self, name: str) -> str:
        """The address of a file with a hash of its content; raises KeyError."""
        self._look()
        found = self._urls.get(name)
        if found is None:
            file = self._files.get(name) or self._read(name)
            if file is None:
                raise KeyError(name)
            found = self._urls[name] = f"{self._path}/{name}?v={file.digest}"
        return found

    def names(self) -> list[str]:
        """All of them."""
        self._look()
        return sorted({*self._there, HOUSE})

    def _read(self, name: str) -> StaticFile | None:
        if name == HOUSE:
            body = b"\n".join((self._folder / "css" / f"{sheet}.css").read_bytes() for sheet in SHEETS)
        elif name in self._there:
            body = (self._folder / name).read_bytes()
        else:
            return None
        return self._files.setdefault(name, made_of(body, name))

    def _look(self) -> None:
        """Forget what was read when anything has changed; where nothing can, look once."""
        if self._there and self._look_again is None:
            return
        now = time.monotonic()
        if self._look_again is not None and now - self._looked_at < self._look_again:
            return
        self._looked_at = now
        there = dict(self._walk())
        if there != self._there:
            self._there, self._files, self._urls = there, {}, {}

    def _walk(self) -> Iterator[tuple[str, tuple[int, int]]]:
        for path in self._folder.rglob("*"):
            if path.suffix in KINDS:
                found = path.stat()
                yield path.relative_to(self._folder).as_posix(), (found.st_mtime_ns, found.st_size)


def files() -> StaticFiles:
    """Those of the application at hand."""
    found: StaticFiles = current_app.extensions["jufu_static"]
    return found


def asset(name: str) -> str:
    """The address of a static file with a hash of its content, so that browsers may keep it for ever."""
    return files().url(name)


def answer(file: StaticFile, *, forever: bool) -> Response:
    """A file, squeezed where the browser takes it so; 304 for who has it.

    Each of the two has an ETag of its own (RFC 9110, 8.8.3). A part of a file is not given: all are small.
    """
    squeezed = file.squeezed is not None and "gzip" in ways_of(request.headers.get("Accept-Encoding", ""))
    response = Response(file.squeezed if squeezed else file.body, mimetype=file.mimetype)
    response.headers["Cache-Control"] = FOREVER if forever else "no-cache"
    if file.squeezed is not None:
        response.headers["Vary"] = "Accept-Encoding"
    if squeezed:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(f"{file.digest}-gz" if squeezed else file.digest)
    return response.make_conditional(request)


def _send(filename: str) -> Response:
    file = files().get(filename)
    if file is None:
        raise NotFound
    # A page of another version may ask for another content by its hash: what it gets must not be kept under that name.
    return answer(file, forever=request.args.get("v") == file.digest)


def init_app(app: Flask) -> None:
    """Serve the files of the application's folder in Flask's stead, which reads and hashes each time."""
    look_again = None if app.config["APP_ENV"] == "production" else LOOK_AGAIN
    app.extensions["jufu_static"] = StaticFiles(
        Path(str(app.static_folder)), str(app.static_url_path), look_again
    )
    app.view_functions["static"] = _send
    app.jinja_env.globals["asset"] = asset
