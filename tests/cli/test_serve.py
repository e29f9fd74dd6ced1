"""`flask serve` as `make run` starts it: real processes on a free port, all of which end together."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from sqlalchemy import create_engine, text

from services.seed.desk import PIN
from tests.support.engines import SqliteDatabase
from tests.support.ports import free_port

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("serve")]

ROOT = Path(__file__).parents[2]
DEADLINE = 300.0
SECRET = "x" * 40


def flask(*words, database, **environment):
    """The command's process, its output in one pipe."""
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", *words],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": database,
            "DEMO_PASSWORD": "for-tests",
            "WEB_CONCURRENCY": "1",
            "APP_ENV": "development",
        }
        | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    )


@contextmanager
def serving(database, port, **environment):
    process = flask("serve", database=database, PORT=str(port), **environment)
    try:
        _wait(lambda: _answers(port) or process.poll() is not None)
        assert process.poll() is None, process.communicate()[0]
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


def _answers(port):
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return answer.status == 200
    except (URLError, OSError):
        return False


def _wait(until):
    deadline = time.monotonic() + DEADLINE
    while not until():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


def _parents():
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    return {int(pid): int(parent) for pid, parent in (line.split() for line in listed.splitlines())}


def parts_of(process):
    """Those that stay; the jobs have a child now and then."""
    return [pid for pid, parent in _parents().items() if parent == process.pid]


def children_of(process):
    parents = _parents()
    family = {process.pid}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return family - {process.pid}


def is_alive(pid):
    state = _ps("stat=", pid)
    return bool(state) and not state.startswith("Z")


def _ps(column, pid):
    shown = subprocess.run(["ps", "-o", column, "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout.strip()


def all_gone(pids):
    return not any(map(is_alive, pids))


@pytest.fixture
def database(request):
    database = SqliteDatabase(f"serve-{os.getpid()}-{abs(hash(request.node.name)) % 10**6}")
    yield database.url
    database.drop()


def rows(url, table):
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608  a constant
    engine.dispose()
    return found


def test_it_starts_ends_with_all_its_children_and_keeps_its_data(database):
    port = free_port()
    with serving(database, port) as process:
        children = children_of(process)
        parts = parts_of(process)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=DEADLINE)[0]

    assert process.returncode == 0, said
    assert len(parts) == 2
    _wait(lambda: all_gone(children))
    assert f"http://127.0.0.1:{port}" in said
    assert all(word in said for word in ("for-tests", "resident", "13800000005", PIN))
    before = rows(database, "booking"), rows(database, "person")
    assert before[0] > 100

    with serving(database, port) as process:
        children = children_of(process)
        process.kill()  # even so nobody may be left behind
        _wait(lambda: all_gone(children))
    assert (rows(database, "booking"), rows(database, "person")) == before

    refused = flask("serve", database=database, APP_ENV="production", SECRET_KEY=SECRET, PORT=str(port))
    said = refused.communicate(timeout=DEADLINE)[0]
    assert (refused.returncode, "Traceback" in said) == (1, False), said


def test_when_one_process_dies_all_end_with_its_status(database):
    with serving(database, free_port(), APP_ENV="production", SECRET_KEY=SECRET) as process:
        children = children_of(process)
        (jobs,) = _named(process, "jobs")
        os.kill(jobs, signal.SIGKILL)
        said = process.communicate(timeout=DEADLINE)[0]

    assert process.returncode == 128 + signal.SIGKILL
    assert "jobs ended by itself" in said
    _wait(lambda: all_gone(children))


def _named(process, part):
    return [pid for pid in parts_of(process) if part in _ps("comm=", pid)]


def _kill_all(processes):
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_a_process_that_answers_pages_is_replaced_and_one_that_dies_again_at_once_ends_all(database):
    port = free_port()
    with serving(database, port, APP_ENV="production", SECRET_KEY=SECRET) as process:
        jobs, (web,) = _named(process, "jobs"), _named(process, "web")
        os.kill(web, signal.SIGKILL)
        _wait(lambda: _named(process, "web") and _answers(port))
        (other,) = _named(process, "web")
        assert (other != web, _named(process, "jobs")) == (True, jobs)

        children = children_of(process)
        # On a slow machine one is no longer young when it has a name: what is no job ends before it has come that far.
        _wait(lambda: process.poll() is not None or _kill_all({*parts_of(process)} - {*jobs}))
        said = process.communicate(timeout=DEADLINE)[0]

    assert process.returncode == 128 + signal.SIGKILL
    assert "web ended by itself" in said
    _wait(lambda: all_gone(children))


def test_a_port_in_use_is_said_in_a_sentence(database):
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
        process = flask("serve", database=database, PORT=str(port))
        said = process.communicate(timeout=DEADLINE)[0]

    assert process.returncode == 1
    assert said.startswith(f"Error: Port {port} of 127.0.0.1 can't be used")


def test_production_needs_a_secret_of_its_own(database):
    process = flask("serve", database=database, APP_ENV="production", SECRET_KEY="")
    said = process.communicate(timeout=DEADLINE)[0]

    assert (process.returncode, said) == (
        1,
        "Error: APP_ENV=production needs a SECRET_KEY of at least 32 characters in the environment.\n",
    )
