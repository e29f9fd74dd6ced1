"""The pages of sales: upload, preview, apply, link a product, a shop's own figures."""

import io

import pytest
from sqlalchemy import func, select

from blueprints.words import sentence
from domain.errors import Violation
from domain.people import Role
from domain.sales.problems import FileCode, HeldCode, RowCode
from models import Sale, SalesImport
from services.sales import receiving
from tests.support.builders import create_actor
from tests.support.client import read_forms
from tests.support.exports import canaries, doudian_csv, doudian_row
from tests.support.importing import stage
from tests.support.studio_builders import create_merchant, create_product
from tests.support.visits import visitor
from tests.support.workbooks import excel_workbook

ROWS = [doudian_row(1), doudian_row(2, 订单状态="神秘状态"), doudian_row(3, 商品数量="两个")]


@pytest.fixture
def staff(app, db):
    return visitor(app, create_actor(Role.STAFF, name="李工"))


def upload(client, data, name="订单.csv", **changes):
    form = next(
        form for form in read_forms(client.get("/sales/imports").text) if form.action == "/sales/imports"
    )
    fields = form.fields | changes
    return client.post(form.action, data=fields | {"file": (io.BytesIO(data), name)})


def count(db, table):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table))


def test_an_upload_too_many_brings_the_form_back_with_the_reason(staff, db, monkeypatch):
    monkeypatch.setattr(receiving, "MOST_OPEN", 1)
    upload(staff, doudian_csv(ROWS))

    refused = upload(staff, doudian_csv(ROWS[:1]))

    assert refused.status_code == 422
    assert "已经有 1 份订单表没有入账" in refused.text
    assert count(db, SalesImport) == 1


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_staff_upload_look_apply_and_the_second_time_changes_nothing(staff, db, encoding):
    data = doudian_csv(ROWS, encoding=encoding)

    sent = upload(staff, data)
    assert sent.status_code == 303
    preview = staff.get(sent.location)
    assert "还没有入账" in preview.text
    assert "读到 3 行 = 新增 1 + 更新 0 + 没变化 0 + 要处理 1 + 不能用 1" in preview.text
    assert "没见过这个订单状态：“神秘状态”。" in preview.text
    assert "¥39.90" in preview.text
    assert count(db, Sale) == 0

    applied = staff.submit(preview, "/apply")
    assert applied.status_code == 303
    assert "已入账：新增 1 行" in staff.get(applied.location).text

    again = staff.get(upload(staff, data).location)
    assert "已经都在账上" in again.text
    done = staff.get(staff.submit(again, "/apply").location)
    assert "这次什么都没有改变" in done.text
    assert count(db, Sale) == 1


def test_a_workbook_is_read_like_a_csv_whatever_its_name(staff, db):
    data = excel_workbook(list(ROWS[0]), [[row.get(name, "") for name in ROWS[0]] for row in ROWS])

    for name in ("订单.xlsx", "订单.csv"):
        preview = staff.get(upload(staff, data, name).location).text
        assert "读到 3 行 = 新增 1 + 更新 0 + 没变化 0 + 要处理 1 + 不能用 1" in preview
        assert "抖店 · Excel" in preview
    assert ".xlsx" in staff.get("/sales/imports").text


def test_no_page_shows_anything_of_the_buyers(staff):
    sent = upload(staff, doudian_csv(ROWS))
    pages = [staff.get(sent.location), staff.get("/sales/imports")]
    staff.submit(pages[0], "/apply")
    pages.append(staff.get(sent.location))

    for page in pages:
        assert not [c for number in (1, 2, 3) for c in canaries(number) if c in page.text]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "文件是空的"),
        (b"PK\x03\x04" + b"\x00" * 30 + b"[Content_Types].xml xl/", "这个 Excel 文件读不了"),
        (
            "姓名,电话\r\n甲,1\r\n".encode(),
            "看不出是哪个平台的订单表。目前支持：抖店、快手小店、微信小店、拼多多、淘宝。",
        ),
        (doudian_csv([]), "文件里只有表头"),
        (doudian_csv([{"子订单编号": "1", "选购商品": "茶"}]), "缺少这些列：主订单编号、"),
    ],
)
def test_a_file_that_cannot_be_read_brings_the_form_back_with_the_reason(staff, db, data, said):
    answer = upload(staff, data)

    assert answer.status_code == 422
    assert said in answer.text
    assert count(db, SalesImport) == 0


def test_a_form_without_a_file_says_so(staff):
    form = read_forms(staff.get("/sales/imports").text)
    upload_form = next(form for form in form if form.action == "/sales/imports")

    answer = staff.post("/sales/imports", data=upload_form.fields)

    assert answer.status_code == 422
    assert "请先选择从平台导出的订单文件。" in answer.text


def test_an_upload_sent_twice_is_staged_once(staff, db):
    key = {"idempotency_key": "one-tap-two-requests"}

    first, second = upload(staff, doudian_csv(ROWS), **key), upload(staff, doudian_csv(ROWS), **key)

    assert first.location == second.location
    assert count(db, SalesImport) == 1


def test_another_file_under_the_same_key_is_refused(staff):
    key = {"idempotency_key": "one-tap-two-requests"}
    upload(staff, doudian_csv(ROWS), **key)

    assert upload(staff, doudian_csv(ROWS[:1]), **key).status_code == 422


def test_an_export_larger_than_other_requests_is_let_through(staff, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 20_000)
    rows = [doudian_row(number) for number in range(1, 80)]

    assert upload(staff, doudian_csv(rows)).status_code == 303


def test_staff_say_which_product_a_code_stands_for(staff, app, db):
    merchant, owner = create_merchant("紫菜铺", margin_bp=0)
    product = create_product(merchant, "我们的紫菜")
    sent = upload(staff, doudian_csv([doudian_row(1)]))
    staff.submit(staff.get(sent.location), "/apply")

    refused = staff.submit(staff.get(sent.location), "/products", product_id="")
    assert refused.status_code == 422
    assert "请选择一件商品。" in refused.text

    staff.submit(staff.get(sent.location), "/products", product_id=product.id)
    assert "已对上：我们的紫菜" in staff.get(sent.location).text
    assert count(db, Sale) == 1
    assert "我们的紫菜" in visitor(app, owner).get("/sales").text


def test_a_merchant_without_sales_or_without_a_shop_is_told_what_to_do(app, db):
    _, owner = create_merchant("紫菜铺", margin_bp=0)

    page = visitor(app, owner).get("/sales").text
    assert "还没有上过直播" in page
    assert "还没有申报利润率，估算不出增收" in page
    assert "¥0.00" in page
    assert (
        "这个账号还没有店铺"
        in visitor(app, create_actor(Role.MERCHANT)).get("/sales", follow_redirects=True).text
    )


def test_sales_are_nobody_elses_business(app, db):
    stage(create_actor(Role.STAFF), ROWS)
    resident, (_, merchant) = create_actor(), create_merchant()

    for somebody, path in (
        (resident, "/sales"),
        (resident, "/sales/imports"),
        (merchant, "/sales/imports"),
        (merchant, "/sales/imports/1"),
    ):
        assert visitor(app, somebody).get(path).status_code == 403
    assert visitor(app).get("/sales").status_code == 303
    assert visitor(app, create_actor(Role.STAFF)).get("/sales/imports/999").status_code == 404


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_every_code_of_an_export_has_its_sentence(app):
    names = ("line", "column", "columns", "platform", "platforms", "rows", "megabytes", "sheets")
    params = dict.fromkeys(names, "x")

    with app.test_request_context():
        said = {code: sentence(Violation(code.value, params)) for code in (*FileCode, *RowCode, *HeldCode)}

    assert [code for code, text in said.items() if not text.endswith("。")] == []
    assert len(set(said.values())) == len(said)
