"""The pages of order lines: the list, why one counts where it does, and deciding by hand."""

import pytest

from domain.people import Role
from domain.sales.attribution import Tier
from domain.sales.cells import Precision
from models import Person, Sale
from services.sales import attributing
from tests.support.attributed_sales import create_sale, stands
from tests.support.builders import NOW, create_actor
from tests.support.client import read_forms
from tests.support.live_shows import create_ready_show, later
from tests.support.studio_builders import create_merchant, create_product
from tests.support.visits import visitor


@pytest.fixture
def stage(db):
    """A show with four confirmed booths of a quarter-hour each."""
    return create_ready_show()


@pytest.fixture
def staff(app, db):
    return visitor(app, create_actor(Role.STAFF, name="陈工"))


def page_of(client, sale):
    return client.get(f"/sales/lines/{sale.id}")


def verdict_form(client, sale):
    return next(form for form in read_forms(page_of(client, sale).text) if form.action.endswith("/attribute"))


@pytest.mark.parametrize(
    ("minutes", "more", "said"),
    [
        (5, {}, "订单在 11月26日 周四 19:35:00 下单，商品 19:30–19:45 在播 → A 播出时段内"),
        (
            20,
            {},
            "商品 19:45 播完，订单在 11月26日 周四 19:50:00 下单，还在播完后的 15 分钟里（到 20:00）→ B",
        ),
        (40, {}, "商品那时不在播，但还在同一场里（19:30–22:30，含下播后半小时）→ C 同一场"),
        (600, {"live_evidence": True}, "在下播后 24 小时里（到 11月27日 周五 22:00），订单写明来自直播 → D"),
        (600, {}, "是下播后 24 小时里，但订单没有写明来自直播 → 不算直播"),
        (9_000, {}, "前后没有一场直播播过这件商品 → 不算直播"),
    ],
)
def test_the_page_says_in_one_sentence_why(stage, staff, minutes, more, said):
    sale = create_sale(stage.products[0], later(minutes), **more)

    assert said in page_of(staff, sale).text


def test_an_unknown_product_and_one_that_was_never_shown_are_told_apart(stage, staff):
    shop, _owner = create_merchant()

    assert "还不知道这是哪件商品" in page_of(staff, create_sale(None, later(5))).text
    never = page_of(staff, create_sale(create_product(shop), later(5))).text
    assert "这件商品没有上过直播" in never
    assert "这件商品没有播过，所以没有展位可选。" in never


def test_a_time_to_the_minute_that_only_fits_when_widened_says_so(stage, staff):
    late = create_sale(stage.products[1], later(14.5), ordered_precision=Precision.MINUTE)
    inside = create_sale(stage.products[0], later(5), ordered_precision=Precision.MINUTE)

    assert "时段往前放宽了 59 秒" in page_of(staff, late).text
    told = page_of(staff, inside).text
    assert "没有秒" in told
    assert "19:35 下单" in told
    assert "放宽" not in told


def test_the_picture_has_its_title_and_its_numbers_behind_it(stage, staff):
    text = page_of(staff, create_sale(stage.products[1], later(20))).text

    assert "<title>这件商品：在播 19:45–20:00，播完后 15 分钟 20:00–20:15</title>" in text
    assert "直播 19:30–22:00，这件商品 19:45–20:00 在播" in text
    assert 'data-label="' not in text.split("<figure")[1].split("</figure>")[0]
    assert "style=" not in text


def test_staff_decide_with_a_reason_and_give_it_back(stage, staff):
    sale = create_sale(stage.products[0], later(9_000))
    form = verdict_form(staff, sale)

    empty = staff.post(
        form.action, data=form.fields | {"tier": "B", "booth": str(stage.booths[0].id), "reason": " "}
    )
    assert empty.status_code == 422
    assert "请写明理由。" in empty.text
    nowhere = staff.post(form.action, data=form.fields | {"tier": "B", "reason": "主播也讲了"})
    assert "请选择是哪个展位卖出的" in nowhere.text
    assert "主播也讲了" in nowhere.text
    done = staff.post(
        form.action,
        data=form.fields | {"tier": "B", "booth": str(stage.booths[0].id), "reason": "主播也讲了"},
    )

    assert done.status_code == 303
    assert stands(sale) == (Tier.TAIL, stage.show.id, stage.booths[0].id)
    shown = staff.get(done.location)
    assert "陈工在" in shown.text
    assert "理由：主播也讲了" in shown.text
    assert "按规则是这样：订单在" in shown.text
    back, tapped_twice = (staff.submit(shown, "/release") for _tap in "ab")
    assert (back.status_code, tapped_twice.status_code) == (303, 303)
    assert stands(sale)[0] is Tier.NONE
    assert "交还规则" in staff.get(back.location).text


def test_whoever_comes_second_sees_how_it_stands_now(stage, staff):
    sale = create_sale(stage.products[0], later(5))
    first, second = (verdict_form(staff, sale) for _person in "ab")
    answers = [
        staff.post(form.action, data=form.fields | {"tier": "none", "reason": "退给线下"})
        for form in (first, second)
    ]

    assert [answer.status_code for answer in answers] == [303, 409]
    assert "刚刚被别人改过" in answers[1].text
    assert "退给线下" in answers[1].text


@pytest.mark.parametrize("seen", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00", "2026-11-24", ""])
def test_a_moment_that_nobody_can_have_seen_is_bad_input(stage, staff, seen):
    form = verdict_form(staff, create_sale(stage.products[0], later(5)))

    answer = staff.post(form.action, data=form.fields | {"tier": "none", "reason": "退给线下", "seen": seen})

    assert answer.status_code == 422


def test_a_double_tap_decides_once(stage, staff):
    sale = create_sale(stage.products[0], later(5))
    form = verdict_form(staff, sale)
    answers = [
        staff.post(form.action, data=form.fields | {"tier": "none", "reason": "退给线下"}) for _tap in "ab"
    ]

    assert [answer.status_code for answer in answers] == [303, 303]


def test_merchants_read_their_own_lines_without_names_or_forms(app, db, stage, staff):
    shop, owner = create_merchant("自家店")
    mine = create_sale(create_product(shop, "自家茶"), later(5))
    foreign = create_sale(stage.products[0], later(5))
    form = verdict_form(staff, mine)
    staff.post(form.action, data=form.fields | {"tier": "none", "reason": "线下卖出"})
    merchant = visitor(app, db.session.get_one(Person, owner.id))

    told = page_of(merchant, mine)
    assert (told.status_code, page_of(merchant, foreign).status_code) == (200, 404)
    assert "理由：线下卖出" in told.text
    assert "就这样决定" not in told.text
    assert "抖店订单.csv" not in told.text
    listed = merchant.get("/sales/lines").text
    assert "自家茶" in listed
    assert stage.products[0].name not in listed
    assert "订单明细" in merchant.get("/sales").text


def test_the_list_is_narrowed_by_its_address_and_pages_on(stage, staff, db):
    for minute in range(30):
        create_sale(stage.products[0], later(minute))
    odd = create_sale(stage.products[1], later(900), order_no="70010001")

    first = staff.get("/sales/lines")
    assert first.text.count('class="list-title"') == 25
    assert "更早的" in first.text
    older = first.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert staff.get(older).text.count('class="list-title"') == 6
    found = staff.get("/sales/lines?order=70010001").text
    assert found.count('class="list-title"') == 1
    assert f"/sales/lines/{odd.id}" in found
    assert "没有这样的订单" in staff.get("/sales/lines?order=7").text
    assert staff.get("/sales/lines?tier=none").text.count('class="list-title"') == 1
    assert (
        staff.get("/sales/lines?tier=X&show=abc&from=heute&kind=odd").text.count('class="list-title"') == 25
    )
    assert staff.get("/sales/lines?after=nonsense").status_code == 422


def test_an_empty_book_says_what_to_do(app, staff):
    _shop, owner = create_merchant()

    assert "账上还没有订单" in staff.get("/sales/lines").text
    assert "还没有您的订单" in visitor(app, owner).get("/sales/lines").text


def test_nothing_is_written_by_looking(stage, staff, db):
    sale = create_sale(stage.products[0], later(5))
    attributing.attribute_due(later(300))
    page_of(staff, sale)
    staff.get("/sales/lines")

    db.session.rollback()
    assert db.session.get_one(Sale, sale.id).updated_at == NOW
