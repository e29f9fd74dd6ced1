"""`make run` and `make test-fast` on a copy of the checkout in which nothing is installed."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest

from services.seed.people import ACCOUNTS
from tests.support.checkout import bare_environment, copy_of_the_house
from tests.support.ports import free_port

pytestmark = [pytest.mark.bare, pytest.mark.slow, pytest.mark.xdist_group("bare")]

FIRST_START, STOP = 240.0, 30.0


@dataclass(frozen=True)
class Started:
    """A running `make run`."""

    url: str
    log: Path
    make: subprocess.Popen[bytes]

    def page(self, path: str) -> str:
        """What a browser gets."""
        with urlopen(f"{self.url}{path}", timeout=20) as answer:  # noqa: S310  # always our own loopback address
            return str(answer.read().decode())

    def is_ready(self) -> bool:
        """Whether it answers; AssertionError with its output when it has ended instead."""
        assert self.make.poll() is None, self.log.read_text(errors="replace")
        try:
            return '"ok"' in self.page("/readyz")
        except (URLError, OSError):
            return False


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The files of the house as they are now, nothing made from them; removed at the end, for its .venv is large."""
    copy = tmp_path_factory.mktemp("bare") / "house"
    copy_of_the_house(copy)
    yield copy
    shutil.rmtree(copy)


@contextmanager
def make_run(checkout: Path) -> Iterator[Started]:
    """`make run` as somebody types it, in a terminal of its own, until the block ends."""
    port = free_port()
    log = checkout.parent / f"run-{port}.log"
    with log.open("wb") as output:
        make = subprocess.Popen(
            ["make", "run"],
            cwd=checkout,
            env=bare_environment(PORT=str(port)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    started = Started(f"http://127.0.0.1:{port}", log, make)
    try:
        wait_until(started.is_ready, FIRST_START)
        yield started
    finally:
        if make.poll() is None:
            os.killpg(make.pid, signal.SIGKILL)
        make.wait()


def wait_until(happened: Callable[[], bool], seconds: float) -> None:
    """Look again and again; AssertionError when it takes longer than any machine needs."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s"
        time.sleep(0.05)


def left_after_ctrl_c(started: Started) -> list[psutil.Process]:
    """As a terminal does it, SIGINT to the whole group; returns who is still there afterwards."""
    family = [psutil.Process(started.make.pid), *psutil.Process(started.make.pid).children(recursive=True)]
    assert len(family) >= 4, family  # make or flask, gunicorn, its workers, the jobs
    os.killpg(started.make.pid, signal.SIGINT)
    started.make.wait(STOP)
    return list(psutil.wait_procs(family, timeout=STOP)[1])


def test_make_run_brings_up_the_demo_ends_whole_and_comes_back(
    checkout: Path, record_property: Callable[[str, object], None]
) -> None:
    began = time.monotonic()
    with make_run(checkout) as started:
        record_property("first_start_seconds", round(time.monotonic() - began, 1))
        assert "楼院茶话室" in started.page("/")
        assert started.page("/api/v1/spaces").count('"code"') == 5
        greeting = started.log.read_text()
        assert all(account.phone in greeting for account in ACCOUNTS)
        shows = started.page("/api/v1/shows")
        assert left_after_ctrl_c(started) == []

    began = time.monotonic()
    with make_run(checkout) as again:
        record_property("later_start_seconds", round(time.monotonic() - began, 1))
        assert "Installing" not in again.log.read_text()
        assert again.page("/api/v1/shows") == shows
        assert left_after_ctrl_c(again) == []


def test_the_quick_tests_run_in_the_same_copy(checkout: Path) -> None:
    done = subprocess.run(
        [
            "make",
            "test-fast",
            "FAST_TESTS=tests/unit/sales/test_money.py tests/services/test_booking.py",
            "ARGS=-q",
        ],
        cwd=checkout,
        env=bare_environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout.strip().splitlines()[-1]
