"""The list of order lines: every filter against a plain model, page by page, along an index; on both engines."""

from datetime import timedelta

import pytest

from domain.errors import Forbidden, Missing
from domain.people import Role
from domain.sales.attribution import Tier
from domain.studio.shows import ShowStatus
from models import Sale
from services.sales import judging, line_list
from services.sales.judging import Verdict
from services.sales.line_list import Wanted
from tests.support.attributed_sales import create_sale
from tests.support.builders import MONDAY, NOW, at, create_actor, create_studio
from tests.support.live_shows import change, create_ready_show, later
from tests.support.statements import statements
from tests.support.studio_builders import create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def stage():
    """A show with four confirmed booths of a quarter-hour each."""
    return create_ready_show()


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


def listed(actor, *, size=50, **wanted):
    """All pages of a list, put together."""
    ids, after = [], None
    for _round in range(100):
        page = line_list.page(actor, Wanted(**wanted), after=after, size=size)
        assert len(page.lines) <= size
        ids += [line.sale.id for line in page.lines]
        if page.next is None:
            return ids
        after = page.next
    raise AssertionError("the list has no end")


def test_the_newest_come_first_and_pages_meet_without_gap_or_double(stage, staff):
    minutes = (5, 1, 3, 3, 3, 9, 400, 16)
    lines = [create_sale(stage.products[n % 2], later(minute)) for n, minute in enumerate(minutes)]
    expected = [line.id for line in sorted(lines, key=lambda line: (line.ordered_at, line.id), reverse=True)]

    for size in (1, 2, 3, 50):
        assert listed(staff, size=size) == expected


def test_each_filter_finds_exactly_its_lines(stage, staff):
    first, second = stage.products[:2]
    a = create_sale(first, later(5))
    c = create_sale(second, later(5), order_no="7001")
    none = create_sale(first, later(5_000))
    unknown = create_sale(None, later(5))

    assert listed(staff, show_id=stage.show.id) == [c.id, a.id]
    assert listed(staff, product_id=first.id) == [none.id, a.id]
    assert listed(staff, merchant_id=second.merchant_id) == [c.id]
    assert listed(staff, tier=Tier.IN_WINDOW) == [a.id]
    assert listed(staff, tier=Tier.NONE) == [none.id, unknown.id]
    assert listed(staff, tier=Tier.NONE, product_id=first.id) == [none.id]
    assert listed(staff, order_no="7001") == [c.id]
    assert listed(staff, order_no="700") == []
    assert listed(staff, unknown=True) == [unknown.id]
    assert listed(staff, show_id=stage.show.id, product_id=first.id) == [a.id]
    assert listed(staff, show_id=999) == listed(staff, product_id=999) == []


def test_days_are_those_of_the_community_and_both_count(stage, staff):
    day = MONDAY + timedelta(days=3)
    early, late, next_day = (
        create_sale(None, moment)
        for moment in (at(0, day=day), at(24, day=day) - timedelta(seconds=1), at(24, day=day))
    )

    assert listed(staff, first_day=day, last_day=day) == [late.id, early.id]
    assert listed(staff, first_day=day + timedelta(days=1)) == [next_day.id]


def test_what_a_person_decided_can_be_listed_alone(stage, staff):
    decided, released, left = (create_sale(stage.products[0], later(minute)) for minute in (5, 6, 7))
    verdict = Verdict(Tier.NONE, None, "退给线下")
    for sale in (decided, released):
        judging.attribute(staff, sale.id, verdict, seen=sale.updated_at, now=NOW)
    judging.release(staff, released.id, seen=NOW, now=NOW)

    assert listed(staff, by_hand=True) == [decided.id]
    assert listed(staff, by_hand=True, show_id=stage.show.id) == []
    assert set(listed(staff)) == {decided.id, released.id, left.id}


def test_merchants_get_their_own_lines_and_nobody_elses(stage):
    shop, owner = create_merchant()
    mine, other = create_product(shop, "甲"), stage.products[0]
    lines = [create_sale(mine, later(minute)) for minute in (5, 700)]
    foreign = create_sale(other, later(6), order_no="7001")
    create_sale(None, later(5))

    assert listed(owner, size=1) == [lines[1].id, lines[0].id]
    assert listed(owner, order_no=foreign.order_no) == listed(owner, show_id=stage.show.id) == []
    assert listed(owner, unknown=True) == [lines[1].id, lines[0].id]
    for wanted in ({"product_id": other.id}, {"merchant_id": other.merchant_id}):
        with pytest.raises(Missing):
            listed(owner, **wanted)
    with pytest.raises(Forbidden):
        listed(create_actor())
    assert [one.id for one in line_list.choices(owner).products] == [mine.id]


def test_only_staff_may_choose_a_show_that_was_not_announced(stage, staff, db):
    planned = create_show(create_studio(), at(20), status=ShowStatus.DRAFT)
    _merchant, owner = create_merchant()

    assert planned.id in {show.id for show in line_list.choices(staff).shows}
    assert {show.id for show in line_list.choices(owner).shows} == {stage.show.id}


def test_a_search_along_time_looks_at_so_many_lines_and_then_goes_on(stage, staff, monkeypatch):
    monkeypatch.setattr(line_list, "SCAN", 3)
    lines = [create_sale(None, later(minute)) for minute in range(10)]
    rare = create_sale(stage.products[0], later(2))

    page = line_list.page(staff, Wanted(tier=Tier.IN_WINDOW))

    assert (page.lines, page.next) == ([], (later(7), lines[7].id))
    assert listed(staff, tier=Tier.IN_WINDOW) == [rare.id]


def test_a_page_costs_the_same_few_questions_however_many_lines(stage, staff, db):
    def questions():
        with statements(db) as seen:
            line_list.page(staff, Wanted())
        return len(seen)

    create_sale(stage.products[0], later(5))
    few = questions()
    for minute in range(8):
        create_sale(stage.products[minute % 4], later(minute))

    assert questions() == few <= 3


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Wanted(), "ix_sale_ordered_at"),
        (Wanted(tier=Tier.LONG_TAIL), "ix_sale_ordered_at"),
        (Wanted(product_id=1), "ix_sale_product_id_ordered_at"),
        (Wanted(unknown=True), "ix_sale_product_id_ordered_at"),
        (Wanted(show_id=1), "ix_sale_show_id_ordered_at"),
        (Wanted(order_no="7001"), "ix_sale_platform_order_no"),
    ],
)
def test_every_list_runs_along_an_index(stage, staff, db, wanted, index):
    create_sale(stage.products[0], later(5))
    db.session.rollback()
    plans = []

    def explain(connection, _cursor, statement, parameters, _context, _many):
        if statement.lstrip().startswith("SELECT sale.ordered_at") or "anon_" in statement:
            raw = connection.connection.cursor()
            plans.extend(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    from sqlalchemy import event

    event.listen(db.engine, "before_cursor_execute", explain)
    try:
        line_list.page(staff, wanted, after=(later(500), 99))
    finally:
        event.remove(db.engine, "before_cursor_execute", explain)

    assert [plan for plan in plans if index in plan]
    assert not [plan for plan in plans if plan == "SCAN sale"]


def test_a_shop_may_have_more_products_than_an_engine_puts_together(stage, monkeypatch):
    sales = [create_sale(product, later(5 + n)) for n in range(2) for product in stage.products[:2]]
    products = [stage.products[0].id, *range(10_000, 10_600), stage.products[1].id]
    monkeypatch.setattr(line_list, "_own_products", lambda *_: products)

    page = line_list.page(create_actor(Role.STAFF), Wanted(), size=3)

    newest = sorted(sales, key=lambda sale: (sale.ordered_at, sale.id), reverse=True)
    assert [line.sale.id for line in page.lines] == [sale.id for sale in newest[:3]]
    assert page.next == (newest[2].ordered_at, newest[2].id)


def test_a_line_that_was_never_attributed_counts_as_none(stage, staff):
    sale = create_sale(stage.products[0], later(5))
    change(Sale, Sale.id == sale.id, tier=None, show_id=None, booth_booking_id=None)

    assert listed(staff, tier=Tier.NONE) == [sale.id]
