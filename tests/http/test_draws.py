"""The draw as people meet it: apply, change, withdraw, read the list and the result."""

import hashlib
import re
from datetime import timedelta

import pytest

from domain.people import Role
from domain.studio.shows import ShowStatus
from models import Draw, db
from services import outbox
from services.studio import closing_list, draw_reading, drawing
from tests.support.builders import NOW, create_actor, create_studio
from tests.support.draw_builders import (
    CLOSES,
    LATER,
    apply_for,
    by_rank,
    close_and_draw,
    create_draw_show,
    create_stall,
    forge,
)
from tests.support.studio_builders import create_product, create_show
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def show():
    """A show of three booths that will be drawn."""
    return create_draw_show(create_studio(code="studio"))


@pytest.fixture
def staff(app):
    """The tablet of the staff."""
    return visitor(app, create_actor(Role.STAFF))


def test_a_shop_applies_changes_and_withdraws_on_the_page_of_the_show(app, show) -> None:
    shop, keeper, tea = create_stall("山腰茶行")
    create_product(shop, "米糕")
    shopkeeper = visitor(app, keeper)
    page = shopkeeper.get(f"/shows/{show.id}")
    assert "报名抽签" in page.text
    assert "订这个展位" not in page.text

    form = shopkeeper.get(f"/shows/{show.id}/apply")
    made = shopkeeper.submit(form, "/apply", product_id=tea.id, booth=2)
    page = shopkeeper.get(made.location)
    assert "报名好了" in page.text
    assert "您报名了：铁观音 250g · 最想要展位 2" in page.text

    form = shopkeeper.get(f"/shows/{show.id}/apply")
    page = shopkeeper.get(shopkeeper.submit(form, "/apply", booth="").location)
    assert "您报名了：铁观音 250g · 哪个展位都行" in page.text
    page = shopkeeper.get(shopkeeper.submit(page, "/withdraw").location)
    assert "报名已撤回" in page.text
    assert "0 家店已报名" in page.text


def test_a_refusal_keeps_what_was_chosen(app, show) -> None:
    shop, keeper, tea = create_stall()
    create_product(shop, "米糕")
    shopkeeper = visitor(app, keeper)
    form = shopkeeper.get(f"/shows/{show.id}/apply")

    refused = shopkeeper.submit(form, "/apply", product_id=tea.id, booth=9)

    assert refused.status_code == 422
    assert "这场直播只有 3 个展位。" in refused.text
    assert re.search(rf'value="{tea.id}" checked', refused.text)


def test_the_same_press_twice_is_one_application(app, show) -> None:
    _, keeper, _ = create_stall()
    shopkeeper = visitor(app, keeper)
    form = shopkeeper.get(f"/shows/{show.id}/apply")

    first, second = shopkeeper.submit(form, "/apply"), shopkeeper.submit(form, "/apply")

    assert first.location == second.location
    assert len(by_rank(show)) == 1


def test_who_comes_late_reads_why(app, show, clock) -> None:
    _, keeper, _ = create_stall()
    shopkeeper = visitor(app, keeper)
    form = shopkeeper.get(f"/shows/{show.id}/apply")
    clock.move_to(CLOSES)

    assert "报名已经截止" in shopkeeper.submit(form, "/apply").text
    assert "报名已经截止" in shopkeeper.get(f"/shows/{show.id}/apply").text
    assert "报名抽签" not in shopkeeper.get(f"/shows/{show.id}").text


def test_who_withdraws_late_reads_why(app, show, clock) -> None:
    [(keeper, _)] = apply_for(show, 1)
    shopkeeper = visitor(app, keeper)
    page = shopkeeper.get(f"/shows/{show.id}")
    clock.move_to(CLOSES)

    assert "报名已经截止" in shopkeeper.get(shopkeeper.submit(page, "/withdraw").location).text


def test_a_shop_without_goods_is_led_to_its_shelves(app, show) -> None:
    _, keeper, tea = create_stall()
    forge(tea, archived_at=NOW)

    assert "先添加一件商品" in visitor(app, keeper).get(f"/shows/{show.id}/apply").text


def test_before_applications_open_the_page_says_when(app) -> None:
    show = create_draw_show(create_studio(), applications_open_at=NOW + timedelta(hours=1))
    page = visitor(app, create_stall()[1]).get(f"/shows/{show.id}")

    assert "11月23日 周一 10:00 开始报名" in page.text
    assert "/apply" not in page.text


def test_a_show_for_whoever_comes_first_has_no_draw(app) -> None:
    show = create_show(create_studio())

    assert "这场抽签" not in visitor(app).get(f"/shows/{show.id}").text
    for leaf in ("draw", "draw.txt", "draw.json"):
        assert visitor(app).get(f"/shows/{show.id}/{leaf}").status_code == 404


def test_staff_close_and_draw_with_two_presses(app, show, staff) -> None:
    made = apply_for(show, 4)
    address = f"/shows/{show.id}/draw"

    page = staff.get(staff.submit(staff.get(address), "/close").location)
    assert "报名已截止，名单公布了。" in page.text
    page = staff.get(staff.submit(page, "/run").location)

    assert "抽好了，结果已经通知每家店。" in page.text
    assert "刚刚重算了一遍：名单、种子、排名和展位全部一致。" in page.text
    assert page.text.count("候补第 1") == 1
    last = by_rank(show)[-1]
    keeper = next(actor for actor, one in made if one.id == last.id)
    outbox.deliver_due(NOW)
    told = visitor(app, keeper).get("/bookings").text
    assert "展位分完了，您排在候补第 1 位" in told


def test_staff_who_press_too_early_or_too_late_read_why(show, staff, clock) -> None:
    page = staff.get(f"/shows/{show.id}/draw")
    staff.submit(page, "/close")
    page = staff.get(f"/shows/{show.id}/draw")
    clock.move_to(show.starts_at)

    refused = staff.submit(page, "/run")

    assert refused.status_code == 422
    assert "直播已经开始，不能再抽签了。" in refused.text


def test_a_cancelled_show_has_no_buttons(show, staff) -> None:
    forge(show, status=ShowStatus.CANCELLED, cancel_reason="停电")
    page = staff.get(f"/shows/{show.id}/draw").text

    assert "已取消" in page
    assert "现在截止" not in page


def test_everybody_reads_the_list_and_then_the_result(app, show) -> None:
    create_stall("不报名的店")
    apply_for(show, 2)
    closing_list.close_due(CLOSES)
    names = [one.merchant for one in draw_reading.public_draw(show.id).published.applicants]

    before = visitor(app).get(f"/shows/{show.id}/draw").text
    drawing.draw_due(LATER)
    after = visitor(app).get(f"/shows/{show.id}/draw").text

    assert all(name in before and name in after for name in names)
    assert "名单和公布的指纹一致" in before
    assert "今年 0 次 · 没有扣分 · 同样的 2 家里抽到第 1" in after


def test_a_shop_reads_its_own_result_and_why(app, show) -> None:
    made = apply_for(show, 4)
    close_and_draw(show)
    keepers = {application.id: actor for actor, application in made}
    first, *_, last = by_rank(show)

    won = visitor(app, keepers[first.id]).get(f"/shows/{show.id}").text
    waits = visitor(app, keepers[last.id]).get(f"/shows/{show.id}/draw").text

    assert "您的店分到展位 1 19:30–19:45" in won
    assert "您今年已有 0 次；同样情况的 4 家店里抽到第 1。" in won
    assert "您的店排在候补第 1 位" in waits
    assert "您今年已有 0 次；同样情况的 4 家店里抽到第 4。" in waits


def test_who_was_passed_over_reads_the_rule_and_nobody_else_does(app, show) -> None:
    [(keeper, gone)] = apply_for(show, 1)
    forge(gone.product, archived_at=NOW)
    close_and_draw(show)
    outbox.deliver_due(LATER)
    rule = "请选择自己店里在售的一件商品。"

    assert rule in visitor(app, keeper).get(f"/shows/{show.id}/draw").text
    assert rule in visitor(app, keeper).get("/bookings").text
    stranger = visitor(app).get(f"/shows/{show.id}/draw").text
    assert "轮到时不合规则" in stranger
    assert rule not in stranger


def test_the_list_is_downloaded_to_the_byte(app, show) -> None:
    apply_for(show, 2)
    assert visitor(app).get(f"/shows/{show.id}/draw.txt").status_code == 404
    closing_list.close_due(CLOSES)
    known = draw_reading.public_draw(show.id)

    answer = visitor(app).get(f"/shows/{show.id}/draw.txt")

    assert answer.data == known.list_text.encode()
    assert hashlib.sha256(answer.data).hexdigest() == known.list_hash
    assert answer.headers["Content-Disposition"] == f'attachment; filename="draw-{show.id}.txt"'


def test_a_page_of_a_forged_draw_says_so(app, show) -> None:
    apply_for(show, 2)
    close_and_draw(show)
    draw = db.session.get_one(Draw, show.id)
    forge(draw, list_text=draw.list_text.replace("铁观音", "米糕"))

    page = visitor(app).get(f"/shows/{show.id}/draw").text

    assert "对不上" in page
    assert "名单被改动过" in page
    forge(draw, list_text="nonsense")
    assert "名单的格式不对" in visitor(app).get(f"/shows/{show.id}/draw").text
