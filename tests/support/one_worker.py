"""Tests that share servers, or would take each other's processor, run one after the other."""

from collections.abc import Iterable
from pathlib import Path

import pytest


def mark(items: Iterable[pytest.Item], folder: Path) -> None:
    """Let the tests of a folder run in one worker, together with those of every other folder that is marked so."""
    for item in items:
        if folder in item.path.parents:
            item.add_marker(pytest.mark.race)
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group("races"))
