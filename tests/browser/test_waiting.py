"""A full time on the phone: wait for it, and take it when somebody else gives it back; with JavaScript and without."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from domain.interval import local_day
from services import booking, outbox
from tests.support.browser import OpenPage, assert_axe_clean, assert_fits_width, shot
from tests.support.builders import between, create_actor, create_booking, create_person, create_space
from tests.support.entering import enter, with_password
from tests.support.live import Live
from tests.support.watch import Watch

pytestmark = pytest.mark.browser

TOMORROW = local_day(datetime.now(UTC)) + timedelta(days=1)


@pytest.mark.parametrize("device", ["phone", "no_js"])
def test_from_a_full_time_to_an_accepted_offer(
    live: Live, open_page: OpenPage, watch: Watch, device: str
) -> None:
    with live.app.app_context():
        room = create_space("tea-room", name="楼院茶话室")
        other = create_actor()
        held = create_booking(room, between(15, 17, day=TOMORROW), booker_id=other.id)
        held_id, phone_number = held.id, with_password(create_person(name="林秀兰").id)
    page = open_page(device, has_touch=True)
    enter(page, phone_number)
    page.goto(f"/spaces/tea-room/book?day={TOMORROW}")
    shot(page, f"waiting-1-grid-{device}", full_page=True)
    page.get_by_role("link", name="15:00 已有人约，可以排队").tap()
    page.get_by_role("link", name="17:00 2 小时").tap()
    page.get_by_label("用途").fill("家庭聚会")
    page.get_by_label("人数").fill("6")
    shot(page, f"waiting-2-form-{device}", full_page=True)
    page.get_by_role("button", name="排队等这个时间").tap()

    expect(page.get_by_text("您排在第一位")).to_be_visible()
    if device == "phone":  # axe is a script
        assert_axe_clean(page)
    assert_fits_width(page)
    shot(page, f"waiting-3-place-{device}")
    with live.app.app_context():
        booking.cancel(other, held_id, version=1, now=datetime.now(UTC))
        outbox.deliver_due(datetime.now(UTC))
    page.goto("/bookings")
    shot(page, f"waiting-4-offer-{device}", full_page=True)
    page.get_by_role("button", name="接受这个时间").tap()

    expect(page).to_have_url(re.compile(r"/bookings/\d+$"))
    expect(page.get_by_text("等待审核", exact=True)).to_be_visible()
    expect(page.get_by_text("15:00–17:00").first).to_be_visible()
    shot(page, f"waiting-5-taken-{device}")
