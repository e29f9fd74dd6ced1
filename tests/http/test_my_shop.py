"""The page of the own shop: its data, its papers, its people."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from domain.merchants.papers import PaperKind, PaperStatus
from domain.merchants.products import Category, FoodType
from domain.merchants.shops import MerchantStatus
from domain.people import Role
from models import Merchant, MerchantInvite, Paper, PrivateFile
from services.merchants import members
from tests.support.builders import NOW, create_actor
from tests.support.client import read_forms
from tests.support.merchant_builders import PDF, create_draft, credit_code, hand_in, photo
from tests.support.studio_builders import create_merchant, create_paper, create_product
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
FACTS = {
    "name": "惠珍干货铺",
    "address": "聚福小区 12 栋",
    "responsible_person": "黄惠珍",
    "contact_phone": "0595 87001001",
    "registration": "registered",
}
PAPER = {"kind": "business_licence", "number": "JY1", "issuer": "泉港区市监局", "expires_on": "2030-01-31"}


def upload(browser, page, path, **fields):
    """Send the page's form with a file, as a browser does."""
    form = next(form for form in read_forms(page.text) if form.action.endswith(path))
    return browser.post(form.action, data={**form.fields, **fields}, content_type="multipart/form-data")


@pytest.fixture
def draft(app):
    """A new shop and its merchant's browser."""
    shop, actor = create_draft("惠珍干货铺")
    return shop, visitor(app, actor)


@pytest.fixture
def verified(app):
    """A verified shop and its merchant's browser."""
    shop, actor = create_merchant("山腰茶行", credit_code=credit_code())
    return shop, visitor(app, actor), actor


def test_a_shop_goes_from_its_data_to_the_review(draft, db):
    shop, browser = draft

    saved = browser.submit(browser.get("/my-shop/facts"), "/facts", **FACTS, credit_code=credit_code())
    assert (saved.status_code, saved.location) == (303, "/my-shop")
    assert "接着上传营业执照" in browser.get("/my-shop").text
    page = browser.get("/my-shop/papers/new?kind=business_licence")
    sent = upload(browser, page, "/papers/new", **PAPER, scan=(BytesIO(photo()), "licence.jpg"))
    assert (sent.status_code, sent.location) == (303, "/my-shop")
    browser.submit(browser.get("/my-shop"), "/my-shop/submit")

    db.session.refresh(shop)
    assert (shop.status, shop.contact_phone) == (MerchantStatus.SUBMITTED, "0595-87001001")
    assert "工作人员正在核实" in browser.get("/my-shop").text


def test_the_form_of_a_new_shop_knows_who_founds_it(app):
    shop, actor = create_draft()

    page = visitor(app, actor).get("/my-shop/facts")

    assert f'value="{actor.name}"' in page.text
    assert f'value="{actor.phone}"' in page.text
    assert shop.responsible_person == ""


def test_what_is_missing_is_said_in_words(draft):
    shop, browser = draft
    token = re.search('name="csrf_token" value="([^"]+)"', browser.get("/my-shop").text)

    refused = browser.post("/my-shop/submit", data={"csrf_token": token[1], "version": shop.version})

    assert refused.status_code == 422
    for sentence in ("请填写店铺地址。", "请填写负责人。", "请填写联系电话。", "请上传营业执照。"):
        assert sentence in refused.text


def test_a_slip_in_the_code_is_named_at_its_field_and_keeps_the_rest(draft, db):
    shop, browser = draft
    wrong = "91350100M000100Y44"

    refused = browser.submit(browser.get("/my-shop/facts"), "/facts", **FACTS, credit_code=wrong)

    assert refused.status_code == 422
    assert "信用代码有一位不对" in refused.text
    assert f'value="{wrong}"' in refused.text
    assert 'value="聚福小区 12 栋"' in refused.text
    db.session.refresh(shop)
    assert shop.address == ""


def test_a_shop_without_registration_says_why(draft, db):
    shop, browser = draft
    fields = FACTS | {"registration": "exempt", "credit_code": "left over"}

    browser.submit(browser.get("/my-shop/facts"), "/facts", **fields, exempt_reason="只卖自家种的枇杷")

    db.session.refresh(shop)
    assert (shop.credit_code, shop.exempt_reason) == (None, "只卖自家种的枇杷")
    assert "最后一步：提交核实" in browser.get("/my-shop").text


def test_a_verified_shop_is_warned_before_it_changes_what_was_verified(verified, db):
    shop, browser, _ = verified
    page = browser.get("/my-shop/facts")
    assert "要等工作人员重新核实" in page.text

    browser.submit(page, "/facts", address="别处 9 号")

    db.session.refresh(shop)
    assert shop.status is MerchantStatus.SUBMITTED
    assert "工作人员会重新核实" in browser.get("/my-shop").text
    assert browser.get("/sales").status_code == 200  # its figures stay where they are


def test_who_saves_second_sees_what_the_first_one_did(verified, app, db):
    shop, browser, actor = verified
    other = create_actor(Role.MERCHANT)
    members.accept(other, members.invite(actor, now=NOW).token, now=NOW)
    page = browser.get("/my-shop/facts")
    partner = visitor(app, other)
    partner.submit(partner.get("/my-shop/facts"), "/facts", contact_phone="13800000099")

    stale = browser.submit(page, "/facts", address="别处 9 号")

    assert stale.status_code == 409
    assert "13800000099" in stale.text
    assert 'value="别处 9 号"' in stale.text
    assert browser.submit(stale, "/facts", contact_phone="13800000099").status_code == 303
    db.session.refresh(shop)
    assert (shop.address, shop.contact_phone) == ("别处 9 号", "13800000099")


def test_a_double_tap_hands_one_paper_in(draft, db):
    _, browser = draft
    page = browser.get("/my-shop/papers/new")

    for _ in range(2):
        upload(browser, page, "/papers/new", **PAPER, scan=(BytesIO(PDF), "licence.pdf"))

    assert len(db.session.scalars(select(Paper)).all()) == 1


def test_a_scan_is_kept_while_the_rest_is_corrected(draft, db):
    _, browser = draft
    page = browser.get("/my-shop/papers/new")

    refused = upload(
        browser, page, "/papers/new", **PAPER | {"number": "", "expires_on": ""}, scan=(BytesIO(PDF), "a.pdf")
    )
    assert refused.status_code == 422
    for sentence in ("请填写证照编号。", "请填写有效期的最后一天", "文件已收到，不用再选。"):
        assert sentence in refused.text
    sent = upload(browser, refused, "/papers/new", number="JY1", forever="y")

    assert sent.status_code == 303
    (paper,) = db.session.scalars(select(Paper)).all()
    assert (paper.expires_on, len(db.session.scalars(select(PrivateFile)).all())) == (None, 1)


def test_somebody_elses_scan_cannot_be_slipped_into_the_form(draft, db):
    _, browser = draft
    _, rival = create_merchant("阿嬷海味")
    theirs = hand_in(rival, scan=PDF).scan_id

    refused = upload(
        browser, browser.get("/my-shop/papers/new"), "/papers/new", **PAPER, kept_scan=str(theirs)
    )

    assert refused.status_code == 422
    assert "请拍照或选择一个文件。" in refused.text


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("licence.pdf", b"MZ\x90 program"),
        ("a.jpg", b"<html><script>1</script>"),
        ("a.svg", b"<svg onload='x'/>"),
    ],
)
def test_what_is_no_scan_is_named_next_to_its_field(draft, db, name, sent):
    _, browser = draft

    refused = upload(
        browser, browser.get("/my-shop/papers/new"), "/papers/new", **PAPER, scan=(BytesIO(sent), name)
    )

    assert refused.status_code == 422
    assert "只支持照片（JPEG、PNG、WebP）或 PDF 文件。" in refused.text
    assert db.session.scalars(select(PrivateFile)).all() == []


def test_a_paper_that_was_returned_is_the_next_step(verified, db):
    shop, browser, actor = verified
    paper = create_paper(
        shop, PaperKind.FOOD_LICENCE, actor.id, status=PaperStatus.RETURNED, review_reason="照片看不清"
    )
    page = browser.get("/my-shop")
    assert "食品经营许可证被退回了" in page.text
    assert "照片看不清" in page.text
    form = browser.get(f"/my-shop/papers/{paper.id}")
    assert "上次退回的原因：照片看不清" in form.text

    sent = upload(browser, form, f"/papers/{paper.id}", forever="y", scan=(BytesIO(photo()), "a.jpg"))

    assert sent.status_code == 303
    db.session.refresh(paper)
    assert paper.status is PaperStatus.WITHDRAWN


def test_a_paper_that_ends_soon_tells_its_days(verified):
    shop, browser, actor = verified
    create_paper(shop, PaperKind.FOOD_FILING, actor.id, expires_on=date(2026, 11, 23) + timedelta(days=20))

    page = browser.get("/my-shop")

    assert "换上新的预包装食品销售备案" in page.text
    assert "还有 20 天" in page.text
    assert "快到期" in page.text


def test_goods_that_lack_papers_are_named_on_both_pages(verified):
    shop, browser, _ = verified
    create_product(shop, "头水紫菜", category=Category.FOOD, food_type=FoodType.PREPACKED)

    assert "头水紫菜：预包装食品销售备案还没交" in browser.get("/my-shop").text
    assert "缺证件" in browser.get("/products").text


def test_a_paper_is_withdrawn_and_a_second_tap_is_told_so(verified, db):
    _, browser, _ = verified
    page = browser.get("/my-shop")

    first, second = browser.submit(page, "/withdraw"), browser.submit(page, "/withdraw")

    assert (first.status_code, second.status_code) == (303, 409)
    assert "这份证照刚刚有变动" in second.text
    assert db.session.scalars(select(Paper.status)).one() is PaperStatus.WITHDRAWN


def test_a_link_is_shown_once_with_its_code(verified, db):
    shop, browser, _ = verified

    page = browser.submit(browser.get("/my-shop"), "/my-shop/invites")

    address = re.search(r'value="(http[^"]+/join/shop/[^"]+)"', page.text)
    assert address is not None
    assert 'src="data:image/png;base64,' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    again = browser.get("/my-shop")
    assert address[1] not in again.text
    assert "邀请中" in again.text
    browser.submit(again, "/revoke")
    assert db.session.scalars(select(MerchantInvite)).all() == []
    assert shop.name in browser.get("/my-shop").text


def test_the_last_one_cannot_leave_and_who_leaves_sees_the_shop_no_more(verified, app, db):
    _, browser, actor = verified
    assert "/remove" not in browser.get("/my-shop").text
    other = create_actor(Role.MERCHANT)
    members.accept(other, members.invite(actor, now=NOW).token, now=NOW)
    partner = visitor(app, other)
    page = partner.get("/my-shop")

    partner.submit(page, f"/members/{other.id}/remove")

    assert "这个账号还没有店铺" in partner.get("/my-shop").text
    refused = browser.submit(page, f"/members/{actor.id}/remove", csrf_token=token_of(browser))
    assert refused.status_code == 422
    assert "店里只剩这一个人" in refused.text


def token_of(browser):
    """A token of the browser's own for a form that another one saw."""
    return re.search('name="csrf_token" value="([^"]+)"', browser.get("/my-shop").text)[1]


def test_an_account_without_a_shop_founds_one(app, db):
    browser = visitor(app, create_actor(Role.MERCHANT))
    page = browser.get("/sales", follow_redirects=True)
    assert "这个账号还没有店铺" in page.text

    answer = browser.submit(page, "/my-shop/found", shop_name="新店")

    assert (answer.status_code, answer.location) == (303, "/my-shop")
    assert db.session.scalars(select(Merchant.name)).all() == ["新店"]
