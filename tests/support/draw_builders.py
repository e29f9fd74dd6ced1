"""Named builders of shows that are drawn, and of shops that apply."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from domain.people import Actor
from domain.studio.shows import Allotment
from models import BoothApplication, Merchant, Product, Show, Space, db
from services.studio import applying, draws
from services.unit_of_work import in_transaction
from tests.support.builders import NOW
from tests.support.studio_builders import create_merchant, create_product, create_show

CLOSES = NOW + timedelta(hours=10)
"""When applications close, today at 19:00; the show is in three days."""
LATER = CLOSES + timedelta(minutes=5)


def create_draw_show(studio: Space, starts_at: datetime | None = None, **changes: Any) -> Show:
    """An open show of three booths that will be drawn, its seed promised; applications close today at 19:00."""
    values = {
        "booths": 3,
        "allotment": Allotment.DRAW,
        "applications_close_at": CLOSES,
        "title": "年货抽签专场",
    }

    def save() -> Show:
        show = create_show(studio, starts_at, **values | changes)
        draws.prepare(db.session(), show, NOW)
        return show

    return in_transaction(save)


def create_stall(name: str | None = None, **changes: Any) -> tuple[Merchant, Actor, Product]:
    """A verified shop with one product that may go on air."""
    merchant, actor = create_merchant(name, **changes)
    return merchant, actor, create_product(merchant)


def apply_for(show: Show, count: int, *, booth: int | None = None) -> list[tuple[Actor, BoothApplication]]:
    """So many new shops that apply for a show."""
    made = []
    for _ in range(count):
        _, actor, product = create_stall()
        made.append((actor, applying.apply(actor, show.id, product.id, booth=booth, now=NOW)))
    return made
