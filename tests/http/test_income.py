"""The pages of reported income: a shop hands in and puts right, staff decide and correct; proofs stay private."""

import re
from io import BytesIO

import pytest
from sqlalchemy import func, select, true

from domain.people import Role
from models import AuditEvent, IncomeEntry, IncomeReport
from services import outbox, space_lines
from services.sales import income, income_reading
from tests.support.builders import NOW, create_actor
from tests.support.client import read_forms
from tests.support.income_builders import (
    accepted_income,
    create_scan,
    hand_in_income,
    income_facts,
    proofs_of,
)
from tests.support.merchant_builders import PDF, create_draft, photo
from tests.support.studio_builders import create_merchant
from tests.support.visits import HTMX, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
TYPED = {"kind": "in_shop", "sold_on": "2026-11-22", "amount": "387", "note": "核销 3 张券"}


@pytest.fixture
def shop():
    return create_merchant("山腰茶行")


@pytest.fixture
def browser(app, shop):
    return visitor(app, shop[1])


@pytest.fixture
def staff(app):
    return visitor(app, create_actor(Role.STAFF, name="吴晓敏"))


def upload(browser, page, path, *photos, **fields):
    """Send the page's form with pictures, as a browser does."""
    form = next(form for form in read_forms(page.text) if form.action.endswith(path))
    files = [(BytesIO(data), f"{number}.jpg") for number, data in enumerate(photos)]
    sent = {**form.fields, **fields} | ({"scan": files} if files else {})
    return browser.post(form.action, data=sent, content_type="multipart/form-data")


def hand_in(browser, *photos, **fields):
    return upload(browser, browser.get("/sales/income/new"), "/income/new", *photos, **TYPED | fields)


def reports(db):
    db.session.rollback()
    return db.session.scalars(select(IncomeReport).order_by(IncomeReport.id)).all()


def test_a_report_goes_from_the_shop_to_line_three(browser, staff, db):
    assert "登记一笔线下收入" in browser.get("/sales/income").text
    sent = hand_in(browser, photo(), photo("peru"))
    assert sent.status_code == 303
    page = browser.get(sent.location)
    assert "等待审核" in page.text
    assert "¥387.00" in page.text
    assert page.text.count("scan-picture") == 2

    desk = staff.get("/sales/income")
    assert "1 笔等审核" in desk.text
    assert "山腰茶行" in desk.text
    assert '<b class="review-count">1</b>' in staff.get("/desk").text
    done = staff.submit(staff.get(sent.location), "/accept")
    assert (done.status_code, done.location) == (303, "/sales/income")
    assert "都审核完了" in staff.get("/sales/income").text

    assert "¥387.00" in browser.get("/sales/income").text
    assert "已通过" in browser.get(sent.location).text
    assert "¥387.00" in browser.get("/sales").text
    outbox.deliver_due(NOW)
    assert "记进第③项" in browser.get("/bookings").text


def test_what_was_typed_and_brought_stays_while_a_field_is_corrected(browser, db):
    again = hand_in(browser, photo(), amount="-5", note="三张券")

    assert again.status_code == 422
    assert "金额要大于 0" in again.text
    assert "三张券" in again.text
    assert "已收到 1 张，不用再选。" in again.text
    assert reports(db) == []
    done = upload(browser, again, "/income/new", amount="5.50")
    assert done.status_code == 303
    assert [one.amount_fen for one in reports(db)] == [550]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"sold_on": ""}, "请选择卖出的日期"),
        ({"sold_on": "2026-11-24"}, "这一天还没到"),
        ({"sold_on": "2025-12-31"}, "只能登记 2026年1月1日"),
        ({"sold_on": "gestern"}, "请选择日期"),
        ({"amount": ""}, "请填写金额"),
        ({"amount": "很多"}, "看不懂这个金额"),
        ({"amount": "100000.01"}, "一笔最多 ¥100,000.00"),
        ({"quantity": "两个"}, "件数请写"),
        ({"note": "字" * 201}, "说明最多 200 个字"),
    ],
)
def test_a_slip_is_told_at_its_field(browser, db, fields, said):
    answer = hand_in(browser, photo(), **fields)

    assert answer.status_code == 422
    assert said in answer.text
    assert reports(db) == []


def test_without_a_usable_proof_nothing_is_handed_in(browser, db):
    for answer, said in (
        (hand_in(browser), "至少要一张凭证"),
        (hand_in(browser, b"GIF89a no picture"), "scan"),
        (hand_in(browser, *[photo()] * 6), "凭证最多 5 张"),
    ):
        assert answer.status_code == 422
        assert said in answer.text
    assert reports(db) == []


def test_of_too_many_proofs_none_is_remembered(browser, db):
    again = hand_in(browser, *[photo()] * 6)
    assert "已收到" not in again.text

    done = upload(browser, again, "/income/new", photo())

    assert done.status_code == 303
    [report] = reports(db)
    assert len(proofs_of(report)) == 1


def test_sent_twice_it_is_one_report(browser, db):
    page = browser.get("/sales/income/new")
    first, second = (upload(browser, page, "/income/new", photo(), **TYPED) for _ in range(2))

    assert first.location == second.location or second.status_code == 422
    assert len(reports(db)) == 1


def test_a_returned_report_is_put_right(browser, staff, shop, db):
    report = hand_in_income(shop[1], proofs=2)
    address = f"/sales/income/{report.id}"
    form = next(form for form in read_forms(staff.get(address).text) if form.action.endswith("/return"))
    staff.post(form.action, data=form.fields | {"reason": "照片看不清"})
    assert "退回的原因：照片看不清" in browser.get(address).text

    keep = proofs_of(report)[1]
    page = browser.get(f"{address}/edit")
    assert "387.00" in page.text
    sent = upload(browser, page, "/edit", photo(), keep=str(keep), amount="300")
    assert (sent.status_code, sent.location) == (303, address)
    db.session.rollback()
    assert keep in proofs_of(report)
    assert len(proofs_of(report)) == 2
    assert "上次退回的原因：照片看不清" in staff.get(address).text
    assert browser.get(f"{address}/edit").location == address


def test_whoever_comes_late_sees_how_it_stands(browser, staff, shop):
    report = hand_in_income(shop[1])
    address = f"/sales/income/{report.id}"
    desk, own = staff.get(address), browser.get(address)
    taps = [browser.submit(own, "/withdraw") for _tap in "ab"]
    assert [tap.status_code for tap in taps] == [303, 303]

    late = staff.submit(desk, "/accept")
    assert late.status_code == 409
    assert "刚刚有人动过这一笔" in late.text
    assert "已撤回" in late.text


def test_staff_correct_with_a_reason_and_the_ledger_shows_both(staff, browser, shop, db):
    report = accepted_income(shop[1])
    address = f"/sales/income/{report.id}"

    for slip, said in (
        ({"amount": "300", "reason": ""}, "请选择或填写原因"),
        ({"amount": "x", "reason": "退货"}, "看不懂这个金额"),
        ({"amount": "387", "reason": "退货"}, "和现在的金额一样"),
    ):
        answer = staff.submit(staff.get(address), "/correct", **slip)
        assert answer.status_code == 422
        assert said in answer.text
        assert f'value="{slip["amount"]}"' in answer.text
    done = staff.submit(staff.get(address), "/correct", amount="300", reason="顾客退货")
    assert (done.status_code, done.location) == (303, address)

    for page in (staff.get(address), browser.get(address)):
        for part in ("+¥387.00", "-¥87.00", "¥300.00", "顾客退货", "审核通过"):
            assert part in page.text
    assert "更正金额" not in browser.get(address).text
    db.session.rollback()
    assert db.session.scalar(select(func.sum(IncomeEntry.amount_fen))) == 30_000


def seen_by_others(app, path):
    """The status that everybody else gets, signed in or not."""
    _, rival = create_merchant()
    others = [create_actor(), create_actor(Role.CAPTAIN, captain_of=7), create_actor(Role.STAFF), rival, None]
    return [visitor(app, one).get(path).status_code for one in others]


def test_a_proof_is_for_its_shop_alone(app, browser, shop):
    report = hand_in_income(shop[1])
    path = f"/sales/income/{report.id}/proofs/{proofs_of(report)[0]}"

    own = browser.get(path)
    assert (own.status_code, own.mimetype, own.headers["Cache-Control"]) == (200, "image/jpeg", "no-store")
    assert own.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert seen_by_others(app, path) == [403, 403, 403, 404, 303]


@pytest.mark.mutant
def test_without_the_check_of_the_owner_this_would_be_noticed(app, shop, monkeypatch):
    report = hand_in_income(shop[1])
    path = f"/sales/income/{report.id}/proofs/{proofs_of(report)[0]}"
    looked_up = income_reading._proof  # noqa: SLF001  the check of the owner is its last argument

    monkeypatch.setattr(income_reading, "_proof", lambda *found: looked_up(*found[:-1], true()))

    assert seen_by_others(app, path)[3] == 200


def test_staff_open_a_proof_beside_the_facts_and_the_look_is_logged(staff, shop, db):
    report = hand_in_income(shop[1])
    proof = proofs_of(report)[0]
    page = staff.get(f"/sales/income/{report.id}")
    assert "data:image" not in page.text

    opened = staff.submit(page, f"/proofs/{proof}")
    token = {"csrf_token": next(form for form in read_forms(page.text)).fields["csrf_token"]}
    part = staff.post(f"/sales/income/{report.id}/proofs/{proof}", data=token, headers=HTMX)

    assert 'src="data:image/jpeg;base64,' in opened.text
    assert "申报的内容" in opened.text
    assert part.text.strip().startswith(f'<div class="scan" id="proof-{proof}">')
    db.session.rollback()
    assert db.session.scalar(select(func.count()).where(AuditEvent.action == "income.proof_opened")) == 2


def test_a_pdf_is_handed_out_as_a_file_only(app, staff, shop):
    scan = create_scan(shop[1].id, media_type="application/pdf", content=PDF)
    report = income.submit(shop[1], income_facts(), [scan], now=NOW)

    answer = staff.submit(staff.get(f"/sales/income/{report.id}"), f"/proofs/{scan}")

    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_newcomer_is_led_to_the_way_in(app):
    _, newcomer = create_draft()
    browser = visitor(app, newcomer)

    for path in ("/sales/income", "/sales/income/new"):
        assert browser.get(path).location == "/my-shop"


def test_staff_turn_the_pages_of_what_was_decided(shop, staff, monkeypatch):
    monkeypatch.setattr(space_lines, "SPACES_A_PAGE", 2)
    monkeypatch.setattr(income_reading, "SPACES_A_PAGE", 2)
    monkeypatch.setattr(income_reading, "MOST", 1)
    decided = [accepted_income(shop[1]).id for _ in range(5)]
    waiting = [hand_in_income(shop[1]).id for _ in range(3)]

    pages = [staff.get(f"/sales/income?page={number}").text for number in (1, 2, 3)]
    listed = [re.findall(r'class="list-title" href="/sales/income/(\d+)"', page) for page in pages]

    assert [len(ids) for ids in listed] == [1 + 2, 2, 1]
    assert listed[0][0] == str(waiting[0]), "the oldest comes first"
    assert {int(one) for ids in listed for one in ids} == {*decided, waiting[0]}
    assert "3 笔等审核" in pages[0]
    assert "还有 2 个会接着出来" in pages[0]
    assert "第 2 页，共 3 页" in pages[1]
    assert 'rel="prev"' not in pages[0]
    assert 'rel="next"' not in pages[2]


def test_a_few_decisions_need_no_pages(shop, staff):
    accepted_income(shop[1])
    page = staff.get("/sales/income?page=7").text

    assert "最近审核过的" in page
    assert "翻页" not in page
