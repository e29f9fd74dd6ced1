"""The shared tablet in the hands of staff: enrolled, passed on in a few taps, locked when nobody touches it, lost."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from domain.people import Role
from models import LoginSession, Person, db
from services.passwords import hash_password
from services.tablets import devices
from services.unit_of_work import in_transaction
from tests.support.browser import assert_axe_clean, assert_fits_width, shot
from tests.support.entering import enter, large_letters
from tests.support.live import Live
from tests.support.measure import small_targets, small_text, too_wide, ways_only_for_scripts
from tests.support.tablets import COOKIE, OTHER_PIN, PIN, create_colleague, create_tablet
from tests.support.visits import PASSWORD

pytestmark = pytest.mark.browser

ADMIN = "13800000009"
SCREENS = ((390, 844), (810, 1080), (1280, 800))


@pytest.fixture
def team(live: Live) -> dict[str, Person]:
    """An admin and one of the staff, each with a PIN."""
    with live.app.app_context():
        known = hash_password(PASSWORD)
        return {
            "郑书明": create_colleague(
                Role.ADMIN, pin=OTHER_PIN, name="郑书明", phone=ADMIN, password_hash=known
            ),
            "陈晓敏": create_colleague(name="陈晓敏", phone="13800000008", password_hash=known),
        }


def enrolled(live: Live, team: dict[str, Person], page: Page) -> None:
    """Let the page be that of a shared tablet."""
    with live.app.app_context():
        token = create_tablet(team["郑书明"].as_actor(), now=datetime.now(UTC)).token
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": live.url, "httpOnly": True}])


def switch_to(page: Page, name: str, pin: str) -> None:
    """Tap the avatar, then the digits: the last one opens."""
    page.get_by_role("link", name=name).tap()
    for digit in pin:
        page.get_by_role("button", name=digit, exact=True).tap()
    expect(page.locator("header").get_by_text(name)).to_be_visible()


def test_an_admin_enrols_it_once_and_two_people_pass_it_on(team: dict[str, Person], tablet: Page) -> None:
    enter(tablet, ADMIN)
    tablet.get_by_role("link", name="管理").tap()
    tablet.get_by_role("link", name=re.compile("^共用平板")).tap()
    tablet.get_by_label("平板的名字").fill("前台")
    tablet.get_by_role("button", name="把这台平板设为共用").tap()
    expect(tablet.get_by_role("heading", name="谁来用？")).to_be_visible()
    assert_axe_clean(tablet)
    shot(tablet, "lock-screen")

    switch_to(tablet, "陈晓敏", PIN)
    expect(tablet).to_have_url(re.compile("/desk$"))
    tablet.get_by_role("button", name="锁屏/换人").tap()
    switch_to(tablet, "郑书明", OTHER_PIN)

    expect(tablet).to_have_url(re.compile("/desk$"))
    tablet.goto("/manage/tablets")
    expect(tablet.get_by_text("郑书明 在用")).to_be_visible()
    assert_axe_clean(tablet)


def test_a_wrong_pin_is_said_and_the_pad_is_ready_again(
    live: Live, team: dict[str, Person], tablet: Page
) -> None:
    enrolled(live, team, tablet)
    tablet.goto("/lock")
    tablet.get_by_role("link", name="陈晓敏").tap()
    for digit in "4711":
        tablet.get_by_role("button", name=digit, exact=True).tap()
    expect(tablet.get_by_text("数字密码不对，请再输一次。")).to_be_visible()
    assert_axe_clean(tablet)

    tablet.get_by_role("button", name="9", exact=True).tap()
    tablet.get_by_role("button", name="退一格").tap()
    expect(tablet.get_by_label("输入 4 位数字密码")).to_have_value("")
    tablet.keyboard.type(PIN)

    expect(tablet).to_have_url(re.compile("/desk$"))


@pytest.mark.parametrize(("came_back", "left"), [(False, "4"), (True, "")])
def test_a_digit_tapped_while_the_page_still_loads_stays_and_one_from_before_does_not(
    live: Live, team: dict[str, Person], tablet: Page, came_back: bool, left: str
) -> None:
    enrolled(live, team, tablet)
    tablet.goto("/lock")
    tablet.get_by_role("link", name="陈晓敏").tap()
    tablet.get_by_role("button", name="4", exact=True).tap()

    tablet.evaluate("persisted => dispatchEvent(new PageTransitionEvent('pageshow', {persisted}))", came_back)

    expect(tablet.get_by_label("输入 4 位数字密码")).to_have_value(left)


def test_it_warns_then_locks_by_itself_and_the_same_person_goes_on(
    live: Live, team: dict[str, Person], tablet: Page
) -> None:
    enrolled(live, team, tablet)
    tablet.clock.install()
    tablet.goto("/lock")
    switch_to(tablet, "陈晓敏", PIN)
    tablet.goto("/manage/closures")
    warning = tablet.get_by_text("马上锁屏")
    expect(warning).to_be_hidden()

    # It warns longer than it does elsewhere: the seconds go on while the page is looked at.
    form = tablet.locator("form[data-lock]")
    expect(form).to_have_attribute("data-warn", "30.0")
    form.evaluate("form => { form.dataset.warn = 240 }")
    tablet.clock.fast_forward("02:00")
    expect(warning).to_be_visible()
    assert_axe_clean(tablet)
    shot(tablet, "lock-warning")
    with tablet.expect_response("**/lock/awake"):
        tablet.touchscreen.tap(300, 300)
    expect(warning).to_be_hidden()

    tablet.clock.fast_forward("04:00")
    expect(warning).to_be_visible()
    tablet.clock.fast_forward("01:01")
    expect(tablet.get_by_role("heading", name="谁来用？")).to_be_visible()
    tablet.go_back()
    expect(tablet.get_by_role("heading", name="谁来用？")).to_be_visible()
    switch_to(tablet, "陈晓敏", PIN)
    expect(tablet).to_have_url(re.compile("/manage/closures$"))


def test_a_poll_finds_it_locked_by_the_server_and_shows_the_lock(
    live: Live, team: dict[str, Person], tablet: Page
) -> None:
    enrolled(live, team, tablet)
    tablet.goto("/lock")
    switch_to(tablet, "陈晓敏", PIN)

    leave_alone(live)

    expect(tablet.get_by_role("heading", name="谁来用？")).to_be_visible()


def leave_alone(live: Live) -> None:
    """Let the last touch of every tablet be ten minutes ago."""
    long_ago = datetime.now(UTC) - timedelta(minutes=10)
    with live.app.app_context():
        in_transaction(lambda: db.session.execute(update(LoginSession).values(last_active_at=long_ago)))


def test_a_lost_tablet_is_shut_from_the_admins_page_while_somebody_uses_it(
    live: Live, team: dict[str, Person], tablet: Page, phone: Page
) -> None:
    enrolled(live, team, tablet)
    tablet.goto("/lock")
    switch_to(tablet, "陈晓敏", PIN)
    enter(phone, ADMIN)
    phone.goto("/manage/tablets")
    expect(phone.get_by_text("陈晓敏 在用")).to_be_visible()
    assert_fits_width(phone)

    phone.get_by_text("丢了，或者不用了").tap()
    phone.get_by_role("button", name="马上停用").tap()
    expect(phone.get_by_role("heading", name="已经停用的")).to_be_visible()

    expect(tablet).to_have_url(re.compile("/login"))
    tablet.goto("/lock")
    expect(tablet.get_by_role("heading", name="这台设备不是共用平板")).to_be_visible()
    with live.app.app_context():
        assert devices.tablets(team["郑书明"].as_actor(), datetime.now(UTC)) == []


def test_a_form_that_was_sent_too_late_goes_on_with_one_tap(
    live: Live, team: dict[str, Person], tablet_portrait: Page
) -> None:
    page = tablet_portrait
    enrolled(live, team, page)
    page.goto("/lock")
    switch_to(page, "郑书明", OTHER_PIN)
    page.goto("/claims/words")
    page.get_by_label("词", exact=True).fill("天下第一")
    page.get_by_label("为什么").fill("要有依据")
    leave_alone(live)

    page.get_by_role("button", name="加到词单").tap()
    expect(page.get_by_text("刚才填的先收着")).to_be_visible()
    switch_to(page, "郑书明", OTHER_PIN)
    expect(page.get_by_role("heading", name="刚才填的还在")).to_be_visible()
    assert_axe_clean(page)
    shot(page, "tablet-held")
    page.get_by_role("button", name="接着送").tap()

    expect(page.get_by_text("“天下第一”在词单上了")).to_be_visible()


def test_all_of_it_works_without_javascript(live: Live, team: dict[str, Person], no_js: Page) -> None:
    enrolled(live, team, no_js)
    no_js.goto("/manage")
    no_js.get_by_role("link", name="陈晓敏").click()
    expect(no_js.get_by_role("button", name="1", exact=True)).to_be_hidden()
    no_js.get_by_label("输入 4 位数字密码").fill(PIN)
    no_js.get_by_role("button", name="打开").click()
    expect(no_js).to_have_url(re.compile("/manage$"))

    leave_alone(live)
    no_js.get_by_role("link", name="停用").click()
    expect(no_js.get_by_role("heading", name="谁来用？")).to_be_visible()
    no_js.get_by_role("link", name="陈晓敏").click()
    no_js.get_by_label("输入 4 位数字密码").fill(PIN)
    no_js.get_by_role("button", name="打开").click()
    expect(no_js).to_have_url(re.compile("/manage/closures$"))
    no_js.get_by_role("button", name="锁屏/换人").click()
    expect(no_js.get_by_role("heading", name="谁来用？")).to_be_visible()


@pytest.mark.parametrize("is_elder", [False, True], ids=["standard", "elder"])
def test_every_screen_of_it_is_big_and_whole_on_every_device(
    live: Live, team: dict[str, Person], tablet: Page, is_elder: bool
) -> None:
    enrolled(live, team, tablet)
    tablet.goto("/lock")
    if is_elder:
        large_letters(tablet)
    faults = [
        *faults_of(tablet, "/lock", is_elder),
        *faults_of(tablet, f"/lock?who={team['陈晓敏'].id}", is_elder),
    ]
    tablet.goto("/lock")
    switch_to(tablet, "郑书明", OTHER_PIN)
    faults += [*faults_of(tablet, "/me/pin", is_elder), *faults_of(tablet, "/manage/tablets", is_elder)]

    assert faults == []


def faults_of(page: Page, path: str, is_elder: bool) -> list[str]:
    """What is wrong with a page on a phone, and on a tablet held either way."""
    page.goto(path)
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
    faults = ways_only_for_scripts(page)
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        assert_axe_clean(page)
        shot(page, f"tablet-{path}-{'elder' if is_elder else 'standard'}-{width}", full_page=True)
        faults += too_wide(page) + small_targets(page, 60 if is_elder else 48)
        faults += small_text(page, 22) if is_elder else []
    return [f"{path}: {fault}" for fault in faults]
