"""Sums by day are at every moment those of the lines, whatever changed in between."""

from collections import defaultdict
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import delete, event, func, select, update

from domain.interval import local_day
from domain.people import Role
from domain.sales.attribution import HEADLINE_TIERS, Tier
from domain.sales.lines import Platform
from models import Product, Sale, SalesTotal
from models.sales_books import Band, Scope
from services.doctor import sales_books
from services.sales import linking, totals
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, at, create_actor, create_studio
from tests.support.sale_builders import create_import, create_market, random_sales, sale_row, write_sales
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")

TODAY = local_day(NOW)
DAYS = [TODAY - timedelta(days=back) for back in (0, 1, 2, 20, 40, 400)]


@pytest.fixture
def market(db):
    return create_market()


def kept(db):
    """All kept sums: what they are by whose they are."""
    db.session.rollback()
    rows = db.session.execute(select(*SalesTotal.__table__.columns)).all()
    return {tuple(row[:5]): tuple(row[5:]) for row in rows}


def in_bands(tier):
    yield Band((tier or Tier.NONE).value)
    yield Band.ALL
    if tier in HEADLINE_TIERS:
        yield Band.STUDIO


def scopes(sale, shop):
    yield Scope.COMMUNITY, 0, 0
    if shop is not None:
        yield Scope.MERCHANT, shop, 0
        yield Scope.PRODUCT, sale.product_id, 0
    if sale.show_id is not None:
        yield Scope.SHOW, sale.show_id, 0
        if shop is not None:
            yield Scope.SHOW_MERCHANT, sale.show_id, shop


def expected(db):
    """The same, added up by hand."""
    db.session.rollback()
    shops = dict(map(tuple, db.session.execute(select(Product.id, Product.merchant_id))))
    lines = defaultdict(list)
    for sale in db.session.scalars(select(Sale).where(Sale.paid)):
        for scope in scopes(sale, shops.get(sale.product_id)):
            for band in in_bands(sale.tier):
                lines[*scope, sale.ordered_on, band].append(sale)
    return {
        key: (
            len({(sale.platform, sale.order_no) for sale in of}),
            sum(sale.quantity for sale in of),
            sum(sale.amount_fen for sale in of),
            sum(sale.refunded_fen for sale in of),
            len({(sale.platform, sale.order_no) for sale in of if sale.refunded_fen}),
        )
        for key, of in lines.items()
    }


def change(db, sale_ids, **values):
    """Change sales as a service would: note them before and after, then refresh."""

    def work():
        touched = totals.Touched()
        columns = (Sale.ordered_on, Sale.product_id, Sale.show_id)
        chosen = select(*columns).where(Sale.id.in_(sale_ids))
        touched.note(*db.session.execute(chosen).mappings())
        if values:
            db.session.execute(update(Sale).where(Sale.id.in_(sale_ids)).values(**values))
        else:
            db.session.execute(delete(Sale).where(Sale.id.in_(sale_ids)))
        touched.note(*db.session.execute(chosen).mappings())
        totals.refresh(db.session(), touched)

    in_transaction(work)


def test_a_line_counts_for_the_community_its_shop_its_product_and_its_show(db, market):
    merchant, product, show = market.merchants[0], market.products[0], market.shows[0]
    write_sales([sale_row(create_import().id, product_id=product, show_id=show, tier=Tier.TAIL, quantity=2)])

    sums, day = (1, 2, 10_000, 0, 0), date(2026, 11, 20)
    whose = [("community", 0, 0), ("merchant", merchant, 0), ("product", product, 0), ("show", show, 0)]
    assert kept(db) == {
        (*scope, day, band): sums
        for scope in [*whose, ("show_merchant", show, merchant)]
        for band in (Band.B, Band.STUDIO, Band.ALL)
    }


def test_a_line_of_an_unknown_product_counts_for_the_community_alone(db, market):
    write_sales([sale_row(create_import().id)])

    assert set(kept(db)) == {("community", 0, 0, date(2026, 11, 20), band) for band in (Band.NONE, Band.ALL)}


def test_a_line_that_was_not_paid_counts_nowhere(db):
    write_sales([sale_row(create_import().id, paid=False)])

    assert kept(db) == {}


def test_an_order_counts_once_and_the_same_number_of_another_platform_again(db):
    imported = create_import().id
    one = {"order_no": "7"}
    write_sales(
        [
            sale_row(imported, **one, refunded_fen=1),
            sale_row(imported, **one, refunded_fen=2),
            sale_row(imported, **one, platform=Platform.TAOBAO),
        ]
    )

    assert kept(db)["community", 0, 0, date(2026, 11, 20), Band.ALL] == (2, 3, 30_000, 3, 1)


@pytest.mark.parametrize("seed", range(4))
def test_the_sums_are_those_of_the_lines_after_every_change(db, market, seed):
    dice, imported = Random(seed), create_import().id
    write_sales(random_sales(dice, market, imported, orders=60, days=DAYS))
    assert kept(db) == expected(db)

    changes = [
        {"product_id": dice.choice(market.products)},
        {"product_id": None},
        {"tier": Tier.NONE, "show_id": None},
        {"tier": Tier.IN_WINDOW, "show_id": dice.choice(market.shows)},
        {"refunded_fen": 0},
        {"paid": False, "refunded_fen": 0},
        {"ordered_on": dice.choice(DAYS)},
        {},
    ]
    for values in dice.sample(changes, len(changes)):
        ids = db.session.scalars(select(Sale.id).order_by(Sale.id)).all()
        change(db, dice.sample(ids, min(7, len(ids))), **values)
        assert kept(db) == expected(db), values


def test_booths_are_summed_up_as_the_database_would(db):
    shop, owner = create_merchant()
    product, show = create_product(shop), create_show(create_studio(), at(19.5, day=date(2026, 11, 20)))
    booths = [create_booth(show, number, product, owner).id for number in (1, 5)]
    of_show = {"product_id": product.id, "show_id": show.id}
    lines = [
        {**of_show, "tier": tier, "booth_booking_id": booth, "order_no": order, "refunded_fen": back}
        for tier in (Tier.IN_WINDOW, Tier.TAIL)
        for booth in booths
        for order, back in (("1", 0), ("1", 5), (f"of {booth}", 7))
    ]
    imported = create_import().id
    write_sales([sale_row(imported, **line) for line in lines])

    day = date(2026, 11, 20)
    assert kept(db)["show", show.id, 0, day, Band.STUDIO] == (3, 12, 120_000, 48, 3)
    assert [kept(db)["show_booth", show.id, one, day, Band.A] for one in booths] == [
        (2, 3, 30_000, 12, 2)
    ] * 2
    assert sales_books.findings(NOW) == []


def test_more_products_than_a_statement_lists_are_summed_up_all_the_same(db, market, monkeypatch):
    monkeypatch.setattr(totals, "MOST_IDS", 0)

    write_sales(random_sales(Random(1), market, create_import().id, orders=40, days=DAYS))

    assert kept(db) == expected(db)


def test_rebuilding_mends_whatever_was_wrong(db, market):
    write_sales(random_sales(Random(2), market, create_import().id, orders=60, days=DAYS), sum_up=False)
    in_transaction(
        lambda: db.session.add(
            SalesTotal(
                scope=Scope.SHOW, scope_id=9, part_id=0, day=date(1999, 1, 1), band=Band.A,
                orders=1, items=1, gmv_fen=1, refunded_fen=0, refunded_orders=0,
            )
        )
    )  # fmt: skip

    made = in_transaction(lambda: totals.rebuild(db.session()))

    assert kept(db) == expected(db)
    assert made == len(kept(db))
    assert sales_books.findings(NOW) == []


def test_rebuilding_without_sales_leaves_nothing(db):
    assert in_transaction(lambda: totals.rebuild(db.session())) == 0


def statements(db, work):
    """How many statements a piece of work sends, but for those by which rows go in some hundred at a time."""
    seen = []

    def count(*about):
        seen.extend([about[2]] if not about[2].startswith("INSERT") else [])

    event.listen(db.engine, "before_cursor_execute", count)
    work()
    event.remove(db.engine, "before_cursor_execute", count)
    return len(seen)


def test_a_month_takes_the_same_few_statements_whatever_it_holds(db, market):
    imported = create_import().id
    month = [date(2026, 10, day) for day in range(1, 31)]

    def taken(orders, days):
        touched = totals.Touched()
        rows = random_sales(Random(orders), market, imported, orders=orders, days=days)
        touched.note(*rows)
        write_sales(rows, sum_up=False)
        return statements(db, lambda: in_transaction(lambda: totals.refresh(db.session(), touched)))

    assert taken(1, month[:1]) == taken(80, month) <= 5


def test_linking_a_code_moves_its_sales_to_the_shop(db, market):
    imported = create_import().id
    write_sales([sale_row(imported, platform_product_id="77") for _ in range(3)])

    linking.link(create_actor(Role.STAFF), Platform.DOUDIAN, "77", market.products[0], now=NOW)

    assert kept(db) == expected(db)
    assert kept(db)["product", market.products[0], 0, date(2026, 11, 20), Band.ALL][0] == 3
    assert db.session.scalar(select(func.count()).where(SalesTotal.scope == Scope.MERCHANT)) == 2
