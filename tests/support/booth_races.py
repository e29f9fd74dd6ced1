"""What races of booths are made of: shops in a show, rivals side by side, and guards that can be taken off."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.people import Actor
from models import Booking, Show, db
from services import arbiter
from services.studio import swaps
from tests.support.builders import NOW
from tests.support.race import Meeting, in_threads
from tests.support.studio_builders import create_booth, create_merchant, create_product

TWO = 2
OWN = (200, None)
engine = pytest.mark.parametrize("engine_name", ["postgresql"])
"""SQLite has one writer: there nobody reads what another one is about to change."""


def shop_at(show: Show, number: int, **more: Any) -> tuple[Actor, int]:
    """A new shop and the number of its booking of a booth."""
    shop, actor = create_merchant()
    made = create_booth(show, number, create_product(shop), actor, status=BookingStatus.CONFIRMED, **more)
    return actor, made.id


def places(*numbers: int) -> list[int | None]:
    """Where bookings stand now."""
    db.session.rollback()
    rows = {row.id: row.place for row in db.session.execute(select(Booking.id, Booking.place))}
    return [rows[number] for number in numbers]


def side_by_side(app: Flask, jobs: list[Callable[[], Any]]) -> Counter[str]:
    """The names of what several services answered in the same moment."""
    db.session.rollback()
    return Counter(type(answer).__name__ for answer in in_threads(app, jobs))


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for anybody: only keys and guards are left."""
    monkeypatch.setattr(arbiter, "lock_spaces", lambda session, ids: None)
    monkeypatch.setattr(arbiter, "lock_merchant", lambda session, merchant_id: None)


def meet_before(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    """Both have read and judged before either changes anything: the worst order there is."""
    meeting, real = Meeting(TWO, at_least=2), getattr(module, name)

    def meet(*arguments: Any, **more: Any) -> Any:
        meeting.wait()
        return real(*arguments, **more)

    monkeypatch.setattr(module, name, meet)


def proposed(show: Show, asking: int, asked: int, by: Actor) -> int:
    """A proposal that nobody has answered."""
    return swaps.propose(by, asking, asked, now=NOW).id
