"""Many clients at the same moment: all connect, then all send, so that several server processes answer at once."""

import asyncio
import contextvars
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import text

from models.base import db

PREFIX = "/api/v1"
PATIENCE = 180.0
BOUNDARY = "a-line-that-no-file-has"

R = TypeVar("R")


@dataclass(frozen=True)
class Call:
    """One POST to the API in somebody's name; a file goes as a form."""

    path: str
    token: str
    body: dict[str, Any] = field(default_factory=dict)
    key: str | None = None
    file: bytes | None = None


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    body: dict[str, Any]
    seconds: float = 0.0

    @property
    def code(self) -> str | None:
        """The code of a refusal."""
        return self.body.get("code")


def at_once(url: str, calls: Sequence[Call]) -> list[Reply]:
    """Send all calls in the same moment, each over a connection of its own; the replies in the order of the calls."""
    host = urlsplit(url).netloc
    answers = raw_at_once(url, [_request(host, call) for call in calls])
    return [replace(_reply(raw), seconds=seconds) for raw, seconds in answers]


def raw_at_once(url: str, requests: Sequence[bytes]) -> list[tuple[bytes, float]]:
    """The same of whole requests: what came back on each connection until it was closed, and after how long."""
    # In a thread of its own: once this worker has driven a browser, Playwright's loop runs in the main one.
    with ThreadPoolExecutor(max_workers=1) as alone:
        return alone.submit(asyncio.run, _at_once(url, requests)).result()


def statuses(replies: Sequence[Reply]) -> Counter[tuple[int, str | None]]:
    """How often each status came, with the code of the refusal."""
    return Counter((reply.status, reply.code) for reply in replies)


async def _at_once(url: str, requests: Sequence[bytes]) -> list[tuple[bytes, float]]:
    where = urlsplit(url)
    start = asyncio.Event()
    connected = asyncio.Barrier(len(requests) + 1)

    async def send(request: bytes) -> tuple[bytes, float]:
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        await connected.wait()
        await start.wait()
        began = time.monotonic()
        writer.write(request)
        raw = await reader.read()
        writer.close()
        return raw, time.monotonic() - began

    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
        tasks = [group.create_task(send(request)) for request in requests]
        await connected.wait()
        start.set()
    return [task.result() for task in tasks]


def _request(host: str, call: Call) -> bytes:
    kind, body = "application/json", json.dumps(call.body).encode()
    if call.file is not None:
        kind, body = f"multipart/form-data; boundary={BOUNDARY}", _form(call.file)
    key = f"Idempotency-Key: {call.key}\r\n" if call.key else ""
    head = (
        f"POST {PREFIX}{call.path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {call.token}\r\n"
        f"{key}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


def _form(file: bytes) -> bytes:
    name = 'Content-Disposition: form-data; name="file"; filename="orders.csv"'
    head = f"--{BOUNDARY}\r\n{name}\r\nContent-Type: text/csv\r\n\r\n"
    return head.encode() + file + f"\r\n--{BOUNDARY}--\r\n".encode()


def _reply(raw: bytes) -> Reply:
    head, _, body = raw.partition(b"\r\n\r\n")
    status = int(head.split(maxsplit=2)[1])
    return Reply(status, json.loads(body))


class Meeting:
    """A point at which rivals wait for each other; where a lock keeps them apart, they go on after a short while.

    Where a test took the lock away they do meet, however slow the machine is: that is worth a longer wait.
    """

    patience = 0.5

    def __init__(self, parties: int, at_least: float = 0.0, *, exactly: float | None = None) -> None:
        self._barrier = threading.Barrier(parties)
        self._patience = max(self.patience, at_least) if exactly is None else exactly

    def wait(self) -> None:
        """Wait until everybody is here, or until it is clear that somebody can't come."""
        try:
            self._barrier.wait(self._patience)
        except threading.BrokenBarrierError:
            self._barrier.reset()  # a builder that came by alone leaves the point as it was


def in_threads(app: Flask, jobs: Sequence[Callable[[], R]]) -> list[R | Exception]:
    """Run services side by side, each with a connection of its own; a refusal is given back instead of raised."""
    ready = threading.Barrier(len(jobs))

    def run(job: Callable[[], R]) -> R | Exception:
        with app.app_context():
            ready.wait(PATIENCE)
            try:
                return job()
            except Exception as refusal:  # the test looks at it
                return refusal
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(jobs)) as pool:
        futures = [pool.submit(contextvars.Context().run, run, job) for job in jobs]
        return [future.result() for future in futures]


def wait_for_locks() -> None:
    """Let the running transaction wait as long as it takes: that is no failure, on a slow machine not even for long.

    In a ring one of those who wait fails at once nevertheless. SQLite lets in one writer at a time.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SET LOCAL lock_timeout = 0"))
