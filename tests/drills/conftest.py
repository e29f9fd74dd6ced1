"""Drills start, stop and starve servers of their own."""

from pathlib import Path

import pytest

from tests.support import one_worker


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Races run in the same worker: neither may take the other's processor."""
    one_worker.mark(items, Path(__file__).parent)
