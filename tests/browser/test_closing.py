"""Closing a day that holds bookings, at the tablet: one is moved, one is cancelled, and residents read why."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from domain.interval import local_day
from domain.people import Role
from services.passwords import hash_password
from tests.support.browser import assert_axe_clean, assert_fits_width, shot
from tests.support.builders import between, create_booking, create_person, create_space
from tests.support.entering import enter
from tests.support.visits import PASSWORD
from tests.support.watch import Watch

pytestmark = pytest.mark.browser


@pytest.fixture
def tomorrow(live):
    """A room with two bookings on the day after this one; returns that day."""
    day = local_day(datetime.now(UTC)) + timedelta(days=1)
    with live.app.app_context():
        room = create_space("tea-room", name="楼院茶话室")
        create_person(Role.ADMIN, phone="13800000001", name="郑书明", password_hash=hash_password(PASSWORD))
        for hour in (9, 14):
            create_booking(room, between(hour, hour + 2, day=day))
    return day


def test_staff_close_a_day_and_settle_what_was_booked(tomorrow, tablet: Page, watch: Watch) -> None:
    watch.allow(r"409")
    enter(tablet, "13800000001", "/manage/closures")

    tablet.get_by_label("楼院茶话室").check()
    tablet.get_by_label("为什么停用").fill("空调检修")
    tablet.get_by_label("从哪天").fill(tomorrow.isoformat())
    assert_axe_clean(tablet)
    assert_fits_width(tablet)
    shot(tablet, "closures-tablet")
    tablet.get_by_role("button", name="停用", exact=True).click()

    hits = tablet.locator("fieldset.hit")
    expect(hits).to_have_count(2)
    assert_axe_clean(tablet)
    assert_fits_width(tablet)
    shot(tablet, "closing-hits-tablet")
    hits.nth(1).get_by_label(re.compile("取消")).check()
    tablet.get_by_role("button", name=re.compile("停用，并处理这 2 个预约")).click()

    expect(tablet.locator("#notices")).to_contain_text("楼院茶话室 已停用")
    expect(tablet.locator("#closures .list")).to_contain_text("空调检修")
    tablet.goto(f"/spaces/tea-room?day={tomorrow.isoformat()}")
    expect(tablet.locator("#space")).to_contain_text("停用：空调检修")

    for path in (
        "/manage",
        "/manage/spaces/tea-room",
        "/manage/spaces/tea-room/hours",
        "/manage/calendar?year=2027",
    ):
        tablet.goto(path)
        assert_axe_clean(tablet)
        assert_fits_width(tablet)
