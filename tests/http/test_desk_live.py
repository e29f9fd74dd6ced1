"""The live queue of the desk: cheap while nothing changes, and however long it is."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from domain.bookings import BookingStatus
from domain.people import Role
from services import booking as bookings
from services import decisions, moving, queue
from tests.support.builders import NOW, between, create_actor, create_booking, create_space
from tests.support.visits import log_in

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def desk(client):
    """A member of staff at the tablet."""
    return log_in(client, create_actor(Role.STAFF))


@pytest.fixture
def room():
    return create_space("tea-room", name="楼院茶话室")


def request_for(room, start, end, **changes):
    return create_booking(room, between(start, end, days=1), status=BookingStatus.PENDING, **changes)


def test_an_unchanged_queue_is_neither_sent_nor_rendered(desk, room, clock, monkeypatch):
    request_for(room, 9, 10)
    first = desk.get("/desk/list")
    tag = first.headers["ETag"].strip('"')
    monkeypatch.setattr("blueprints.desk.routes.render_template", pytest.fail)

    unchanged = desk.get(f"/desk/list?seen={tag}")
    revalidated = desk.get("/desk/list", headers={"If-None-Match": first.headers["ETag"]})

    assert f"seen={tag}" in first.text
    assert (unchanged.status_code, unchanged.data) == (204, b"")
    assert (revalidated.status_code, revalidated.data) == (304, b"")


def test_a_new_request_or_a_new_minute_changes_the_queue(desk, room, clock):
    tag = desk.get("/desk/list").headers["ETag"].strip('"')
    bookings.request_booking(
        create_actor(), room.code, between(9, 10, days=1), purpose="下棋", party_size=2, now=NOW
    )

    changed = desk.get(f"/desk/list?seen={tag}")
    clock.move_to(NOW + timedelta(minutes=1))
    later = desk.get(f"/desk/list?seen={changed.headers['ETag'].strip(chr(34))}")

    assert changed.status_code == later.status_code == 200
    assert "1 件等您审核" in changed.text


def test_what_comes_in_while_the_desk_is_read_is_seen_at_the_next_look(desk, room, monkeypatch):
    request_for(room, 9, 10)
    read = queue.desk

    def read_and_be_overtaken(*asked):
        found = read(*asked)
        bookings.request_booking(
            create_actor(), room.code, between(14, 15, days=1), purpose="下棋", party_size=2, now=NOW
        )
        return found

    monkeypatch.setattr(queue, "desk", read_and_be_overtaken)
    page = desk.get("/desk").text
    poll = re.search(r"/desk/list[^\"]*seen=[0-9a-f]+[^\"]*", page)

    assert "1 件等您审核" in page
    assert "2 件等您审核" in desk.get(poll.group().replace("&amp;", "&")).text


def test_the_number_of_queries_does_not_grow_with_the_queue(desk, room, db):
    def queries(path):
        seen, answer = statements(db, lambda: desk.get(path))
        assert answer.status_code == 200
        return len(seen)

    for hour in (8, 8.5):  # the second is the first one's neighbour, which is read for its card
        request_for(room, hour, hour + 0.5)
    few = queries("/desk"), queries("/desk/list")
    for hour in range(9, 20):
        request_for(room, hour, hour + 0.5)

    assert (queries("/desk"), queries("/desk/list")) == few
    assert few[0] <= 18


def poll_address(page):
    """The address that a page of the desk polls."""
    return re.search(r"/desk/list[^\"]*seen=[0-9a-f]+[^\"]*", page.text).group().replace("&amp;", "&")


def statements(db, look):
    """The statements of what is looked at, and the answer."""
    seen = []

    def listener(_connection, _cursor, statement, *_rest):
        if statement != "BEGIN":
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", listener)
    try:
        answer = look()
    finally:
        event.remove(db.engine, "before_cursor_execute", listener)
    return seen, answer


def test_an_unchanged_desk_costs_one_query_beside_the_session(desk, room, db):
    request_for(room, 9, 10)
    address = poll_address(desk.get("/desk"))

    asked, answer = statements(db, lambda: desk.get(address))

    assert answer.status_code == 204
    assert len(asked) == 2, asked
    assert "login_session" in asked[0]
    assert "revision" in asked[1]


def test_a_changed_desk_is_read_and_rendered(desk, room, db):
    request_for(room, 9, 10)
    address = poll_address(desk.get("/desk"))
    bookings.request_booking(
        create_actor(), room.code, between(14, 15, days=1), purpose="下棋", party_size=2, now=NOW
    )

    asked, answer = statements(db, lambda: desk.get(address))

    assert answer.status_code == 200
    assert len(asked) > 2
    assert "2 件等您审核" in answer.text
    assert 'id="case-news" hx-swap-oob="innerHTML"></div>' in answer.text


def test_what_another_decided_is_said_into_the_card_on_screen(desk, room):
    shown, rest = request_for(room, 9, 10), request_for(room, 14, 15)
    address = poll_address(desk.get(f"/desk/{shown.id}"))
    decisions.approve(create_actor(Role.STAFF, name="吴小梅"), shown.id, version=1, now=NOW)

    answer = desk.get(address)

    assert "吴小梅 在 1 分钟前已经通过了。" in answer.text
    assert f'href="/desk/{rest.id}" hx-get="/desk/{rest.id}"' in answer.text.partition("case-news")[2]
    assert "看下一件" in answer.text


def test_the_news_are_told_until_the_card_is_another(desk, room, clock):
    shown = request_for(room, 9, 10)
    address = poll_address(desk.get(f"/desk/{shown.id}"))
    decisions.approve(create_actor(Role.STAFF, name="吴小梅"), shown.id, version=1, now=NOW)
    told = desk.get(address)
    clock.move_to(NOW + timedelta(minutes=2))

    again = desk.get(poll_address(told))

    assert "吴小梅 在 2 分钟前已经通过了。" in again.text
    assert "case-news" not in desk.get("/desk/list").text


def test_a_booker_who_changes_the_request_is_told_too(desk, room):
    asker = create_actor()
    made = request_for(room, 9, 10, booker_id=asker.id)
    address = poll_address(desk.get(f"/desk/{made.id}"))
    moving.reschedule(asker, made.id, between(11, 12, days=1), version=1, now=NOW)

    answer = desk.get(address)

    assert "请按现在的情况再看一次" in answer.text
    assert "看现在的情况" in answer.text
