"""The pages of statements: all merchants of a month, a shop's own months, one month as a page and as a file."""

import io
import json
from zipfile import ZipFile

import pytest

from domain.people import Role
from services.login import create_token
from services.sales.statement_locking import lock_due
from tests.support.builders import NOW, create_actor, create_studio
from tests.support.statement_builders import AFTER_OCTOBER, NOVEMBER, on, report_income, sell, write
from tests.support.studio_builders import create_merchant, create_product, create_show
from tests.support.tables_out import read_csv, read_workbook
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
WECHAT = {"User-Agent": "Mozilla/5.0 (Linux; Android 12) MicroMessenger/8.0.49"}


class Shop:
    """A shop that sold for ¥150 in October, of which ¥86 came back after the lock, and for ¥200 in November."""

    def __init__(self):
        self.merchant, self.owner = create_merchant("山腰茶行")
        tea, studio = create_product(self.merchant, "铁观音"), create_studio()
        show = create_show(studio, on(12, hour=19.5), title="秋茶专场")
        sale = sell(tea, show, on(12), 10_000)
        sell(tea, show, on(12), 5_000)
        lock_due(AFTER_OCTOBER)
        write(sale, refunded_fen=8_600)
        later = create_show(studio, on(18, NOVEMBER, 19.5), title="冬茶专场")
        sell(tea, later, on(18, NOVEMBER), 20_000)
        report_income(self.merchant, on(3, NOVEMBER).date(), 3_000, on(4, NOVEMBER))

    def path(self, month="2026-10", ending=""):
        return f"/sales/statements/{self.merchant.id}/{month}{ending}"


@pytest.fixture
def shop(db):
    return Shop()


@pytest.fixture
def owner(app, shop):
    return visitor(app, shop.owner)


@pytest.fixture
def staff(app, db):
    return visitor(app, create_actor(Role.STAFF))


def test_a_shop_finds_its_months_and_reads_how_the_sum_comes_about(owner, shop):
    months = owner.get("/sales/statements").text
    assert months.index("2026年11月") < months.index("2026年10月")
    assert shop.path() in months

    october = owner.get(shop.path()).text
    assert "¥150.00" in october
    assert "2026年11月16日 周一已锁定，以后不再改动。" in october

    november = owner.get(shop.path("2026-11")).text
    assert "¥114.00" in november
    assert "2026年10月有订单后来退款，−¥86.00 记在这个月。" in november
    assert "2026年12月16日 周三锁定" in november
    assert "① × 利润率 30% − 平台费用 ¥0.00" in november
    assert "¥34.20" in november
    assert "¥30.00" in november
    assert "sales/imports" not in november


def test_staff_see_all_shops_of_a_month_and_go_from_month_to_month(staff, shop):
    page = staff.get("/sales/statements").text
    assert "2026年10月对账单" in page
    assert "山腰茶行" in page
    assert "/sales/statements?month=2026-11" in page

    november = staff.get("/sales/statements?month=2026-11").text
    assert "其中以前月份的调整 −¥86.00" in november
    assert "¥114.00" in november
    assert "这个月没有对账单" in staff.get("/sales/statements?month=2025-01").text
    assert [
        staff.get(f"/sales/statements?month={one}").status_code for one in ("2026-12", "x", "2026-13")
    ] == [404] * 3


def test_a_shop_without_sales_is_told_what_will_be_here(app):
    _, newcomer = create_merchant()

    assert "还没有对账单" in visitor(app, newcomer).get("/sales/statements").text


def test_nobody_else_finds_a_statement(app, shop):
    _, rival = create_merchant()
    for ending in ("", ".xlsx", ".csv"):
        assert visitor(app, rival).get(shop.path(ending=ending)).status_code == 404
        assert visitor(app, create_actor()).get(shop.path(ending=ending)).status_code == 403
    assert visitor(app, rival).get("/sales/statements.xlsx").status_code == 403
    assert visitor(app, rival).get("/sales/statements.csv").status_code == 403


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "26-10", "1999-12", "2026-12", "0000-00"])
def test_a_month_that_is_none_is_not_there(owner, shop, month):
    assert owner.get(shop.path(month)).status_code == 404


def test_the_workbook_holds_the_rows_and_the_sums_as_numbers(owner, shop):
    answer = owner.get(shop.path("2026-11", ".xlsx"))
    book = read_workbook(answer.data)

    assert (
        answer.headers["Content-Disposition"]
        == f"attachment; filename=statement-{shop.merchant.id}-2026-11.xlsx"
    )
    assert book["明细"][0] == ["2026年11月对账单 · 山腰茶行"]
    assert [row[-3:] for row in book["明细"][2:]] == [
        [200.0, 0.0, 200.0],
        [0.0, 86.0, -86.0],
        [200.0, 86.0, 114.0],
    ]
    assert [row[0] for row in book["明细"][2:]] == ["2026-11", "2026-10", "合计"]
    sums = {row[0]: row[1] for row in book["汇总"][2:]}
    assert (sums["① 净销售额"], sums["② 估算增收"], sums["③ 申报增收"]) == (114.0, 34.2, 30.0)


def test_the_workbook_names_nobody_and_prints_on_a4(owner, shop):
    with ZipFile(io.BytesIO(owner.get(shop.path(ending=".xlsx")).data)) as archive:
        core, page = (
            archive.read("docProps/core.xml").decode(),
            archive.read("xl/worksheets/sheet1.xml").decode(),
        )
        names = archive.read("xl/workbook.xml").decode()

    assert "<dc:creator></dc:creator>" in core
    assert shop.owner.name not in core
    assert 'paperSize="9"' in page
    assert 'state="frozen"' in page
    assert "Print_Titles" in names


def test_csv_says_the_same_in_plain_numbers(owner, staff, shop):
    rows = read_csv(owner.get(shop.path("2026-11", ".csv")).data)
    assert rows[1] == ["2026-11", "2026-11-18", "冬茶专场", "铁观音", "1", "1", "200.00", "0.00", "200.00"]
    assert rows[2][-1] == "-86.00"

    everybody = read_csv(staff.get("/sales/statements.csv?month=2026-10").data)
    assert everybody[1][:7] == ["山腰茶行", "2", "2", "150.00", "0.00", "0.00", "150.00"]
    assert everybody[1][-2:] == ["已锁定", "2026-11-16"]
    book = read_workbook(staff.get("/sales/statements.xlsx?month=2026-10").data)
    assert book["商户"][-1][:7] == ["合计", 2.0, 2.0, 150.0, 0.0, 0.0, 150.0]


def test_in_wechat_the_page_tells_how_to_keep_it_instead_of_a_download(owner, shop):
    assert ".xlsx" in owner.get(shop.path()).text
    page = owner.get(shop.path(), headers=WECHAT).text
    assert ".xlsx" not in page
    assert "微信里不能下载文件" in page


def test_programs_read_lists_and_single_statements(app, owner, shop):
    with app.app_context():
        token = create_token(shop.owner.phone, label="", now=NOW)
    headers = {"Authorization": f"Bearer {token}"}
    client, base = app.test_client(), "/api/v1/sales/statements"

    listed = client.get(base, headers=headers).json
    assert [(one["month"], one["net_fen"], one["adjusted_fen"]) for one in listed["items"]] == [
        ("2026-11", 11_400, -8_600),
        ("2026-10", 15_000, 0),
    ]
    assert [one["month"] for one in client.get(f"{base}?month=2026-10", headers=headers).json["items"]] == [
        "2026-10"
    ]
    assert client.get(f"{base}?month=9999-12", headers=headers).status_code == 422
    first = client.get(f"{base}?page_size=1", headers=headers).json
    rest = client.get(f"{base}?page_size=1&cursor={first['next_cursor']}", headers=headers).json
    assert [one["month"] for one in (*first["items"], *rest["items"])] == ["2026-11", "2026-10"]

    one = client.get(f"{base}/{shop.merchant.id}/2026-11", headers=headers).json
    assert one["locked_at"] is None
    assert one["locks_at"] == "2026-12-16T00:00:00+08:00"
    assert [row["net_fen"] for row in one["rows"]] == [20_000]
    assert [(a["month"], a["net_fen"]) for a in one["adjustments"]] == [("2026-10", -8_600)]
    assert json.dumps(one).count("refunded_orders") == 1
    assert client.get(f"{base}?merchant={shop.merchant.id + 1}", headers=headers).status_code == 404
    assert client.get(f"{base}?month=x", headers=headers).status_code == 422
    book = client.get(f"{base}/{shop.merchant.id}/2026-11.xlsx", headers=headers)
    assert set(read_workbook(book.data)) == {"明细", "汇总"}
