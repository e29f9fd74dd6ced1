"""What staff review: shops and their papers, as a tablet without JavaScript sees it."""

import pytest

from domain.merchants.papers import PaperKind, PaperStatus
from domain.merchants.shops import MerchantStatus
from domain.people import Role
from services.merchants import onboarding, review
from tests.support.builders import NOW, create_actor
from tests.support.merchant_builders import create_draft, credit_code, hand_in, shop_facts
from tests.support.studio_builders import create_merchant
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def clerk():
    return create_actor(Role.STAFF)


@pytest.fixture
def staff(app, clerk):
    return visitor(app, clerk)


@pytest.fixture
def waiting():
    """A shop that waits with its licence, and the licence."""
    _, actor = create_draft("惠珍干货铺")
    onboarding.save_facts(actor, shop_facts(name="惠珍干货铺"), version=1, now=NOW)
    licence = hand_in(actor)
    return onboarding.submit(actor, version=2, now=NOW), licence, actor


def test_the_desk_counts_what_waits_and_leads_there(staff, waiting):
    desk = staff.get("/desk")
    assert 'href="/merchants"' in desk.text
    assert '<b class="review-count">2</b>' in desk.text

    listed = staff.get("/merchants")

    assert "1 家店等核实" in listed.text
    assert "1 份证照等审核" in listed.text
    assert f'href="/merchants/{waiting[0].id}"' in listed.text
    assert 'href="/desk" aria-current="page"' in listed.text, "the way there stays marked"


def test_a_shop_and_its_licence_are_approved(staff, waiting, db):
    shop, licence, _ = waiting
    page = staff.get(f"/merchants/{shop.id}")

    staff.submit(page, f"/papers/{licence.id}/approve")
    answer = staff.submit(page, f"/merchants/{shop.id}/verify")

    assert (answer.status_code, answer.location) == (303, f"/merchants/{shop.id}")
    db.session.refresh(shop)
    db.session.refresh(licence)
    assert (shop.status, licence.status) == (MerchantStatus.VERIFIED, PaperStatus.APPROVED)
    assert "核实通过，已告诉店里的人。" in staff.get(f"/merchants/{shop.id}").text
    assert "都处理完了" in staff.get("/merchants").text


def test_the_people_of_a_shop_are_masked(staff, waiting):
    shop, _, actor = waiting

    page = staff.get(f"/merchants/{shop.id}").text

    assert actor.phone not in page
    assert f"{actor.phone[:3]}****{actor.phone[-4:]}" in page
    assert f"{actor.name}<" not in page


def said_no(staff, page, path, reason):
    """Send the reason by its one-tap form."""
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    version = page.text.split(f'action="{path}"')[1].split('name="version" value="')[1].split('"')[0]
    return staff.post(path, data={"csrf_token": token, "version": version, "reason": reason})


@pytest.mark.parametrize(("what", "reason"), [("shop", "地址不完整"), ("paper", "照片看不清")])
def test_a_no_needs_one_tap_and_is_told(staff, waiting, db, what, reason):
    shop, licence, _ = waiting
    address = f"/merchants/{shop.id}"
    path = f"{address}/return" if what == "shop" else f"{address}/papers/{licence.id}/return"
    page = staff.get(address)
    assert f'name="reason" value="{reason}"' in page.text

    assert said_no(staff, page, path, reason).status_code == 303

    decided = shop if what == "shop" else licence
    db.session.refresh(decided)
    assert decided.review_reason == reason


def test_a_no_without_a_reason_is_refused_in_words(staff, waiting):
    page = staff.get(f"/merchants/{waiting[0].id}")

    refused = said_no(staff, page, f"/merchants/{waiting[0].id}/return", " ")

    assert refused.status_code == 422
    assert "请选择或填写原因，商户会看到。" in refused.text


def test_who_decides_second_sees_how_it_stands(staff, clerk, waiting):
    shop, licence, _ = waiting
    page = staff.get(f"/merchants/{shop.id}")
    review.approve_paper(clerk, licence.id, version=1, now=NOW)
    review.send_back(clerk, shop.id, version=shop.version, reason="地址不完整", now=NOW)

    late = staff.submit(page, f"/merchants/{shop.id}/verify")
    late_paper = staff.submit(page, f"/papers/{licence.id}/approve")

    for answer in (late, late_paper):
        assert answer.status_code == 409
        assert "别人刚刚处理过" in answer.text
    assert "退回修改" in late.text


def test_a_double_tap_is_one_decision(staff, waiting):
    shop, licence, _ = waiting
    page = staff.get(f"/merchants/{shop.id}")

    answers = [staff.submit(page, f"/papers/{licence.id}/approve") for _ in range(2)]

    assert [one.status_code for one in answers] == [303, 303]


def test_a_shop_is_suspended_and_let_on_again(staff, db):
    shop, _ = create_merchant(credit_code=credit_code())
    page = staff.get(f"/merchants/{shop.id}")

    said_no(staff, page, f"/merchants/{shop.id}/suspend", "证照失效")
    db.session.refresh(shop)
    assert shop.status is MerchantStatus.SUSPENDED
    staff.submit(staff.get(f"/merchants/{shop.id}"), f"/merchants/{shop.id}/lift")

    db.session.rollback()
    db.session.refresh(shop)
    assert shop.status is MerchantStatus.VERIFIED


def test_shops_are_found_by_a_piece_of_their_name(staff):
    create_merchant("山腰茶行")
    create_merchant("阿嬷海味")

    found = staff.get("/merchants?q=茶").text

    assert "山腰茶行" in found
    assert "阿嬷海味" not in found
    assert "没有找到这家店" in staff.get("/merchants?q=没有的").text


def test_papers_of_a_verified_shop_wait_too(staff):
    _, actor = create_merchant("山腰茶行")
    hand_in(actor, PaperKind.FOOD_LICENCE)

    assert "1 份证照等审核" in staff.get("/merchants").text
    assert staff.get("/merchants/999999").status_code == 404
