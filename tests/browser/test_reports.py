"""Staff read the month on the tablet, and print it on one sheet of A4 for the wall."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from blueprints.clock import now
from domain.bookings import BookingStatus
from domain.interval import local_day
from domain.months import first_of
from domain.people import Role
from models import RefusedDemand
from tests.support.browser import OpenPage, assert_axe_clean, assert_fits_width, shot
from tests.support.builders import between, create_actor, create_booking, create_person, create_space, saved
from tests.support.entering import enter, with_password
from tests.support.live import Live

pytestmark = pytest.mark.browser
A4 = (703, 1032)
"""What twelve millimetres of margin leave of a sheet, in CSS pixels."""
SCREENS = ((390, 844), (810, 1080), (1280, 800))


def used(live: Live) -> tuple[str, str]:
    """A month with visits and wishes in vain; the phone of staff, and the month."""
    month = first_of(first_of(local_day(now())) - timedelta(days=1))
    with live.app.app_context():
        rooms = [
            create_space(f"room-{number}", name=name, places=1, opens=0, closes=24)
            for number, name in enumerate(("楼长议事亭", "楼院茶话室", "“26℃近邻温度”党群服务小栈"))
        ]
        people = [create_person() for _ in range(4)]
        for day in range(3, 25, 2):
            for number, room in enumerate(rooms):
                time = between(9 + 3 * number, 11 + 3 * number, day=month, days=day)
                create_booking(
                    room, time, booker_id=people[day % 4].id, status=BookingStatus.COMPLETED, created_at=time.starts_at
                )  # fmt: skip
        wish = between(19, 21, day=month, days=8)
        for person in people:
            saved(
                RefusedDemand(
                    person_id=person.id, space_id=rooms[1].id, starts_at=wish.starts_at, ends_at=wish.ends_at,
                    code="slot_taken", asked_at=wish.starts_at,
                )
            )  # fmt: skip
        return with_password(create_actor(Role.STAFF).id), f"{month:%Y-%m}"


def pages_of(page: Page) -> int:
    """How many sheets of paper a page takes."""
    return len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(prefer_css_page_size=True)))


def cut_off(page: Page) -> list[str]:
    """Texts that are wider than their place, as they would be cut on paper."""
    return page.evaluate(
        """() => [...document.querySelectorAll('main *')]
            .filter(one => one.clientWidth && one.scrollWidth > one.clientWidth + 1
                && !one.closest('.chart-scroll') && !one.classList.contains('hidden-visually'))
            .map(one => one.textContent.trim().slice(0, 40))"""
    )


def test_staff_go_from_the_hub_to_a_month_and_to_one_of_its_rooms(live: Live, open_page: OpenPage) -> None:
    staff, month = used(live)
    page = open_page("tablet")
    enter(page, staff)
    page.goto("/manage")
    page.get_by_role("link", name="使用情况").click()
    page.get_by_label("月份").select_option(month)
    page.get_by_role("button", name="查看").first.click()
    expect(page.get_by_text("4 次没约上：已经约满")).to_be_visible()
    expect(page.locator(".heat-picture")).to_have_count(2)
    page.locator(".heat summary").first.click()
    expect(page.locator(".heat-table").first).to_be_visible()
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        assert_fits_width(page)
        shot(page, f"report-{width}", full_page=True)
    assert_axe_clean(page)
    page.locator(".space-rows").get_by_role("link", name="楼院茶话室").click()
    expect(page.get_by_label("空间")).to_have_value("room-1")
    with page.expect_download() as saved_file:
        page.get_by_role("link", name="下载 Excel").click()
    assert saved_file.value.suggested_filename == f"usage-{month}.xlsx"


def test_the_sheet_of_a_month_is_one_page_of_a4_however_long_the_house_is_open(
    live: Live, open_page: OpenPage
) -> None:
    staff, month = used(live)
    page = open_page("tablet")
    enter(page, staff)
    page.goto(f"/reports/{month}/print")
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        assert_fits_width(page)
        assert not cut_off(page)
    assert_axe_clean(page)
    expect(page.get_by_role("button", name="打印")).to_be_visible()

    assert pages_of(page) == 1
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": A4[0], "height": A4[1]})
    assert not cut_off(page)
    for hidden in (".tabs", ".crumb", ".btn", "details"):
        assert not page.locator(hidden).locator("visible=true").count()
    colours = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('.heat-0')).fill]"
    )
    assert colours == ["rgb(255, 255, 255)", "rgb(244, 239, 230)"]
    shot(page, "report-printed", full_page=True)


def test_large_letters_and_no_scripts(live: Live, open_page: OpenPage) -> None:
    staff, month = used(live)
    page = open_page("no_js")
    enter(page, staff)
    page.goto(f"/reports?month={month}")
    page.get_by_label("空间").select_option("room-2")
    page.get_by_role("button", name="查看").first.click()
    expect(page.get_by_role("heading", name="一周里什么时候有人用")).to_be_visible()
    page.close()

    page = open_page("phone")
    enter(page, staff)
    page.locator("header").get_by_role("button", name="大字版").click()
    for path in (f"/reports?month={month}", f"/reports/{month}/print"):
        page.goto(path)
        assert_fits_width(page)
        assert_axe_clean(page)
        small = page.evaluate(
            "[...document.querySelectorAll('main *')].filter(e => e.childElementCount === 0 && e.textContent.trim()"
            " && e.tagName !== 'title' && parseFloat(getComputedStyle(e).fontSize) < 22).map(e => e.textContent.trim())"
        )
        assert not small
    shot(page, "report-elder", full_page=True)
