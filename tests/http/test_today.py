"""The staff's day on the tablet: who comes, one tap for each next step, and what two tablets at once do."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.people import Role
from models import AuditEvent, PenaltyPoint, WalkIn
from services import attendance, door
from tests.support.builders import (
    NOW,
    at,
    between,
    create_actor,
    create_booking,
    create_person,
    create_pool,
    create_space,
    create_studio,
)
from tests.support.client import read_forms
from tests.support.statements import statements
from tests.support.studio_builders import create_show
from tests.support.tapping import rows, stored, tap
from tests.support.visits import HTMX, log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


@pytest.fixture
def desk(client, staff):
    """A member of staff at the tablet."""
    return log_in(client, staff)


@pytest.fixture
def room():
    return create_space("tea-room", name="楼院茶话室")


def seen_of(answer):
    return answer.headers["ETag"].strip('"')


def test_today_is_the_tab_of_staff_and_the_board_that_of_everybody_else(app, desk, room):
    page = desk.get("/desk/today").text
    board = visitor(app, create_actor()).get("/").text

    assert '<a class="tab" href="/desk/today" aria-current="page">' in page
    assert page.count("aria-current") == 1, "the queue lies above it but is another place"
    assert 'href="/"' in page
    assert "看板" in page
    assert '<a class="tab" href="/" aria-current="page">' in board
    assert 'href="/desk/today"' not in board
    assert '<a class="tab" href="/desk/today" aria-current="page">' in desk.get("/").text
    assert '<a class="tab" href="/desk" aria-current="page">' in desk.get("/desk").text


def test_one_tap_checks_in_and_a_repeated_one_changes_nothing(desk, room, db):
    made = create_booking(room, between(9, 10))
    page = desk.get("/desk/today")
    form, in_its_space = (form for form in read_forms(page.text) if form.action.endswith("/check-in"))
    assert form.action == in_its_space.action

    for _ in range(2):
        answer = desk.post(form.action, data=form.fields)
        assert (answer.status_code, answer.location) == (303, "/desk/today")

    assert stored(db, made).status is BookingStatus.CHECKED_IN
    events = select(AuditEvent).where(AuditEvent.action == "booking.checked_in")
    assert len(rows(db, events)) == 1
    assert "已签到" in desk.get("/desk/today").text


def test_of_two_tablets_the_later_one_reads_how_it_stands_now(app, desk, room):
    made = create_booking(room, between(9, 10))
    form = next(f for f in read_forms(desk.get("/desk/today").text) if f.action.endswith("/check-in"))
    attendance.check_in(create_actor(Role.STAFF), made.id, now=NOW)

    late = desk.post(form.action, data=form.fields, headers=HTMX)

    assert late.status_code == 409
    assert "刚刚有人处理过了" in late.text
    assert "/check-in" not in late.text
    assert late.text.lstrip().startswith('<div id="today"')


def test_somebody_leaves_early_a_minute_later_at_the_soonest(desk, room, db, clock):
    made = create_booking(room, between(9, 11))
    attendance.check_in(create_actor(Role.STAFF), made.id, now=NOW)
    assert f"/bookings/{made.id}/leave" not in desk.get("/desk/today").text
    clock.move_to(NOW + timedelta(minutes=30))

    answer = desk.submit(desk.get("/desk/today"), f"/bookings/{made.id}/leave")

    assert answer.status_code == 303
    assert stored(db, made).status is BookingStatus.COMPLETED
    page = desk.get("/desk/today").text
    assert "已经结束的 1 个" in page
    assert "09:00–09:45" not in page
    assert "09:00–09:45" in desk.get("/desk/today?past=1").text


def test_a_tap_without_a_version_or_on_what_is_not_there_is_refused(desk, room):
    made = create_booking(room, between(9, 10))
    home = "/desk/today"

    assert tap(desk, "/check-in", version="").status_code == 422
    assert tap(desk, "/check-in", address=f"{home}/bookings/{made.id + 99}/check-in").status_code == 404
    assert tap(desk, "/check-in", address=f"{home}/points/99/excuse", reason="病").status_code == 404
    assert tap(desk, "/check-in", address=f"{home}/pools/nowhere/arrive").status_code == 404


def test_too_early_is_said_in_words(desk, room):
    create_booking(room, between(9, 10))
    made = create_booking(room, between(15, 16))

    early = tap(desk, "/check-in", address=f"/desk/today/bookings/{made.id}/check-in")

    assert early.status_code == 422
    assert "14:45 起可以签到" in early.text


def test_a_no_show_is_excused_with_one_reason_also_of_yesterday(desk, room, db, clock):
    create_booking(room, between(9, 11))
    attendance.release_no_shows(at(9.25))
    point = rows(db, select(PenaltyPoint))[0]
    clock.move_to(at(9.5))
    shown = desk.get("/desk/today").text
    assert f"excuse={point.id}" in shown
    assert "生病或住院" not in shown
    clock.move_to(at(9) + timedelta(days=1))

    opened = desk.get(f"/desk/today?day=2026-11-23&excuse={point.id}")
    refused = tap(desk, "/excuse", opened)
    done = tap(desk, "/excuse", opened, reason="生病或住院")

    assert "生病或住院" in refused.text, "the reasons stay open"
    assert refused.status_code == 422
    assert done.location == "/desk/today?day=2026-11-23"
    assert stored(db, point).excuse_reason == "生病或住院"
    assert "没来，已免记" in desk.get("/desk/today?day=2026-11-23").text


def test_plus_and_minus_count_who_walks_in(desk, db):
    pool = create_pool(places=2, code="rest-station")
    create_booking(pool, between(9, 10), place=None)

    page = desk.get("/desk/today")
    assert "/pools/rest-station/go" not in page.text
    full, again = (tap(desk, "/arrive", page) for _ in range(2))
    over = tap(desk, "/arrive")

    assert (full.status_code, again.status_code) == (303, 303)
    assert len(rows(db, select(WalkIn))) == 1
    assert over.status_code == 409
    assert "座位都满了" in over.text
    assert tap(desk, "/go").status_code == 303
    nobody = tap(desk, "/arrive", address="/desk/today/pools/rest-station/go")
    assert nobody.status_code == 422
    assert "没有走进来还坐着的人" in nobody.text


def test_an_unchanged_page_costs_one_query_and_no_rendering(desk, room, db, clock, monkeypatch):
    create_booking(room, between(9, 10))
    first = desk.get("/desk/today")
    assert f"seen={seen_of(first)}" in first.text
    with statements(db) as of_login:
        desk.get("/healthz")
    shown = desk.get("/desk/today", headers={"If-None-Match": first.headers["ETag"]})
    monkeypatch.setattr("blueprints.desk.today.pages.show", pytest.fail)

    with statements(db) as seen:
        unchanged = desk.get(f"/desk/today?seen={seen_of(first)}")

    assert (unchanged.status_code, unchanged.data) == (204, b"")
    assert shown.status_code == 304
    asked = [one for one in seen if "login_session" not in one and "merchant_member" not in one]
    assert len([one for one in asked if "revision" in one]) == 1
    assert len(seen) - len(of_login) <= 3, seen


@pytest.mark.parametrize("change", ["door", "excuse", "minute", "look"])
def test_whatever_the_page_shows_changes_its_stamp(desk, room, db, clock, change):
    booker = create_person()
    create_booking(room, between(9, 10), booker_id=booker.id, pickup_number="4821")
    missed = create_booking(room, between(8, 8.5))
    attendance.release_no_shows(at(8.5))
    seen = seen_of(desk.get("/desk/today"))
    point = rows(db, select(PenaltyPoint).where(PenaltyPoint.booking_id == missed.id))[0]
    address = f"/desk/today?seen={seen}"

    match change:
        case "door":
            door.check_in_by_number(room.code, room.door_key, "4821", NOW)
        case "excuse":
            tap(desk, "/excuse", desk.get(f"/desk/today?past=1&excuse={point.id}"), reason="我们弄错了")
        case "minute":
            clock.move_to(NOW + timedelta(minutes=1))
        case "look":
            address += "&past=1"

    assert desk.get(address).status_code == 200


def test_shows_lead_to_what_is_next(desk, clock):
    show = create_show(create_studio(), at(19.5))
    assert f"/shows/{show.id}/checklist" in desk.get("/desk/today").text
    clock.move_to(at(18))
    near = desk.get("/desk/today").text
    assert "快开播了" in near
    assert f"/shows/{show.id}/console" in near
    clock.move_to(at(22.5))
    assert f"/shows/{show.id}/wrap-up" in desk.get("/desk/today").text
