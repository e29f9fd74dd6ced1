"""Figures read from the sums by day are those that the lines give, and cost no more after years of history."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import event, select

from domain.bookings import BookingStatus
from domain.interval import at_local, local_day
from domain.people import Role
from domain.sales.attribution import Tier
from domain.sales.metrics import SaleFacts, headline
from models import Product, Sale, Show, Space
from models import db as database
from services.sales import figures, shop_home
from tests.support.builders import NOW, at, create_actor
from tests.support.sale_builders import create_import, create_market, random_sales, sale_row, write_sales
from tests.support.studio_builders import create_booth, create_show

pytestmark = pytest.mark.usefixtures("db")

TODAY = local_day(NOW)
DAYS = [TODAY - timedelta(days=back) for back in (0, 1, 3, 14, 15, 16, 40, 330, 400)]
BOUNDS = [None, *(at_local(TODAY - timedelta(days=back), 0) for back in (0, 15, 40)), NOW - timedelta(days=3)]


@pytest.fixture
def market(db):
    return create_market()


def keeper_of(*merchant_ids):
    """Somebody who acts for these shops."""
    return replace(create_actor(Role.MERCHANT), merchant_ids=merchant_ids)


def from_lines(monkeypatch, ask):
    """What the lines themselves give: no window is made of whole days."""
    with monkeypatch.context() as patched:
        patched.setattr(figures, "_days", lambda *_bounds: None)
        return ask()


@pytest.mark.parametrize("seed", range(3))
def test_sums_and_lines_give_the_same_summary(market, monkeypatch, seed):
    dice, staff = Random(seed), create_actor(Role.STAFF)
    write_sales(random_sales(dice, market, create_import().id, orders=80, days=DAYS))

    for _ in range(25):
        chosen = {
            "merchant_id": dice.choice([None, *market.merchants]),
            "show_id": dice.choice([None, *market.shows]),
            "since": dice.choice(BOUNDS),
            "until": dice.choice(BOUNDS),
        }

        def ask(chosen=chosen):
            return figures.summary(staff, **chosen, now=NOW)

        assert ask() == from_lines(monkeypatch, ask), chosen


@contextmanager
def reading_sales(db):
    """Collect the statements that read lines."""
    seen = []

    def note(_connection, _cursor, statement, *_about):
        if "FROM sale " in statement.replace("\n", " "):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_whole_days_read_no_line_but_the_recent_ones(db):
    staff = create_actor(Role.STAFF)

    with reading_sales(db) as seen:
        figures.summary(staff, since=at(0), now=NOW)
    assert len(seen) == 1
    assert "sale.ordered_at > " in seen[0]

    with reading_sales(db) as seen:
        figures.summary(staff, since=at(0.25), now=NOW)
    assert len(seen) == 2


def test_a_shopkeeper_of_two_shops_counts_a_common_order_once(db, market):
    imported = create_import().id
    one, other = (
        db.session.scalar(select(Product.id).where(Product.merchant_id == shop))
        for shop in market.merchants[:2]
    )
    write_sales([sale_row(imported, order_no="7", product_id=product) for product in (one, other)])
    keeper = keeper_of(*market.merchants[:2])

    found = figures.summary(keeper, now=NOW)

    assert (found.totals.orders, found.totals.items) == (1, 2)


def lines_of(db, merchant_id, chosen):
    """The lines of a shop that are chosen, as the domain sees them."""
    db.session.rollback()
    sales = db.session.scalars(select(Sale).join(Product).where(Product.merchant_id == merchant_id)).all()
    return [
        SaleFacts(
            order_no=f"{sale.platform}{sale.order_no}",
            quantity=sale.quantity,
            amount_fen=sale.amount_fen,
            refunded_fen=sale.refunded_fen,
            paid=sale.paid,
            ordered_at=sale.ordered_at,
            tier=sale.tier or Tier.NONE,
        )
        for sale in sales
        if chosen(sale)
    ]


def booths_of(market, merchant_id):
    """Let the shop have the first booth in every show."""
    product = database.session.scalars(select(Product).where(Product.merchant_id == merchant_id)).first()
    owner = create_actor(Role.MERCHANT)
    for show_id in market.shows:
        show = database.session.get(Show, show_id)
        create_booth(show, 1, product, owner, status=BookingStatus.COMPLETED)


@pytest.mark.parametrize("seed", range(3))
def test_the_merchants_page_shows_what_the_lines_say(db, market, seed):
    shop = market.merchants[0]
    write_sales(random_sales(Random(seed), market, create_import().id, orders=150, days=DAYS))
    booths_of(market, shop)

    home = shop_home.merchant_home(keeper_of(shop), now=NOW)

    def told(chosen=lambda _sale: True):
        return headline(lines_of(db, shop, chosen), NOW)

    this_year = lambda sale: sale.ordered_on.year == TODAY.year  # noqa: E731  short and local
    assert home.month == told(lambda sale: this_year(sale) and sale.ordered_on.month == TODAY.month)
    assert home.year == told(this_year).studio
    assert home.months[-1].net_fen == home.year.net_fen
    assert [month.net_fen for month in home.months] == [
        told(lambda sale, last=last: this_year(sale) and sale.ordered_on.month <= last).studio.net_fen
        for last in range(1, TODAY.month + 1)
    ]
    assert {show.show_id: show.totals for show in home.shows} == {
        show_id: told(lambda sale, show_id=show_id: sale.show_id == show_id).studio
        for show_id in market.shows
    }
    assert {one.product.id: one.totals for one in home.products} == {
        product_id: told(lambda sale, id_=product_id: this_year(sale) and sale.product_id == id_).studio
        for product_id in market.products[:2]
    }


def steps(db, ask):
    """How many steps SQLite takes to answer: what it reads, whatever the machine is doing besides."""
    db.session.rollback()
    taken = []
    connection = db.session.connection().connection.driver_connection
    connection.set_progress_handler(lambda: taken.append(1), 10)
    try:
        ask()
    finally:
        connection.set_progress_handler(None, 10)
    return len(taken)


def years_ago(market, shop, count):
    """Weekly shows with the shop in them and its sales there, from two years ago backwards."""
    product = database.session.scalars(select(Product).where(Product.merchant_id == shop)).first()
    studio, owner = database.session.scalars(select(Space)).first(), create_actor(Role.MERCHANT)
    imported = create_import().id
    for week in range(count):
        night = TODAY - timedelta(days=2 * 365 + 7 * week)
        show = create_show(studio, at(19.5, day=night))
        create_booth(show, 1, product, owner, status=BookingStatus.COMPLETED)
        sold = {"product_id": product.id, "show_id": show.id, "tier": Tier.IN_WINDOW}
        write_sales([sale_row(imported, ordered_at=at(20, day=night), **sold) for _ in range(30)])


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_merchants_page_reads_as_much_after_years_as_after_weeks(db, market):
    shop = market.merchants[0]
    keeper, staff = keeper_of(shop), create_actor(Role.STAFF)
    write_sales(random_sales(Random(1), market, create_import().id, orders=150, days=DAYS))
    booths_of(market, shop)
    pages = {
        "home": lambda: shop_home.merchant_home(keeper, now=NOW),
        "month": lambda: figures.summary(staff, since=at_local(TODAY.replace(day=1), 0), now=NOW),
        "lines": lambda: figures.grouped(db.session(), Sale.tier, [], (shop,), NOW),
    }
    before = {name: steps(db, page) for name, page in pages.items()}

    years_ago(market, shop, 40)

    after = {name: steps(db, page) for name, page in pages.items()}
    assert after["home"] <= before["home"] * 1.05
    assert after["month"] <= before["month"] * 1.05
    assert after["lines"] > before["lines"] * 3  # the control: this one adds up history
