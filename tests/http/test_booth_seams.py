"""What one part of the studio knows, the pages of another say: prices, stopped shops, times on air."""

from datetime import timedelta

import pytest

from domain.bookings import BookingStatus
from domain.merchants.shops import MerchantStatus
from domain.people import Role
from domain.studio.booths import OnAir
from domain.studio.running import SkipReason
from models import BoothSlot, Merchant, Paper
from tests.support.builders import MONDAY, NOW, at, create_actor, create_studio
from tests.support.draw_builders import create_draw_show
from tests.support.live_shows import change
from tests.support.studio_builders import (
    create_airing,
    create_booth,
    create_merchant,
    create_product,
    create_show,
)
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db")
LIVE = {"price_fen": 8800, "live_price_fen": 6600, "price_basis": "平日店里卖 88 元"}


@pytest.fixture(autouse=True)
def clock(time_machine):
    """Monday, three days before the show."""
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def studio(db):
    """The studio."""
    return create_studio()


@pytest.fixture
def show(studio):
    """A show in three days."""
    return create_show(studio)


@pytest.fixture
def stall(show):
    """Who acts for a shop, and its confirmed booth."""
    shop, actor = create_merchant("山腰茶行")
    product = create_product(shop, **LIVE)
    return actor, create_booth(show, 3, product, actor, status=BookingStatus.CONFIRMED)


def minutes(count):
    return timedelta(minutes=count)


def test_a_shop_reads_when_it_was_really_on_air_each_time_and_how_many_watched(app, stall, time_machine):
    actor, made = stall
    begin = made.starts_at
    create_airing(made, begin + minutes(7), begin + minutes(21))
    create_airing(made, begin + minutes(60), begin + minutes(66), position=9)
    change(BoothSlot, BoothSlot.booking_id == made.id, views=1234)
    time_machine.move_to(begin + timedelta(hours=5), tick=False)

    page = visitor(app, actor).get(f"/bookings/{made.id}").text

    for words in ("20:07–20:21、21:00–21:06", "1234"):
        assert words in page
    assert "准备情况" not in page


def test_a_shop_reads_why_it_was_not_on_air(app, stall, time_machine):
    actor, made = stall
    create_airing(
        made, None, made.ends_at, state=OnAir.SKIPPED, skip_reason=SkipReason.NO_TIME, started_at=None
    )
    time_machine.move_to(made.ends_at + timedelta(hours=1), tick=False)

    assert "没播：时间不够" in visitor(app, actor).get(f"/bookings/{made.id}").text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (MerchantStatus.SUSPENDED, "您的店现在不能上播"),
        (MerchantStatus.RETURNED, "您的店现在不能上播"),
        (MerchantStatus.VERIFIED, "证照不全或已过期"),
    ],
)
def test_a_shop_that_was_stopped_or_whose_paper_ran_out_is_told_where_to_go(app, show, stall, status, words):
    actor, made = stall
    [shop_id] = actor.merchant_ids
    change(Merchant, Merchant.id == shop_id, status=status, review_reason="有投诉")
    if status is MerchantStatus.VERIFIED:
        change(Paper, Paper.merchant_id == shop_id, expires_on=NOW.date())

    page = visitor(app, actor).get(f"/bookings/{made.id}").text
    assert words in page
    assert 'class="link" href="/my-shop"' in page
    assert "缺证照" in page
    staff = visitor(app, create_actor(Role.STAFF))
    assert "山腰茶行）：缺 资质" in staff.get(f"/shows/{show.id}/checklist").text
    assert "现在还不能播" in staff.get(f"/shows/{show.id}/console").text
    assert "缺证照" in staff.get(f"/shows/{show.id}").text


def create_rival():
    """Who acts for a shop that is not in the show yet."""
    shop, actor = create_merchant()
    create_product(shop, "紫菜", **LIVE)
    return actor


def test_the_price_on_air_is_the_same_wherever_a_booth_is_chosen_or_judged(app, studio, show, stall):
    actor, _ = stall
    shop, other = create_merchant()
    product = create_product(shop, "浮粿", **LIVE)
    draw = create_draw_show(studio, at(19.5, day=MONDAY + timedelta(days=4)))
    asked = create_booth(show, 5, product, other)
    staff, own = visitor(app, create_actor(Role.STAFF)), visitor(app, actor)

    for page in (
        own.get(f"/shows/{draw.id}/apply"),
        visitor(app, create_rival()).get(f"/shows/{show.id}/booths/7"),
        staff.get(f"/desk/{asked.id}"),
        staff.get(f"/shows/{show.id}/host"),
        own.get(f"/shows/{show.id}/now"),
    ):
        assert page.status_code == 200, page.request.path
        assert "¥66.00" in page.text
