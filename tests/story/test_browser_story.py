"""The main job, end to end, as people touch it: on the living demo, in Chromium, phones and tablets."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from blueprints.clock import now
from domain.people import Role
from services.seed.people import ACCOUNTS
from tests.story import sales_scenes, scenes, studio_scenes
from tests.story.sales_scenes import Evening, sold_last_time
from tests.story.scenes import Camera
from tests.story.studio_scenes import ShowsAhead, shows_ahead
from tests.support.browser import DEVICES, OpenPage, shot
from tests.support.builders import set_figure
from tests.support.demo import demo_running
from tests.support.entering import enter
from tests.support.live import Live

pytestmark = pytest.mark.browser

Somebody = Callable[[str], Page]


@pytest.fixture
def live() -> Iterator[Live]:
    """A demo of the story's own."""
    with demo_running() as live:
        yield live


def phone_of(role: Role) -> str:
    """The printed account of a role."""
    return next(account.phone for account in ACCOUNTS if account.role is role)


def logged_in(somebody: Somebody, role: Role, device: str = "tablet") -> Page:
    """A demo account on a device of its own."""
    page = somebody(device)
    enter(page, phone_of(role))
    return page


def no_camera(_page: Page, _name: str) -> None:
    """The pages look the same without scripts: one set of pictures is enough."""


def test_the_whole_story_by_touch(live: Live, open_page: OpenPage) -> None:
    def camera(page: Page, name: str) -> None:
        shot(page, f"story-{name}")

    spaces_are_booked_and_decided(open_page, camera)
    with live.app.app_context():
        set_figure("booth_monthly_quota", 9)
        show, evening = shows_ahead(now()), sold_last_time(phone_of(Role.MERCHANT))
    a_booth_is_taken_and_approved(open_page, camera, show)
    the_sales_are_counted(open_page, camera, evening)


@pytest.mark.usefixtures("live")
def test_spaces_are_booked_and_decided_without_javascript(open_page: OpenPage) -> None:
    def somebody(device: str) -> Page:
        return open_page("no_js", has_touch=True, viewport=DEVICES[device]["viewport"])

    spaces_are_booked_and_decided(somebody, no_camera)


def spaces_are_booked_and_decided(somebody: Somebody, camera: Camera) -> None:
    """Points 1 to 4: the newcomer, the neighbour who comes second, the desk, two tablets at once."""
    newcomer = somebody("phone")
    scenes.sign_up(newcomer, camera)
    scenes.cannot_book_yet(newcomer, camera)
    scenes.verify_newcomer(logged_in(somebody, Role.CAPTAIN), camera)

    second = logged_in(somebody, Role.RESIDENT)
    scenes.fill_in(second, scenes.CHOIR)
    at_home = somebody("tablet")
    enter(at_home, scenes.NEWCOMER_PHONE)
    scenes.fill_in(at_home, scenes.AFTERNOON_TEA)
    camera(at_home, "2-form")
    scenes.submit(at_home)
    scenes.sees_state(at_home, "等待审核")
    camera(at_home, "2-pending")
    other_time = scenes.refused_with_three_ways(second, camera)

    the_desk_decides(somebody, camera, newcomer)
    desk = logged_in(somebody, Role.STAFF)
    scenes.open_request(desk, other_time)
    reason = scenes.first_reason(desk)
    scenes.decline(desk, reason, camera)
    scenes.reads(second, other_time, state="未通过", also=reason)
    camera(second, "4-declined")


def the_desk_decides(somebody: Somebody, camera: Camera, newcomer: Page) -> None:
    """Both tablets have the same request before them; the second one to touch sees who was first."""
    desk, other_desk = logged_in(somebody, Role.STAFF), logged_in(somebody, Role.ADMIN)
    for tablet in (desk, other_desk):
        scenes.open_request(tablet, scenes.AFTERNOON_TEA.span)
    camera(desk, "4-desk")
    scenes.approve(desk)
    expect(desk.get_by_text(f"已通过：楼院茶话室 明天 {scenes.AFTERNOON_TEA.span}")).to_be_visible()
    scenes.approve(other_desk)
    expect(other_desk.get_by_role("alert")).to_contain_text("前已经通过了。")
    expect(other_desk.locator("#request").get_by_text("已确认", exact=True)).to_be_visible()
    camera(other_desk, "4-too-late")
    scenes.reads(newcomer, scenes.AFTERNOON_TEA.span, state="已确认")
    camera(newcomer, "4-confirmed")


def a_booth_is_taken_and_approved(somebody: Somebody, camera: Camera, ahead: ShowsAhead) -> None:
    """Point 5: a product with a picture, booth 3; whoever comes second or twice is told why not."""
    shop, twice = logged_in(somebody, Role.MERCHANT), logged_in(somebody, Role.MERCHANT)
    rival = somebody("tablet")
    enter(rival, ahead.rival_phone)
    studio_scenes.add_product(shop, "霞浦紫菜脆 30g")
    studio_scenes.open_booth(rival, ahead.rundown_title, 3)
    studio_scenes.open_booth(twice, ahead.rundown_title, 8, product="霞浦紫菜脆 30g")
    studio_scenes.open_booth(shop, ahead.rundown_title, 3, product="霞浦紫菜脆 30g", camera=camera)
    studio_scenes.confirm(shop, 3)
    expect(shop.get_by_text("展位 3 已提交")).to_be_visible()

    studio_scenes.is_refused(rival, 3, "这个展位刚刚被别的商户订走了。", camera)
    studio_scenes.is_refused(twice, 8, "这件商品在这场直播里已经有展位了。")

    staff = logged_in(somebody, Role.STAFF)
    studio_scenes.clear_claims(staff, "霞浦紫菜脆 30g")
    studio_scenes.approve_booth(staff, f"{ahead.rundown_title} · 展位 3")
    shop.reload()
    booth = shop.locator(".booth").filter(has_text="霞浦紫菜脆 30g")
    expect(booth.get_by_text("已确认", exact=True)).to_be_visible()
    camera(shop, "5-booths")
    studio_scenes.see_market(shop, ahead.market_title, cells=10 * ahead.market_slots, camera=camera)
    studio_scenes.plan_second_show(staff, ahead.rundown_starts, camera)


def the_sales_are_counted(somebody: Somebody, camera: Camera, evening: Evening) -> None:
    """Point 6: the export in both encodings, counted once; the shop reads it on the phone."""
    shop = logged_in(somebody, Role.MERCHANT, "phone")
    before = sales_scenes.net_of_show(shop, evening.title)
    staff = logged_in(somebody, Role.STAFF)

    def once(moment: str) -> None:
        camera(staff, f"6-{moment}")

    def again(moment: str) -> None:
        camera(staff, f"6-{moment}-again")

    sales_scenes.bring_in(staff, evening.export("gb18030"), "读到 3 行 = 新增 3", "已入账：新增 3 行", once)
    after = sales_scenes.net_of_show(shop, evening.title)
    camera(shop, "6-shop")
    nothing_new = "已入账。这些订单之前都在账上，这次什么都没有改变。"
    sales_scenes.bring_in(staff, evening.export("utf-8-sig"), "没变化 3", nothing_new, again)

    assert after - before == evening.net_fen
    assert sales_scenes.net_of_show(shop, evening.title) == after
    expect(shop.get_by_role("img", name="¥20,000").first).to_be_visible()
