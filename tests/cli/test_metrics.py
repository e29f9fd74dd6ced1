"""What Prometheus reads of a house that runs: it goes on growing when a process dies, and is off by default."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psutil
import pytest

from tests.support.ports import free_port
from tests.support.server import wait_until_it_takes_writes

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
NOT_FOUND = 'jufu_requests_total{route="(unknown)",status="404"}'
WEB = 'jufu_processes{kind="web"}'


@contextmanager
def house(folder, **environment):
    """A new one in production, whose pages are answered at the port that comes out; and its process."""
    port = free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "serve"],
            cwd=ROOT,
            env=os.environ
            | {
                "DATABASE_URL": f"sqlite:///{folder}/house.sqlite3",
                "INSTANCE_DIR": str(folder),
                "PORT": str(port),
            }
            | {"APP_ENV": "production", "SECRET_KEY": "only-for-tests-" * 3, "WEB_CONCURRENCY": "1"}
            | environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_until_it_takes_writes(f"http://127.0.0.1:{port}")
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def told(port):
    """Each figure by its name and labels."""
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        lines = answer.read().decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")}


def ask(port, path):
    """The status of an answer; None where nobody answers."""
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return answer.status
    except HTTPError as error:
        return error.code
    except (URLError, OSError):
        return None


def wait_until(happened):
    deadline = time.monotonic() + 300
    while not happened():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


def test_figures_go_on_growing_when_a_process_that_counted_dies(tmp_path):
    metrics = free_port()
    with house(tmp_path, METRICS_BIND=f"127.0.0.1:{metrics}") as (port, process):
        assert [ask(port, "/nowhere") for _ in range(5)] == [404] * 5
        wait_until(lambda: "jufu_jobs_round_age_seconds" in told(metrics))
        before = told(metrics)
        (web,) = [child for child in process.children() if child.name() == "jufu web"]
        others = {child.pid for child in process.children()}

        web.send_signal(signal.SIGKILL)
        wait_until(
            lambda: {"jufu web"} == {child.name() for child in process.children() if child.pid not in others}
        )
        assert ask(port, "/nowhere") == 404
        after = told(metrics)

        assert (before[NOT_FOUND], before[WEB], before["jufu_database_up"]) == (5, 1, 1)
        assert (after[NOT_FOUND], after[WEB]) == (6, 1)
        assert before["jufu_outbox_waiting"] == before["jufu_bookings_made_total"] == 0
        assert before["jufu_database_bytes"] > 100_000
        assert ask(metrics, "/") == 404
        assert ask(port, "/metrics") == 404  # the house itself tells nobody
    wait_until(lambda: ask(metrics, "/metrics") is None)


def test_nobody_counts_and_nobody_tells_unless_it_is_wanted(tmp_path):
    with house(tmp_path) as (_port, process):
        names = sorted(child.name() for child in process.children())

    assert names == ["jufu jobs", "jufu web"]


def test_a_house_whose_figures_have_no_port_does_not_start(tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", "serve"],
            cwd=ROOT,
            env=os.environ | {"INSTANCE_DIR": str(tmp_path), "PORT": "0", "METRICS_BIND": bind},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    assert done.returncode == 1
    assert "can't be used" in done.stderr
