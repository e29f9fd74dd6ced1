"""A shop's way in: founding it, saying who it is, being verified, returned, suspended and let on again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.errors import BadInput, Forbidden, Missing, RuleViolation, StaleShop, TooManyAttempts
from domain.merchants.papers import PaperKind
from domain.merchants.shops import MerchantStatus
from domain.people import Role
from models import AuditEvent, Merchant, MerchantMember, OutboxMessage, Person
from services import acting, attention, joining
from services.merchants import onboarding, review, reviewing, shops
from tests.support.builders import NOW, create_actor
from tests.support.merchant_builders import create_draft, hand_in, shop_facts
from tests.support.studio_builders import create_merchant

pytestmark = pytest.mark.usefixtures("db")
MONTH = timedelta(days=30)


def join(phone="13700000001", shop_name="惠珍干货铺", address="203.0.113.1"):
    return onboarding.join(
        phone=phone, name="黄惠珍", password="correct horse", shop_name=shop_name,
        address=address, lifetime=MONTH, now=NOW,
    )  # fmt: skip


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


def submitted(**changes):
    """A shop that waits for staff, and its person."""
    shop, actor = create_draft()
    facts = shop_facts(**changes)
    shop = onboarding.save_facts(actor, facts, version=1, now=NOW)
    if facts.credit_code:
        hand_in(actor)
    return onboarding.submit(actor, version=shop.version, now=NOW), actor


def told(db, person_id):
    """The kinds of messages to somebody."""
    return list(
        db.session.scalars(
            select(OutboxMessage.kind)
            .where(OutboxMessage.recipient_id == person_id)
            .order_by(OutboxMessage.id)
        )
    )


def test_who_joins_has_an_account_a_shop_and_is_logged_in(db):
    opened = join()

    actor = acting.actor_of_session(opened.token, NOW)
    shop = db.session.scalars(select(Merchant)).one()
    assert (actor.role, actor.verified, actor.merchant_ids) == (Role.MERCHANT, False, (shop.id,))
    assert (shop.name, shop.status, shop.verified_at) == ("惠珍干货铺", MerchantStatus.DRAFT, None)


def test_a_phone_or_a_name_that_is_known_leaves_neither_account_nor_shop(db):
    join()

    with pytest.raises(BadInput, match="phone_known"):
        join(shop_name="另一家")
    with pytest.raises(BadInput, match="shop_name_taken"):
        join(phone="13700000002")
    assert len(db.session.scalars(select(Person)).all()) == 1
    assert len(db.session.scalars(select(Merchant)).all()) == 1


def test_sign_ups_of_shops_and_of_neighbours_share_one_limit():
    for _ in range(joining.PER_ADDRESS):
        joining.count_attempt("203.0.113.9", NOW)

    with pytest.raises(TooManyAttempts):
        join(address="203.0.113.9")


def test_the_shop_of_the_command_line_is_a_draft_like_any_other():
    person = create_actor(Role.MERCHANT)

    actor = shops.open_shop(person.id, "老店", now=NOW)

    with pytest.raises(RuleViolation) as refused:
        onboarding.submit(actor, version=1, now=NOW)
    codes = [one.code for one in refused.value.violations]
    assert codes == [
        "address_missing", "responsible_person_missing", "contact_phone_missing",
        "registration_missing", "licence_missing",
    ]  # fmt: skip


def test_an_account_without_a_shop_founds_one_and_only_one():
    person = create_actor(Role.MERCHANT)

    shop = onboarding.found(person, "新店", now=NOW)

    assert shop.status is MerchantStatus.DRAFT
    with pytest.raises(RuleViolation, match="rule_violation"):
        onboarding.found(person, "又一家", now=NOW)
    with pytest.raises(Forbidden):
        onboarding.found(create_actor(), "住户开店", now=NOW)


def test_staff_verify_a_shop_and_with_it_its_people(db, staff):
    shop, actor = submitted()

    review.verify(staff, shop.id, version=shop.version, now=NOW)

    person = db.session.get_one(Person, actor.id, populate_existing=True)
    assert (shop.status, shop.verified_by_id) == (MerchantStatus.VERIFIED, staff.id)
    assert (person.verified_at, person.verified_by_id) == (NOW, staff.id)
    assert told(db, actor.id) == ["shop_verified"]


def test_a_shop_without_registration_needs_a_reason_instead_of_a_licence(staff):
    shop, _ = submitted(credit_code=None, exempt_reason="只卖自家种的枇杷")

    assert review.verify(staff, shop.id, version=shop.version, now=NOW).status is MerchantStatus.VERIFIED


def test_what_is_returned_says_why_and_comes_again(db, staff):
    shop, actor = submitted()

    review.send_back(staff, shop.id, version=shop.version, reason=" 地址不完整 ", now=NOW)
    assert (shop.status, shop.review_reason) == (MerchantStatus.RETURNED, "地址不完整")
    onboarding.submit(actor, version=shop.version, now=NOW)

    assert (shop.status, shop.review_reason) == (MerchantStatus.SUBMITTED, "")
    assert told(db, actor.id) == ["shop_returned"]
    with pytest.raises(BadInput, match="review_reason_missing"):
        review.send_back(staff, shop.id, version=shop.version, reason="  ", now=NOW)


def test_a_suspended_shop_stays_so_until_staff_lift_it(db, staff):
    shop, actor = create_merchant()

    review.suspend(staff, shop.id, version=1, reason="证照失效", now=NOW)
    with pytest.raises(StaleShop):
        onboarding.submit(actor, version=2, now=NOW)
    facts = replace(shops.facts_of(shop), address="别处 9 号", credit_code=shop_facts().credit_code)
    onboarding.save_facts(actor, facts, version=2, now=NOW)
    assert shop.status is MerchantStatus.SUSPENDED
    review.lift(staff, shop.id, version=3, now=NOW)

    assert (shop.status, shop.review_reason) == (MerchantStatus.VERIFIED, "")
    assert told(db, actor.id) == ["shop_suspended", "shop_lifted"]


def test_what_staff_verified_has_to_be_verified_again_when_it_changes():
    shop, actor = create_merchant(credit_code=shop_facts().credit_code)
    before = shops.facts_of(shop)

    onboarding.save_facts(actor, replace(before, contact_phone="13800000003"), version=1, now=NOW)
    assert shop.status is MerchantStatus.VERIFIED
    onboarding.save_facts(actor, replace(before, address="别处 9 号"), version=2, now=NOW)

    assert (shop.status, shop.submitted_at, shop.version) == (MerchantStatus.SUBMITTED, NOW, 3)
    assert shop.verified_at is not None  # it once was: its figures stay its first page


def test_a_change_that_changes_nothing_leaves_no_trace(db):
    shop, actor = create_merchant(credit_code=shop_facts().credit_code)

    onboarding.save_facts(actor, shops.facts_of(shop), version=1, now=NOW)

    assert shop.version == 1
    assert db.session.scalars(select(AuditEvent)).all() == []


def test_a_verified_shop_may_not_leave_gaps():
    shop, actor = create_merchant(credit_code=shop_facts().credit_code)

    with pytest.raises(RuleViolation) as refused:
        onboarding.save_facts(actor, replace(shops.facts_of(shop), address=""), version=1, now=NOW)

    assert [one.field for one in refused.value.violations] == ["address"]
    assert shop.address == "山腰街道"


def test_a_name_and_a_code_belong_to_one_shop():
    other, _ = create_merchant("阿嬷海味", credit_code=shop_facts().credit_code)
    _, actor = create_draft()

    with pytest.raises(BadInput, match="shop_name_taken") as by_name:
        onboarding.save_facts(actor, shop_facts(name="阿嬷海味"), version=1, now=NOW)
    with pytest.raises(BadInput, match="credit_code_taken") as by_code:
        onboarding.save_facts(actor, shop_facts(credit_code=other.credit_code), version=1, now=NOW)
    assert (by_name.value.field, by_code.value.field) == ("name", "credit_code")


def test_who_looked_at_an_older_state_changes_nothing(staff):
    shop, actor = submitted()
    seen = shop.version
    onboarding.save_facts(actor, replace(shops.facts_of(shop), address="新地址 1 号"), version=seen, now=NOW)

    for decide in (
        lambda: review.verify(staff, shop.id, version=seen, now=NOW),
        lambda: review.send_back(staff, shop.id, version=seen, reason="x", now=NOW),
        lambda: onboarding.save_facts(actor, shop_facts(), version=seen, now=NOW),
        lambda: review.lift(staff, shop.id, version=seen + 1, now=NOW),
    ):
        with pytest.raises(StaleShop):
            decide()
    assert shop.status is MerchantStatus.SUBMITTED


def test_only_staff_decide(staff):
    shop, actor = submitted()

    for nobody in (actor, create_actor(), create_actor(Role.CAPTAIN, captain_of=7)):
        with pytest.raises(Forbidden):
            review.verify(nobody, shop.id, version=shop.version, now=NOW)
        with pytest.raises(Forbidden):
            reviewing.waiting(nobody, now=NOW)
    with pytest.raises(Missing):
        review.verify(staff, shop.id + 100, version=1, now=NOW)


def test_a_licence_that_was_taken_back_meanwhile_stops_the_verification(db, staff):
    shop, _ = submitted()
    for paper in reviewing.case(staff, shop.id, now=NOW).papers:
        db.session.delete(paper)
    db.session.commit()

    with pytest.raises(RuleViolation) as refused:
        review.verify(staff, shop.id, version=shop.version, now=NOW)

    assert [one.code for one in refused.value.violations] == ["licence_missing"]


def test_staff_see_what_waits_the_oldest_first(staff):
    older, _ = submitted()
    newer, _ = submitted()
    draft, actor = create_draft()
    hand_in(actor, PaperKind.OTHER)

    found = reviewing.waiting(staff, now=NOW)

    assert [one.id for one in found.to_verify] == [older.id, newer.id]
    assert {one.shop.id for one in found.papers} == {older.id, newer.id}  # a draft's papers can wait
    assert attention.reviews_waiting(staff)["merchants"] == 4
    assert attention.reviews_waiting(actor) == {}
    assert [one.id for one in reviewing.waiting(staff, name=draft.name, now=NOW).shops] == [draft.id]


def test_a_search_takes_signs_of_patterns_as_they_are(staff):
    create_merchant("百分百%干货")

    assert [one.name for one in reviewing.waiting(staff, name="%", now=NOW).shops] == ["百分百%干货"]


def test_the_history_names_who_did_what(staff):
    shop, actor = submitted()
    review.verify(staff, shop.id, version=shop.version, now=NOW)

    history = reviewing.case(staff, shop.id, now=NOW).history

    assert [(one.action, one.by.id) for one in history][:2] == [
        ("merchant.verified", staff.id),
        ("merchant.submitted", actor.id),
    ]


def test_a_person_without_a_shop_has_nothing_to_hand_in(db):
    nobody = create_actor(Role.MERCHANT)

    with pytest.raises(Forbidden):
        onboarding.submit(nobody, version=1, now=NOW)
    assert db.session.scalars(select(MerchantMember)).all() == []
