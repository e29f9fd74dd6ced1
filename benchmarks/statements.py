"""Which statements a request makes, counted in an application of this process on the same database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event

from benchmarks.arena import House
from benchmarks.client import Visit
from benchmarks.contest import TRIES
from benchmarks.wire import END_OF_HEAD
from models import db

WARM = 2


def statements_of(house: House, visit: Visit) -> list[str]:
    """The statements of the last of a few requests, those before filled what a process keeps.

    Asked again where a live screen changed meanwhile, since its minute did. Raises ValueError.
    """
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith("BEGIN"):
            found.append(statement)

    with house.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        for _ in range(TRIES):
            status = _last_of_a_few(house, visit, found)
            if status in visit.expected:
                return found
        raise ValueError(f"{visit.name}: answered {status} in this process")
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _last_of_a_few(house: House, visit: Visit, found: list[str]) -> int:
    """How the last was answered, of which alone the statements are left."""
    if visit.prepare is not None:
        visit.prepare()
    for _ in range(WARM + 1):
        request = visit.next()
        found.clear()
        status = _ask(house, request)
    return status


def _ask(house: House, request: bytes) -> int:
    """The same request to the application itself."""
    first, *lines = request.partition(END_OF_HEAD)[0].decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    client = house.app.test_client(use_cookies=False)
    return client.get(first.split(" ")[1], headers=headers).status_code
