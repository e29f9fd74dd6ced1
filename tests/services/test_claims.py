"""Staff read what products claim: what waits, what is decided, and what undoes a decision; on both engines."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.errors import BadInput, Forbidden, Missing, RuleViolation, Stale
from domain.merchants.claims import ClaimsStatus
from domain.merchants.products import Category, FoodType
from domain.people import Role
from domain.sales.lines import Platform
from models import AuditEvent, MerchantMember, OutboxMessage, Product
from services.merchants import claims, product_pictures, products
from services.merchants.facts import ProductFacts
from services.seed.claim_words import lay_words
from services.studio import shows
from tests.support.builders import MONDAY, NOW, at, create_actor, create_person, create_studio, saved
from tests.support.photos import photo
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")

TEA = ProductFacts("铁观音 250g", 8_800, 20, selling_points="清香\n回甘", claims="老茶园的茶")


@pytest.fixture
def staff():
    """Somebody of the staff; the house has its word list."""
    lay_words(NOW)
    return create_actor(Role.STAFF)


@pytest.fixture
def shop():
    """A shop and who acts for it."""
    return create_merchant("山腰茶行")


def told(db, person_id):
    """Kind and params of what somebody is going to be told."""
    rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.recipient_id == person_id))
    return [(row.kind, row.params) for row in rows]


def test_a_product_waits_until_somebody_read_it_and_its_shop_is_told(db, staff, shop):
    merchant, owner = shop
    partner = create_person(Role.MERCHANT)
    saved(MerchantMember(merchant_id=merchant.id, person_id=partner.id))
    made = products.create_product(owner, TEA, now=NOW)
    assert [case.product.id for case in claims.waiting(staff, NOW)] == [made.id]

    cleared = claims.clear(staff, made.id, version=made.version, now=NOW)

    assert (cleared.claims_status, cleared.claims_reviewed_by_id) == (ClaimsStatus.CLEARED, staff.id)
    assert claims.waiting(staff, NOW) == []
    assert claims.waiting_count(db.session()) == 0
    for person in (owner, partner):
        assert told(db, person.id) == [("claims_cleared", {"product": made.name, "product_id": made.id})]
    assert "product.claims_cleared" in set(db.session.scalars(select(AuditEvent.action)))


def test_what_is_refused_goes_back_with_its_reason_and_waits_again_once_it_is_changed(db, staff, shop):
    _, owner = shop
    made = products.create_product(owner, TEA, now=NOW)

    refused = claims.refuse(staff, made.id, version=1, reason=" 请补充 依据 ", now=NOW)
    assert (refused.claims_status, refused.claims_reason) == (ClaimsStatus.REFUSED, "请补充 依据")
    assert told(db, owner.id)[0][1]["reason"] == "请补充 依据"
    products.update_product(owner, made.id, replace(TEA, claims="家里的茶"), now=NOW)

    [case] = claims.waiting(staff, NOW)
    assert (case.product.claims_status, case.product.claims_reason) == (ClaimsStatus.UNREVIEWED, "")


@pytest.mark.parametrize(
    ("change", "reopens"),
    [
        ({"name": "大红袍"}, True),
        ({"selling_points": "清香"}, True),
        ({"claims": "新茶园的茶"}, True),
        ({"live_price_fen": 6_600}, True),
        ({"price_basis": "门市价 88 元"}, True),
        ({"category": Category.CRAFT}, True),
        ({"category": Category.FOOD, "food_type": FoodType.FARM_PRODUCE}, True),
        ({"stock": 3}, False),
        ({"origin": "安溪", "shelf_life": "一年", "after_sales": "包退", "sku": "T1"}, False),
        ({"code": "777", "codes": {Platform.KUAISHOU: "888"}}, False),
        ({"price_fen": 9_900}, False),
        ({}, False),
    ],
    ids=str,
)
def test_only_what_is_claimed_or_costs_on_air_is_read_again(staff, shop, change, reopens):
    _, owner = shop
    tea = replace(TEA, live_price_fen=7_700, price_basis="门市价")
    made = products.create_product(owner, tea, now=NOW)
    claims.clear(staff, made.id, version=1, now=NOW)

    changed = products.update_product(owner, made.id, replace(tea, **change), version=1, now=NOW)

    expected = ClaimsStatus.UNREVIEWED if reopens else ClaimsStatus.CLEARED
    assert (changed.claims_status, changed.version) == (expected, 2)


def test_a_picture_undoes_no_review(staff, shop, db):
    _, owner = shop
    made = products.create_product(owner, TEA, now=NOW)
    claims.clear(staff, made.id, version=1, now=NOW)

    with_picture = product_pictures.add(owner, made.id, photo(), now=NOW)

    assert with_picture.claims_status is ClaimsStatus.CLEARED


def test_what_was_read_is_what_stands(staff, shop):
    _, owner = shop
    made = products.create_product(owner, TEA, now=NOW)
    products.update_product(owner, made.id, replace(TEA, claims="全国最好的茶"), version=1, now=NOW)

    for decide in (
        lambda: claims.clear(staff, made.id, version=1, now=NOW),
        lambda: claims.refuse(staff, made.id, version=1, reason="不行", now=NOW),
    ):
        with pytest.raises(Stale):
            decide()

    assert claims.one(staff, made.id, NOW).waits


def test_a_decision_is_made_once_and_is_not_in_the_way_of_the_shop(staff, shop):
    _, owner = shop
    made = products.create_product(owner, TEA, now=NOW)
    claims.clear(staff, made.id, version=1, now=NOW)

    with pytest.raises(Stale):
        claims.refuse(staff, made.id, version=1, reason="不行", now=NOW)

    assert products.update_product(owner, made.id, replace(TEA, stock=1), version=1, now=NOW).stock == 1


def test_who_saves_over_somebody_elses_change_is_told(shop):
    _, owner = shop
    made = products.create_product(owner, TEA, now=NOW)
    products.update_product(owner, made.id, replace(TEA, stock=1), version=1, now=NOW)

    with pytest.raises(Stale):
        products.update_product(owner, made.id, replace(TEA, stock=2), version=1, now=NOW)

    assert products.product_for(owner, made.id).stock == 1


def test_food_may_not_claim_to_heal_and_nothing_is_kept_of_it(staff, shop):
    _, owner = shop
    healing = replace(
        TEA,
        category=Category.FOOD,
        food_type=FoodType.PREPACKED,
        selling_points="降 血 压",
        claims="能治\u200b疗失眠",
    )

    with pytest.raises(RuleViolation) as refused:
        products.create_product(owner, healing, now=NOW)

    told = [(one.code, one.field, one.params["word"]) for one in refused.value.violations]
    assert told == [("claim_blocked", "selling_points", "降血压"), ("claim_blocked", "claims", "治疗")]
    assert all(one.params["reason"] for one in refused.value.violations)
    assert products.my_products(owner) == []
    balm = products.create_product(owner, replace(healing, category=Category.BEAUTY, food_type=None), now=NOW)
    assert {one.is_blocked for one in claims.findings_of(balm)} == {False}


def test_a_blocked_word_stands_in_the_way_of_clearing(staff, shop):
    merchant, _ = shop
    sold = create_product(
        merchant, "膏", category=Category.FOOD, food_type=FoodType.PREPACKED, claims="止咳",
        claims_status=ClaimsStatus.UNREVIEWED,
    )  # fmt: skip

    with pytest.raises(RuleViolation) as refused:
        claims.clear(staff, sold.id, version=1, now=NOW)

    assert refused.value.violations[0].params["word"] == "止咳"
    assert claims.refuse(staff, sold.id, version=1, reason="食品不能说止咳", now=NOW).claims_reason


def test_what_is_on_air_soonest_is_read_first(staff, shop):
    merchant, owner = shop
    waiting = {"claims_status": ClaimsStatus.UNREVIEWED}
    unbooked, later, soon = (create_product(merchant, name, **waiting) for name in ("无", "晚", "早"))
    create_product(merchant, "已看")
    studio = create_studio()
    for product, day in ((later, 5), (soon, 3)):
        show = create_show(studio, at(19.5, day=MONDAY + timedelta(days=day)))
        create_booth(show, 1, product, owner)

    queue = claims.waiting(staff, NOW)

    assert [case.product.id for case in queue] == [soon.id, later.id, unbooked.id]
    assert [len(case.on_air) for case in queue] == [1, 1, 0]
    assert claims.following(staff, soon.id, NOW) == later.id
    assert claims.desk(staff, None, NOW).chosen.product.id == soon.id


def test_live_grids_notice_a_decision(staff, shop):
    merchant, owner = shop
    tea = create_product(merchant, claims_status=ClaimsStatus.UNREVIEWED)
    show = create_show(create_studio())
    create_booth(show, 1, tea, owner)
    before = shows.revision_of(show.id)

    claims.clear(staff, tea.id, version=1, now=NOW)

    assert shows.revision_of(show.id) != before


def test_all_that_shows_nothing_is_cleared_at_once_but_not_what_changed_meanwhile(db, staff, shop):
    _, owner = shop
    plain, flagged, changed = (
        products.create_product(owner, replace(TEA, name=name), now=NOW)
        for name in ("茶一", "第一茶", "茶三")
    )
    products.update_product(owner, changed.id, replace(TEA, name="茶三", claims="改了"), now=NOW)

    cleared = claims.clear_unflagged(staff, {plain.id: 1, flagged.id: 1, changed.id: 1, 99: 1}, now=NOW)

    assert [product.id for product in cleared] == [plain.id]
    assert {case.product.id for case in claims.waiting(staff, NOW)} == {flagged.id, changed.id}
    assert [kind for kind, _ in told(db, owner.id)] == ["claims_cleared"]


def test_only_staff_read_and_decide(staff, shop):
    merchant, owner = shop
    tea = create_product(merchant, claims_status=ClaimsStatus.UNREVIEWED)
    for attempt in (
        lambda: claims.waiting(owner, NOW),
        lambda: claims.desk(owner, None, NOW),
        lambda: claims.one(owner, tea.id, NOW),
        lambda: claims.clear(owner, tea.id, version=1, now=NOW),
        lambda: claims.refuse(owner, tea.id, version=1, reason="x", now=NOW),
        lambda: claims.clear_unflagged(owner, {tea.id: 1}, now=NOW),
    ):
        with pytest.raises(Forbidden):
            attempt()
    for missing in (
        lambda: claims.one(staff, tea.id + 99, NOW),
        lambda: claims.clear(staff, tea.id + 99, version=1, now=NOW),
    ):
        with pytest.raises(Missing):
            missing()


@pytest.mark.parametrize(
    ("reason", "code"), [(" ", "claims_reason_missing"), ("长" * 201, "claims_reason_long")]
)
def test_who_refuses_says_why(staff, shop, reason, code):
    tea = create_product(shop[0], claims_status=ClaimsStatus.UNREVIEWED)

    with pytest.raises(BadInput) as refused:
        claims.refuse(staff, tea.id, version=1, reason=reason, now=NOW)

    assert refused.value.code == code


def test_a_product_off_the_list_waits_for_nobody(staff, shop, db):
    merchant, owner = shop
    tea = create_product(merchant, claims_status=ClaimsStatus.UNREVIEWED)
    products.archive_product(owner, tea.id, now=NOW)

    assert claims.waiting(staff, NOW) == []
    with pytest.raises(Stale):
        claims.clear(staff, tea.id, version=1, now=NOW)
    assert db.session.get(Product, tea.id).claims_status is ClaimsStatus.UNREVIEWED
