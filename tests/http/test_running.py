"""The console, the cue card and the public page, as a browser without JavaScript sees them."""

from datetime import timedelta

import pytest

from domain.bookings import BookingStatus
from domain.people import Role
from domain.studio.running import Action, SkipReason
from domain.studio.shows import Layout, ShowStatus
from models import Product, Show
from services.studio import running
from tests.support.builders import create_actor, create_person
from tests.support.client import read_forms
from tests.support.live_shows import START, change, create_live_show, later
from tests.support.studio_builders import create_booth, create_merchant, create_product
from tests.support.visits import HTMX, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def stage(clock):
    """A show with four confirmed booths, a minute before it begins."""
    clock.move_to(later(-1))
    return create_live_show()


@pytest.fixture
def tablet(app, stage):
    """The floor director's tablet."""
    return visitor(app, stage.director)


def at_console(stage):
    return f"/shows/{stage.show.id}/console"


def test_a_show_is_got_ready_and_begun_with_two_taps(stage, tablet):
    page = tablet.get(at_console(stage))
    assert "开始准备" in page.text
    assert "铁观音 250g" in page.text

    ready = tablet.get(tablet.submit(page, "/prepare").location)
    assert "播出单排好了" in ready.text
    assert "第一个：铁观音 250g" in ready.text
    begun = tablet.get(tablet.submit(ready, "/start").location)

    assert "正在播" in begun.text
    assert "预计 20:29 结束" in begun.text
    assert stage.order().current is not None


def test_the_remaining_time_stands_there_without_a_script(stage, tablet, clock):
    stage.press(Action.START, START)
    clock.move_to(later(13))

    page = tablet.get(at_console(stage)).text

    assert ">02:00<" in page
    assert "19:45:00" in page
    assert '<noscript><meta http-equiv="refresh"' in page


def test_overtime_has_a_sign_a_word_and_tells_the_whole_shows_delay(stage, tablet, clock):
    stage.press(Action.START, START)
    clock.move_to(later(18) + timedelta(seconds=20))

    page = tablet.get(at_console(stage)).text

    assert ">+03:20<" in page
    assert "超时" in page
    assert "整场晚 3 分 20 秒" in page
    assert "预计 20:33 结束" in page


def test_each_press_is_a_form_of_its_own(stage, tablet, clock):
    stage.press(Action.START, START)
    clock.move_to(later(14))
    stay = at_console(stage)

    tablet.submit(tablet.get(stay), "/extend")
    assert stage.order().items[0].extra_seconds == 60
    picked = tablet.get(f"{stay}?pick={stage.item(3)}")
    absent = [form for form in read_forms(picked.text) if form.fields.get("reason") == "absent"]
    tablet.post(absent[0].action, data=absent[0].fields)
    assert stage.order().items[2].skip_reason is SkipReason.ABSENT
    picked = tablet.get(f"{stay}?pick={stage.item(4)}")
    [swapped] = [form for form in read_forms(picked.text) if form.action.endswith("/swap")]
    tablet.post(swapped.action, data=swapped.fields)
    assert stage.titles()[1][0] == "4"
    more = tablet.get(f"{stay}?panel=more")
    own = [form for form in read_forms(more.text) if form.action.endswith("/insert")][-1]
    tablet.post(own.action, data=own.fields | {"title": "送福字", "minutes": "3"})
    assert stage.titles()[1] == ("送福字", "waiting")
    tablet.submit(tablet.get(stay), "/next")
    tablet.submit(tablet.get(f"{stay}?pick={stage.item(1)}"), "/repeat")
    assert stage.titles()[2] == ("1", "waiting")
    tablet.post(f"{stay}/overrun", data=read_forms(tablet.get(stay).text)[-1].fields | {"overrun": "squeeze"})
    assert stage.order().overrun.value == "squeeze"
    tablet.submit(tablet.get(stay), "/undo")
    assert stage.order().overrun.value == "shift"


def test_who_presses_late_is_told_what_the_other_tablet_did(app, stage, tablet, clock):
    stage.press(Action.START, START)
    clock.move_to(later(15))
    seen = tablet.get(at_console(stage))
    other = visitor(app, create_person(Role.STAFF, name="小林"))
    assert other.submit(other.get(at_console(stage)), "/next").status_code == 303

    late = tablet.submit(seen, "/next")

    assert late.status_code == 409
    assert "小林已经按了“下一个”（19:45:00）" in late.text
    assert "浮粿礼盒" in late.text
    assert [state for _, state in stage.titles()] == ["done", "on_air", "waiting", "waiting"]


def test_a_double_tap_is_one_press(stage, tablet, clock):
    stage.press(Action.START, START)
    seen = tablet.get(at_console(stage))

    answers = [tablet.submit(seen, "/next").status_code for _ in range(2)]

    assert answers == [303, 303]
    assert [state for _, state in stage.titles()] == ["done", "on_air", "waiting", "waiting"]


def test_what_may_not_air_is_refused_with_what_is_missing(stage, tablet):
    change(Product, Product.id == stage.products[0].id, claims_status="unreviewed")
    running.prepare(stage.director, stage.show.id, now=START)
    page = tablet.get(at_console(stage))
    assert "现在还不能播" in page.text

    refused = tablet.submit(page, "/start")

    assert refused.status_code == 422
    assert "“铁观音 250g”不能播：宣传还没有审核。" in refused.text


def test_a_refused_form_keeps_what_was_typed(stage, tablet):
    stage.press(Action.START, START)

    more = tablet.get(f"{at_console(stage)}?panel=more")
    insert = [form for form in read_forms(more.text) if form.action.endswith("/insert")][-1]
    refused = tablet.post(insert.action, data=insert.fields | {"title": "送福字", "minutes": "99"})
    assert (refused.status_code, 'value="送福字"' in refused.text) == (422, True)
    fix = tablet.get(f"{at_console(stage)}?panel=fix")
    refused = tablet.submit(fix, "/correct", said="最好的茶", corrected="")
    assert (refused.status_code, 'value="最好的茶"' in refused.text) == (422, True)
    assert "请写清说错了什么" in refused.text


def test_a_correction_is_written_down_and_listed(stage, tablet):
    stage.press(Action.START, START)

    tablet.submit(tablet.get(f"{at_console(stage)}?panel=fix"), "/correct", said="最好的茶", corrected="好茶")

    page = tablet.get(at_console(stage)).text
    assert "口误纠正 1 条" in page
    assert "<del>最好的茶</del> <ins>好茶</ins>" in page


def test_nothing_new_costs_no_rendering_and_a_press_is_noticed(stage, tablet, clock):
    stage.press(Action.START, START)
    clock.move_to(later(1))
    first = tablet.get(at_console(stage), headers=HTMX)
    poll = first.text.split('hx-get="', 1)[1].split('"', 1)[0].replace("&amp;", "&")

    assert tablet.get(poll, headers=HTMX).status_code == 204
    assert tablet.get(at_console(stage), headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    stage.press(Action.EXTEND, later(1))
    assert tablet.get(poll, headers=HTMX).status_code == 200


def test_htmx_gets_the_console_alone_and_stays_where_it_is(stage, tablet):
    stage.press(Action.START, START)
    form = next(f for f in read_forms(tablet.get(at_console(stage)).text) if f.action.endswith("/next"))

    answer = tablet.post(form.action, data=form.fields, headers=HTMX)

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div class="run" id="console"')
    assert "已按“下一个”" in answer.text


def test_a_poll_takes_no_focus_from_who_is_typing(stage, tablet):
    stage.press(Action.START, START)

    opened = tablet.get(f"{at_console(stage)}?panel=fix", headers=HTMX).text
    polled = tablet.get(f"{at_console(stage)}?panel=fix&seen=old", headers=HTMX).text

    assert "autofocus" in opened
    assert "autofocus" not in polled


@pytest.mark.parametrize("path", ["console", "host"])
def test_the_console_and_the_card_are_for_staff(app, stage, path):
    assert visitor(app).get(f"/shows/{stage.show.id}/{path}").status_code == 303
    assert visitor(app, create_actor(Role.MERCHANT)).get(f"/shows/{stage.show.id}/{path}").status_code == 403
    assert visitor(app, stage.director).get(f"/shows/999/{path}").status_code == 404


def test_an_unknown_press_is_not_there_and_a_broken_one_is_refused(stage, tablet):
    token = read_forms(tablet.get(at_console(stage)).text)[-1].fields["csrf_token"]

    assert (
        tablet.post(f"{at_console(stage)}/dance", data={"version": "1", "csrf_token": token}).status_code
        == 404
    )
    assert tablet.post(f"{at_console(stage)}/next", data={"csrf_token": token}).status_code == 422
    wrong = {"version": "1", "overrun": "faster", "csrf_token": token}
    assert tablet.post(f"{at_console(stage)}/overrun", data=wrong).status_code == 422


def test_the_cue_card_shows_price_points_and_what_not_to_say(stage, tablet):
    change(Product, Product.id == stage.products[0].id, live_price_fen=6_800, price_basis="店内挂牌价")
    stage.press(Action.START, START)

    page = tablet.get(f"/shows/{stage.show.id}/host").text

    for words in (
        "铁观音 250g",
        "¥68.00",
        "<s>¥88.00</s>",
        "店内挂牌价",
        "本地现做",
        "当天发货",
        "不能说",
        "浮粿礼盒",
    ):
        assert words in page


def test_everybody_reads_now_next_and_who_really_sells_it(app, stage):
    address = f"/shows/{stage.show.id}/now"
    before = visitor(app).get(address).text
    assert "还没开播" in before
    stage.press(Action.START, START)
    stage.press(Action.NEXT, later(15))

    page = visitor(app).get(address).text

    live, rest = page.split("这场的商品和卖家")
    assert live.index("浮粿礼盒") < live.index("下一个") < live.index("百香果 5 斤")
    for number, name in enumerate(("山腰茶行", "阿嬷小吃", "凤安果蔬", "埭港渔家"), start=1):
        assert name in rest
        assert f"山腰街道 {number} 号" in rest
        assert f"0595-8700000{number}" in rest
    stage.press(Action.END, later(30))
    after = visitor(app).get(address).text
    assert "已结束" in after
    assert "没播" in after
    assert "来不及了" not in after, "why a shop was not aired is nobody else's business"


def test_a_draft_is_hidden_and_a_cancelled_show_says_so(app, stage):
    change(Show, Show.id == stage.show.id, status=ShowStatus.CANCELLED, cancel_reason="停电")
    assert "已取消" in visitor(app).get(f"/shows/{stage.show.id}/now").text

    change(Show, Show.id == stage.show.id, status=ShowStatus.DRAFT, cancel_reason="")
    assert visitor(app).get(f"/shows/{stage.show.id}/now").status_code == 404


def test_a_market_airs_its_slot_as_one_and_lists_every_seller(app, clock):
    clock.move_to(START)
    stage = create_live_show(places=(), layout=Layout.MARKET, slots=2)
    for number in (1, 2):
        shop, owner = create_merchant(f"集市店{number}")
        product = create_product(shop, f"年货{number}")
        slot = stage.show.plan.interval_of(number, START)
        create_booth(stage.show, number, product, owner, status=BookingStatus.CONFIRMED, interval=slot)
    stage.press(Action.START, START)

    console = visitor(app, stage.director).get(at_console(stage)).text
    card = visitor(app, stage.director).get(f"/shows/{stage.show.id}/host").text
    page = visitor(app).get(f"/shows/{stage.show.id}/now").text

    assert "2 个展位同时播" in console
    assert "样品没到（2 个）" in console
    assert "年货1" in card
    assert page.count("集市店2") == 2


def test_the_show_page_leads_to_all_three(app, stage):
    staff, anybody = (visitor(app, who).get(f"/shows/{stage.show.id}").text for who in (stage.director, None))

    assert f'href="/shows/{stage.show.id}/console"' in staff
    assert f'href="/shows/{stage.show.id}/host"' in staff
    assert f'href="/shows/{stage.show.id}/now"' in anybody
    assert "/console" not in anybody
