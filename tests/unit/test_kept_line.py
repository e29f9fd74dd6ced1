"""A client that asks again says so: a house that is busy or hangs up is not taken for one that answers."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from tests.support.kept_line import Line

BUSY, DONE = "503 Service Unavailable", "200 OK"
HANGS_UP = ""
HEAD = "Content-Type: application/json\r\nContent-Length: 2"


def asked(answers: Sequence[str]) -> Line:
    """The line of a client that asks a house once, which answers with one of these each time."""
    # In a thread of its own: once this worker has driven a browser, Playwright's loop runs in the main one.
    with ThreadPoolExecutor(max_workers=1) as alone:
        return alone.submit(asyncio.run, _asked(answers)).result()


async def _asked(answers: Sequence[str]) -> Line:
    left = iter(answers)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):  # the client has left
            while await reader.readuntil(b"\r\n\r\n"):
                said = next(left)
                if said == HANGS_UP:
                    break
                writer.write(f"HTTP/1.1 {said}\r\n{HEAD}\r\n\r\n{{}}".encode())
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    line = Line(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    assert await line.ask("GET", "/bookings/1", "token") == (200, {})
    line.hang_up()
    server.close()
    return line


@pytest.mark.mutant
@pytest.mark.parametrize(
    ("answers", "busy", "lost"),
    [([BUSY, DONE], 1, 0), ([HANGS_UP, BUSY, HANGS_UP, DONE], 1, 2)],
    ids=["busy", "hangs up"],
)
def test_a_house_that_is_busy_or_hangs_up_is_noticed(answers: list[str], busy: int, lost: int) -> None:
    line = asked(answers)

    assert (line.busy, line.lost) == (busy, lost)


def test_a_house_that_answers_is_asked_once() -> None:
    line = asked([DONE])

    assert (line.busy, line.lost) == (0, 0)
