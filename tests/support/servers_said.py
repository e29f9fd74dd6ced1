"""What servers wrote down while a test failed: of an answer of 500 the test itself sees no more than the number."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import rundir

LENGTHS = pytest.StashKey[dict[Path, int]]()
TROUBLE = "Traceback"
LAST = 6_000
"""Characters, of which the end tells the most."""


def _logs() -> Iterator[Path]:
    return rundir.current().glob("server-*.log")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Note how far the servers had come before the test."""
    item.stash[LENGTHS] = {log: log.stat().st_size for log in _logs()}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Put what they wrote since into the report of a test that failed, where there is trouble in it."""
    report = yield
    if report.when == "call" and report.failed:
        for log in _logs():
            begun = item.stash.get(LENGTHS, {}).get(log, 0)
            said = log.read_bytes()[begun:].decode(errors="replace")
            if TROUBLE in said:
                report.sections.append((f"Said by the server ({log.name})", said[-LAST:]))
    return report
