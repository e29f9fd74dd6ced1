"""Papers, claims, the draw and the line: when each keeps a shop from a booth, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.bookings import BookingStatus
from domain.errors import RuleViolation
from domain.interval import local_day
from domain.merchants.claims import ClaimsStatus
from domain.merchants.papers import PaperKind, PaperStatus
from domain.merchants.products import Category, FoodType
from domain.merchants.shops import MerchantStatus
from domain.people import Role
from domain.spaces import Approval
from domain.studio.booths import OnAir
from domain.studio.running import SkipReason
from domain.studio.shows import Allotment
from domain.waitlist import EntryStatus
from models import Draw, Merchant, Paper, Product, Show, db
from services import booking, decisions, passing, queueing
from services.studio import booth_offers, booths
from services.unit_of_work import in_transaction
from tests.support.builders import MONDAY, NOW, at, create_actor, create_studio, saved
from tests.support.studio_builders import (
    create_airing,
    create_booth,
    create_merchant,
    create_paper,
    create_product,
    create_show,
)
from tests.support.waiting import offer_of, status_of

pytestmark = pytest.mark.usefixtures("db")
HOUR = timedelta(hours=1)


def refused(action):
    """The codes with which something is refused."""
    with pytest.raises(RuleViolation) as no:
        action()
    return [violation.code for violation in no.value.violations]


def change(model, number, **values):
    """Change a row behind the services' back."""
    in_transaction(lambda: db.session.execute(update(model).where(model.id == number).values(**values)))


def take(actor, show, booth, product, *, now=NOW):
    return booths.take_booth(actor, show.id, booth, product.id, now=now)


def approve(made, *, now=NOW):
    return decisions.approve(create_actor(Role.STAFF), made.id, version=made.version, now=now)


@pytest.mark.parametrize("status", [MerchantStatus.DRAFT, MerchantStatus.RETURNED, MerchantStatus.SUSPENDED])
def test_a_shop_that_is_not_verified_takes_no_booth(status):
    show = create_show(create_studio())
    shop, actor = create_merchant(status=status, review_reason="资料不清楚")

    assert refused(lambda: take(actor, show, 1, create_product(shop))) == ["merchant_not_verified"]


def test_a_shop_that_waits_for_our_review_may_ask_and_is_confirmed_after_it():
    show = create_show(create_studio())
    shop, actor = create_merchant(status=MerchantStatus.SUBMITTED)
    made = take(actor, show, 1, create_product(shop))

    assert refused(lambda: approve(made)) == ["merchant_unverified"]
    change(Merchant, shop.id, status=MerchantStatus.VERIFIED)
    assert approve(made).status is BookingStatus.CONFIRMED


def test_food_needs_its_paper_on_the_day_of_the_show():
    show = create_show(create_studio())
    shop, actor = create_merchant()
    fish = create_product(shop, category=Category.FOOD, food_type=FoodType.OTHER_FOOD)
    assert refused(lambda: take(actor, show, 1, fish)) == ["paper_missing"]

    day = local_day(show.starts_at)
    paper = create_paper(
        shop,
        PaperKind.FOOD_LICENCE,
        actor.id,
        status=PaperStatus.SUBMITTED,
        expires_on=day - timedelta(days=1),
    )
    assert refused(lambda: take(actor, show, 1, fish)) == ["paper_expired"]
    change(Paper, paper.id, expires_on=day)
    made = take(actor, show, 1, fish)

    assert refused(lambda: approve(made)) == ["paper_unreviewed"]
    change(Paper, paper.id, status=PaperStatus.APPROVED)
    assert approve(made).status is BookingStatus.CONFIRMED


def test_what_was_in_order_when_it_was_asked_for_is_looked_at_again():
    show = create_show(create_studio())
    shop, actor = create_merchant()
    made = take(actor, show, 1, create_product(shop))
    in_transaction(lambda: db.session.execute(update(Paper).values(expires_on=MONDAY)))

    assert refused(lambda: approve(made)) == ["paper_expired"]


def test_refused_claims_keep_a_product_out_and_unread_ones_wait():
    show = create_show(create_studio())
    shop, actor = create_merchant()
    no = create_product(shop, claims_status=ClaimsStatus.REFUSED, claims_reason="不能说治病")
    unread = create_product(shop, claims_status=ClaimsStatus.UNREVIEWED)

    assert refused(lambda: take(actor, show, 1, no)) == ["claims_refused"]
    made = take(actor, show, 1, unread)
    assert refused(lambda: approve(made)) == ["claims_unreviewed"]
    change(
        Product,
        unread.id,
        claims_status=ClaimsStatus.REFUSED,
        claims_reason="不能说治病",
        claims_reviewed_at=NOW,
    )
    assert refused(lambda: approve(made)) == ["claims_refused"]
    offer = booth_offers.booth_offer(actor, show.id, 2, now=NOW)
    assert [found.code for found in offer.against[no.id]] == ["claims_refused"]
    assert offer.choices == []


def test_where_nobody_approves_everything_must_be_in_order_at_once():
    show = create_show(create_studio(approval=Approval.NONE))
    shop, actor = create_merchant(status=MerchantStatus.SUBMITTED)
    unread = create_product(shop, claims_status=ClaimsStatus.UNREVIEWED)

    assert refused(lambda: take(actor, show, 1, unread)) == ["merchant_unverified", "claims_unreviewed"]
    change(Merchant, shop.id, status=MerchantStatus.VERIFIED)
    change(Product, unread.id, claims_status=ClaimsStatus.CLEARED, claims_reviewed_at=NOW)
    assert take(actor, show, 1, unread).status is BookingStatus.CONFIRMED


def test_an_offer_that_confirms_at_once_is_looked_at_too():
    show = create_show(create_studio(approval=Approval.NONE))
    rival_shop, rival = create_merchant()
    held = create_booth(show, 3, create_product(rival_shop), rival)
    shop, actor = create_merchant()
    tea = create_product(shop, claims_status=ClaimsStatus.UNREVIEWED)
    entry = queueing.join_for_booth(actor, show.id, 3, tea.id, now=NOW)
    booking.cancel(rival, held.id, version=1, now=NOW)
    offer = offer_of(entry)

    assert refused(lambda: queueing.accept(actor, offer.id, now=NOW)) == ["claims_unreviewed"]
    assert status_of(entry) is EntryStatus.OFFERED
    change(Product, tea.id, claims_status=ClaimsStatus.CLEARED, claims_reviewed_at=NOW)
    assert queueing.accept(actor, offer.id, now=NOW).status is BookingStatus.CONFIRMED


def test_applications_have_their_hours():
    show = create_show(create_studio(), applications_open_at=NOW + HOUR, applications_close_at=NOW + 2 * HOUR)
    shop, actor = create_merchant()
    tea = create_product(shop)

    assert refused(lambda: take(actor, show, 1, tea)) == ["applications_not_open"]
    assert refused(lambda: take(actor, show, 1, tea, now=NOW + 2 * HOUR)) == ["applications_closed"]
    assert take(actor, show, 1, tea, now=NOW + HOUR).place == 1


def test_a_show_that_is_drawn_is_applied_for_and_its_rest_may_be_taken():
    show = create_show(create_studio(), allotment=Allotment.DRAW, applications_close_at=NOW + HOUR)
    shop, actor = create_merchant()
    tea = create_product(shop)
    saved(Draw(show_id=show.id, seed="s", seed_hash="h", created_at=NOW))

    assert refused(lambda: take(actor, show, 1, tea)) == ["show_is_drawn"]
    drawn = {"list_text": "甲", "list_hash": "h", "closed_at": NOW + HOUR, "drawn_at": NOW + HOUR}
    in_transaction(lambda: db.session.execute(update(Draw).values(**drawn)))
    assert take(actor, show, 1, tea, now=NOW + 2 * HOUR).place == 1


def test_a_second_booth_waits_while_a_shop_without_one_is_in_line():
    show = create_show(create_studio())
    shop, actor = create_merchant()
    tea, cakes = create_product(shop), create_product(shop, "浮粿")
    take(actor, show, 3, tea)
    other_shop, other = create_merchant()
    entry = queueing.join_for_booth(other, show.id, 3, create_product(other_shop).id, now=NOW)

    assert refused(lambda: take(actor, show, 4, cakes)) == ["one_booth_while_others_wait"]
    queueing.leave(other, entry.id, now=NOW)
    assert take(actor, show, 4, cakes).place == 4


def test_two_shops_with_a_booth_each_do_not_keep_each_other_from_a_second():
    show = create_show(create_studio())
    shops = [create_merchant() for _ in range(2)]
    for booth, (shop, actor) in enumerate(shops, start=1):
        take(actor, show, booth, create_product(shop))
    third_shop, third = create_merchant()
    held = create_booth(show, 5, create_product(third_shop), third)
    lines = [
        queueing.join_for_booth(actor, show.id, 5, create_product(shop, "浮粿").id, now=NOW)
        for shop, actor in shops
    ]

    booking.cancel(third, held.id, version=1, now=NOW)

    assert [status_of(entry) for entry in lines] == [EntryStatus.OFFERED, EntryStatus.WAITING]


@pytest.mark.parametrize(
    ("reason", "counts"),
    [(SkipReason.NO_TIME, False), (SkipReason.NOT_READY, False), (SkipReason.ABSENT, True)],
)
def test_what_was_skipped_through_no_fault_of_the_shop_uses_up_no_quota(reason, counts):
    studio = create_studio()
    early = create_show(studio, at(19.5, day=MONDAY + timedelta(days=2)))
    late = create_show(studio, at(19.5, day=MONDAY + timedelta(days=6)))
    shop, actor = create_merchant()
    products = [create_product(shop, name) for name in ("铁观音", "浮粿", "紫菜")]
    for booth, product in enumerate(products[:2], start=1):
        made = create_booth(early, booth, product, actor, status=BookingStatus.CONFIRMED)
    create_airing(made, early.starts_at, early.ends_at, state=OnAir.SKIPPED, skip_reason=reason)
    passing.complete_due(early.ends_at)

    if counts:
        assert refused(lambda: take(actor, late, 1, products[2], now=early.ends_at)) == ["booth_quota"]
    else:
        assert take(actor, late, 1, products[2], now=early.ends_at).place == 1


def test_the_day_of_a_paper_is_that_of_the_show_and_not_of_the_asking():
    show = create_show(create_studio())
    shop, actor = create_merchant(papers=())
    create_paper(shop, PaperKind.BUSINESS_LICENCE, actor.id, expires_on=local_day(NOW))

    assert refused(lambda: take(actor, show, 1, create_product(shop))) == ["paper_expired"]
    assert db.session.get_one(Show, show.id).status == "open"
