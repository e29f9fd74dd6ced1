"""A test that fails tells what went wrong in the servers meanwhile."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support import rundir, servers_said


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of a server that had some trouble before."""
    monkeypatch.setenv(rundir.VARIABLE, str(tmp_path))
    path = tmp_path / "server-1.log"
    path.write_text("Traceback: of another test\n", encoding="utf-8")
    return path


def sections_of(log: Path, written: str, *, failed: bool = True) -> list[tuple[str, str]]:
    item: Any = SimpleNamespace(stash=pytest.Stash())
    servers_said.pytest_runtest_call(item)
    log.write_text(log.read_text(encoding="utf-8") + written, encoding="utf-8")
    report: Any = SimpleNamespace(when="call", failed=failed, sections=[])
    reporting: Any = servers_said.pytest_runtest_makereport(item)
    next(reporting)
    with pytest.raises(StopIteration):
        reporting.send(report)
    return list(report.sections)


def test_what_went_wrong_during_the_test_is_told(log: Path) -> None:
    ((title, said),) = sections_of(log, "Traceback: of this one\n")

    assert "server-1.log" in title
    assert said == "Traceback: of this one\n"


def test_a_server_without_trouble_and_a_test_that_passed_tell_nothing(log: Path) -> None:
    assert sections_of(log, "a warning\n") == []
    assert sections_of(log, "Traceback: provoked\n", failed=False) == []
