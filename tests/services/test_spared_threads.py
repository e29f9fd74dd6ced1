"""Threads, places and files of a server that nobody keeps by standing still."""

import resource
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPResponse

import psutil
import pytest

from services.arrivals import STALLED_SECONDS, UNREAD_SECONDS, spare_threads
from tests.support import brisk_server
from tests.support.live import Live, running
from tests.support.server import serving
from tests.support.slow_clients import ASK, NO_END, SLOW_HEAD, far_client, slow_client

pytestmark = [pytest.mark.slow]

BRISK = f"{brisk_server.__name__}:create_app()"
PAGE = b"GET /large-page HTTP/1.1\r\nHost: house\r\n\r\n"
FILE = b"GET /large-file HTTP/1.1\r\nHost: house\r\n\r\n"
WHOLE = NO_END.replace(b"Host", b"Connection: close\r\nHost") + b"ne\r\n0\r\n\r\n"
PATIENCE = 60.0


@pytest.fixture(scope="module")
def house() -> Iterator[Live]:
    with running("sqlite") as live:
        yield live


def heard(url: str, request: bytes) -> bytes:
    """The beginning of what is answered; raises TimeoutError."""
    with far_client(url, PATIENCE) as client:
        client.sendall(request)
        return client.recv(12)


def test_who_stops_reading_a_file_keeps_no_thread(house: Live) -> None:
    with (
        serving(
            house.database_url, processes=1, threads=1, application=BRISK,
            environment={brisk_server.STALLED: "1", brisk_server.UNREAD: "300"},
        ) as server,
        slow_client(server.url, FILE, PATIENCE) as reader,
    ):  # fmt: skip
        assert reader.recv(12) == b"HTTP/1.1 200"

        assert heard(server.url, ASK) == b"HTTP/1.1 200"


def test_whoever_reads_pages_slowly_keeps_no_thread_and_gets_all_of_them(house: Live) -> None:
    with (
        serving(
            house.database_url, processes=1, threads=1, application=BRISK,
            environment={
                brisk_server.STALLED: "300", brisk_server.UNREAD: "300",
                "GUNICORN_CMD_ARGS": "--graceful-timeout=60",
            },
        ) as server,
        ExitStack() as stack,
    ):  # fmt: skip
        readers = [stack.enter_context(slow_client(server.url, PAGE * 3, PATIENCE)) for _ in range(3)]

        assert heard(server.url, ASK) == b"HTTP/1.1 200"
        server.process.send_signal(signal.SIGTERM)
        for reader in readers:
            answer = HTTPResponse(reader)
            answer.begin()
            assert answer.read() == brisk_server.PAGE


def test_of_those_who_read_a_file_slowly_one_makes_room(house: Live) -> None:
    with (
        serving(
            house.database_url, processes=1, threads=2, application=BRISK,
            environment={brisk_server.STALLED: "300", brisk_server.UNREAD: "300"},
        ) as server,
        ExitStack() as stack,
    ):  # fmt: skip
        for _ in range(3):
            reader = stack.enter_context(slow_client(server.url, FILE, PATIENCE))
            assert reader.recv(12) == b"HTTP/1.1 200"

        assert heard(server.url, ASK) == b"HTTP/1.1 200"


def test_an_upload_for_whose_place_others_wait_is_given_up(house: Live) -> None:
    with (
        serving(
            house.database_url, processes=1, application=BRISK,
            environment={brisk_server.STALLED: "300", brisk_server.LONG: "1"},
        ) as server,
        ExitStack() as stack,
    ):  # fmt: skip
        for _ in range(2):
            stack.enter_context(slow_client(server.url, NO_END, PATIENCE))

        assert heard(server.url, WHOLE) == b"HTTP/1.1 400"


def test_a_server_without_files_left_lets_somebody_go_and_lives(house: Live) -> None:
    with (
        serving(
            house.database_url, processes=1, application=BRISK, environment={brisk_server.ARRIVAL: "300"}
        ) as server,
        ExitStack() as stack,
    ):
        assert heard(server.url, ASK) == b"HTTP/1.1 200"
        (worker,) = psutil.Process(server.process.pid).children()
        few = worker.num_fds() + 20
        resource.prlimit(worker.pid, resource.RLIMIT_NOFILE, (few, few))
        for _ in range(60):
            stack.enter_context(slow_client(server.url, SLOW_HEAD, PATIENCE))

        assert heard(server.url, ASK) == b"HTTP/1.1 200"
        assert [one.pid for one in psutil.Process(server.process.pid).children()] == [worker.pid]


def test_a_connection_is_given_up_by_the_system_and_a_local_one_is_none_of_the_networks() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()):
        line, _ = listener.accept()
        with line:
            spare_threads(line)

            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == UNREAD_SECONDS * 1000
            stalled = line.getsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, 8)
            assert int.from_bytes(stalled, "little") == STALLED_SECONDS

    with socket.socket(socket.AF_UNIX) as local:
        spare_threads(local)
