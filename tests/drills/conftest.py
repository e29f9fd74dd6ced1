"""Drills run in one worker, as races do: they start, stop and starve servers of their own."""

from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.race)
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group("races"))
