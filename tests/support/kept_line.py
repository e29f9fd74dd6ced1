"""A client's connection to the house, which asks again where the house was gone or busy."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.support.race import PREFIX

BUSY, BEFORE_NEXT_TRY = 503, 0.1
PATIENCE = 300.0
"""Where a house lives for a second and needs a minute to start, as on a slow machine, many may miss several lives."""


@dataclass
class Line:
    """One client's connection, kept open from answer to answer; it counts where it had to ask again, and why."""

    url: str
    busy: int = 0
    lost: int = 0
    _open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, path: str, token: str, body: dict[str, Any] | None = None, key: str = ""
    ) -> tuple[int, dict[str, Any]]:
        """Send a request until there is an answer to it, however often the house is gone or busy meanwhile."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                reader, writer = await self._connected()
                writer.write(self._request(method, path, token, body, key))
                status, answer = await _answer(reader)
            except (asyncio.IncompleteReadError, ConnectionError):
                self.lost += 1
                self.hang_up()
            else:
                if status != BUSY:
                    return status, answer
                self.busy += 1
            await asyncio.sleep(BEFORE_NEXT_TRY)
        seen = f"busy {self.busy} times, gone {self.lost} times in all"
        raise TimeoutError(f"The house did not answer {method} {path} for {PATIENCE:.0f} s; {seen}.")

    async def leave(self, method: str, path: str, token: str, body: dict[str, Any], key: str) -> None:
        """Send a request and go."""
        with suppress(ConnectionError):
            _, writer = await self._connected()
            writer.write(self._request(method, path, token, body, key))
            await writer.drain()
        self.hang_up()

    def hang_up(self) -> None:
        """Close the connection, if it is open."""
        if self._open is not None:
            self._open[1].close()
            self._open = None

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._open is None:
            where = urlsplit(self.url)
            self._open = await asyncio.open_connection(where.hostname, where.port)
        return self._open

    def _request(self, method: str, path: str, token: str, body: dict[str, Any] | None, key: str) -> bytes:
        content = b"" if body is None else json.dumps(body).encode()
        told = f"Idempotency-Key: {key}\r\n" if key else ""
        head = (
            f"{method} {PREFIX}{path} HTTP/1.1\r\nHost: {urlsplit(self.url).netloc}\r\n"
            f"Authorization: Bearer {token}\r\n{told}Content-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        return head.encode() + content


async def _answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, Any]]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
    status, body = int(head.split(maxsplit=2)[1]), await reader.readexactly(length)
    if "json" not in head.partition("content-type: ")[2].partition("\r\n")[0]:
        raise ValueError(f"The house answered a program with {status} and {body!r}.")
    return status, json.loads(body)
