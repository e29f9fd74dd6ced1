"""A server whose clock a test moves on: shows that take hours are over in a minute."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

import pytest
from flask import Flask

from app import create_app
from tests.support.engines import settings, throwaway
from tests.support.served import served


class MovableClock:
    """Stands in for `datetime` in the one clock of the HTTP floor: it runs on, and jumps when it is told to."""

    def __init__(self, moment: datetime) -> None:
        self.move_to(moment)

    def now(self, zone: tzinfo) -> datetime:
        """The present moment."""
        return (self._from + timedelta(seconds=time.monotonic() - self._since)).astimezone(zone)

    def move_to(self, moment: datetime) -> None:
        """Jump, and run on from there."""
        self._from, self._since = moment, time.monotonic()


@dataclass(frozen=True)
class Accelerated:
    """The running server, its application, and its clock."""

    url: str
    app: Flask
    clock: MovableClock


@contextmanager
def accelerated(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> Iterator[Accelerated]:
    """A server of this process on a fresh database until the block ends; its clock begins at the moment."""
    clock = MovableClock(moment)
    monkeypatch.setattr("blueprints.clock.datetime", clock)
    with throwaway("sqlite") as database_url:
        app = create_app(settings(database_url))
        with served(app) as url:
            yield Accelerated(url, app, clock)
