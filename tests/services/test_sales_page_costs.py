"""What the pages of sales ask of the database: as much after years as after weeks, and never every line there is."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from domain.bookings import BookingStatus
from domain.people import Role
from models import Sale
from services.sales import (
    community,
    explaining,
    figures,
    inbox,
    income_reading,
    line_list,
    reports,
    shop_home,
    show_report,
    statement_lists,
    statements,
)
from tests.support.attributed_sales import create_sale
from tests.support.builders import MONDAY, NOW, at, create_actor, create_studio
from tests.support.exports import doudian_row
from tests.support.importing import bring_in
from tests.support.statements import statements as told_to_the_engine
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

EVERY_LINE = re.compile(r"SCAN sale( |$)")
"""All lines one after another; a list along the time of orders says so too, and stops at its page."""
LISTED = "SCAN sale USING COVERING INDEX ix_sale_ordered_at"
DAY = MONDAY - timedelta(days=7)
MONTH = DAY.replace(day=1)


class Stage:
    """A shop that was on air last week, with lines of two products, and one row in the inbox."""

    def __init__(self):
        self.staff = create_actor(Role.STAFF)
        self.merchant, self.owner = create_merchant()
        self.studio = create_studio()
        self.show = create_show(self.studio, at(19.5, day=DAY))
        self.booths = 0
        self.goods = [self.on_air(self.merchant, self.owner), self.on_air(self.merchant, self.owner)]
        self.sale = create_sale(self.goods[0], self.show.starts_at + timedelta(minutes=3))
        self.files = 0
        self.doubt()

    def on_air(self, merchant, owner):
        """One more product in a booth of the show."""
        self.booths += 1
        product = create_product(merchant, f"铁观音 {self.booths}")
        create_booth(self.show, self.booths, product, owner, status=BookingStatus.COMPLETED)
        return product

    def doubt(self):
        """One more import, with a word that nobody knows and a product that nobody sells."""
        self.files += 1
        bring_in(self.staff, [doudian_row(self.files), doudian_row(self.files + 500, 订单状态="神秘状态")])

    def grow(self):
        """More of everything: shops, booths, sales, shows of other weeks, imports."""
        for week in range(2, 4):
            merchant, owner = create_merchant()
            for product in (self.on_air(merchant, owner), *self.goods):
                for minute in (2, 8, 20):
                    create_sale(product, self.show.starts_at + timedelta(minutes=minute))
            earlier = create_show(self.studio, at(19.5, day=MONDAY - timedelta(days=7 * week)))
            create_booth(earlier, 1, self.goods[0], self.owner, status=BookingStatus.COMPLETED)
            create_sale(self.goods[0], earlier.starts_at + timedelta(minutes=5))
            self.doubt()


PAGES = {
    "a shop's own page": lambda s: shop_home.merchant_home(s.owner, now=NOW),
    "a show for staff": lambda s: show_report.show_report(s.staff, s.show.id, now=NOW),
    "a show for a shop": lambda s: show_report.show_report(s.owner, s.show.id, now=NOW),
    "the community": lambda s: community.community_year(s.staff, None, now=NOW),
    "the leaderboard": lambda s: community.leaderboard(s.owner, now=NOW),
    "the sums for programs": lambda s: figures.summary(s.staff, now=NOW),
    "lines for staff": lambda s: line_list.page(s.staff, line_list.Wanted()),
    "lines for a shop": lambda s: line_list.page(s.owner, line_list.Wanted()),
    "lines of a show": lambda s: line_list.page(s.staff, line_list.Wanted(show_id=s.show.id)),
    "a line": lambda s: explaining.story(s.owner, s.sale.id),
    "statements of a month": lambda s: statement_lists.of_all(s.staff, MONTH, now=NOW),
    "statements of a shop": lambda s: statement_lists.list_of(s.owner, now=NOW),
    "a statement": lambda s: statements.of_month(s.owner, s.merchant.id, MONTH, now=NOW),
    "how much waits": lambda s: inbox.waiting(s.staff),
    "words that wait": lambda s: inbox.words(s.staff, limit=20),
    "rows that wait": lambda s: inbox.rows(s.staff, limit=20),
    "products that wait": lambda s: inbox.products(s.staff, limit=20),
    "imports": lambda s: reports.recent_imports(s.staff),
    "income for staff": lambda s: income_reading.review_list(s.staff),
    "income of a shop": lambda s: income_reading.own(s.owner, now=NOW),
}
every_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)


@pytest.fixture
def stage(db):
    return Stage()


def questions(db, page, stage):
    db.session.rollback()
    with told_to_the_engine(db) as seen:
        page(stage)
    return len(seen)


def plans(db, ask):
    """How SQLite would look for what is asked meanwhile."""
    found = []

    def explain(connection, _cursor, statement, parameters, _context, _many):
        if statement.lstrip().startswith(("SELECT", "WITH")):
            raw = connection.connection.cursor()
            found.extend(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    db.session.rollback()
    event.listen(db.engine, "before_cursor_execute", explain)
    try:
        ask()
    finally:
        event.remove(db.engine, "before_cursor_execute", explain)
    return found


@every_page
def test_a_page_asks_the_same_few_questions_whatever_there_is(db, stage, page):
    few = questions(db, page, stage)
    stage.grow()

    assert questions(db, page, stage) == few


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@every_page
def test_no_page_looks_at_every_line(db, stage, page):
    found = plans(db, lambda: page(stage))

    assert found
    assert not [plan for plan in found if EVERY_LINE.match(plan) and plan != LISTED]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.mutant
def test_a_page_that_did_would_be_noticed(db, stage):
    def ask():
        db.session.scalar(select(func.sum(Sale.amount_fen)))

    assert [plan for plan in plans(db, ask) if EVERY_LINE.match(plan)]
