"""The pages of what was sold: a show, the community, the board; for who may, in words and with the table behind it."""

from datetime import timedelta

import pytest

from domain.bookings import BookingStatus
from domain.interval import local_day
from domain.people import Role
from domain.sales.attribution import Tier
from services.sales import inbox
from tests.support.builders import NOW, at, create_actor, create_studio
from tests.support.sale_builders import create_import, sale_row, write_sales
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db")
DAY = local_day(NOW) - timedelta(days=3)


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def evening(app, db):
    """A show with the tea of one shop at booth 2, of which two were sold at 19:50, one of them given back."""
    show = create_show(create_studio(), at(19.5, day=DAY), title="秋茶专场")
    merchant, owner = create_merchant("福来茶行")
    tea = create_product(merchant, "铁观音 250g")
    booth = create_booth(show, 2, tea, owner, status=BookingStatus.CONFIRMED)
    line = {
        "product_id": tea.id, "show_id": show.id, "booth_booking_id": booth.id, "tier": Tier.IN_WINDOW,
        "ordered_at": at(19 + 50 / 60, day=DAY), "amount_fen": 12_850,
    }  # fmt: skip
    source = create_import().id
    write_sales([sale_row(source, **line), sale_row(source, **line, refunded_fen=12_850)])
    return show, owner


def test_staff_read_a_show_booth_by_booth(app, evening):
    show, _ = evening
    page = visitor(app, create_actor(Role.STAFF)).get(f"/shows/{show.id}/sales")

    assert page.status_code == 200
    for text in ("¥128.50", "2 单 · 退款 1 单", "展位 2 · 铁观音 250g", "退款 1 单（50%）", "播出时 2"):
        assert text in page.text
    assert '<th scope="row">19:50</th><td class="end">2</td><td>2</td>' in page.text, "the table behind it"


def test_what_waits_in_the_inbox_is_counted_only_where_the_tabs_are_shown(app, evening, monkeypatch):
    show, _ = evening
    asked = []
    monkeypatch.setattr(inbox, "waiting", lambda actor: asked.append(actor) or inbox.Waiting(0, 0, 0))
    staff = visitor(app, create_actor(Role.STAFF))

    assert staff.get(f"/shows/{show.id}/sales").status_code == 200
    assert not asked
    assert staff.get("/sales/community").status_code == 200
    assert len(asked) == 1


def test_a_shop_reads_its_own_show_and_no_other(app, evening):
    show, owner = evening
    _, stranger = create_merchant()

    assert "铁观音 250g" in visitor(app, owner).get(f"/shows/{show.id}/sales").text
    assert visitor(app, stranger).get(f"/shows/{show.id}/sales").status_code == 404
    assert visitor(app, owner).get("/shows/987654/sales").status_code == 404


def test_a_show_nobody_bought_at_says_what_to_do(app, db):
    show = create_show(create_studio(), at(10, day=DAY))
    page = visitor(app, create_actor(Role.STAFF)).get(f"/shows/{show.id}/sales")

    assert "还没有算到这一场的订单" in page.text
    assert '<svg class="chart' not in page.text


def test_the_year_of_the_community_names_shops_shows_and_months(app, evening):
    page = visitor(app, create_actor(Role.STAFF)).get("/sales/community")

    assert page.status_code == 200
    for text in ("2026 年的直播销售", "每户 ¥20,000 的路上", "福来茶行", "秋茶专场", "1 家卖出"):
        assert text in page.text


@pytest.mark.parametrize(
    ("year", "status"), [("2025", 200), ("x", 200), ("", 200), ("1999", 404), ("1999999", 404)]
)
def test_any_year_is_answered(app, db, year, status):
    assert visitor(app, create_actor(Role.STAFF)).get(f"/sales/community?year={year}").status_code == status


def test_the_board_tells_a_shy_shop_that_only_it_sees_itself(app, evening):
    _, owner = evening
    shy, shy_owner = create_merchant("害羞的店", on_leaderboard=False)
    show = evening[0]
    row = sale_row(
        create_import().id, product_id=create_product(shy).id, show_id=show.id, tier=Tier.TAIL,
        ordered_at=at(20, day=DAY),
    )  # fmt: skip
    write_sales([row])

    assert "害羞的店" not in visitor(app, owner).get("/sales/leaderboard").text
    assert "只有您自己看得到这一行" in visitor(app, shy_owner).get("/sales/leaderboard").text
