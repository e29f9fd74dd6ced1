"""The desk on the tablet: a wrong tap taken back, the keyboard, several at once, another time."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from domain.interval import local_day
from domain.people import Role
from services import booking
from services.desk import proposing
from tests.support.browser import OpenPage, assert_axe_clean, assert_fits_width, shot
from tests.support.builders import between, create_person, create_space, set_figure
from tests.support.entering import enter, large_letters, with_password
from tests.support.live import Live
from tests.support.measure import small_targets, small_text

pytestmark = pytest.mark.browser
TOMORROW = local_day(datetime.now(UTC)) + timedelta(days=1)
PRESS_K_RIGHT_AFTER_THE_SWAP = """() => document.addEventListener("htmx:afterSwap", () => setTimeout(() => {
  document.documentElement.dataset.pressed = "k";
  document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "k", bubbles: true}));
}), {once: true})"""
"""A new page would not carry the mark."""


@pytest.fixture
def phones(live: Live) -> dict[str, str]:
    """A room with three plain requests of tomorrow; returns the phones of the one who asked, of staff and admin."""
    with live.app.app_context():
        set_figure("undo_seconds", 300)
        room = create_space("tea-room", name="楼院茶话室")
        people = {
            "booker": create_person(name="黄秀英"),
            "staff": create_person(Role.STAFF, name="陈晓敏"),
            "admin": create_person(Role.ADMIN),
        }
        for hour in (9, 11, 13):
            booking.request_booking(
                people["booker"].as_actor(),
                room.code,
                between(hour, hour + 1, day=TOMORROW),
                purpose="合唱排练",
                party_size=8,
                now=datetime.now(UTC),
            )
        return {name: with_password(person.id) for name, person in people.items()}


def at_desk(page: Page, phones: dict[str, str]) -> Page:
    enter(page, phones["staff"])
    page.goto("/desk")
    return page


def heading(page: Page, span: str) -> None:
    """The request on the desk."""
    expect(page.locator("#request").get_by_role("heading", name=span)).to_be_visible()


def test_a_wrong_tap_is_taken_back(phones: dict[str, str], live: Live, tablet: Page) -> None:
    with live.app.app_context():
        set_figure("undo_seconds", 300)
    page = at_desk(tablet, phones)
    heading(page, "09:00–10:00")

    page.get_by_role("button", name="通过").tap()
    expect(page.get_by_text("已通过：楼院茶话室")).to_be_visible()
    heading(page, "11:00–12:00")
    expect(page.locator("[data-undo-left]")).not_to_have_text("300")
    assert_axe_clean(page)
    assert small_targets(page, 48) == []
    shot(page, "desk-undo-tablet")
    page.get_by_role("button", name="撤销").tap()

    expect(page.get_by_text("已撤销：楼院茶话室")).to_be_visible()
    heading(page, "09:00–10:00")
    expect(page.get_by_role("heading", name="3 件等您审核")).to_be_visible()


def test_the_way_back_goes_with_its_seconds(phones: dict[str, str], live: Live, tablet: Page) -> None:
    with live.app.app_context():
        set_figure("undo_seconds", 15)
    page = at_desk(tablet, phones)

    page.get_by_role("button", name="通过").tap()
    expect(page.get_by_role("button", name="撤销")).to_be_visible()

    expect(page.get_by_role("button", name="撤销")).to_have_count(0)
    expect(page.get_by_text("已通过：楼院茶话室")).to_be_visible()


def test_the_keyboard_goes_through_the_queue_and_keeps_still_while_somebody_types(
    phones: dict[str, str], open_page: OpenPage
) -> None:
    page = at_desk(open_page("tablet"), phones)
    heading(page, "09:00–10:00")

    page.keyboard.press("j")
    heading(page, "11:00–12:00")
    page.keyboard.press("k")
    heading(page, "09:00–10:00")
    page.keyboard.press("d")
    own = page.get_by_label("其他原因")
    expect(own).to_be_visible()
    own.focus()
    page.keyboard.type("adjukp")
    expect(own).to_have_value("adjukp")
    expect(page.get_by_role("heading", name="3 件等您审核")).to_be_visible()

    page.locator("#request-title").click()
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="建议这个时间")).to_be_visible()
    page.locator("#request-title").click()
    page.keyboard.press("a")
    expect(page.get_by_text("已通过：楼院茶话室")).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_text("已撤销：楼院茶话室")).to_be_visible()
    heading(page, "09:00–10:00")


def test_a_key_pressed_as_soon_as_the_next_request_stands_there_needs_no_new_page(
    phones: dict[str, str], open_page: OpenPage
) -> None:
    page = at_desk(open_page("tablet"), phones)
    heading(page, "09:00–10:00")
    page.evaluate(PRESS_K_RIGHT_AFTER_THE_SWAP)

    page.keyboard.press("j")

    expect(page.locator("html[data-pressed]")).to_have_count(1)
    heading(page, "09:00–10:00")
    expect(page).to_have_url(re.compile("/desk/1$"))
    expect(page.locator("html[data-pressed]")).to_have_count(1)


def test_the_harmless_are_approved_together_and_taken_back_together(
    phones: dict[str, str], tablet_portrait: Page
) -> None:
    page = at_desk(tablet_portrait, phones)

    page.get_by_role("link", name="没有问题的 3 件一起看").tap()
    expect(page.get_by_role("heading", name="没有问题的 3 件")).to_be_focused()
    assert_axe_clean(page)
    assert_fits_width(page)
    shot(page, "desk-batch-portrait")
    page.get_by_role("checkbox", name="11:00–12:00").uncheck()
    page.get_by_role("button", name="通过勾选的").tap()

    expect(page.get_by_text("一次通过了 2 件")).to_be_visible()
    heading(page, "11:00–12:00")
    page.get_by_role("button", name="撤销").tap()
    expect(page.get_by_text("撤销了 2 件")).to_be_visible()
    expect(page.get_by_role("heading", name="3 件等您审核")).to_be_visible()


@pytest.mark.parametrize("device", ["phone", "no_js"])
def test_another_time_is_proposed_and_taken_in_one_tap(
    phones: dict[str, str], tablet_portrait: Page, open_page: OpenPage, device: str
) -> None:
    page = at_desk(tablet_portrait, phones)
    page.get_by_text("换个时间", exact=True).tap()
    free = page.locator("#request button[name=time]").first
    span = re.search(r"\d\d:\d\d–\d\d:\d\d", free.inner_text())
    assert span is not None
    assert_axe_clean(page)
    assert_fits_width(page)
    shot(page, "desk-propose-portrait")
    free.tap()
    expect(page.get_by_text("等申请人回答。")).to_be_visible()
    expect(page.get_by_role("heading", name="等住户回答")).to_be_visible()

    resident = open_page(device, has_touch=True)
    enter(resident, phones["booker"])
    resident.goto("/bookings")
    if device == "phone":
        assert_axe_clean(resident)
    assert_fits_width(resident)
    shot(resident, f"proposal-{device}")
    resident.get_by_role("button", name="改到这个时间").tap()

    expect(resident.get_by_text("已确认", exact=True)).to_be_visible()
    expect(resident.get_by_text(span.group()).first).to_be_visible()


def test_the_desk_takes_back_without_javascript(phones: dict[str, str], no_js: Page) -> None:
    page = at_desk(no_js, phones)

    page.get_by_role("button", name="通过").click()
    expect(page.get_by_text("已通过：楼院茶话室")).to_be_visible()
    page.get_by_role("button", name="撤销").click()

    expect(page.get_by_text("已撤销：楼院茶话室")).to_be_visible()
    page.get_by_role("link", name="没有问题的 3 件一起看").click()
    page.get_by_role("button", name="通过勾选的").click()
    expect(page.get_by_text("一次通过了 3 件")).to_be_visible()


@pytest.mark.parametrize("path", ["/desk", "/desk/batch", "/manage/reasons", "/manage/spaces/tea-room"])
def test_large_letters_fit_and_are_clean(phones: dict[str, str], phone: Page, path: str) -> None:
    enter(phone, phones["admin"])
    large_letters(phone)
    phone.goto(path)

    assert_axe_clean(phone)
    assert_fits_width(phone)
    assert small_text(phone, 22) == []
    assert small_targets(phone, 60) == []
    shot(phone, f"elder{path.replace('/', '-')}")


@pytest.mark.parametrize("path", ["/desk", "/desk/batch"])
def test_a_long_date_and_a_proposal_fit_in_large_letters(
    live: Live, phones: dict[str, str], phone: Page, path: str
) -> None:
    with live.app.app_context():
        room, booker, staff = create_space("pavilion"), create_person(), create_person(Role.STAFF)
        for hour in (9, 11):
            time = between(hour, hour + 1, day=TOMORROW).shifted(timedelta(days=9))
            moment = datetime.now(UTC)
            made = booking.request_booking(
                booker.as_actor(), room.code, time, purpose="下棋", party_size=2, now=moment
            )
        later = time.shifted(timedelta(hours=2))
        proposing.propose(staff.as_actor(), made.id, later, version=made.version, now=moment)
    enter(phone, phones["admin"])
    large_letters(phone)

    phone.goto(path)

    assert_fits_width(phone)
