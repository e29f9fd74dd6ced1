"""Shows, the booth grid and taking a booth, as a browser without JavaScript sees them."""

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from domain.bookings import BookingStatus
from domain.people import Role
from domain.studio.shows import Layout
from models import Booking, Show
from services.studio import booths
from tests.support.builders import MONDAY, NOW, at, create_actor, create_studio, set_figure
from tests.support.client import read_forms
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show
from tests.support.visits import HTMX, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def studio(db):
    """The studio, open until midnight."""
    return create_studio(code="studio", closes=24)


@pytest.fixture
def show(studio):
    """A rundown in three days."""
    return create_show(studio)


def shop_with(*products, name=None):
    """A shop's actor and its products of these names."""
    shop, merchant = create_merchant(name)
    return merchant, [create_product(shop, product) for product in products]


def test_everybody_sees_the_next_shows_and_those_that_are_over(app, studio):
    create_show(studio)
    create_show(studio, at(19.5, day=MONDAY - timedelta(days=3)), title="秋茶专场")

    page = visitor(app).get("/shows")

    assert page.status_code == 200
    assert "年货节专场" in page.text
    assert "还有 10 个空" in page.text
    assert page.text.index("年货节专场") < page.text.index("播过的场次") < page.text.index("秋茶专场")


def test_a_visitor_sees_who_has_a_booth_and_can_take_none(app, show):
    merchant, [tea] = shop_with("铁观音", name="山腰茶行")
    create_booth(show, 3, tea, merchant)

    page = visitor(app).get(f"/shows/{show.id}")

    for words in ("铁观音", "山腰茶行", "待审核", "还有 9 个空"):
        assert words in page.text
    assert "订这个展位" not in page.text
    assert visitor(app).get(f"/shows/{show.id}/booths/1").status_code == 303
    assert visitor(app, create_actor()).get(f"/shows/{show.id}/booths/1").status_code == 403


def test_a_merchant_takes_a_free_booth_in_two_taps(app, db, show):
    merchant, _ = shop_with("铁观音")
    browser = visitor(app, merchant)
    grid = browser.get(f"/shows/{show.id}")
    assert f'href="/shows/{show.id}/booths/3"' in grid.text

    answer = browser.submit(browser.get(f"/shows/{show.id}/booths/3"), "/booths/3")

    assert (answer.status_code, answer.location) == (303, f"/shows/{show.id}#booth-3-2000")
    taken = db.session.scalars(select(Booking)).one()
    assert (taken.place, taken.status, taken.booker_id) == (3, BookingStatus.PENDING, merchant.id)
    grid = browser.get(f"/shows/{show.id}")
    assert "展位 3 已提交" in grid.text
    assert f'href="/bookings/{taken.id}"' in grid.text


def test_a_double_tap_takes_one_booth(app, db, show):
    merchant, [tea, _] = shop_with("铁观音", "浮粿")
    browser = visitor(app, merchant)
    form = browser.get(f"/shows/{show.id}/booths/3")

    answers = [browser.submit(form, "/booths/3", product_id=tea.id) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 1


def test_who_comes_late_is_offered_the_nearest_booths_one_tap_each(app, db, show):
    merchant, [tea] = shop_with("铁观音")
    rival, [weed] = shop_with("紫菜")
    browser = visitor(app, merchant)
    form = browser.get(f"/shows/{show.id}/booths/3")
    create_booth(show, 3, weed, rival)

    refused = browser.submit(form, "/booths/3", product_id=tea.id)

    assert refused.status_code == 409
    assert "刚刚被别的商户订走了" in refused.text
    ways = [form for form in read_forms(refused.text) if "/booths/" in form.action]
    assert [way.action.rsplit("/", 1)[1] for way in ways] == ["2", "4", "1", "wait"]
    assert browser.post(ways[0].action, data=ways[0].fields).status_code == 303
    mine = db.session.scalars(select(Booking).where(Booking.booker_id == merchant.id)).one()
    assert mine.place == 2


def test_a_broken_rule_is_said_in_a_sentence_before_and_after(app, show):
    merchant, [tea, cakes] = shop_with("铁观音", "浮粿")
    set_figure("booth_monthly_quota", 1)
    browser = visitor(app, merchant)
    form = browser.get(f"/shows/{show.id}/booths/3")
    create_booth(show, 1, tea, merchant)

    refused = browser.submit(form, "/booths/3", product_id=cakes.id)
    looked_at = browser.get(f"/shows/{show.id}/booths/3")

    assert (refused.status_code, looked_at.status_code) == (422, 200)
    for page in (refused, looked_at):
        assert "每家店每月最多订 1 个展位" in page.text


def test_a_locked_show_offers_no_booths(app, show, clock):
    merchant, _ = shop_with("铁观音")
    clock.move_to(show.starts_at - timedelta(hours=24))

    page = visitor(app, merchant).get(f"/shows/{show.id}")

    assert "展位已锁定" in page.text
    assert "订这个展位" not in page.text


def test_a_shop_without_products_is_led_to_its_first_one_and_back(app, show):
    merchant, _ = shop_with()
    browser = visitor(app, merchant)
    booth = f"/shows/{show.id}/booths/3"
    assert f"/products/new?next={booth}" in browser.get(booth).text

    form = browser.get(f"/products/new?next={booth}")
    saved = browser.submit(form, "/products/new", name="铁观音", price="88", stock="5")

    assert (saved.status_code, saved.location) == (303, booth)
    assert browser.submit(browser.get(booth), "/booths/3").status_code == 303


def test_a_market_is_a_grid_of_booths_and_slots(app, db, studio):
    market = create_show(
        studio, at(14, day=MONDAY + timedelta(days=9)), layout=Layout.MARKET, slots=2, title="邻里集市"
    )
    merchant, _ = shop_with("铁观音")
    browser = visitor(app, merchant)
    second_slot = f"/shows/{market.id}/booths/10?at=2026-12-02T14:15"

    grid = browser.get(f"/shows/{market.id}")
    assert grid.text.count("?at=") == 20
    assert second_slot in grid.text
    answer = browser.submit(browser.get(second_slot), "T14:15")

    assert answer.location == f"/shows/{market.id}#booth-10-1415"
    assert db.session.scalars(select(Booking)).one().starts_at == market.starts_at + timedelta(minutes=15)
    assert "这场的商品" in browser.get(f"/shows/{market.id}").text
    for nowhere in ("nonsense", "0001-01-01T00:00", "9999-12-31T23:45"):
        assert browser.get(f"/shows/{market.id}/booths/10?at={nowhere}").status_code == 422


def test_the_live_grid_is_drawn_again_only_when_something_changed(app, show):
    merchant, [tea] = shop_with("铁观音")
    browser = visitor(app)
    tag = browser.get(f"/shows/{show.id}", headers=HTMX).get_etag()[0]
    poll = f"/shows/{show.id}?seen={tag}"

    assert browser.get(poll, headers=HTMX).status_code == 204
    booths.take_booth(merchant, show.id, 3, tea.id, now=NOW)
    drawn = browser.get(poll, headers=HTMX)

    assert drawn.status_code == 200
    assert drawn.text.lstrip().startswith('<div id="show"')
    assert "铁观音" in drawn.text


def test_the_grid_costs_the_same_number_of_queries_however_full_it_is(app, db, show):
    def queries():
        seen = []

        def note(*args):
            seen.append(args[2])

        event.listen(db.engine, "before_cursor_execute", note)
        visitor(app).get(f"/shows/{show.id}")
        event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    empty = queries()
    for booth in range(1, 9):
        merchant, [product] = shop_with(f"商品{booth}")
        create_booth(show, booth, product, merchant)

    assert queries() == empty


def test_staff_plan_a_show(app, db, show):
    staff = visitor(app, create_actor(Role.STAFF))

    answer = staff.submit(
        staff.get("/shows/new"),
        "/shows/new",
        title="邻里集市",
        day="2026-12-02",
        time="14:00",
        layout="market",
        slots="4",
    )

    planned = db.session.scalars(select(Show).where(Show.id != show.id)).one()
    assert (answer.status_code, answer.location) == (303, f"/shows/{planned.id}")
    assert (planned.layout, planned.starts_at, planned.slots) == (
        Layout.MARKET,
        at(14, day=MONDAY + timedelta(days=9)),
        4,
    )


def test_a_window_that_is_taken_names_the_show_and_keeps_what_was_typed(app, show):
    staff = visitor(app, create_actor(Role.STAFF))

    answer = staff.submit(
        staff.get("/shows/new"), "/shows/new", title="秋茶专场", day="2026-11-26", time="21:00"
    )

    assert answer.status_code == 409
    assert "直播间这时已经排了“年货节专场”（11月26日 周四 19:30–22:00）" in answer.text
    assert 'value="秋茶专场"' in answer.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": ""}, "请写一个场次名称。"),
        ({"day": "2026-11-20"}, "这个时间已经过去了。"),
        ({"day": "2026-11-25", "time": "03:00"}, "这段时间不开放。"),
        ({"day": ""}, "请选择日期。"),
        ({"booths": "11"}, "展位数要在 1 到 10 之间。"),
        ({"booths": "many"}, "请填写整数。"),
        ({"day": "2029-01-01"}, "最多提前 366 天预约。"),
    ],
)
@pytest.mark.usefixtures("show")
def test_a_plan_that_makes_no_sense_comes_back_with_a_sentence(app, db, typed, sentence):
    staff = visitor(app, create_actor(Role.STAFF))
    filled_in = {"title": "秋茶专场", "day": "2026-11-27", "time": "19:30"} | typed

    answer = staff.submit(staff.get("/shows/new"), "/shows/new", **filled_in)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.scalar(select(func.count()).select_from(Show)) == 1


def test_staff_see_that_requests_wait_and_where(app, show):
    merchant, [tea] = shop_with("铁观音")
    booth = create_booth(show, 3, tea, merchant)

    page = visitor(app, create_actor(Role.STAFF)).get(f"/shows/{show.id}")

    assert "去审核 1 个申请" in page.text
    assert f'href="/desk/{booth.id}"' in page.text
