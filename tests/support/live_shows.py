"""Shows that can go on air: confirmed booths with shops and products, and a floor director."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import ColumnElement, update

from domain.bookings import BookingStatus
from domain.errors import RuleViolation
from domain.people import Actor, Role
from domain.studio.presses import Press
from domain.studio.rundown import Rundown
from domain.studio.running import Action
from models import Booking, Product, Show, ShowRun, Space, db
from services.studio import run_store, running
from services.unit_of_work import in_transaction
from tests.support.builders import MONDAY, at, create_person, create_studio
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

GOODS = (
    "铁观音 250g",
    "浮粿礼盒",
    "百香果 5 斤",
    "紫菜 400g",
    "永春佛手",
    "围裙两件装",
    "海蛎酥",
    "茶籽油",
    "竹编篮",
    "米粉 2 斤",
)
SHOPS = (
    "山腰茶行",
    "阿嬷小吃",
    "凤安果蔬",
    "埭港渔家",
    "佛手茶庄",
    "巧手裁缝",
    "邻里烘焙",
    "老油坊",
    "竹艺铺",
    "阿公米粉",
)


START = at(19.5, day=MONDAY + timedelta(days=3))
"""When the builders' show begins."""


def later(minutes: float) -> datetime:
    """So many minutes after its planned start."""
    return START + timedelta(minutes=minutes)


def change(model: type[Any], which: ColumnElement[bool], **values: Any) -> None:
    """Change rows behind the services' back."""
    in_transaction(lambda: db.session.execute(update(model).where(which).values(**values)))


def broken(refusal: pytest.ExceptionInfo[RuleViolation]) -> str:
    """The code of the first rule that is broken."""
    return refusal.value.violations[0].code


@dataclass
class OnStage:
    """A show, its confirmed booths in order, and who directs it; `press` acts as a tablet that is up to date."""

    show: Show
    booths: list[Booking]
    products: list[Product]
    director: Actor

    @property
    def version(self) -> int:
        """The version of the run, 0 before there is one."""
        db.session.rollback()
        return db.session.query(ShowRun.version).filter_by(show_id=self.show.id).scalar() or 0

    def order(self) -> Rundown:
        """The running order as it is stored."""
        db.session.rollback()
        run = run_store.load_run(db.session(), self.show.id)
        assert run is not None
        return run_store.load_order(db.session(), run)

    def titles(self) -> list[tuple[str, str]]:
        """Each item by the places of its booths, with its state."""
        places = {booth.id: str(booth.place) for booth in self.booths}
        return [
            (one.title or "+".join(places.get(booth, "?") for booth in one.booths), one.state.value)
            for one in self.order().items
        ]

    def press(self, action: Action, now: datetime, **what: Any) -> int:
        """Press once."""
        return running.press(
            self.director, self.show.id, Press(action, **what), version=self.version, now=now
        )

    def item(self, place: int) -> int:
        """The id of the first item that airs the booth at a place."""
        booth = next(one.id for one in self.booths if one.place == place)
        return next(one.id for one in self.order().items if booth in one.booths)


def create_live_show(
    starts_at: datetime | None = None,
    *,
    places: Sequence[int] = (1, 2, 3, 4),
    studio: Space | None = None,
    named: bool = True,
    **changes: Any,
) -> OnStage:
    """A show with a confirmed booth of another shop at each of these places; nobody got it ready yet."""
    show = create_show(studio or create_studio(closes=24), starts_at, **changes)
    booths, products = [], []
    for place in places:
        shop, owner = create_merchant(
            SHOPS[place - 1] if named else None,
            address=f"山腰街道 {place} 号",
            contact_phone=f"0595-8700000{place % 10}",
        )
        product = create_product(shop, GOODS[place - 1], selling_points="本地现做\n当天发货\n七天无理由")
        booths.append(create_booth(show, place, product, owner, status=BookingStatus.CONFIRMED))
        products.append(product)
    return OnStage(show, booths, products, create_person(Role.STAFF, name="林场控").as_actor())


def create_ready_show() -> OnStage:
    """A show with four confirmed booths, its running order made twenty minutes before it begins."""
    stage = create_live_show()
    running.prepare(stage.director, stage.show.id, now=later(-20))
    return stage
