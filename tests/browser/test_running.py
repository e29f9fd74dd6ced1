"""A whole show on two tablets in accelerated time: begun, overrun, skipped, swapped, aired again, undone, ended."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from domain.people import Role
from domain.studio.booths import OnAir
from domain.studio.running import Action, SkipReason
from models import Person, db
from services.passwords import hash_password
from services.studio import airings
from tests.support.accelerated import Accelerated, accelerated
from tests.support.browser import OpenPage, assert_axe_clean, assert_fits_width, shot
from tests.support.builders import create_person
from tests.support.entering import enter, large_letters
from tests.support.live_shows import GOODS, START, OnStage, change, create_live_show, later
from tests.support.measure import (
    axe_faults,
    skeleton_faults,
    small_targets,
    small_text,
    too_wide,
    ways_only_for_scripts,
)
from tests.support.visits import PASSWORD
from tests.support.watch import Watch

pytestmark = pytest.mark.browser


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> Iterator[Accelerated]:
    """The server, ten minutes before the show."""
    with accelerated(monkeypatch, later(-10)) as running, running.app.app_context():
        yield running


@pytest.fixture
def stage(live: Accelerated, watch: Watch) -> OnStage:
    """Ten confirmed booths, a floor director and a colleague."""
    watch.allow("htmx:(sendAbort|abort|afterRequest)")  # a tap comes before the poll that is under way
    stage = create_live_show(places=range(1, 11))
    known = hash_password(PASSWORD)
    change(Person, Person.id == stage.director.id, phone="13900000001", password_hash=known)
    create_person(Role.STAFF, name="小林", phone="13900000002", password_hash=known)
    return stage


def tap(page: Page, name: str | re.Pattern[str]) -> None:
    """Touch a button of the console."""
    page.locator("main").get_by_role("button", name=name, exact=isinstance(name, str)).tap()


def expect_on_air(page: Page, product: str) -> None:
    """The big name on the screen."""
    expect(page.get_by_role("heading", level=1)).to_have_text(product)


def pick(page: Page, product: str) -> None:
    """Open what may be done with an item of the running order."""
    page.locator(".run-list").get_by_role("link", name=product, exact=True).tap()
    expect(page.locator("#panel-title")).to_contain_text(product)


def begin(page: Page, live: Accelerated) -> None:
    """From the list of booths to the first one on air."""
    tap(page, "开始准备")
    expect(page.get_by_role("heading", name="准备好了，等着开播")).to_be_visible()
    live.clock.move_to(START)
    tap(page, "开播")
    expect_on_air(page, GOODS[0])


def overrun(tablet: Page, second: Page, live: Accelerated) -> None:
    """The countdown goes over into overtime before everybody's eyes; then the rest is squeezed."""
    live.clock.move_to(later(15) - timedelta(seconds=25))
    digits = tablet.locator(".count-digits")
    expect(digits).to_have_text(re.compile(r"^00:[0-2]\d$"))
    expect(digits).to_have_text(re.compile(r"^\+00:\d\d$"), timeout=60_000)
    expect(tablet.get_by_text("超时", exact=True)).to_be_visible()
    live.clock.move_to(later(18) + timedelta(seconds=20))
    expect(tablet.get_by_text(re.compile("整场晚 3 分 [2-4]. 秒"))).to_be_visible()
    live.clock.move_to(later(18) + timedelta(seconds=20))
    expect(second.get_by_text(re.compile("整场晚 3 分 [2-4]. 秒"))).to_be_visible()
    assert_axe_clean(tablet)
    shot(tablet, "console-overtime")
    tap(tablet, "压缩")
    expect(tablet.get_by_text("预计 22:00 结束")).to_be_visible()
    tap(tablet, "下一个")
    expect_on_air(tablet, GOODS[1])
    expect(digits).to_have_text(re.compile(r"^14:\d\d$"))


def skip_swap_and_undo(tablet: Page) -> None:
    """A shop did not come, two others change places, and a mistaken press is taken back."""
    pick(tablet, GOODS[3])
    assert_axe_clean(tablet)
    shot(tablet, "console-item")
    tap(tablet, "没到场")
    expect(tablet.get_by_text("没播：没到场")).to_be_visible()
    pick(tablet, GOODS[4])
    tap(tablet, re.compile(GOODS[6]))
    expect(tablet.locator(".run-link")).to_have_text([*GOODS[:4], GOODS[6], GOODS[5], GOODS[4], *GOODS[7:]])
    tap(tablet, "下一个")
    expect_on_air(tablet, GOODS[2])
    tap(tablet, "撤销")
    expect_on_air(tablet, GOODS[1])


def press_too_late(tablet: Page, second: Page, live: Accelerated) -> None:
    """The second tablet did not see what the first one did, and is told."""
    expect_on_air(second, GOODS[1])
    second.route("**/console?*seen=*", lambda route: route.fulfill(status=204))
    live.clock.move_to(later(33))
    tap(tablet, "下一个")
    expect_on_air(tablet, GOODS[2])
    tap(second, "下一个")
    expect(second.get_by_text(re.compile("林场控已经按了“下一个”"))).to_be_visible()
    expect_on_air(second, GOODS[2])
    shot(second, "console-overtaken")
    second.unroute_all()


def repeat_and_go_on_to_the_end(tablet: Page, live: Accelerated) -> None:
    """The first product comes once more, then all others."""
    pick(tablet, GOODS[0])
    tap(tablet, "重播")
    expect(tablet.locator(".run-next li").first).to_contain_text("重播")
    for number, product in enumerate((GOODS[0], GOODS[6], GOODS[5], GOODS[4], *GOODS[7:])):
        live.clock.move_to(later(46 + 12 * number))
        tap(tablet, "下一个")
        expect_on_air(tablet, product)
    tablet.reload()
    expect_on_air(tablet, GOODS[9])
    tap(tablet, "结束直播")
    expect_on_air(tablet, "这场直播结束了")
    assert_axe_clean(tablet)
    shot(tablet, "console-ended")


def test_a_whole_show_is_run_on_two_tablets(
    live: Accelerated, stage: OnStage, tablet: Page, open_page: OpenPage
) -> None:
    console = f"/shows/{stage.show.id}/console"
    enter(tablet, "13900000001", console)
    second = open_page("tablet")
    enter(second, "13900000002", console)
    begin(tablet, live)
    expect_on_air(second, GOODS[0])

    overrun(tablet, second, live)
    skip_swap_and_undo(tablet)
    press_too_late(tablet, second, live)
    repeat_and_go_on_to_the_end(tablet, live)
    expect_on_air(second, "这场直播结束了")

    aired = airings.of_show(db.session(), stage.show.id)
    states = [aired[booth.id].state for booth in stage.booths]
    assert states == [OnAir.DONE] * 3 + [OnAir.SKIPPED] + [OnAir.DONE] * 6
    assert aired[stage.booths[6].id].started_at < aired[stage.booths[4].id].started_at
    first = aired[stage.booths[0].id]
    assert START <= first.started_at < later(1)


def test_the_host_and_everybody_else_follow(
    live: Accelerated, stage: OnStage, tablet: Page, phone: Page, open_page: OpenPage
) -> None:
    enter(tablet, "13900000001", f"/shows/{stage.show.id}/console")
    host = open_page("tablet")
    enter(host, "13900000002", f"/shows/{stage.show.id}/host")
    phone.goto(f"/shows/{stage.show.id}/now")
    expect(phone.get_by_text("还没开播")).to_be_visible()
    begin(tablet, live)

    expect(host.get_by_text(re.compile("^正在播 · 展位 1"))).to_be_visible()
    expect_on_air(host, GOODS[0])
    expect(host.get_by_text("不能说", exact=True)).to_be_visible()
    sizes = host.evaluate(
        "['.cue-name', '.cue-price b', '.count-digits'].map((it) =>"
        " parseFloat(getComputedStyle(document.querySelector(it)).fontSize))"
    )
    assert min(sizes) >= 64, "readable from two metres"
    assert_axe_clean(host)
    shot(host, "host")
    expect(phone.get_by_role("heading", name="正在播")).to_be_visible()
    on_air = phone.locator(".on-air").first
    for words in (GOODS[0], "山腰茶行", "山腰街道 1 号", "0595-87000001"):
        expect(on_air).to_contain_text(words)
    assert_axe_clean(phone)
    assert_fits_width(phone)
    shot(phone, "on-now", full_page=True)

    tap(tablet, "下一个")
    expect_on_air(host, GOODS[1])


def test_the_console_works_in_large_letters_upright_on_a_phone_and_without_a_script(
    live: Accelerated, stage: OnStage, tablet_portrait: Page, phone: Page, no_js: Page
) -> None:
    path = f"/shows/{stage.show.id}/console"
    enter(tablet_portrait, "13900000001", path)
    begin(tablet_portrait, live)
    tablet_portrait.get_by_role("button", name="大字版").tap()
    expect(tablet_portrait.locator("html.elder")).to_be_visible()
    expect_on_air(tablet_portrait, GOODS[0])
    assert_axe_clean(tablet_portrait)
    assert_fits_width(tablet_portrait)
    enter(phone, "13900000002", path)
    phone.get_by_role("link", name="纠正").tap()
    said = phone.get_by_label("说错的话")
    said.fill("全国最好")
    live.clock.move_to(later(3))
    expect(phone.locator(".count-digits")).to_have_text(re.compile(r"^11:\d\d$"))
    expect(said).to_have_value("全国最好")
    expect(said).to_be_focused()
    phone.get_by_label("改成怎么说").fill("很好")
    assert_axe_clean(phone)
    assert_fits_width(phone)
    tap(phone, "记下纠正")
    expect(phone.get_by_text("口误纠正 1 条")).to_be_visible()

    live.clock.move_to(later(3))
    enter(no_js, "13900000002", path)
    expect(no_js.locator(".count-digits")).to_have_text(re.compile(r"^1[12]:\d\d$"))
    no_js.get_by_role("button", name="+1 分钟").click()
    expect(no_js.get_by_text("加了 1 分钟。")).to_be_visible()
    no_js.get_by_role("button", name="下一个", exact=True).click()
    expect_on_air(no_js, GOODS[1])
    expect_on_air(phone, GOODS[1])


def test_whatever_is_open_can_be_touched_and_read(
    live: Accelerated, stage: OnStage, tablet: Page, phone: Page
) -> None:
    path = f"/shows/{stage.show.id}/console"
    stage.press(Action.START, START)
    stage.press(Action.SKIP, later(1), item=stage.item(2), reason=SkipReason.ABSENT)
    live.clock.move_to(later(17))
    opened = ("", f"?pick={stage.item(3)}", f"?pick={stage.item(1)}", "?panel=more", "?panel=fix")
    enter(tablet, "13900000001", path)
    enter(phone, "13900000002", path)
    large_letters(phone)
    faults: list[str] = []
    for address in [*(f"{path}{what}" for what in opened), path.replace("console", "host")]:
        tablet.goto(address)
        phone.goto(address)
        found = [
            *skeleton_faults(tablet),
            *ways_only_for_scripts(tablet),
            *small_targets(tablet, 48),
            *too_wide(tablet),
        ]
        found += [*small_targets(phone, 60), *small_text(phone, 22), *too_wide(phone), *axe_faults(phone)]
        faults += [f"{address}: {fault}" for fault in found]
        phone.set_viewport_size({"width": 278, "height": 603})
        faults += [f"{address} zoomed: {fault}" for fault in too_wide(phone)]
        phone.set_viewport_size({"width": 390, "height": 844})

    assert not faults, "\n".join(["", *faults])
