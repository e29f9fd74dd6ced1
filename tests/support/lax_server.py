"""The application, with limits that hold nobody back: one that gives way, one that each process counts for itself."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import datetime

from flask import Flask

import app
from domain.errors import Refusal, TooManyAttempts
from services import login

_tried: Counter[str] = Counter()


def failing_open() -> Flask:
    """The house's application; who can't be counted may try."""
    reserve = login.reserve_attempt

    def or_not(buckets: dict[str, int], now: datetime) -> None:
        with suppress(Refusal):
            reserve(buckets, now)

    login.reserve_attempt = or_not
    return app.create_app()


def counting_in_process() -> Flask:
    """The house's application; no process knows what the others have let through."""

    def reserve(buckets: dict[str, int], now: datetime) -> None:
        _tried.update(buckets.keys())
        if any(_tried[bucket] > limit for bucket, limit in buckets.items()):
            raise TooManyAttempts(900)

    login.reserve_attempt = reserve
    return app.create_app()
