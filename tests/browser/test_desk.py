"""The desk on the tablet, and the way of a new neighbour to it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from domain.interval import local_day
from domain.people import Role
from services import booking
from services.passwords import hash_password
from tests.support.browser import assert_axe_clean, assert_fits_width, shot
from tests.support.builders import between, create_actor, create_person, create_space
from tests.support.entering import enter
from tests.support.visits import PASSWORD
from tests.support.watch import Watch

pytestmark = pytest.mark.browser


@pytest.fixture
def requests(live):
    """A room with three requests of tomorrow; returns a way to add one more."""
    tomorrow = local_day(datetime.now(UTC)) + timedelta(days=1)
    with live.app.app_context():
        room = create_space("tea-room", name="楼院茶话室")
        known = hash_password(PASSWORD)
        create_person(Role.STAFF, phone="13800000001", name="陈晓敏", password_hash=known)
        create_person(Role.CAPTAIN, phone="13800000002", captain_of=22, password_hash=known)

    def add(start: float, end: float) -> None:
        with live.app.app_context():
            booking.request_booking(
                create_actor(),
                room.code,
                between(start, end, day=tomorrow),
                purpose="合唱排练",
                party_size=8,
                now=datetime.now(UTC),
            )

    for hour in (9, 11, 13):
        add(hour, hour + 1)
    return add


def test_staff_decide_one_after_another_while_the_queue_stays_live(requests, tablet: Page) -> None:
    enter(tablet, "13800000001")
    expect(tablet).to_have_url(re.compile("/desk$"))
    assert_axe_clean(tablet)
    assert_fits_width(tablet)
    shot(tablet, "desk-tablet")

    tablet.get_by_role("link", name="11:00–12:00").click()
    expect(tablet.get_by_role("heading", name="11:00–12:00")).to_be_focused()
    tablet.get_by_text("退回", exact=True).click()
    own_words = tablet.get_by_label("其他原因")
    own_words.fill("请先和")
    requests(15, 16)
    expect(tablet.get_by_role("heading", name="4 件等您审核")).to_be_visible()
    expect(own_words).to_have_value("请先和")

    tablet.get_by_role("button", name="社区活动要用").click()
    expect(tablet.get_by_text("已退回：楼院茶话室")).to_be_visible()
    expect(tablet.get_by_role("heading", name="13:00–14:00")).to_be_focused()
    for _ in range(3):
        tablet.get_by_role("button", name="通过").click()
        expect(tablet.get_by_text("已通过：楼院茶话室")).to_be_visible()
    expect(tablet.get_by_text("没有等待审核的申请")).to_be_visible()
    assert_axe_clean(tablet)


def test_of_two_tablets_one_wins_and_the_other_reads_why(
    requests, tablet: Page, tablet_portrait: Page
) -> None:
    for page in (tablet, tablet_portrait):
        enter(page, "13800000001")
        page.get_by_role("link", name="09:00–10:00").click()
        expect(page.get_by_role("heading", name="09:00–10:00")).to_be_focused()
    assert_fits_width(tablet_portrait)

    tablet.get_by_role("button", name="通过").click()
    expect(tablet.get_by_text("已通过")).to_be_visible()
    tablet_portrait.get_by_role("button", name="通过").click()

    expect(tablet_portrait.get_by_text("已经通过了")).to_be_visible()
    expect(tablet_portrait.get_by_role("heading", name="2 件等您审核")).to_be_visible()
    shot(tablet_portrait, "desk-overtaken")
    assert_axe_clean(tablet_portrait)


def test_a_new_neighbour_is_verified_by_the_captain(requests, phone: Page, no_js: Page) -> None:
    no_js.goto("/signup")
    for label, value in (
        ("手机号", "13912345678"),
        ("姓名", "郭丽"),
        ("楼栋", "22"),
        ("单元", "1"),
        ("房号", "301"),
    ):
        no_js.get_by_label(label).fill(value)
    no_js.get_by_label("设一个密码").fill(PASSWORD)
    no_js.get_by_role("button", name="注册").click()
    expect(no_js.get_by_role("heading", name="账号开好了，等楼长核实")).to_be_visible()

    enter(phone, "13800000002")
    phone.goto("/people")
    assert_axe_clean(phone)
    assert_fits_width(phone)
    phone.get_by_role("button", name="看完整电话").click()
    expect(phone.get_by_text("13912345678")).to_be_visible()
    phone.get_by_role("button", name="住在这里，核实通过").click()
    expect(phone.get_by_text("已核实：郭丽")).to_be_visible()
    expect(phone.get_by_text("没有等待核实的住户")).to_be_visible()

    no_js.reload()
    expect(no_js.get_by_text("已核实")).to_be_visible()
    assert_fits_width(no_js)


@pytest.mark.parametrize("path", ["/login", "/signup", "/me", "/people", "/desk"])
def test_large_letters_fit_and_are_clean(requests, phone: Page, path: str) -> None:
    if path not in ("/login", "/signup"):
        enter(phone, "13800000001")
    phone.goto(path)
    phone.locator("header").get_by_role("button", name="大字版").click()
    expect(phone.locator("html.elder")).to_be_attached()

    assert_axe_clean(phone)
    assert_fits_width(phone)
    shot(phone, f"elder{path.replace('/', '-')}")


def test_the_desk_works_without_javascript(requests, no_js: Page) -> None:
    enter(no_js, "13800000001")

    no_js.get_by_role("link", name="13:00–14:00").click()
    no_js.get_by_text("退回", exact=True).click()
    no_js.get_by_role("button", name="场地维修").click()
    expect(no_js.get_by_text("已退回：楼院茶话室")).to_be_visible()
    no_js.get_by_role("button", name="通过").click()

    expect(no_js.get_by_text("已通过：楼院茶话室")).to_be_visible()
    expect(no_js.get_by_role("heading", name="1 件等您审核")).to_be_visible()


def test_a_decision_is_answered_though_another_request_was_tapped_before(
    requests, tablet: Page, watch: Watch
) -> None:
    """The page of the tapped one comes late: it must not take the place of the answer."""
    watch.allow("htmx:(sendAbort|afterRequest)")
    enter(tablet, "13800000001")
    late: list[Route] = []

    def answer_the_first_last(route: Route) -> None:
        if route.request.method == "GET" and not late:
            late.append(route)
            return
        if route.request.method == "POST":
            late[0].fulfill(response=late[0].fetch())
        route.continue_()

    tablet.route(re.compile(r"/desk/\d+(/approve)?$"), answer_the_first_last)
    tablet.get_by_role("link", name="11:00–12:00").click()

    tablet.get_by_role("button", name="通过").click()

    expect(tablet.get_by_text("已通过：楼院茶话室")).to_be_visible()
    assert late
