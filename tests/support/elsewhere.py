"""A site of somebody else's, at another origin, that notes what browsers tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Flask, request

from tests.support.served import served

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@dataclass
class Elsewhere:
    """Where it answers, with which page, and what pages it was told that people come from."""

    url: str = ""
    page: str = ""
    referrers: list[str | None] = field(default_factory=list)


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """The site, until the block ends; `localhost` is another site than the house's 127.0.0.1."""
    site, app = Elsewhere(), Flask("elsewhere")

    @app.get("/")
    def answer() -> str:
        site.referrers.append(request.headers.get("Referer"))
        return f"<!doctype html><link rel=icon href=data:,><title>别处</title>{site.page}"

    with served(app) as url:
        site.url = url.replace("127.0.0.1", "localhost")
        yield site


def without_headers(application: WSGIApplication, *names: str) -> WSGIApplication:
    """An application whose answers lack some of its headers."""
    left_out = {name.lower() for name in names}

    def bare(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        def start_without(
            status: str, headers: list[tuple[str, str]], *trouble: object
        ) -> Callable[[bytes], object]:
            return start(status, [one for one in headers if one[0].lower() not in left_out], *trouble)  # type: ignore[arg-type]  # passed on as it came

        return application(environ, start_without)

    return bare
