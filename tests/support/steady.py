"""So many requests a second, whether or not those before were answered, and how long each took from when it was due."""

from __future__ import annotations

import asyncio
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

Hear = Callable[[int, bytes], None]
PATIENCE = 60.0
LONGEST_HEAD = 256 * 1024


@dataclass(frozen=True, slots=True)
class Ask:
    """A request as it goes over the wire, of a kind; `hear` is told status and body."""

    kind: str
    request: bytes
    hear: Hear | None = None


@dataclass
class Heard:
    """What came back: seconds by kind, and how often each status."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[int] = field(default_factory=Counter)

    def p99(self, kind: str) -> float:
        """In how many seconds 99 of 100 of a kind were answered."""
        return percentile(self.seconds[kind], 0.99)


def percentile(values: Sequence[float], part: float) -> float:
    """The value that such a part of them doesn't exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)] if ordered else 0.0


def steadily(
    url: str, rate: float, seconds: float, next_ask: Callable[[], Ask], patience: float = PATIENCE
) -> Heard:
    """Ask at an even pace for so long; status 0 is no answer at all, in so many seconds."""
    # In a thread of its own: once this worker has driven a browser, Playwright's loop runs in the main one.
    with ThreadPoolExecutor(max_workers=1) as alone:
        return alone.submit(asyncio.run, _Steady(url, patience).run(rate, seconds, next_ask)).result()


class _Steady:
    def __init__(self, url: str, patience: float) -> None:
        where, self._patience = urlsplit(url), patience
        self._at = where.hostname, where.port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._heard = Heard()

    async def run(self, rate: float, seconds: float, next_ask: Callable[[], Ask]) -> Heard:
        clock = asyncio.get_running_loop().time
        began, under_way = clock(), set[asyncio.Task[None]]()
        for number in range(int(rate * seconds)):
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - clock()))
            task = asyncio.create_task(self._one(next_ask(), due))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        await asyncio.gather(*under_way)
        for _, writer in self._idle:
            writer.close()
        return self._heard

    async def _one(self, ask: Ask, due: float) -> None:
        try:
            async with asyncio.timeout(self._patience):
                status, body = await self._asked(ask.request)
        except (OSError, EOFError, TimeoutError):
            status, body = 0, b""
        self._heard.seconds[ask.kind].append(asyncio.get_running_loop().time() - due)
        self._heard.statuses[status] += 1
        if ask.hear is not None:
            ask.hear(status, body)

    async def _asked(self, request: bytes) -> tuple[int, bytes]:
        while self._idle:
            line = self._idle.pop()
            try:
                return await self._over(line, request)
            except (ConnectionError, EOFError):
                line[1].close()  # the house had closed it meanwhile, as browsers know
        return await self._over(await asyncio.open_connection(*self._at, limit=LONGEST_HEAD), request)

    async def _over(
        self, line: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: bytes
    ) -> tuple[int, bytes]:
        reader, writer = line
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = head.partition(b"content-length: ")[2].partition(b"\r\n")[0]
        body = await (reader.readexactly(int(length)) if length else reader.read())
        if length and b"connection: close" not in head:
            self._idle.append(line)
        else:
            writer.close()
        return int(head.split(maxsplit=2)[1]), body
