"""Races have a worker to themselves: two at once would measure each other."""

import pytest


def test_races_are_kept_in_one_worker(request: pytest.FixtureRequest) -> None:
    spread = not getattr(request.config.option, "loadgroup", False)
    assert spread or request.node.nodeid.endswith("@races"), (
        "the locked pytest and pytest-xdist lost the groups"
    )
