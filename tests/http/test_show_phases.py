"""What the list of shows and the page of one say, and whether a shop may take a booth, from phase to phase."""

from datetime import timedelta

import pytest

from tests.support.builders import NOW, create_studio
from tests.support.draw_builders import (
    CLOSES,
    LATER,
    apply_for,
    close_and_draw,
    create_draw_show,
    create_stall,
)
from tests.support.studio_builders import create_show
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db")
HOUR = timedelta(hours=1)
TAKE = "订这个展位"


@pytest.fixture(autouse=True)
def clock(time_machine):
    """Monday, three days before the show."""
    time_machine.move_to(NOW, tick=False)
    return time_machine


def seen(app, show):
    """The list and the page as a shop that is not in the show sees them."""
    shop = visitor(app, create_stall()[1])
    return shop.get("/shows").text, shop.get(f"/shows/{show.id}").text


def test_before_the_draw_a_shop_applies_and_takes_nothing(app, clock):
    show = create_draw_show(create_studio())
    listed, page = seen(app, show)
    assert ("抽签分展位" in listed, "去订展位" in listed) == (True, False)
    assert ("报名抽签" in page, TAKE in page) == (True, False)
    assert "登录后就能订展位" not in visitor(app).get(f"/shows/{show.id}").text

    clock.move_to(CLOSES, tick=False)
    listed, page = seen(app, show)
    assert "报名已经截止" in listed
    assert ("报名抽签" in page, TAKE in page) == (False, False)


def test_after_the_draw_what_is_left_over_goes_to_whoever_comes_first(app, clock):
    show = create_draw_show(create_studio())
    apply_for(show, 2)
    close_and_draw(show)
    clock.move_to(LATER, tick=False)

    listed, page = seen(app, show)

    assert "已经抽签，空着的展位先到先得" in listed
    assert "报名已经截止" not in listed + page
    assert ("去订展位" in listed, "还有 1 个空" in listed) == (True, True)
    assert page.count(TAKE) == 1
    assert "登录后就能订展位" in visitor(app).get(f"/shows/{show.id}").text
    clock.move_to(show.starts_at - timedelta(hours=24), tick=False)
    listed, page = seen(app, show)
    assert ("展位已锁定" in listed, "去订展位" in listed, TAKE in page) == (True, False, False)


def test_a_drawn_show_that_is_full_offers_the_line(app, clock):
    show = create_draw_show(create_studio())
    apply_for(show, 4)
    close_and_draw(show)
    clock.move_to(LATER, tick=False)

    listed, page = seen(app, show)

    assert ("已经订满" in listed, "去订展位" in listed) == (True, False)
    assert "排队等空位" in page


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ({"applications_open_at": NOW + HOUR}, "报名 11月23日 周一 10:00 开始"),
        ({"applications_close_at": NOW}, "报名已经截止"),
    ],
    ids=["not yet", "closed"],
)
def test_outside_the_window_nobody_is_led_to_a_booth_that_would_be_refused(app, window, words):
    show = create_show(create_studio(), **window)

    listed, page = seen(app, show)

    assert words in listed
    assert ("去订展位" in listed, TAKE in page) == (False, False)
