"""Statements on both engines: locked once, adjusted forward, always in step with the books."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from domain.errors import Missing
from domain.sales.attribution import Tier
from domain.sales.statements import Cell, Sums, locks_at, month_after
from models import AuditEvent, Merchant, Product
from models.base import db as database
from services import backup, jobs
from services.sales import statement_books, statement_locking
from services.sales.statement_locking import lock, lock_due
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, set_figure
from tests.support.shop_books import Shop, locked, truth, written
from tests.support.statement_builders import (
    AFTER_NOVEMBER,
    AFTER_OCTOBER,
    AUGUST,
    NOVEMBER,
    OCTOBER,
    SEPTEMBER,
    on,
    report_income,
    sell,
    strike,
    write,
)
from tests.support.studio_builders import create_product, create_show

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def shop(db):
    """A shop with a product that was on air on 12 October."""
    return Shop()


def test_a_month_is_locked_fifteen_days_after_its_end_and_only_once(shop):
    sell(shop.tea, shop.show, on(12), 10_000, order_no="1", quantity=2)
    sell(shop.tea, shop.show, on(12), 5_000, order_no="1", refunded_fen=1_000)
    sell(shop.tea, shop.show, on(12), 3_000, tier=Tier.LONG_TAIL)
    sell(shop.tea, None, on(13), 99_000)
    sell(shop.tea, shop.show, on(12), 88_000, paid=False)

    assert lock_due(locks_at(OCTOBER) - timedelta(seconds=1)) == 0
    assert shop.of(OCTOBER, NOW - timedelta(days=20)).locked_at is None
    assert lock_due(locks_at(OCTOBER)) == 1
    assert lock_due(AFTER_OCTOBER) == 0

    [made] = locked(shop.merchant)
    assert (made.month, made.locked_at) == (OCTOBER, locks_at(OCTOBER))
    assert (made.orders, made.items, made.gmv_fen, made.refunded_fen) == (1, 3, 15_000, 1_000)
    assert (made.refunded_orders, made.long_tail_net_fen) == (1, 3_000)
    assert (made.margin_bp, made.fee_bp, made.estimated_fen, made.reported_fen) == (3000, 0, 4_200, 0)
    assert written() == {Cell(OCTOBER, shop.tea.id, shop.show.id): Sums(1, 3, 15_000, 1_000)}
    [told] = database.session.scalars(select(AuditEvent).where(AuditEvent.action == "statement.locked"))
    assert (told.object_id, told.actor_id) == (made.id, None)


def test_a_locked_month_reads_as_the_open_one_did_the_moment_before(shop):
    set_figure("platform_fee_bp", 200)
    other = create_show(shop.studio, on(20, hour=19.5))
    sell(shop.tea, shop.show, on(12), 10_000)
    sell(create_product(shop.merchant, "佛手"), other, on(20), 7_000, refunded_fen=500)
    report_income(shop.merchant, on(3).date(), 2_000, on(4))

    before = shop.of(OCTOBER, AFTER_OCTOBER)
    lock_due(AFTER_OCTOBER)

    assert shop.of(OCTOBER) == replace(before, locked_at=AFTER_OCTOBER)
    assert [item.product for item in before.items] == ["铁观音", "佛手"]
    assert (before.net_fen, before.fees_fen, before.lines.estimated_fen) == (16_500, 330, 4_620)
    assert (before.lines.reported_fen, before.reported_late_fen) == (2_000, 0)


def test_a_later_refund_is_an_adjustment_in_the_next_statement_and_the_locked_one_stays(shop):
    sale = sell(shop.tea, shop.show, on(12), 10_000)
    lock_due(AFTER_OCTOBER)
    write(sale, refunded_fen=8_600)
    sell(shop.tea, create_show(shop.studio, on(18, NOVEMBER, 19.5)), on(18, NOVEMBER), 20_000)

    open_now = shop.of(NOVEMBER, NOW)
    assert lock_due(AFTER_OCTOBER) == 0
    assert lock_due(AFTER_NOVEMBER) == 1

    assert shop.of(OCTOBER).net_fen == 10_000
    november = shop.of(NOVEMBER)
    assert november == replace(open_now, locked_at=AFTER_NOVEMBER)
    assert (november.own.net_fen, november.adjusted.net_fen, november.net_fen) == (20_000, -8_600, 11_400)
    [adjustment] = november.adjustments
    assert (adjustment.month, adjustment.sums) == (OCTOBER, Sums(0, 0, 0, 8_600))
    assert written() == truth(month_after(NOVEMBER))


def test_a_month_without_sales_is_locked_for_what_it_adjusts(shop):
    sale = sell(shop.tea, shop.show, on(12), 10_000)
    lock_due(AFTER_OCTOBER)
    assert lock_due(AFTER_NOVEMBER) == 0
    strike(sale)

    assert lock_due(AFTER_NOVEMBER) == 1
    assert shop.of(NOVEMBER).net_fen == -10_000
    assert shop.of(NOVEMBER).adjustments[0].sums == Sums(-1, -1, -10_000, 0)
    assert written() == {}


def test_what_nobody_knew_counts_from_the_day_it_is_linked(shop):
    unknown = sell(None, None, on(12), 5_000)
    sell(shop.tea, shop.show, on(12), 10_000)
    lock_due(AFTER_OCTOBER)
    write(unknown, product_id=shop.tea.id, show_id=shop.show.id, tier=Tier.TAIL)
    lock_due(AFTER_NOVEMBER)

    assert [one.net_fen for one in (shop.of(OCTOBER), shop.of(NOVEMBER))] == [10_000, 5_000]
    assert shop.of(NOVEMBER).adjustments[0].sums == Sums(1, 1, 5_000, 0)


def test_a_month_that_nobody_had_sold_in_gets_no_statement_once_a_later_one_is_locked(shop):
    sell(shop.tea, shop.show, on(12), 10_000)
    lock_due(AFTER_OCTOBER)
    sell(shop.tea, create_show(shop.studio, on(5, AUGUST)), on(5, AUGUST), 4_000)

    assert not lock(shop.merchant.id, AUGUST, now=AFTER_NOVEMBER)
    with pytest.raises(Missing):
        shop.of(AUGUST)
    lock_due(AFTER_NOVEMBER)
    assert shop.of(NOVEMBER).adjustments[0].month == AUGUST
    assert written() == truth(month_after(NOVEMBER))


def test_a_house_that_comes_to_statements_late_locks_its_months_in_order(shop):
    for month in (AUGUST, OCTOBER):
        sell(shop.tea, create_show(shop.studio, on(7, month)), on(7, month), 4_000)

    assert statement_locking.due(AFTER_NOVEMBER) == [(shop.merchant.id, AUGUST), (shop.merchant.id, OCTOBER)]
    assert lock_due(AFTER_NOVEMBER) == 2
    assert [(one.month, one.adjusted_gmv_fen) for one in locked(shop.merchant)] == [(AUGUST, 0), (OCTOBER, 0)]
    with pytest.raises(Missing):
        shop.of(SEPTEMBER)


def test_one_run_locks_no_more_than_its_share(shop, monkeypatch):
    monkeypatch.setattr(statement_locking, "MOST", 1)
    for month in (AUGUST, SEPTEMBER, OCTOBER):
        sell(shop.tea, create_show(shop.studio, on(7, month)), on(7, month), 4_000)

    assert [lock_due(AFTER_OCTOBER) for _ in range(4)] == [1, 1, 1, 0]


def test_sales_moved_to_another_show_or_shop_are_adjusted_though_the_sums_agree(shop):
    rival, other = Shop(), create_show(shop.studio, on(13, hour=22))
    moved = sell(shop.tea, shop.show, on(12), 10_000)
    lost = sell(shop.tea, shop.show, on(12), 7_000)
    lock_due(AFTER_OCTOBER)
    write(moved, show_id=other.id)
    write(lost, product_id=rival.tea.id)

    assert lock_due(AFTER_NOVEMBER) == 2
    assert shop.of(NOVEMBER).net_fen == -7_000
    assert {item.show_id: item.sums.net_fen for item in shop.of(NOVEMBER).adjustments[0].items} == {
        shop.show.id: -17_000,
        other.id: 10_000,
    }
    assert rival.of(OCTOBER).net_fen == 7_000
    assert written() == truth(month_after(NOVEMBER))


def test_archived_products_and_suspended_shops_keep_their_statements(shop):
    sell(shop.tea, shop.show, on(12), 10_000)

    def leave():
        database.session.execute(update(Product).values(archived_at=NOW))
        database.session.execute(update(Merchant).values(status="suspended", review_reason="停业"))

    in_transaction(leave)

    assert lock_due(AFTER_OCTOBER) == 1
    assert [item.product for item in shop.of(OCTOBER).items] == ["铁观音"]


def test_the_margin_is_that_of_the_day_of_locking(shop):
    sell(shop.tea, shop.show, on(12), 10_000)
    lock_due(AFTER_OCTOBER)
    in_transaction(lambda: database.session.execute(update(Merchant).values(margin_bp=0)))
    sell(shop.tea, create_show(shop.studio, on(18, NOVEMBER)), on(18, NOVEMBER), 20_000)

    assert (shop.of(OCTOBER).margin_bp, shop.of(OCTOBER).lines.estimated_fen) == (3000, 3_000)
    assert shop.of(NOVEMBER).lines.estimated_fen is None


def test_reported_income_stands_beside_and_late_entries_go_into_the_next_statement(shop):
    sell(shop.tea, shop.show, on(12), 10_000)
    report_income(shop.merchant, on(5).date(), 9_000, on(6))
    lock_due(AFTER_OCTOBER)
    report_income(shop.merchant, on(5).date(), -2_000, AFTER_OCTOBER + timedelta(days=1))
    report_income(shop.merchant, on(5, NOVEMBER).date(), 1_000, AFTER_OCTOBER + timedelta(days=1))

    open_now = shop.of(NOVEMBER, NOW)
    lock_due(AFTER_NOVEMBER)

    assert (shop.of(OCTOBER).net_fen, shop.of(OCTOBER).lines.reported_fen) == (10_000, 9_000)
    november = shop.of(NOVEMBER)
    assert (november.lines.reported_fen, november.reported_late_fen, november.net_fen) == (-1_000, -2_000, 0)
    assert november == replace(open_now, locked_at=AFTER_NOVEMBER)


def test_only_the_months_that_changed_are_read_line_by_line(shop, monkeypatch):
    sales = [
        sell(shop.tea, create_show(shop.studio, on(7, month)), on(7, month)) for month in (AUGUST, SEPTEMBER)
    ]
    sell(shop.tea, shop.show, on(12))
    lock_due(locks_at(SEPTEMBER))
    write(sales[0], refunded_fen=1)
    read, cells = [], statement_books.cells

    def watch(session, merchant_id, months, own):
        read.append((set(months), own))
        return cells(session, merchant_id, months, own)

    monkeypatch.setattr(statement_books, "cells", watch)
    assert lock_due(AFTER_OCTOBER) == 1
    assert read == [({AUGUST}, OCTOBER)]


@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET orders = 7"])
@pytest.mark.parametrize("table", ["statement", "statement_item"])
def test_the_database_refuses_to_rewrite_a_statement(db, shop, table, statement):
    sell(shop.tea, shop.show, on(12), 10_000)
    lock_due(AFTER_OCTOBER)
    db.session.rollback()

    with (
        pytest.raises(DBAPIError, match="is final"),
        db.engine.execution_options(writes=True).begin() as connection,
    ):
        connection.exec_driver_sql(statement.format(table))


@pytest.mark.parametrize("table", ["statement", "statement_item", "income_entry"])
def test_nobody_goes_round_the_guards(db, shop, table, engine_name):
    sell(shop.tea, shop.show, on(12), 10_000)
    report_income(shop.merchant, on(12).date(), 500)
    lock_due(AFTER_OCTOBER)
    db.session.rollback()
    way = {
        "postgresql": "TRUNCATE {0} CASCADE",
        "sqlite": "INSERT OR REPLACE INTO {0} SELECT * FROM {0}",
    }[engine_name]

    with (
        pytest.raises(DBAPIError, match="is final"),
        db.engine.execution_options(writes=True).begin() as connection,
    ):
        connection.exec_driver_sql(way.format(table))


def test_a_backup_can_be_restored_over_the_books_and_the_guards_stand_again(db, shop, tmp_path):
    sell(shop.tea, shop.show, on(12), 10_000)
    report_income(shop.merchant, on(12).date(), 500)
    lock_due(AFTER_OCTOBER)
    before, file = written(), tmp_path / "jufu.backup"
    backup.save(file)

    backup.load(file, backup.look_into(file))

    db.session.rollback()
    assert written() == before
    with (
        pytest.raises(DBAPIError, match="is final"),
        db.engine.execution_options(writes=True).begin() as connection,
    ):
        connection.exec_driver_sql("DELETE FROM statement_item")


def test_the_job_locks_what_is_due(shop):
    sell(shop.tea, shop.show, on(12), 10_000)

    [job] = [job for job in jobs.JOBS if job.name == "lock statements"]
    assert jobs.Runner((job,)).run_due(AFTER_OCTOBER).done == {"lock statements": 1}
