"""What a show sold, booth by booth and minute by minute, as staff and as a shop see it."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.bookings import BookingStatus
from domain.errors import Forbidden, Missing
from domain.people import Role
from domain.sales.attribution import Tier
from domain.studio.shows import ShowStatus
from models import BoothSlot
from models.base import db as database
from services.sales import show_report
from services.unit_of_work import in_transaction
from tests.support.builders import MONDAY, NOW, at, create_actor, create_studio
from tests.support.sale_builders import create_import, sale_row, write_sales
from tests.support.studio_builders import (
    create_airing,
    create_booth,
    create_merchant,
    create_product,
    create_show,
)

pytestmark = pytest.mark.usefixtures("db")
FRIDAY = MONDAY - timedelta(days=3)


@pytest.fixture
def staff(db):
    return create_actor(Role.STAFF)


@pytest.fixture
def evening(db):
    """A rundown at 19:30 with the tea of one shop at booth 1, aired as planned, and the seaweed of another at 2."""
    show = create_show(create_studio(), at(19.5, day=FRIDAY))
    (tea_shop, tea_owner), (sea_shop, sea_owner) = create_merchant("福来茶行"), create_merchant("惠珍紫菜")
    tea, seaweed = create_product(tea_shop, "铁观音"), create_product(sea_shop, "紫菜")
    booths = (
        create_booth(show, 1, tea, tea_owner, status=BookingStatus.CONFIRMED),
        create_booth(show, 2, seaweed, sea_owner, status=BookingStatus.CONFIRMED),
    )
    create_airing(booths[0], at(19.5, day=FRIDAY), at(19.75, day=FRIDAY))
    return show, (tea, tea_owner, booths[0]), (seaweed, sea_owner, booths[1])


def sold(show, product, booth, hour, tier=Tier.IN_WINDOW, **changes):
    """A line of ours at an hour of Friday."""
    return sale_row(
        create_import().id, product_id=product.id, show_id=show.id, booth_booking_id=booth.id, tier=tier,
        ordered_at=at(hour, day=FRIDAY), **changes,
    )  # fmt: skip


def test_every_booth_has_its_sums_its_time_on_air_and_its_tiers(evening, staff):
    show, (tea, _, tea_booth), (seaweed, _, sea_booth) = evening
    write_sales(
        [
            sold(show, tea, tea_booth, 19.6, amount_fen=10_000),
            sold(show, tea, tea_booth, 19.8, Tier.TAIL, amount_fen=5_000, refunded_fen=5_000),
            sold(show, tea, tea_booth, 23, Tier.LONG_TAIL, amount_fen=700),
            sold(show, seaweed, sea_booth, 19.9, amount_fen=3_000),
            sold(show, seaweed, sea_booth, 19.9, amount_fen=9_999, paid=False),
        ]
    )

    report = show_report.show_report(staff, show.id, now=NOW)

    assert [(b.place, b.totals.net_fen, b.totals.orders) for b in report.booths] == [
        (1, 10_000, 2),
        (2, 3_000, 1),
    ]
    assert report.booths[0].orders_by_tier == {Tier.IN_WINDOW: 1, Tier.TAIL: 1, Tier.LONG_TAIL: 1}
    assert report.booths[0].long_tail.net_fen == 700
    assert [(t.starts_at, t.ends_at) for t in report.booths[0].aired] == [
        (at(19.5, day=FRIDAY), at(19.75, day=FRIDAY))
    ]
    assert (report.totals.net_fen, report.long_tail.net_fen) == (13_000, 700)


def test_minutes_count_orders_not_lines(evening, staff):
    show, (tea, _, booth), _ = evening
    write_sales(
        [
            sold(show, tea, booth, 19.6, order_no="7"),
            sold(show, tea, booth, 19.6, order_no="7"),
            sold(show, tea, booth, 19.6, order_no="8"),
        ]
    )

    report = show_report.show_report(staff, show.id, now=NOW)

    assert report.window.starts_at == show.starts_at
    assert report.window.ends_at == show.ends_at + timedelta(minutes=30)
    assert {n: minute for n, minute in enumerate(report.minutes) if minute} == {6: {booth.id: 2}}


def test_a_shop_sees_its_own_booths_and_that_others_were_on_air(evening):
    show, (tea, _, tea_booth), (seaweed, sea_owner, sea_booth) = evening
    write_sales([sold(show, tea, tea_booth, 19.6), sold(show, seaweed, sea_booth, 19.8, amount_fen=3_000)])

    report = show_report.show_report(sea_owner, show.id, now=NOW)

    assert [booth.place for booth in report.booths] == [2]
    assert (report.totals.net_fen, sum(sum(minute.values()) for minute in report.minutes)) == (3_000, 1)
    assert [place for place, _ in report.others] == [1]


def test_views_make_a_thousand_of_them_comparable(evening, staff, db):
    show, (tea, _, booth), _ = evening
    write_sales([sold(show, tea, booth, 19.6, amount_fen=5_000)])

    def gpm():
        db.session.rollback()
        return show_report.show_report(staff, show.id, now=NOW).booths[0].gpm_fen

    assert gpm() is None
    count_views(booth.id, 2_000)
    assert gpm() == 2_500


def count_views(booking_id, views):
    """Type in how many watched a booth."""
    change = update(BoothSlot).where(BoothSlot.booking_id == booking_id).values(views=views)
    in_transaction(lambda: database.session.execute(change))


def test_who_was_not_in_it_does_not_learn_that_there_is_one(evening):
    show, *_ = evening
    _, stranger = create_merchant()

    with pytest.raises(Missing):
        show_report.show_report(stranger, show.id, now=NOW)
    with pytest.raises(Missing):
        show_report.show_report(create_actor(Role.STAFF), show.id + 1, now=NOW)
    with pytest.raises(Forbidden):
        show_report.show_report(create_actor(), show.id, now=NOW)


def test_a_show_that_is_to_come_or_was_cancelled_has_no_report(staff):
    studio = create_studio()
    ahead = create_show(studio, NOW + timedelta(days=2))
    cancelled = create_show(
        studio, at(10, day=FRIDAY), status=ShowStatus.CANCELLED, cancel_reason="停电", cancelled_at=NOW
    )

    for show in (ahead, cancelled):
        with pytest.raises(Missing):
            show_report.show_report(staff, show.id, now=NOW)
