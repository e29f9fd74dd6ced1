"""Attribution to booths, and the figures that merchants and staff see, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from domain.bookings import BookingStatus
from domain.errors import Forbidden, Missing
from domain.interval import local
from domain.people import Role
from domain.sales.attribution import Tier
from domain.studio.booths import OnAir
from domain.studio.running import SkipReason
from models import BoothSlot, Merchant, Sale, Space
from models.base import db as database
from services.sales import figures, shop_home
from services.unit_of_work import in_transaction
from tests.support.builders import MONDAY, NOW, at, create_actor, create_booking, create_studio, set_figure
from tests.support.exports import doudian_row
from tests.support.importing import bring_in
from tests.support.studio_builders import create_airing, create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")

FRIDAY = MONDAY - timedelta(days=3)


@pytest.fixture
def staff(db):
    return create_actor(Role.STAFF)


@pytest.fixture
def show(db):
    """A rundown last Friday at 19:30; booth 3 is planned for 20:00."""
    return create_show(create_studio(), at(19.5, day=FRIDAY))


def booth_of(product, show, booth=3, status=BookingStatus.CONFIRMED, **slot):
    """A booth slot of a show at its planned time."""
    interval = show.plan.interval_of(booth)
    studio = database.session.get(Space, show.space_id)
    booking = create_booking(studio, interval, place=booth, status=status)

    def save():
        database.session.add(
            BoothSlot(
                booking_id=booking.id,
                show_id=show.id,
                merchant_id=product.merchant_id,
                product_id=product.id,
                **slot,
            )
        )

    in_transaction(save)
    return booking


def order(number, moment, title, fen=10_000, **cells):
    wall = local(moment)
    known = {
        "选购商品": title,
        "订单应付金额": f"{fen / 100:.2f}",
        "订单提交时间": f"{wall:%Y-%m-%d %H:%M:%S}",
        "支付完成时间": f"{wall + timedelta(seconds=9):%Y-%m-%d %H:%M:%S}",
    }
    return doudian_row(number, **known | cells)


def sell(staff, *rows):
    return bring_in(staff, rows)


def tiers(db):
    db.session.rollback()
    return list(db.session.scalars(select(Sale.tier).order_by(Sale.line_key)))


def test_orders_find_their_booth_by_product_and_planned_time(db, staff, show):
    merchant, actor = create_merchant()
    booth = booth_of(create_product(merchant, "紫菜"), show)
    moments = [(20, 0), (20, 14), (20, 15), (21, 0), (22, 29), (22, 30), (23, 0)]

    sell(
        staff,
        *(order(n, at(h + m / 60, day=FRIDAY), "紫菜") for n, (h, m) in enumerate(moments, 1)),
        order(8, at(20.1, day=FRIDAY), "没人认识的商品"),
        order(9, at(23, day=FRIDAY), "紫菜", 流量体裁="商品卡", 流量来源="搜索"),
    )

    assert tiers(db) == ["A", "A", "B", "C", "C", "D", "D", "none", "none"]
    sale = db.session.scalars(select(Sale).order_by(Sale.line_key)).first()
    assert (sale.show_id, sale.booth_booking_id, sale.rule_version) == (show.id, booth.id, "2026-11-a")
    assert sale.evidence["window"] == [at(20, day=FRIDAY).isoformat(), at(20.25, day=FRIDAY).isoformat()]
    home = shop_home.merchant_home(actor, now=NOW)
    assert (home.month.studio.net_fen, home.month.long_tail.net_fen) == (50_000, 20_000)


def test_recorded_times_on_air_replace_the_planned_ones(db, staff, show):
    merchant, _ = create_merchant()
    late = at(20.5, day=FRIDAY)
    create_airing(booth_of(create_product(merchant, "紫菜"), show), late, late + timedelta(minutes=10))

    sell(staff, order(1, at(20.1, day=FRIDAY), "紫菜"), order(2, at(20.6, day=FRIDAY), "紫菜"))

    assert tiers(db) == ["C", "A"]


def test_a_booth_that_was_aired_twice_sells_in_both_times(db, staff, show):
    merchant, _ = create_merchant()
    made = booth_of(create_product(merchant, "紫菜"), show)
    for start in (20, 21):
        create_airing(made, at(start, day=FRIDAY), at(start + 0.25, day=FRIDAY))

    sell(staff, order(1, at(20.1, day=FRIDAY), "紫菜"), order(2, at(21.1, day=FRIDAY), "紫菜"))

    assert tiers(db) == ["A", "A"]


@pytest.mark.parametrize("status", [BookingStatus.PENDING, BookingStatus.CANCELLED])
def test_a_booth_that_was_not_confirmed_sells_nothing(db, staff, show, status):
    merchant, _ = create_merchant()
    booth_of(create_product(merchant, "紫菜"), show, status=status)

    sell(staff, order(1, at(20.1, day=FRIDAY), "紫菜"))

    assert tiers(db) == ["none"]


def test_a_booth_that_was_skipped_sells_nothing(db, staff, show):
    merchant, _ = create_merchant()
    made = booth_of(create_product(merchant, "紫菜"), show)
    skipped_at = at(20, day=FRIDAY)
    create_airing(made, skipped_at, skipped_at, state=OnAir.SKIPPED, skip_reason=SkipReason.ABSENT)

    sell(staff, order(1, at(20.1, day=FRIDAY), "紫菜"))

    assert tiers(db) == ["none"]


def test_shops_see_their_own_figures_and_staff_see_all(staff, show):
    one, owner = create_merchant()
    other, rival = create_merchant()
    booth_of(create_product(one, "紫菜"), show, 3)
    booth_of(create_product(other, "面线"), show, 4)
    sell(
        staff,
        order(1, at(20.1, day=FRIDAY), "紫菜", 11_100),
        order(2, at(20.3, day=FRIDAY), "面线", 22_200),
        order(3, at(20.3, day=FRIDAY), "不认识", 33_300),
    )

    assert figures.summary(staff, now=NOW).totals.gmv_fen == 66_600
    assert figures.summary(staff, show_id=show.id, now=NOW).totals.gmv_fen == 33_300
    assert figures.summary(staff, merchant_id=one.id, now=NOW).totals.gmv_fen == 11_100
    assert figures.summary(owner, now=NOW).totals.gmv_fen == 11_100
    assert shop_home.merchant_home(rival, now=NOW).year.gmv_fen == 22_200
    with pytest.raises(Missing):
        figures.summary(owner, merchant_id=other.id, now=NOW)
    with pytest.raises(Forbidden):
        figures.summary(create_actor(), now=NOW)


def test_a_summary_counts_orders_once_and_keeps_its_bounds(staff, show):
    merchant, _ = create_merchant()
    booth_of(create_product(merchant, "紫菜"), show)
    basket = {"主订单编号": "6917000000000000001"}
    sell(
        staff,
        order(1, at(20, day=FRIDAY), "紫菜", **basket),
        order(2, at(20.1, day=FRIDAY), "紫菜", 商品数量="3", 售后状态="已全额退款", **basket),
        order(3, at(21, day=FRIDAY), "紫菜", 订单状态="已关闭", 支付完成时间="-"),
    )

    found = figures.summary(staff, since=at(20, day=FRIDAY), until=at(20.25, day=FRIDAY), now=NOW)

    assert (found.totals.orders, found.totals.items) == (1, 4)
    assert (found.totals.gmv_fen, found.totals.refunded_fen, found.totals.net_fen) == (20_000, 10_000, 10_000)
    assert found.by_tier[Tier.IN_WINDOW].orders == 1
    assert set(found.by_tier) == set(Tier)
    assert figures.summary(staff, until=at(20, day=FRIDAY), now=NOW).totals.orders == 0


def test_the_way_to_the_target_keeps_its_three_lines_apart(db, staff, show):
    merchant, actor = create_merchant(margin_bp=3000)
    set_figure("platform_fee_bp", 500)
    booth_of(create_product(merchant, "紫菜"), show)
    sell(staff, order(1, at(20, day=FRIDAY), "紫菜", 1_000_000), order(2, at(9, day=FRIDAY), "紫菜", 777))

    home = shop_home.merchant_home(actor, now=NOW)

    assert (home.path.net_fen, home.path.estimated_fen, home.path.reported_fen) == (1_000_000, 250_000, 0)
    assert (home.path.target_fen, home.path.progress_bp) == (2_000_000, 1250)
    assert home.months[-1].estimated_fen == 250_000
    assert [m.month.month for m in home.months] == list(range(1, 12))
    assert home.forecast.low_fen == 250_000 < home.forecast.likely_fen < home.forecast.high_fen
    assert home.month.studio.provisional_fen == 1_000_000
    (shown,) = home.shows
    assert (shown.show_id, shown.booths, shown.totals.net_fen) == (show.id, (3,), 1_000_000)
    assert [p.totals.net_fen for p in home.products] == [1_000_000]


def test_without_a_declared_margin_there_is_no_estimate():
    _, actor = create_merchant(margin_bp=0)

    home = shop_home.merchant_home(actor, now=NOW)

    assert (home.path.estimated_fen, home.path.progress_bp, home.forecast) == (None, None, None)


def test_the_merchants_page_costs_the_same_whatever_there_is_to_show(db, staff):
    merchant, actor = create_merchant()

    def queries():
        seen = []

        def count(*about):
            seen.append(about[2])

        event.listen(db.engine, "before_cursor_execute", count)
        shop_home.merchant_home(actor, now=NOW)
        event.remove(db.engine, "before_cursor_execute", count)
        return len(seen)

    empty = queries()
    studio = create_studio()
    for week in range(1, 4):
        day = MONDAY - timedelta(days=7 * week)
        show = create_show(studio, at(19.5, day=day))
        title = f"紫菜{week}"
        booth_of(create_product(merchant, title), show)
        sell(staff, order(week, at(20, day=day), title))
    db.session.rollback()

    assert len(shop_home.merchant_home(actor, now=NOW).shows) == 3
    assert queries() <= empty


def test_somebody_without_a_shop_has_no_page(db):
    assert db.session.scalar(select(Merchant.id)) is None
    with pytest.raises(Missing):
        shop_home.merchant_home(create_actor(Role.MERCHANT), now=NOW)
