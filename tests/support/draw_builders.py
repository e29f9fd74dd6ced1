"""Named builders of shows that are drawn, and of shops that apply."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import ScalarResult, Select, func, select, update

from domain.errors import RuleViolation
from domain.people import Actor
from domain.studio.shows import Allotment
from models import AuditEvent, BoothApplication, Merchant, Product, Show, Space, db
from services.studio import applying, closing_list, drawing, draws
from services.unit_of_work import in_transaction
from tests.support.builders import NOW
from tests.support.studio_builders import create_merchant, create_product, create_show

CLOSES = NOW + timedelta(hours=10)
"""When applications close, today at 19:00; the show is in three days."""
LATER = CLOSES + timedelta(minutes=5)


def create_draw_show(
    studio: Space, starts_at: datetime | None = None, *, now: datetime = NOW, **changes: Any
) -> Show:
    """An open show of three booths that will be drawn, its seed promised; applications close today at 19:00."""
    values = {
        "booths": 3,
        "allotment": Allotment.DRAW,
        "applications_close_at": CLOSES,
        "title": "年货抽签专场",
    }

    def save() -> Show:
        show = create_show(studio, starts_at, **values | changes)
        draws.prepare(db.session(), show, now)
        return show

    return in_transaction(save)


def create_stall(name: str | None = None, **changes: Any) -> tuple[Merchant, Actor, Product]:
    """A verified shop with one product that may go on air."""
    merchant, actor = create_merchant(name, **changes)
    return merchant, actor, create_product(merchant)


def apply_for(
    show: Show, count: int, *, booth: int | None = None, now: datetime = NOW
) -> list[tuple[Actor, BoothApplication]]:
    """So many new shops that apply for a show."""
    made = []
    for _ in range(count):
        _, actor, product = create_stall()
        made.append((actor, applying.apply(actor, show.id, product.id, booth=booth, now=now)))
    return made


def close_and_draw(show: Show) -> None:
    """Let the jobs close and draw it."""
    assert closing_list.close_due(CLOSES) == 1
    assert drawing.draw_due(LATER) == 1


def find(query: Select[Any]) -> ScalarResult[Any]:
    """What a query finds now."""
    db.session.expire_all()
    return db.session.scalars(query)


def by_rank(show: Show) -> list[BoothApplication]:
    """The applications of a show by rank."""
    query = select(BoothApplication).where(BoothApplication.show_id == show.id)
    return list(find(query.order_by(BoothApplication.rank, BoothApplication.id)))


def forge(thing: Any, **changes: Any) -> None:
    """Change a row past the house, as somebody with the database in their hands could."""
    table = type(thing)
    key = table.show_id == thing.show_id if table.__name__ == "Draw" else table.id == thing.id
    statement = update(table).where(key).values(**changes)
    in_transaction(lambda: db.session.execute(statement.execution_options(synchronize_session=False)))
    db.session.expire_all()


def codes(refused: pytest.ExceptionInfo[RuleViolation]) -> list[str]:
    """The codes of the rules that were broken."""
    return [one.code for one in refused.value.violations]


def audited(action: str) -> int:
    """How often something was written down."""
    return int(find(select(func.count()).where(AuditEvent.action == action)).one())
