"""What every process of the house needs is made once, before they are forked: they share it, and none makes it anew."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

from flask import Flask
from jinja2 import BaseLoader, Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket

from blueprints.clock import now
from blueprints.identity import demo_allowed
from domain.errors import Unavailable
from services import rehearsing


def keep_templates(app: Flask, folder: Path) -> None:
    """Keep compiled templates for the next start; they are code, so nobody else may write there."""
    with suppress(OSError):  # a house that may write nowhere compiles each time
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / ".writable").touch()
        app.jinja_env.bytecode_cache = _KeptWherePossible(str(folder))


class _KeptWherePossible(FileSystemBytecodeCache):
    """Where nothing can be kept any more, a page is shown all the same."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled; a disk that is full costs the next start a moment, and no reader their page."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def warm(app: Flask) -> None:
    """Make one page, and ask what everybody who books asks; no connection stays in use."""
    request: dict[str, Any] = {}
    setup_testing_defaults(request)
    with app.app_context():  # the session lasts as long as this, even inside the context of a command
        b"".join(app(request, lambda _status, _headers, _trouble=None: lambda _piece: None))
        with suppress(Unavailable):  # whom a database answers later, it answers without this
            rehearsing.rehearse(now(), demo_allowed=demo_allowed())


def connect(app: Flask, threads: int) -> None:
    """Let a process have its connections before anybody waits for them."""
    with app.app_context(), suppress(Unavailable):
        rehearsing.open_connections(threads, now(), demo_allowed=demo_allowed())


def load_compiled(environment: Environment) -> None:
    """Load the templates that an earlier start compiled; nobody is asked to wait for the others."""
    for name in environment.list_templates():
        if _is_compiled(environment, name):
            environment.get_template(name)


def _is_compiled(environment: Environment, name: str) -> bool:
    cache, loader = environment.bytecode_cache, environment.loader
    if cache is None or not isinstance(loader, BaseLoader):
        return False
    source, filename, _uptodate = loader.get_source(environment, name)
    return cache.get_bucket(environment, name, filename, source).code is not None
