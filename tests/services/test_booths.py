"""Taking a booth of a show, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.bookings import BookingStatus
from domain.errors import BadInput, Forbidden, Missing, RuleViolation, SlotTaken
from domain.people import Role
from domain.studio.shows import Layout, ShowStatus
from models import Occupancy, OutboxMessage
from services import booking, decisions
from services.studio import booth_offers, booths, wrapping
from tests.support.builders import MONDAY, NOW, at, between, create_actor, create_studio, set_figure
from tests.support.studio_builders import create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")


def shop_with(*products):
    """A shop's actor and its products of these names."""
    shop, merchant = create_merchant()
    return merchant, [create_product(shop, name) for name in products]


def broken_rules(merchant, show, booth, product, *, now=NOW, starts_at=None):
    with pytest.raises(RuleViolation) as refused:
        booths.take_booth(merchant, show.id, booth, product.id, starts_at=starts_at, now=now)
    return [violation.code for violation in refused.value.violations]


def test_a_taken_booth_waits_for_staff_and_holds_its_quarter_hour(db):
    show = create_show(create_studio())
    merchant, [tea] = shop_with("铁观音")

    made = booths.take_booth(merchant, show.id, 3, tea.id, now=NOW)

    assert (made.status, made.place, made.interval) == (
        BookingStatus.PENDING,
        3,
        between(20, 20.25, days=3),
    )
    assert (made.booth_slot.show.id, made.booth_slot.product.name) == (show.id, "铁观音")
    [held] = db.session.scalars(select(Occupancy).where(Occupancy.booking_id == made.id))
    assert held.place == 3


def test_a_booth_that_is_gone_is_refused_with_the_nearest_free_ones(db):
    show = create_show(create_studio())
    for booth in (2, 3):
        merchant, [product] = shop_with("紫菜")
        booths.take_booth(merchant, show.id, booth, product.id, now=NOW)
    late, [tea] = shop_with("铁观音")

    with pytest.raises(SlotTaken) as refused:
        booths.take_booth(late, show.id, 3, tea.id, now=NOW)

    assert [(a.place, a.interval) for a in refused.value.alternatives] == [
        (4, between(20.25, 20.5, days=3)),
        (1, between(19.5, 19.75, days=3)),
        (5, between(20.5, 20.75, days=3)),
    ]
    assert refused.value.blocking == (between(20, 20.25, days=3),)
    assert db.session.scalar(select(func.count()).where(Occupancy.booking_id.is_not(None))) == 2


def test_in_a_market_the_nearest_free_booth_is_at_the_same_time():
    show = create_show(create_studio(), layout=Layout.MARKET, booths=3, slots=3)
    rival, [their] = shop_with("紫菜")
    booths.take_booth(rival, show.id, 2, their.id, starts_at=show.starts_at, now=NOW)
    late, [tea] = shop_with("铁观音")

    with pytest.raises(SlotTaken) as refused:
        booths.take_booth(late, show.id, 2, tea.id, starts_at=show.starts_at, now=NOW)

    later = show.starts_at + timedelta(minutes=15)
    assert [(a.place, a.interval.starts_at) for a in refused.value.alternatives] == [
        (1, show.starts_at),
        (3, show.starts_at),
        (2, later),
    ]


def test_a_market_booth_needs_one_of_its_slots():
    show = create_show(create_studio(), layout=Layout.MARKET, slots=2)
    merchant, [tea] = shop_with("铁观音")

    for starts_at in (None, show.ends_at):
        with pytest.raises(BadInput) as refused:
            booths.take_booth(merchant, show.id, 1, tea.id, starts_at=starts_at, now=NOW)
        assert refused.value.code == "slot_unknown"


def test_a_shop_has_one_booth_at_a_time_and_each_product_once_in_a_show():
    show = create_show(create_studio(), layout=Layout.MARKET, slots=2)
    merchant, [tea, cakes] = shop_with("铁观音", "浮粿")
    booths.take_booth(merchant, show.id, 1, tea.id, starts_at=show.starts_at, now=NOW)
    later = show.starts_at + timedelta(minutes=15)

    assert broken_rules(merchant, show, 2, cakes, starts_at=show.starts_at) == ["merchant_twice_at_once"]
    assert broken_rules(merchant, show, 2, tea, starts_at=later) == ["product_twice"]
    assert booths.take_booth(merchant, show.id, 1, cakes.id, starts_at=later, now=NOW).place == 1


def test_the_quota_counts_a_month_and_what_was_given_back_no_more():
    studio = create_studio()
    november = create_show(studio)
    december = create_show(studio, at(19.5, day=MONDAY + timedelta(days=8)))
    merchant, [tea, cakes, weed] = shop_with("铁观音", "浮粿", "紫菜")
    first = booths.take_booth(merchant, november.id, 1, tea.id, now=NOW)
    booths.take_booth(merchant, november.id, 2, cakes.id, now=NOW)

    assert broken_rules(merchant, november, 3, weed) == ["booth_quota"]
    assert booths.take_booth(merchant, december.id, 3, weed.id, now=NOW).place == 3

    booking.cancel(merchant, first.id, version=1, now=NOW)
    assert booths.take_booth(merchant, november.id, 4, weed.id, now=NOW).place == 4


def test_a_booth_that_was_used_still_counts_in_its_month():
    studio = create_studio()
    early = create_show(studio, at(19.5, day=MONDAY + timedelta(days=2)))
    late = create_show(studio, at(19.5, day=MONDAY + timedelta(days=6)))
    merchant, products = shop_with("铁观音", "浮粿", "紫菜")
    for booth, product in enumerate(products[:2], start=1):
        made = booths.take_booth(merchant, early.id, booth, product.id, now=NOW)
        decisions.approve(create_actor(Role.STAFF), made.id, version=1, now=NOW)
    wrapping.wrap_up_due(early.ends_at + timedelta(days=1))

    assert broken_rules(merchant, late, 1, products[2], now=early.ends_at + timedelta(days=1)) == [
        "booth_quota"
    ]


def test_staff_may_raise_the_quota():
    show = create_show(create_studio())
    merchant, products = shop_with("铁观音", "浮粿", "紫菜")
    set_figure("booth_monthly_quota", 3)

    for booth, product in enumerate(products, start=1):
        booths.take_booth(merchant, show.id, booth, product.id, now=NOW)


def test_booths_lock_a_day_before_the_show():
    show = create_show(create_studio())
    merchant, [tea] = shop_with("铁观音")
    lock = show.starts_at - timedelta(hours=24)

    assert broken_rules(merchant, show, 1, tea, now=lock) == ["show_locked"]
    assert booths.take_booth(merchant, show.id, 1, tea.id, now=lock - timedelta(seconds=1)).place == 1


def test_only_an_open_show_gives_booths_away():
    show = create_show(create_studio(), status=ShowStatus.CANCELLED)
    merchant, [tea] = shop_with("铁观音")

    assert broken_rules(merchant, show, 1, tea) == ["show_not_open"]


def test_a_booth_takes_a_product_of_the_own_shop():
    show = create_show(create_studio())
    merchant, [gone] = shop_with("铁观音")
    _, [foreign] = shop_with("紫菜")
    shop, owner = create_merchant()
    archived = create_product(shop, archived_at=NOW)

    for actor, product_id in ((merchant, foreign.id), (merchant, foreign.id + 99), (owner, archived.id)):
        with pytest.raises(BadInput) as refused:
            booths.take_booth(actor, show.id, 1, product_id, now=NOW)
        assert refused.value.code == "product_unknown"
    with pytest.raises(Forbidden):
        booths.take_booth(create_actor(), show.id, 1, gone.id, now=NOW)
    with pytest.raises(BadInput):
        booths.take_booth(merchant, show.id, 11, gone.id, now=NOW)
    with pytest.raises(Missing):
        booths.take_booth(merchant, show.id + 1, 1, gone.id, now=NOW)


def test_staff_decide_on_a_booth_and_the_merchant_is_told(db):
    show = create_show(create_studio())
    merchant, [tea] = shop_with("铁观音")
    made = booths.take_booth(merchant, show.id, 1, tea.id, now=NOW)

    decisions.approve(create_actor(Role.STAFF), made.id, version=1, now=NOW)

    [told] = db.session.scalars(select(OutboxMessage).where(OutboxMessage.audience.is_(None)))
    assert (told.recipient_id, told.kind) == (merchant.id, "booking_confirmed")
    assert told.params["booking_id"] == made.id


def test_a_booth_of_another_shop_answers_like_a_missing_one():
    show = create_show(create_studio())
    merchant, [tea] = shop_with("铁观音")
    rival, _ = shop_with()
    made = booths.take_booth(merchant, show.id, 1, tea.id, now=NOW)

    for booking_id in (made.id, made.id + 99):
        with pytest.raises(Missing):
            booking.cancel(rival, booking_id, version=1, now=NOW)


def test_a_booth_given_back_can_be_taken_by_the_next():
    show = create_show(create_studio())
    first, [tea] = shop_with("铁观音")
    second, [weed] = shop_with("紫菜")
    made = booths.take_booth(first, show.id, 1, tea.id, now=NOW)

    booking.cancel(first, made.id, version=1, now=NOW)

    assert booths.take_booth(second, show.id, 1, weed.id, now=NOW).place == 1


def test_before_taking_a_booth_a_merchant_sees_what_there_is_to_choose():
    show = create_show(create_studio())
    merchant, [tea, cakes] = shop_with("铁观音", "浮粿")
    rival, [weed] = shop_with("紫菜")
    booths.take_booth(merchant, show.id, 1, tea.id, now=NOW)
    booths.take_booth(rival, show.id, 2, weed.id, now=NOW)

    free, taken = (booth_offers.booth_offer(merchant, show.id, booth, now=NOW) for booth in (3, 2))

    assert [product.name for product in free.choices] == [cakes.name]
    assert (free.broken, free.is_taken, free.alternatives) == ((), False, ())
    assert taken.is_taken
    assert [choice.place for choice in taken.alternatives] == [3, 4, 5]
