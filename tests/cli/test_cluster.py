"""`make cluster`: servers on one PostgreSQL whose standby takes over, and nothing is left when it ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_serve import DEADLINE, ROOT, _answers, _wait, all_gone, children_of
from tests.support import rundir
from tests.support.ports import free_port

pytestmark = [pytest.mark.slow, pytest.mark.postgresql, pytest.mark.xdist_group("serve")]
ME = [sys.executable, "-m", "scripts.cluster"]


@pytest.fixture
def directory():
    return rundir.current() / "cluster"


def start(directory: Path, port: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*ME, "--servers", "2", "--port", str(port), "--data", str(directory), "--empty"],
        cwd=ROOT, env=os.environ | {"APP_ENV": "development", "DEMO_PASSWORD": "for-tests"}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip


def both_answer(process, port):
    _wait(lambda: (_answers(port) and _answers(port + 1)) or process.poll() is not None)
    assert process.poll() is None, process.communicate()[0]


def test_the_standby_takes_over_and_all_of_it_ends(directory):
    port = free_port(neighbours=1)
    process = start(directory, port)
    try:
        both_answer(process, port)
        children = children_of(process)
        primary = int((directory / "primary" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(primary, signal.SIGKILL)
        _wait(lambda: not _answers(port))

        promoted = subprocess.run([*ME, "--data", str(directory), "--promote"], cwd=ROOT, check=False)

        assert promoted.returncode == 0, process.communicate(timeout=DEADLINE)[0]
        both_answer(process, port)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=DEADLINE)[0]
        assert process.returncode == 0, said
        _wait(lambda: all_gone(children))
        assert "primary is gone" in said
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_killed_it_leaves_nothing_behind(directory):
    port = free_port(neighbours=1)
    process = start(directory.with_name("cluster-killed"), port)
    both_answer(process, port)
    children = children_of(process)

    process.kill()
    process.communicate()

    _wait(lambda: all_gone(children))
