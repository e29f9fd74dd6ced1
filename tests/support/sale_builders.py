"""Sales written straight into the books, and a random history of them, for tests of what is read from there."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from domain.interval import local_day
from domain.people import Role
from domain.sales.attribution import Tier
from domain.sales.cells import Precision
from domain.sales.lines import LineStatus, Platform
from domain.sales.platforms import Level
from models import Sale, SalesImport, db
from models.sales_imports import ImportStatus
from services.sales import totals
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, at, create_person, create_studio, saved, serial
from tests.support.studio_builders import create_merchant, create_product, create_show

TIERS = (Tier.IN_WINDOW, Tier.TAIL, Tier.SAME_SHOW, Tier.LONG_TAIL, Tier.NONE, None)


@dataclass(frozen=True)
class Market:
    """Shops with their products, and shows, by id: what a sale can be of."""

    merchants: Sequence[int]
    products: Sequence[int]
    shows: Sequence[int]


def create_import(**changes: Any) -> SalesImport:
    """An applied import of staff."""
    values: dict[str, Any] = {
        "status": ImportStatus.APPLIED,
        "platform": Platform.DOUDIAN,
        "file_sha256": "0" * 64,
        "encoding": "utf-8",
        "unknown_products": [],
        "created_by_id": create_person(Role.STAFF).id,
        "created_at": NOW,
        "applied_at": NOW,
    }
    return saved(SalesImport(**values | changes))  # type: ignore[no-any-return]  saved gives what it got


def sale_row(of_import: int, **changes: Any) -> dict[str, Any]:
    """The columns of a paid line of one piece for 100 yuan, ordered last Friday at 20:00, of no known product."""
    number = next(serial)
    moment = changes.get("ordered_at", at(20, day=date(2026, 11, 20)))
    values = {
        "platform": Platform.DOUDIAN,
        "line_key": str(number),
        "order_no": str(number),
        "level": Level.LINE,
        "title": "紫菜",
        "quantity": 1,
        "amount_fen": 10_000,
        "paid": True,
        "refunded_fen": 0,
        "refund_basis": "none",
        "status": LineStatus.COMPLETED,
        "status_text": "已完成",
        "ordered_at": moment,
        "ordered_on": local_day(moment),
        "ordered_precision": Precision.SECOND,
        "live_evidence": True,
        "product_id": None,
        "tier": None,
        "show_id": None,
        "first_import_id": of_import,
        "last_import_id": of_import,
        "updated_at": NOW,
    } | changes
    told = {"told_paid": "paid", "told_refunded_fen": "refunded_fen", "told_basis": "refund_basis"}
    return {name: values[source] for name, source in told.items()} | values


def write_sales(rows: Iterable[dict[str, Any]], *, sum_up: bool = True) -> None:
    """Put sales into the books in a transaction of their own; `sum_up` keeps their sums, as every service does."""

    def write() -> None:
        lines, touched = list(rows), totals.Touched()
        db.session.execute(insert(Sale), lines)
        touched.note(*lines)
        if sum_up:
            totals.refresh(db.session(), touched)

    in_transaction(write)


def create_market(shops: int = 3, shows: int = 2) -> Market:
    """Some shops with two products each, and shows of the last weeks."""
    merchants = [create_merchant()[0] for _ in range(shops)]
    products = [create_product(merchant, f"特产{next(serial)}") for merchant in merchants for _ in range(2)]
    studio = create_studio()
    nights = [at(19.5, day=local_day(NOW) - timedelta(days=3 + 7 * week)) for week in range(shows)]
    return Market(
        [merchant.id for merchant in merchants],
        [product.id for product in products],
        [create_show(studio, night).id for night in nights],
    )


def random_sales(
    dice: Random, market: Market, of_import: int, *, orders: int, days: Collection[date]
) -> list[dict[str, Any]]:
    """Orders of one to three lines on two platforms: some unpaid, some refunded, some of products nobody knows."""
    rows = []
    for _ in range(orders):
        day = dice.choice(sorted(days))
        number, platform = str(dice.randrange(orders)), dice.choice((Platform.DOUDIAN, Platform.TAOBAO))
        # The same number on another platform or another day is another order.
        order = {
            "platform": platform,
            "order_no": f"{day:%Y%m%d}{number}",
            "ordered_at": at(dice.choice((0, 9, 20.25, 23.75)), day=day),
        }
        rows += [
            sale_row(of_import, **order, **_random_line(dice, market)) for _ in range(dice.randint(1, 3))
        ]
    return rows


def _random_line(dice: Random, market: Market) -> dict[str, Any]:
    tier, paid = dice.choice(TIERS), dice.random() < 0.85
    amount = dice.randint(1, 99_999)
    return {
        "product_id": dice.choice([None, *market.products]),
        "tier": tier,
        "show_id": dice.choice(market.shows) if tier not in (None, Tier.NONE) else None,
        "quantity": dice.randint(1, 4),
        "amount_fen": amount,
        "paid": paid,
        "refunded_fen": dice.choice((0, 0, amount, amount // 3)) if paid else 0,
    }
