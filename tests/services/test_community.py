"""The year of all shops: months, shows, who is on the way to the target, and the board of those who want to be seen."""

from datetime import date, timedelta

import pytest

from domain.errors import Forbidden
from domain.interval import local_day
from domain.people import Role
from domain.sales.attribution import Tier
from services.sales import community
from services.sales.community import Course
from tests.support.builders import NOW, at, create_actor, create_studio, set_figure
from tests.support.sale_builders import create_import, sale_row, write_sales
from tests.support.statements import statements
from tests.support.studio_builders import create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")
TODAY = local_day(NOW)


@pytest.fixture
def staff(db):
    return create_actor(Role.STAFF)


@pytest.fixture
def show(db):
    return create_show(create_studio(), at(19.5, day=TODAY - timedelta(days=3)))


def sell(show, product, day, amount_fen, tier=Tier.IN_WINDOW, **changes):
    """A line that the studio brought on a day."""
    row = sale_row(
        create_import().id, product_id=product.id, show_id=show.id, tier=tier, ordered_at=at(20, day=day),
        amount_fen=amount_fen, **changes,
    )  # fmt: skip
    write_sales([row])


def course_of(staff, merchant):
    report = community.community_year(staff, None, now=NOW)
    return next(one.course for one in report.merchants if one.merchant.id == merchant.id)


def test_months_and_shows_add_up_to_the_year(staff, show):
    tea = create_product(create_merchant()[0])
    sell(show, tea, date(2026, 10, 2), 30_000)
    sell(show, tea, date(2026, 11, 20), 20_000, refunded_fen=5_000)
    sell(show, tea, date(2026, 11, 20), 99_000, Tier.LONG_TAIL)
    sell(show, tea, date(2025, 12, 31), 7_000)

    report = community.community_year(staff, None, now=NOW)
    before = community.community_year(staff, 2025, now=NOW)

    assert [month.net_fen for month in report.months[9:11]] == [30_000, 15_000]
    assert (report.totals.net_fen, report.totals.orders, report.totals.refunded_orders) == (45_000, 2, 1)
    assert [(one.show.id, one.shops) for one in report.shows] == [(show.id, 1)]
    assert (before.totals.net_fen, before.months_so_far, report.first_year) == (7_000, 12, 2025)


def test_shops_stand_where_their_estimate_has_come_to(staff, show):
    there, _ = create_merchant(margin_bp=10_000)
    slow, _ = create_merchant(margin_bp=1_000)
    silent, _ = create_merchant(margin_bp=3_000)
    untold, _ = create_merchant(margin_bp=0)
    sell(show, create_product(there), TODAY - timedelta(days=200), 2_000_000)
    sell(show, create_product(slow), TODAY - timedelta(days=5), 20_000)

    assert course_of(staff, there) is Course.REACHED
    assert course_of(staff, slow) is Course.BEHIND
    assert course_of(staff, silent) is Course.NOT_STARTED
    assert course_of(staff, untold) is Course.NO_MARGIN


def test_a_pace_that_reaches_the_target_by_the_end_of_the_year_is_on_course(staff, show):
    shop, _ = create_merchant(margin_bp=10_000)
    tea = create_product(shop)
    for week in range(1, 13):
        sell(show, tea, TODAY - timedelta(days=7 * week - 1), 150_000)

    assert course_of(staff, shop) is Course.ON_COURSE
    set_figure("yearly_target_fen", 9_000_000)
    assert course_of(staff, shop) is Course.BEHIND


def test_the_board_shows_those_who_want_to_be_seen_and_everybody_their_own_place(staff, show):
    first, second, shy = (
        create_merchant(name, on_leaderboard=name != "害羞") for name in ("一", "二", "害羞")
    )
    for (shop, _), fen in zip((first, second, shy), (30_000, 10_000, 20_000), strict=True):
        sell(show, create_product(shop), TODAY, fen)

    def seen_by(actor):
        return [(r.place, r.merchant.name, r.mine) for r in community.leaderboard(actor, now=NOW)]

    assert seen_by(staff) == [(1, "一", False), (2, "二", False)]
    assert seen_by(second[1]) == [(1, "一", False), (2, "二", True)]
    assert seen_by(shy[1]) == [(1, "一", False), (2, "害羞", True), (3, "二", False)]
    with pytest.raises(Forbidden):
        community.leaderboard(create_actor(), now=NOW)


def test_only_staff_see_the_whole_community(show):
    _, owner = create_merchant()

    with pytest.raises(Forbidden):
        community.community_year(owner, None, now=NOW)


def test_the_report_asks_the_same_questions_however_many_shops_there_are(staff, show, db):
    def questions():
        db.session.rollback()
        with statements(db) as seen:
            community.community_year(staff, None, now=NOW)
        return len(seen)

    sell(show, create_product(create_merchant()[0]), TODAY, 100)
    few = questions()
    for _ in range(4):
        sell(show, create_product(create_merchant()[0]), TODAY, 100)

    assert questions() == few
