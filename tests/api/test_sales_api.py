"""The API of sales."""

import io
from datetime import timedelta

import pytest

from blueprints.clock import now
from domain.people import Role
from domain.sales.lines import Platform
from models import Person, ProductCode
from services.sales import applying, work
from tests.api.program import Program
from tests.support.builders import NOW, create_person
from tests.support.exports import doudian_csv, doudian_row
from tests.support.studio_builders import create_merchant, create_product

pytestmark = pytest.mark.usefixtures("db")
OURS = {"商品ID": "3519", "选购商品": "铁观音 250g", "商品数量": "1", "订单应付金额": "88.00"}


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW + timedelta(days=30), tick=False)


@pytest.fixture
def staff(app):
    return Program(app, create_person(Role.STAFF))


@pytest.fixture
def shop(app, db):
    merchant, actor = create_merchant("山腰茶行")
    product = create_product(merchant)
    db.session.add(ProductCode(platform=Platform.DOUDIAN, code="3519", product_id=product.id))
    db.session.commit()
    return Program(app, db.session.get(Person, actor.id))


def export(*rows, encoding="gb18030"):
    return io.BytesIO(doudian_csv(rows, encoding=encoding)), "订单导出.csv"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_an_export_is_staged_applied_and_summed_up(staff, shop, encoding):
    rows = [
        doudian_row(1, **OURS),
        doudian_row(2, **OURS, 商品规格="罐装"),
        doudian_row(3, 商品ID="9999", 订单应付金额="10"),
    ]

    staged = staff.upload("/sales/imports", file=export(*rows, encoding=encoding))
    applied = staff.post(f"/sales/imports/{staged.json['id']}/apply")

    assert (staged.status_code, staged.json["status"], staged.json["platform"]) == (201, "staged", "doudian")
    assert (applied.json["status"], applied.json["read"], applied.json["inserted"]) == ("applied", 3, 3)
    assert applied.json["unmatched"] == 1
    assert staff.get("/sales/summary").json["gmv_fen"] == 18_600
    assert shop.get("/sales/summary").json["gmv_fen"] == 17_600


def test_the_same_file_again_changes_nothing(staff, shop):
    first = staff.upload("/sales/imports", file=export(doudian_row(1, **OURS))).json
    staff.post(f"/sales/imports/{first['id']}/apply")
    before = staff.get("/sales/summary").json

    again = staff.upload("/sales/imports", file=export(doudian_row(1, **OURS))).json
    applied = staff.post(f"/sales/imports/{again['id']}/apply").json

    assert (applied["inserted"], applied["updated"], applied["unchanged"]) == (0, 0, 1)
    assert staff.get("/sales/summary").json == before


def test_one_key_stages_one_import(staff, shop):
    first = staff.upload("/sales/imports", key="k", file=export(doudian_row(1, **OURS)))
    again = staff.upload("/sales/imports", key="k", file=export(doudian_row(1, **OURS)))
    other = staff.upload("/sales/imports", key="k", file=export(doudian_row(2, **OURS)))

    assert (first.status_code, again.json) == (201, first.json)
    assert other.json["code"] == "idempotency_mismatch"


def test_a_rejected_row_is_named_by_line_column_and_reason(staff, shop):
    rows = [doudian_row(1, **OURS), doudian_row(2, **OURS | {"商品数量": "六"})]

    staged = staff.upload("/sales/imports", file=export(*rows)).json

    assert staged["read"] == staged["inserted"] + len(staged["rejected"])
    (row,) = staged["rejected"]
    assert (row["line"], row["column"]) == (4, "商品数量")  # the first row's message has two lines
    assert row["message"]


def test_what_is_no_export_is_refused_with_a_sentence(staff):
    refused = staff.upload("/sales/imports", file=(io.BytesIO(b"\x00\x01binary"), "x.csv"))
    nothing = staff.upload("/sales/imports")

    assert (refused.status_code, nothing.status_code) == (422, 422)
    assert refused.json["title"]


def test_shops_see_their_own_figures_only(app, db, staff, shop):
    other, _actor = create_merchant()

    assert shop.get("/sales/summary", merchant=other.id).status_code == 404
    assert shop.upload("/sales/imports", file=export(doudian_row(1))).status_code == 403
    assert Program(app, create_person()).get("/sales/summary").status_code == 403


def test_staff_alone_may_send_more_than_other_requests_hold(app, staff, shop, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 500)
    rows = [doudian_row(number, **OURS) for number in range(1, 10)]

    assert staff.upload("/sales/imports", file=export(*rows)).status_code == 201
    assert shop.upload("/sales/imports", file=export(*rows)).status_code == 403
    assert staff.upload("/sales/imports/1/apply", file=export(*rows)).status_code == 413


def test_a_large_export_is_worked_on_meanwhile_and_asked_after(staff, shop, monkeypatch):
    for module in (work, applying):
        monkeypatch.setattr(module, "SMALL", 0)

    sent = staff.upload("/sales/imports", file=export(doudian_row(1, **OURS), doudian_row(2, **OURS)))
    address = f"/sales/imports/{sent.json['id']}"

    assert (sent.status_code, sent.json["status"], sent.location) == (202, "staging", f"/api/v1{address}")
    assert sent.json["progress"] == {"rows_done": 0, "row_count": 2}
    work.run_due(now())
    assert staff.get(address).json["status"] == "staged"

    assert staff.post(f"{address}/apply").status_code == 202
    work.run_due(now())
    done = staff.get(address).json
    assert (done["status"], done["inserted"], done["progress"]["rows_done"]) == ("applied", 2, 2)
    assert (done["layout"], done["format"], done["error"]) == ("doudian_orders", "csv", None)
    assert done["money"]["inserted"]["gmv_fen"] == done["gmv_fen"] == done["books_gmv_fen"] == 17_600


def test_an_import_is_undone_and_one_that_waits_is_cancelled(staff, shop):
    first, second = (
        staff.upload("/sales/imports", file=export(doudian_row(number, **OURS))).json["id"]
        for number in (1, 2)
    )
    staff.post(f"/sales/imports/{first}/apply")

    assert staff.post(f"/sales/imports/{first}/undo").json["status"] == "undone"
    assert staff.post(f"/sales/imports/{second}/cancel").json["status"] == "cancelled"

    refused = staff.post(f"/sales/imports/{second}/undo")
    assert (refused.status_code, refused.json["violations"][0]["code"]) == (422, "import_not_applied")
    page = staff.get("/sales/imports", page_size=1).json
    assert [item["id"] for item in page["items"]] == [second]
    rest = staff.get("/sales/imports", cursor=page["next_cursor"]).json
    assert ([item["id"] for item in rest["items"]], rest["next_cursor"]) == ([first], None)
    assert shop.get("/sales/imports").status_code == 403
