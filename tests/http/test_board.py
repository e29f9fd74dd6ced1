"""Today's board: what it shows to whom, and what it costs."""

from datetime import timedelta

import pytest

from domain.bookings import BookingStatus
from domain.people import Role
from domain.spaces import DayKind
from models import CalendarDay
from services import kept
from tests.support.builders import (
    MONDAY,
    NOW,
    between,
    create_actor,
    create_booking,
    create_pool,
    create_space,
    create_studio,
    saved,
)
from tests.support.client import read_forms
from tests.support.statements import statements
from tests.support.studio_builders import create_show
from tests.support.visits import HTMX, log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")


def poll_of(page):
    start = page.index('hx-get="') + len('hx-get="')
    return page[start : page.index('"', start)].replace("&amp;", "&")


def test_an_empty_cell_leads_to_the_booking_form(client):
    create_space("tea-room")

    page = client.get("/").text

    assert "/spaces/tea-room/book?day=2026-11-23&amp;start=11:00" in page.replace("%3A", ":")


def test_strangers_see_that_it_is_taken_and_nothing_else(client):
    room = create_space()
    booker = create_actor(name="林秀兰")
    create_booking(room, between(12, 14), booker_id=booker.id, purpose="家庭聚会")
    create_booking(room, between(15, 17), status=BookingStatus.PENDING, purpose="合唱排练")

    for visiting in (client, log_in(visitor(client.application), create_actor())):
        page = visiting.get("/").text
        assert "12:00–14:00 占用" in page
        assert "15:00–17:00 占用" in page
        for secret in ("林秀兰", "家庭聚会", "合唱排练", "15:00–17:00 待审核"):
            assert secret not in page


def test_the_booker_and_staff_see_what_it_is_for(client):
    room, booker = create_space(), create_actor()
    mine = create_booking(
        room, between(12, 14), booker_id=booker.id, status=BookingStatus.PENDING, purpose="家庭聚会"
    )

    for person in (booker, create_actor(Role.STAFF)):
        page = log_in(visitor(client.application), person).get("/").text
        assert "12:00–14:00 待审核 家庭聚会" in page
        assert f"/bookings/{mine.id}" in page


def test_a_private_space_tells_staff_no_more_than_that_it_is_taken(client):
    room = create_space(is_private=True)
    create_booking(room, between(12, 14), purpose="邻里调解")

    page = log_in(client, create_actor(Role.STAFF)).get("/").text

    assert "12:00–14:00 占用" in page
    assert "邻里调解" not in page


def test_free_seats_are_counted_now_and_for_each_hour(client):
    pool = create_pool(places=12)
    for _ in range(5):
        create_booking(pool, between(9, 9.5))

    page = client.get("/").text

    assert "空 7 / 12 座" in page
    assert "09:00–10:00 空 7 / 12 座" in page
    assert "10:00–11:00 空 12 / 12 座" in page


def test_the_next_show_says_how_many_booths_are_left(client):
    create_show(create_studio(), title="年货节专场")

    page = client.get("/").text

    assert "年货节专场" in page
    assert "还有 10 个展位" in page


def test_days_can_be_browsed_within_bounds(client):
    create_space()

    assert "2026年11月24日 周二" in client.get("/?day=2026-11-24").text
    assert "2026年12月23日 周三" in client.get("/?day=2027-06-01").text
    assert "2026年10月24日 周六" in client.get("/?day=2020-01-01").text
    assert "2026年11月23日 周一" in client.get("/?day=tomorrow").text


def test_a_year_without_holiday_data_says_so(client, db):
    create_space(advance_days=60)
    assert "2026 年的放假安排未公布" in client.get("/").text

    saved(CalendarDay(day=MONDAY, day_kind=DayKind.HOLIDAY, name="节日"))

    assert "放假安排未公布" not in client.get("/").text
    assert "2027 年的放假安排未公布" in client.get("/?day=2027-01-04").text


def test_a_poll_that_finds_nothing_new_is_answered_without_loading_anything(client, db):
    create_space()
    page = client.get("/").text

    with statements(db) as seen:
        answer = client.get(poll_of(page), headers=HTMX)

    assert (answer.status_code, answer.data) == (204, b"")
    state, revision = (one for one in seen if one.startswith("SELECT"))
    assert "user_version" in state or "pg_current_snapshot" in state  # what the answer may be given again by
    assert "sum(space.revision)" in revision


def test_a_poll_sees_a_new_booking_and_a_new_quarter_hour(client, clock):
    room = create_space()
    poll = poll_of(client.get("/").text)

    create_booking(room, between(12, 14))
    # The builder goes round the services, which are what raises the revision.
    clock.move_to(NOW + timedelta(minutes=14))
    assert client.get(poll, headers=HTMX).status_code == 204
    clock.move_to(NOW + timedelta(minutes=15))
    fresh = client.get(poll, headers=HTMX)

    assert fresh.status_code == 200
    assert fresh.text.lstrip().startswith('<div id="board"')
    assert "12:00–14:00 占用" in fresh.text


def test_a_poll_sees_what_goes_through_the_services(client):
    create_space("tea-room")
    poll = poll_of(client.get("/").text)
    resident = log_in(visitor(client.application), create_actor())
    form_page = resident.get("/spaces/tea-room/book?day=2026-11-24&start=15:00&end=17:00")
    resident.submit(form_page, "/book", purpose="喝茶", party_size="4")

    assert client.get(poll, headers=HTMX).status_code == 200


def test_another_reader_or_a_cache_is_told_by_the_etag(client):
    create_space()
    first = client.get("/")

    assert client.get("/", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    resident = log_in(visitor(client.application), create_actor())
    assert resident.get("/", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_fifty_spaces_cost_as_many_queries_as_five(client, db):
    resident = create_actor()
    log_in(client, resident)
    create_show(create_studio())
    create_pool()
    for _ in range(3):
        create_booking(create_space(), between(12, 14), booker_id=resident.id)
    with statements(db) as few:
        client.get("/")

    for number in range(45):
        room = create_pool() if number % 5 == 0 else create_space()
        create_booking(room, between(12, 14) if number % 5 else between(12, 13))
    kept.forget()
    with statements(db) as many:
        page = client.get("/").text

    assert page.count('class="board-row"') == 50
    assert len(many) == len(few)


def test_the_board_has_no_form_that_a_stranger_could_send(client):
    create_space()

    forms = read_forms(client.get("/").text)

    assert {form.action for form in forms} <= {"/preferences"}
