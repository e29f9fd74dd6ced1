"""The door's pages: sign, phone, counter, points, and checking in from one's own page."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.people import Role
from models import Booking, PenaltyPoint, db
from services import attendance
from tests.support.builders import NOW, at, between, create_booking, create_person, create_pool, create_space
from tests.support.visits import log_in, visitor

pytestmark = pytest.mark.usefixtures("clock", "db")


@pytest.fixture
def engine_name():
    """What pages say does not depend on the engine."""
    return "sqlite"


@pytest.fixture
def room(db):
    """A room that is booked from 9 to 10 by `.guest`, for a purpose that nobody at the door may read."""
    space = create_space("tea-room", name="楼院茶话室")
    space.guest = create_person(name="丘八妹")
    space.made = create_booking(
        space, between(9, 10), booker_id=space.guest.id, pickup_number="4821", purpose="秘密聚会"
    )
    db.session.commit()
    return space


def status_of(booking_id):
    """How a booking stands in the database."""
    db.session.rollback()  # leave the snapshot of the last look
    return db.session.scalar(select(Booking.status).where(Booking.id == booking_id))


def test_one_checks_in_by_one_tap_and_leaves_by_another(client, room):
    log_in(client, room.guest)
    page = client.get(f"/bookings/{room.made.id}")
    assert "请在 09:15 以前签到" in page.text
    assert "4821" in page.text
    assert client.get(f"/bookings/{room.made.id}/qr.svg").mimetype == "image/svg+xml"

    answer = client.submit(page, "/check-in")

    assert answer.location == f"/bookings/{room.made.id}"
    assert status_of(room.made.id) == "checked_in"
    assert client.submit(page, "/check-in").status_code == 303  # a second tap finds it done
    client.submit(client.get(answer.location), "/leave")
    assert status_of(room.made.id) == "completed"


def test_mine_shows_the_code_until_one_may_check_in(client, room, clock):
    clock.move_to(NOW - timedelta(minutes=20))
    log_in(client, room.guest)
    early = client.get("/bookings")
    assert "08:45 起可以签到" in early.text
    assert "先签到再用" in client.get(f"/bookings/{room.made.id}").text
    assert f"/bookings/{room.made.id}/qr.svg" in early.text

    clock.move_to(NOW)
    client.submit(client.get("/bookings"), "/check-in")
    assert status_of(room.made.id) == "checked_in"


def test_too_late_is_said_in_words_and_changes_nothing(client, room, clock):
    log_in(client, room.guest)
    page = client.get(f"/bookings/{room.made.id}")
    clock.move_to(at(9.25))

    late = client.submit(page, "/check-in")

    assert late.status_code == 422
    assert "签到时间已过" in late.text
    assert status_of(room.made.id) == "confirmed"


def test_the_sign_names_nobody_and_takes_four_digits(client, room):
    address = f"/door/tea-room/{room.door_key}/sign"
    sign = client.get(address)
    assert "正在使用" in sign.text
    assert "到 10:00" in sign.text
    for secret in ("丘八妹", "丘", "秘密聚会", "4821", 'class="tabs"'):
        assert secret not in sign.text

    wrong = client.submit(sign, "/sign", number="0000")
    assert wrong.status_code == 422
    assert "没有找到这个号码" in wrong.text
    done = client.submit(sign, "/sign", number="4821")
    assert "已签到，请进" in client.get(done.location).text
    assert status_of(room.made.id) == "checked_in"


def test_staff_print_the_code_for_a_door_without_a_tablet(app, room):
    staff = visitor(app, create_person(role=Role.STAFF))
    address = f"/door/tea-room/{room.door_key}/poster"
    assert address in staff.get("/doors").text

    poster = staff.get(address)

    assert "楼院茶话室" in poster.text
    assert f"/door/tea-room/{room.door_key}/qr.svg" in poster.text
    assert "丘" not in poster.text
    assert staff.get("/door/tea-room/1/poster").status_code == 404


def test_an_unknown_key_answers_like_an_unknown_room(client, room):
    for path in ("tea-room/1", f"nowhere/{room.door_key}", "tea-room/1/sign", "tea-room/1/qr.svg"):
        assert client.get(f"/door/{path}").status_code == 404


def test_who_scans_the_door_checks_in_or_sees_what_is_free(app, client, room):
    address = f"/door/tea-room/{room.door_key}"
    nobody = client.get(address)
    assert f"/login?next={address}" in nobody.text
    assert "/spaces/tea-room/book" in nobody.text
    assert "/check-in" not in nobody.text
    stranger = visitor(app, create_person()).get(address)
    assert "没有要签到的预约" in stranger.text
    assert "丘" not in stranger.text

    guest = visitor(app, room.guest)
    answer = guest.submit(guest.get(address), "/check-in")

    assert answer.location == address
    assert "提前离开" in guest.get(address).text
    assert status_of(room.made.id) == "checked_in"


def test_the_sign_and_the_counter_cost_nothing_while_nothing_changes(app, room):
    client = visitor(app, create_person(Role.STAFF))
    create_pool(code="rest-station")
    for address in (f"/door/tea-room/{room.door_key}/sign", "/counter/rest-station", "/doors"):
        poll = client.get(address).text.split('hx-get="')[1].split('"')[0]
        assert client.get(poll, headers={"HX-Request": "true"}).status_code == 204


def test_at_the_counter_one_tap_seats_somebody_and_one_frees_the_seat(app):
    client, pool = visitor(app, create_person(Role.STAFF)), create_pool(places=1, code="rest-station")
    page = client.get("/counter/rest-station")

    client.submit(page, "/walk-ins")
    seated = client.get("/counter/rest-station")
    client.submit(page, "/walk-ins")  # the same form again, from a double tap

    assert "09:00 走进来" in seated.text
    assert client.get("/counter/rest-station").text.count("走进来</b>") == 1
    assert '<span class="figure figure-free">0</span>' in client.get("/spaces/rest-station/seats").text
    full = client.submit(seated, "/walk-ins")
    assert full.status_code == 409
    assert "座位都满了" in full.text
    client.submit(seated, "/leave")
    assert "走进来</b>" not in client.get("/counter/rest-station").text
    assert client.get(f"/counter/{create_space().code}").status_code == 422
    assert pool.places == 1


def test_staff_see_who_is_due_at_any_door_and_go_on_from_there(app, room):
    client = visitor(app, create_person(Role.STAFF))
    page = client.get("/doors")
    assert "4821" in page.text

    assert client.submit(page, "/check-in").location == "/doors"

    assert status_of(room.made.id) == "checked_in"
    assert "现在没有要签到的人" in client.get("/doors").text


def test_a_point_is_told_kindly_and_excused_with_one_tap(app, room, clock):
    clock.move_to(at(9.25))
    with app.app_context():
        attendance.release_no_shows(at(9.25))
    guest, staff = visitor(app, room.guest), visitor(app, create_person(Role.STAFF))
    assert "约了没有来：1 次" in guest.get("/me").text
    assert f"/people/{room.guest.id}/points" in staff.get("/doors").text
    record = staff.get(f"/people/{room.guest.id}/points")

    staff.submit(record, "/excuse", reason="我们弄错了")

    assert "已免记" in staff.get(f"/people/{room.guest.id}/points").text
    assert "约了没有来" not in guest.get("/me").text
    again = staff.submit(record, "/excuse", reason="我们弄错了")
    assert (again.status_code, "已经免记了" in again.text) == (422, True)
    assert db.session.scalar(select(PenaltyPoint.excuse_reason)) == "我们弄错了"


def test_a_private_room_names_nobody_to_staff_either(app):
    private = create_space("mediation-room", is_private=True)
    create_booking(private, between(9, 10), booker_id=create_person(name="欧阳静", building=22).id)
    staff = visitor(app, create_person(Role.STAFF))

    for address in ("/doors", f"/door/mediation-room/{private.door_key}"):
        page = staff.get(address).text
        assert "预约人保密" in page
        assert "欧阳" not in page
