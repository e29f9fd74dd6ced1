"""Telling people, as they see it: the bell and the inbox on the phone, the switches, the wording at the tablet."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from domain.interval import local_day
from domain.people import Role
from models import OutboxMessage, db
from services import decisions, outbox
from tests.support.browser import OpenPage, assert_axe_clean, assert_fits_width, shot
from tests.support.builders import between, create_actor, create_booking, create_person, create_space
from tests.support.engines import throwaway
from tests.support.entering import enter, large_letters, with_password
from tests.support.live import Live, running_on
from tests.support.measure import small_targets, small_text

pytestmark = pytest.mark.browser
WAYS = {
    "SMTP_URL": "smtp://mail.example", "MAIL_FROM": "jufu@example.org", "SMS_PROVIDER": "log",
    "PUBLIC_URL": "https://jufu.example",
}  # fmt: skip


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    """A server that has e-mail and short messages; the tests share its database, each with people of its own."""
    with throwaway("sqlite") as database_url, running_on(database_url, WAYS) as live:
        yield live


@pytest.fixture
def house(live):
    """The application."""
    return live.app


@pytest.fixture
def resident(house):
    """Somebody whose request was declined and another one confirmed just now; returns the phone."""
    tomorrow = local_day(datetime.now(UTC)) + timedelta(days=1)
    with house.app_context():
        room, person, now = create_space(name="议事亭"), create_person(name="林秀兰"), datetime.now(UTC)
        staff = create_actor(Role.STAFF)
        for hour in (9, 14):
            made = create_booking(
                room, between(hour, hour + 1, day=tomorrow), booker_id=person.id, status="pending"
            )
            if hour == 9:
                decisions.decline(staff, made.id, version=1, reason="场地维修", now=now)
            else:
                decisions.approve(staff, made.id, version=1, now=now)
        outbox.deliver_due(now + timedelta(minutes=1))  # when the decisions can be undone no more
        return with_password(person.id)


def looked_at(page: Page, name: str) -> None:
    """A picture; nothing for axe to find and nothing to scroll sideways, where scripts can look."""
    shot(page, f"telling-{name}", full_page=True)
    if not name.endswith("no_js"):
        assert_axe_clean(page)
        assert_fits_width(page)


def bell(page: Page):
    """The way to the inbox in the head of a page."""
    return page.locator("header .tool-bell")


def test_the_bell_leads_to_the_inbox_and_a_notice_to_its_booking(phone: Page, resident: str) -> None:
    enter(phone, resident)
    expect(bell(phone).locator(".badge")).to_have_text(re.compile("^2"))

    bell(phone).tap()
    expect(phone.get_by_text("没看过", exact=True)).to_have_count(2)
    looked_at(phone, "1-inbox-phone")
    assert small_targets(phone, 48) == []
    phone.get_by_role("button", name=re.compile("场地维修")).tap()
    expect(phone).to_have_url(re.compile(r"/bookings/\d+$"))
    expect(bell(phone).locator(".badge")).to_have_text(re.compile("^1"))

    bell(phone).tap()
    phone.get_by_role("button", name="都看过了").tap()
    expect(phone.get_by_text("没看过", exact=True)).to_have_count(0)
    expect(bell(phone).locator(".badge")).to_have_count(0)


@pytest.mark.parametrize("way_in", ["phone", "no_js", "elder"])
def test_what_reaches_whom_is_switched_by_touch(
    house, open_page: OpenPage, resident: str, way_in: str
) -> None:
    page = open_page("no_js" if way_in == "no_js" else "phone", has_touch=True)
    enter(page, resident)
    if way_in == "elder":
        large_letters(page)
    page.goto("/me/channels")
    looked_at(page, f"2-nothing-on-{way_in}")
    page.get_by_role("button", name="打开短信").tap()
    expect(page.get_by_role("button", name="关掉短信")).to_be_visible()

    page.get_by_label("邮箱地址").fill("lin@example.org")
    page.get_by_role("button", name="发确认信").tap()
    expect(page.get_by_text("等您确认")).to_be_visible()
    with house.app_context():
        latest = select(OutboxMessage.params).order_by(OutboxMessage.id.desc())
        token = db.session.scalars(latest).first()["token"]
    page.goto(f"/me/channels/confirm/{token}")
    looked_at(page, f"3-confirm-{way_in}")
    page.get_by_role("button", name="确认这个邮箱").tap()

    matter = page.get_by_role("group", name="到时间前提醒我")
    expect(matter.get_by_label("邮件")).to_be_checked()
    matter.locator("label", has_text="邮件").tap()
    page.locator("#topics").get_by_role("button", name="保存").tap()
    expect(matter.get_by_label("邮件")).not_to_be_checked()
    expect(matter.get_by_label("短信")).to_be_checked()

    page.locator("label", has_text="什么时候都可以").tap()
    page.locator("#quiet").get_by_role("button", name="保存").tap()
    expect(page.get_by_label("什么时候都可以")).to_be_checked()
    looked_at(page, f"4-channels-{way_in}")
    if way_in != "no_js":
        assert small_targets(page, 60 if way_in == "elder" else 48) == []
    if way_in == "elder":
        assert small_text(page, 22) == []


@pytest.mark.parametrize("device", ["tablet", "tablet_portrait"])
def test_an_admin_puts_a_message_into_the_houses_own_words(house, open_page: OpenPage, device: str) -> None:
    with house.app_context():
        admin = with_password(create_person(Role.ADMIN, name="郑书明").id)
    page = open_page(device)
    enter(page, admin)
    page.goto("/manage/words")
    looked_at(page, f"5-words-{device}")
    page.get_by_role("link", name=re.compile("的预约已确认")).tap()
    text = page.get_by_label("要说的话").first
    text.fill("{space}留好了，{time}见！")
    page.get_by_role("button", name="先看看样子").first.tap()
    expect(page.locator(".letter").first).to_contain_text("楼院茶话室留好了")
    looked_at(page, f"6-preview-{device}")
    page.get_by_role("button", name="保存").first.tap()
    expect(page.get_by_text("记住了，以后的消息就这样写。")).to_be_visible()

    page.get_by_role("button", name="换回原来的写法").tap()
    expect(page.get_by_text(re.compile(r"改过 \d+ 次"))).to_be_visible()
    expect(page.get_by_role("button", name="换回原来的写法")).to_have_count(0)
    large_letters(page)
    looked_at(page, f"7-large-{device}")
    assert small_targets(page, 60) == []
    assert small_text(page, 22) == []
    page.goto("/manage/words")
    looked_at(page, f"8-large-words-{device}")
    assert small_targets(page, 60) == []
