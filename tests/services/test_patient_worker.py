"""The server beside people whose network is slow, and beside one who means harm."""

import os
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import psutil
import pytest

from services import patient_worker
from tests.support import gunicorn_hooks
from tests.support.live import Live, running
from tests.support.server import serving
from tests.support.slow_clients import (
    ASK,
    BEGINNINGS,
    LARGE_BODY,
    NO_END,
    SLOW_HEAD,
    UNREAD,
    far_client,
    slow_client,
)

pytestmark = [pytest.mark.slow]

PATIENCE = 60.0
"""Seconds that an honest visitor waits at most; far below what a slow one may take."""


@pytest.fixture(scope="module")
def house() -> Iterator[Live]:
    """The house with two processes of four threads each."""
    with running("sqlite") as live:
        yield live


@contextmanager
def slow_clients(url: str, number: int, beginning: bytes) -> Iterator[list[socket.socket]]:
    """So many connections that begin a request and do not go on."""
    with ExitStack() as stack:
        yield [stack.enter_context(slow_client(url, beginning, PATIENCE)) for _ in range(number)]


def begin(stack: ExitStack, url: str, beginning: bytes) -> socket.socket:
    """A connection on which this much has been sent."""
    client = stack.enter_context(far_client(url, PATIENCE))
    client.sendall(beginning)
    return client


def answer_to(url: str, request: bytes) -> bytes:
    """All that comes back; raises TimeoutError."""
    with ExitStack() as stack:
        return rest_of(begin(stack, url, request))


def one_answer(client: socket.socket) -> bytes:
    """A whole answer of /healthz; its head and its body may come apart."""
    came = b""
    while not came.endswith(b'{"status":"ok"}\n'):
        piece = client.recv(65536)
        assert piece, f"the server closed after {came!r}"
        came += piece
    return came


def rest_of(client: socket.socket) -> bytes:
    """What comes until the server closes."""
    pieces = []
    while piece := client.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


@pytest.mark.drill("bad days")
@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=BEGINNINGS)
def test_two_hundred_slow_clients_keep_nobody_out(house: Live, beginning: bytes) -> None:
    with slow_clients(house.url, 200, beginning):
        answers = [answer_to(house.url, ASK) for _ in range(20)]

    assert all(answer.startswith(b"HTTP/1.1 200") for answer in answers)


@pytest.mark.mutant
@pytest.mark.parametrize("beginning", [SLOW_HEAD, LARGE_BODY, ASK, UNREAD])
def test_with_the_worker_of_gunicorn_itself_they_do(house: Live, beginning: bytes) -> None:
    options = {"GUNICORN_CMD_ARGS": "--worker-class=gthread"}
    with (
        serving(house.database_url, processes=1, threads=2, environment=options) as server,
        slow_clients(server.url, 20, beginning),
        ExitStack() as stack,
    ):
        client = begin(stack, server.url, ASK)
        client.settimeout(1)
        with pytest.raises(TimeoutError):
            rest_of(client)


def test_what_is_not_read_is_more_than_a_system_takes_by_itself(house: Live) -> None:
    assert len(answer_to(house.url, UNREAD.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))) > 80_000


def test_nobody_moves_the_house_by_a_header(house: Live) -> None:
    moved = b"GET /a/login HTTP/1.1\r\nHost: house\r\nSCRIPT_NAME: /a\r\nConnection: close\r\n\r\n"

    assert not answer_to(house.url, moved).startswith(b"HTTP/1.1 200")


def test_idle_lines_make_room_for_who_comes(house: Live) -> None:
    options = {"GUNICORN_CMD_ARGS": "--worker-connections=20 --keep-alive=300"}
    kept = ASK.replace(b"Connection: close\r\n", b"")
    with serving(house.database_url, processes=1, environment=options) as server, ExitStack() as stack:
        idle = [begin(stack, server.url, kept) for _ in range(5)]
        assert all(one_answer(client) for client in idle)
        for _ in range(10):
            begin(stack, server.url, NO_END)

        assert answer_to(server.url, ASK).startswith(b"HTTP/1.1 200")
        _wait(lambda: is_closed(idle[0]))


def test_what_arrives_slowly_takes_no_more_memory_than_it_may(house: Live) -> None:
    beginning = b"POST /login HTTP/1.1\r\nHost: house\r\nContent-Length: 250000\r\n\r\n" + b"a" * 240_000
    beyond = 100 - 2 * patient_worker.MOST_GATHERED // len(beginning)
    with slow_clients(house.url, 100, beginning) as clients:
        assert answer_to(house.url, ASK).startswith(b"HTTP/1.1 200")
        _wait(lambda: sum(map(is_closed, clients)) >= beyond)


def is_closed(client: socket.socket) -> bool:
    """Whether the server has hung up."""
    client.setblocking(False)
    try:
        return client.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def test_half_a_request_behind_a_whole_one_is_answered_once_it_is_there(house: Live) -> None:
    with ExitStack() as stack:
        client = begin(stack, house.url, ASK.replace(b"Connection: close\r\n", b"") + ASK[:20])
        first = one_answer(client)
        client.sendall(ASK[20:])

        assert first.startswith(b"HTTP/1.1 200")
        assert rest_of(client).startswith(b"HTTP/1.1 200")


def test_a_request_in_many_pieces_is_answered_as_one(house: Live) -> None:
    request = b"GET /healthz HTTP/1.1\r\nHost: house\r\nConnection: close\r\n\r\n"
    with ExitStack() as stack:
        client = begin(stack, house.url, b"")
        for byte in request:
            client.sendall(bytes([byte]))

        assert rest_of(client).startswith(b"HTTP/1.1 200")


def test_requests_that_come_together_are_answered_one_after_the_other(house: Live) -> None:
    two = ASK.replace(b"Connection: close\r\n", b"") + ASK

    assert answer_to(house.url, two).count(b'{"status":"ok"}') == 2


@pytest.mark.parametrize(
    "body",
    [
        b"Content-Length: 600000\r\n\r\n" + b"a" * 600_000,
        b"Transfer-Encoding: chunked\r\n\r\n3\r\na=1\r\n0\r\n\r\n",
    ],
    ids=["large", "chunked"],
)
def test_a_large_body_and_one_of_unknown_length_arrive_whole(house: Live, body: bytes) -> None:
    head = (
        b"POST /login HTTP/1.1\r\nHost: house\r\nConnection: close\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n"
    )

    assert re.match(rb"HTTP/1.1 (400|403|413|422) ", answer_to(house.url, head + body))


def test_who_waits_for_a_word_before_the_body_gets_it(house: Live) -> None:
    with ExitStack() as stack:
        client = begin(
            stack,
            house.url,
            b"POST /login HTTP/1.1\r\nHost: house\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n",
        )

        assert client.recv(100).startswith(b"HTTP/1.1 100")


def test_a_head_without_end_is_refused(house: Live) -> None:
    with ExitStack() as stack:
        client = begin(stack, house.url, b"GET /healthz HTTP/1.1\r\n" + b"X-More: and more\r\n" * 5000)

        assert client.recv(100).startswith(b"HTTP/1.1 431")


@pytest.mark.parametrize(
    ("worker", "policy"),
    [("services.patient_worker.PatientWorker", "SCHED_BATCH"), ("gthread", "SCHED_OTHER")],
)
def test_threads_of_a_process_leave_each_other_the_core(house: Live, worker: str, policy: str) -> None:
    options = {"GUNICORN_CMD_ARGS": f"--worker-class={worker}"}
    with serving(house.database_url, processes=1, threads=2, environment=options) as server:
        assert answer_to(server.url, ASK)
        (process,) = psutil.Process(server.process.pid).children()
        threads = [thread.id for thread in process.threads()]

        assert len(threads) >= 2
        assert {os.sched_getscheduler(thread) for thread in threads} == {getattr(os, policy)}


def test_what_has_arrived_is_answered_though_the_server_stops(house: Live) -> None:
    with serving(house.database_url, processes=1) as server, ExitStack() as stack:
        begun = begin(stack, server.url, ASK[:-2])
        idle = begin(stack, server.url, b"")
        assert answer_to(server.url, ASK)
        server.process.send_signal(signal.SIGTERM)
        _wait(lambda: "Handling signal: term" in server.log.read_text(errors="replace"))
        begun.sendall(ASK[-2:])

        assert rest_of(begun).startswith(b"HTTP/1.1 200")
        assert idle.recv(1) == b""
        assert server.process.wait(PATIENCE) == 0


def test_a_killed_worker_is_replaced_and_nobody_outlives_the_master(house: Live) -> None:
    with serving(house.database_url) as server:
        master = psutil.Process(server.process.pid)
        before = {child.pid for child in master.children()}
        os.kill(min(before), signal.SIGKILL)
        _wait(lambda: server.log.read_text(errors="replace").count(gunicorn_hooks.READY) >= 3)
        now = master.children()

        assert answer_to(server.url, ASK).startswith(b"HTTP/1.1 200")
        assert len(now) == len(before)
        assert {child.pid for child in now} != before
        master.kill()
        assert psutil.wait_procs(now, timeout=PATIENCE)[1] == []


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.05)
