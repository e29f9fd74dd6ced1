"""Importing order exports, on both engines."""

import random

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from sqlalchemy import func, select

from domain.errors import BadInput, Forbidden, Missing
from domain.people import Role
from domain.sales.problems import FileError
from models import AuditEvent, ProductCode, Sale, SalesImport, SalesImportLine, SalesTotal
from models.sales_imports import ImportStatus, RowFate
from services.merchants import products
from services.merchants.products import ProductFacts
from services.sales import applying, figures, linking, receiving, removing, reports
from tests.support.builders import NOW, create_actor
from tests.support.exports import doudian_csv, doudian_row, known_exports
from tests.support.importing import bring_in, stage
from tests.support.studio_builders import create_merchant, create_product

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def staff(db):
    return create_actor(Role.STAFF)


def fates(done):
    return {name: getattr(done, name) for name in ("inserted", "updated", "unchanged", "held", "rejected")}


def counts(**some):
    return dict.fromkeys(("inserted", "updated", "unchanged", "held", "rejected"), 0) | some


def sums(staff):
    totals = figures.summary(staff, now=NOW).totals
    return totals.orders, totals.gmv_fen, totals.refunded_fen


def all_sales(db):
    db.session.rollback()
    columns = [c for c in Sale.__table__.c if c.name not in ("id", "first_import_id", "last_import_id")]
    return db.session.execute(select(*columns).order_by(Sale.line_key)).all()


ROWS = [doudian_row(number) for number in range(1, 9)]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_an_export_is_previewed_then_applied_and_its_totals_are_the_known_ones(db, staff, encoding):
    preview = stage(staff, doudian_csv(ROWS, encoding=encoding))

    assert preview.status is ImportStatus.STAGED
    assert fates(preview) == counts(inserted=8)
    assert preview.gmv_fen == 8 * 3990
    assert db.session.scalar(select(func.count()).select_from(Sale)) == 0

    done = applying.apply(staff, preview.id, now=NOW)

    assert (done.status, done.read_count, fates(done)) == (ImportStatus.APPLIED, 8, counts(inserted=8))
    assert sums(staff) == (8, 8 * 3990, 0)
    actions = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions == ["sales_import.staged", "sales_import.applied"]


@hypothesis_settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(export=known_exports(max_lines=6))
def test_any_export_comes_to_what_is_known_about_it(db, staff, export):
    db.session.execute(SalesImportLine.__table__.delete())
    for table in (Sale, SalesTotal):
        db.session.execute(table.__table__.delete())
    db.session.commit()

    done = bring_in(staff, export.data)

    assert done.read_count == done.inserted + done.held + done.rejected
    assert sums(staff) == (export.orders, export.gmv_fen, export.refunded_fen)
    assert (done.gmv_fen, done.refunded_fen) == (export.gmv_fen, export.refunded_fen)


def test_the_same_file_again_changes_nothing(db, staff):
    bring_in(staff, ROWS)
    before = all_sales(db)

    again = stage(staff, ROWS)
    assert fates(again) == counts(unchanged=8)
    assert fates(applying.apply(staff, again.id, now=NOW)) == counts(unchanged=8)
    assert all_sales(db) == before


def test_a_file_staged_twice_and_applied_twice_counts_once(staff):
    first, second = stage(staff, ROWS), stage(staff, ROWS)
    assert fates(second) == counts(inserted=8)

    applying.apply(staff, first.id, now=NOW)
    done = applying.apply(staff, second.id, now=NOW)

    assert fates(done) == counts(unchanged=8)
    assert sums(staff) == (8, 8 * 3990, 0)


def test_a_second_tap_on_apply_gives_the_same_import_back(staff):
    preview = stage(staff, ROWS)

    first = fates(applying.apply(staff, preview.id, now=NOW))
    second = fates(applying.apply(staff, preview.id, now=NOW))

    assert first == second == counts(inserted=8)


def test_rows_may_be_shuffled_and_split_over_files(db, staff):
    refunded = [row | {"售后状态": "已全额退款"} for row in ROWS[:3]]
    rows = [*ROWS, *refunded]
    bring_in(staff, rows)
    whole = {(s.line_key, s.paid, s.refunded_fen, s.status, s.amount_fen) for s in all_sales(db)}
    db.session.execute(Sale.__table__.delete())
    db.session.commit()

    random.Random(7).shuffle(rows)
    bring_in(staff, rows[:5])
    bring_in(staff, rows[5:])

    assert {(s.line_key, s.paid, s.refunded_fen, s.status, s.amount_fen) for s in all_sales(db)} == whole


def test_a_line_that_stands_twice_in_a_file_counts_once(db, staff):
    shipped = doudian_row(1, 订单状态="已发货", 订单完成时间="-")
    done = stage(staff, [shipped, shipped, doudian_row(1), shipped])

    assert fates(done) == counts(inserted=1, unchanged=2, updated=1)
    assert done.gmv_fen == 3990
    assert fates(applying.apply(staff, done.id, now=NOW)) == fates(done)
    assert [sale.status for sale in all_sales(db)] == ["completed"]


def test_a_newer_export_brings_refunds_and_an_older_one_does_not_take_them_back(staff):
    bring_in(staff, ROWS)
    newer = [row | {"售后状态": "已全额退款"} for row in ROWS[:2]]

    assert fates(bring_in(staff, newer)) == counts(updated=2)
    assert sums(staff) == (8, 8 * 3990, 2 * 3990)
    assert fates(bring_in(staff, ROWS)) == counts(unchanged=8)
    assert sums(staff) == (8, 8 * 3990, 2 * 3990)


def test_an_export_with_fewer_columns_takes_nothing_away(db, staff):
    bring_in(staff, ROWS)
    columns = [name for name in ROWS[0] if name not in ("流量体裁", "流量来源", "商品规格", "商家编码")]

    assert fates(bring_in(staff, doudian_csv(ROWS, columns=columns))) == counts(unchanged=8)


def test_held_and_rejected_rows_are_told_and_count_for_nothing(db, staff):
    rows = [doudian_row(1), doudian_row(2, 订单状态="神秘状态"), doudian_row(3, 商品数量="两个")]

    done = bring_in(staff, rows)

    assert fates(done) == counts(inserted=1, held=1, rejected=1)
    told = reports.report(staff, done.id)  # a buyer's message makes each row two lines long
    assert [(r.line, r.column_name, r.code) for r in told.rejected] == [(6, "商品数量", "row_bad_integer")]
    assert [(h.line, h.column_name, h.text) for h in told.held] == [(4, "订单状态", "神秘状态")]
    assert sums(staff) == (1, 3990, 0)


def test_after_applying_only_the_rows_in_doubt_stay_with_the_import(db, staff):
    bring_in(staff, [*ROWS, doudian_row(20, 订单状态="神秘状态")])

    assert db.session.scalars(select(SalesImportLine.fate)).all() == [RowFate.HELD]


def test_a_file_that_cannot_be_read_leaves_no_trace(db, staff):
    for data in (b"", b"PK\x03\x04 xl/", "姓名,电话\r\n甲,1\r\n".encode()):
        with pytest.raises(FileError):
            stage(staff, data)

    assert db.session.scalar(select(func.count()).select_from(SalesImport)) == 0


def test_only_staff_import_and_an_import_that_is_not_there_is_missing(staff):
    with pytest.raises(Forbidden):
        stage(create_actor(), ROWS)
    with pytest.raises(Forbidden):
        applying.apply(create_actor(), 1, now=NOW)
    with pytest.raises(Missing):
        applying.apply(staff, 999, now=NOW)
    with pytest.raises(BadInput) as refused:
        stage(staff, ROWS, show_id=999)
    assert refused.value.field == "show"


def test_an_unknown_product_counts_for_nobody_until_its_code_is_linked(db, staff):
    merchant, _ = create_merchant()
    product = create_product(merchant, "我们的紫菜")
    done = bring_in(staff, ROWS)

    assert done.unmatched == 8
    (unknown,) = reports.report(staff, done.id).unknown
    assert (unknown.code, unknown.lines, unknown.linked_to) == ("3561234567890123456", 8, None)
    assert figures.summary(staff, merchant_id=merchant.id, now=NOW).totals.orders == 0

    linked = linking.link(staff, done.platform, unknown.code, product.id, now=NOW)

    assert linked == 8
    assert figures.summary(staff, merchant_id=merchant.id, now=NOW).totals.orders == 8
    assert reports.report(staff, done.id).unknown[0].linked_to == "我们的紫菜"
    assert fates(bring_in(staff, ROWS)) == counts(unchanged=8)


def test_a_shop_that_tells_its_code_later_gets_the_sales_that_came_before(staff):
    merchant, owner = create_merchant()
    bring_in(staff, ROWS)

    products.create_product(owner, ProductFacts("我们的紫菜", 3990, 5, code="3561234567890123456"), now=NOW)

    assert figures.summary(owner, merchant_id=merchant.id, now=NOW).totals.orders == 8


def test_a_code_stands_for_one_product_only(staff):
    merchant, _ = create_merchant()
    one, other = create_product(merchant, "甲"), create_product(merchant, "乙")
    done = bring_in(staff, ROWS)
    linking.link(staff, done.platform, "ZC-100", one.id, now=NOW)

    with pytest.raises(BadInput) as refused:
        linking.link(staff, done.platform, "ZC-100", other.id, now=NOW)

    assert refused.value.code == "code_taken"


def test_products_are_found_by_code_then_by_a_name_that_only_one_bears(db, staff):
    merchant, _ = create_merchant()
    by_code = create_product(merchant, "代码紫菜")
    by_name = create_product(merchant, "手工面线")
    for _twin in range(2):
        create_product(merchant, "双胞胎")
    db.session.add(ProductCode(platform="doudian", code="111", product_id=by_code.id))
    db.session.commit()

    bring_in(
        staff,
        [
            doudian_row(1, 商品ID="111", 选购商品="手工面线"),
            doudian_row(2, 商品ID="222", 选购商品="手工面线"),
            doudian_row(3, 商品ID="333", 选购商品="双胞胎"),
        ],
    )

    assert [sale.product_id for sale in all_sales(db)] == [by_code.id, by_name.id, None]


def test_long_texts_fit_into_the_columns(staff):
    long = doudian_row(1, 选购商品="紫" * 500, 商品规格="克" * 500, 商家编码="Z" * 100, 流量来源="直播" * 50)

    assert fates(bring_in(staff, [long])) == counts(inserted=1)


def test_uploads_do_not_pile_up_without_end(staff, monkeypatch):
    monkeypatch.setattr(receiving, "MOST_OPEN", 2)
    waiting = [stage(staff, [doudian_row(number)]) for number in (1, 2)]

    with pytest.raises(BadInput, match="imports_many_open"):
        stage(staff, [doudian_row(3)])

    removing.cancel(staff, waiting[0].id, now=NOW)
    applying.apply(staff, waiting[1].id, now=NOW)
    assert stage(staff, [doudian_row(3)]).status is ImportStatus.STAGED
