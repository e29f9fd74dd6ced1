"""What a write costs: few statements, however much there was before it and however many dates a series has."""

import re
from functools import partial

import pytest
from sqlalchemy import event

from domain.people import Role
from domain.spaces import Approval
from models import Booking
from models.base import HouseSession
from services import alternatives, arbiter, asking, booking, making, reading, rule_facts
from tests.support.booth_races import engine
from tests.support.builders import (
    NOW,
    between,
    create_actor,
    create_booking,
    create_person,
    create_space,
)
from tests.support.client import read_forms
from tests.support.race import in_threads
from tests.support.statements import statements
from tests.support.visits import log_in

pytestmark = pytest.mark.usefixtures("db", "clock")

TIMED = "/spaces/tea-room/book?day=2026-11-24&start=15:00&end=17:00"
MOST = 11
"""Who asks, the space, the key twice, the two locks, the facts, and the booking, its ticks, the event, the message."""
OF_SERIES = MOST + 3
"""The series itself, its own event, and the numbers of its bookings."""
SERIES = {"day": "2026-11-24", "repeat": "daily", "ends": "count"}


@pytest.fixture
def room():
    return create_space("tea-room", buffer_minutes=15)


@pytest.fixture
def client(client, room):
    return client


def questions(seen):
    """The statements without those that only begin a transaction."""
    return [one for one in seen if not one.startswith("BEGIN")]


def filled_in(client, address=TIMED):
    """Where the form of a page is sent, and what it says."""
    page = client.get(address)
    form = next(one for one in read_forms(page.text) if one.method == "post" and one.action.endswith("/book"))
    return form.action, {**form.fields, "purpose": "喝茶", "party_size": "2"}


def cost_of_booking(client, db, address=TIMED):
    action, said = filled_in(client, address)
    db.session.remove()
    with statements(db) as seen:
        assert client.post(action, data=said).status_code == 303
    return len(questions(seen))


def test_a_booking_costs_few_statements_whatever_there_was_before(client, db, room):
    first, second = create_person(), create_person()
    for day in range(1, 9):
        create_booking(room, between(9, 10, days=-day), booker_id=second.id, status="completed")

    new = cost_of_booking(log_in(client, first.as_actor()), db)
    old = cost_of_booking(
        log_in(client, second.as_actor()), db, TIMED.replace("15:00", "10:00").replace("17:00", "12:00")
    )

    assert old == new <= MOST


def look_and_lock(session, code):
    space = reading.space_by_code(session, code)
    arbiter.lock_spaces(session, [space.id])
    return space


def test_reading_and_locking_one_by_one_is_seen_to_cost_more(client, db, monkeypatch):
    monkeypatch.setattr(arbiter, "lock_space", look_and_lock)

    assert cost_of_booking(log_in(client, create_actor()), db) > MOST


def worked_out_by(client, db):
    """What SQLAlchemy has to work out, as it does anew with each execution, when a form is sent."""
    action, said = filled_in(client)
    worked_out = []

    def note(_on, statement, *_more):
        worked_out.append(str(statement))

    event.listen(db.engine, "before_execute", note)
    try:
        assert client.post(action, data=said).status_code == 303
    finally:
        event.remove(db.engine, "before_execute", note)
    return worked_out


def test_a_booking_leaves_sqlalchemy_nothing_to_work_out(client, db):
    assert worked_out_by(log_in(client, create_actor()), db) == []


def test_a_statement_of_the_session_is_seen_to_be_worked_out(client, db, monkeypatch):
    monkeypatch.setattr(arbiter, "lock_space", look_and_lock)

    assert worked_out_by(log_in(client, create_actor()), db)


def test_the_session_is_told_of_a_booking_only_by_who_goes_on_with_it(client, db, monkeypatch):
    told, adopt = [], making.adopt
    monkeypatch.setattr(making, "adopt", lambda session, made: told.append(made) or adopt(session, made))
    action, said = filled_in(log_in(client, create_actor()))

    assert client.post(action, data=said).status_code == 303
    assert told == []

    asked = booking.request_booking(
        create_actor(), "tea-room", between(10, 11), purpose="喝茶", party_size=2, now=NOW
    )
    assert told == [asked]
    assert asked in db.session


def test_the_session_takes_part_in_a_booking_only_when_it_is_asked(client, db):
    taking_part = []

    def note(_session, _transaction, connection):
        taking_part.append(connection)

    action, said = filled_in(log_in(client, create_actor()))
    db.session.remove()
    event.listen(HouseSession, "after_begin", note)
    try:
        assert client.post(action, data=said).status_code == 303
        assert taking_part == []

        booking.request_booking(
            create_actor(), "tea-room", between(10, 11), purpose="喝茶", party_size=2, now=NOW
        )
        assert taking_part
    finally:
        event.remove(HouseSession, "after_begin", note)


def cost_of_series(client, db, count, start="15:00", end="16:00"):
    wanted = SERIES | {"count": str(count), "start": start, "end": end}
    page = client.get("/spaces/tea-room/series", query_string=wanted)
    dates = re.findall(r'name="date" value="([^"]+)" checked', page.text)
    assert len(dates) == count
    db.session.remove()
    with statements(db) as seen:
        sent = client.submit(page, "/series/book", date=dates, purpose="合唱排练", party_size="8")
        assert sent.status_code == 303
    return len(questions(seen))


def test_a_series_costs_the_same_statements_however_many_dates_it_has(client, db):
    client = log_in(client, create_actor(Role.STAFF))

    few = cost_of_series(client, db, 2)

    assert cost_of_series(client, db, 25, "17:00", "18:00") == few <= OF_SERIES


def test_writing_date_by_date_is_seen_to_cost_more(client, db, monkeypatch):
    together = making.make_each

    def one_by_one(session, space, bookings):
        for one in bookings:
            together(session, space, [one])

    monkeypatch.setattr(making, "make_each", one_by_one)
    client = log_in(client, create_actor(Role.STAFF))

    assert cost_of_series(client, db, 8) > OF_SERIES


def test_ways_out_cost_the_same_however_many_spaces_are_like_it(db, room):
    create_booking(room, between(15, 17))

    def cost():
        db.session.remove()
        with statements(db) as seen:
            found = booking.choices("tea-room", between(15, 17), 2, NOW, create_actor().id)
        assert len(found) == alternatives.MOST
        return len(questions(seen))

    create_space("next-door")
    few = cost()
    for _ in range(5):
        create_space()

    assert cost() == few


@engine
def test_bookings_of_different_spaces_do_not_wait_for_each_other(app, db, monkeypatch):
    """While one booking is half done and holds its locks, another one of another space gets through."""
    here, there = create_space("here", approval=Approval.NONE), create_space("there", approval=Approval.NONE)
    first, second = create_actor(), create_actor()
    ask = partial(booking.request_booking, purpose="喝茶", party_size=2, now=NOW)
    answers, real = [], making.make

    def meanwhile(*args, **more):
        monkeypatch.setattr(making, "make", real)
        made = real(*args, **more)
        answers.extend(in_threads(app, [lambda: ask(second, there.code, between(15, 17))]))
        return made

    monkeypatch.setattr(making, "make", meanwhile)

    assert isinstance(ask(first, here.code, between(15, 17)), Booking)
    assert [type(answer) for answer in answers] == [Booking]


@engine
@pytest.mark.mutant
def test_bookings_of_one_space_are_seen_to_wait_for_each_other(app, db, monkeypatch):
    """The control: the same with one space waits until the engine has had enough of it."""
    here = create_space("here", approval=Approval.NONE)
    first, second = create_actor(), create_actor()
    ask = partial(booking.request_booking, purpose="喝茶", party_size=2, now=NOW)
    answers, real = [], arbiter.hold_each

    def meanwhile(*args):
        monkeypatch.setattr(arbiter, "hold_each", real)
        real(*args)
        answers.extend(in_threads(app, [lambda: ask(second, here.code, between(17, 18))]))

    monkeypatch.setattr("services.unit_of_work.TRIES", 1)
    monkeypatch.setattr(arbiter, "hold_each", meanwhile)

    assert isinstance(ask(first, here.code, between(15, 17)), Booking)
    assert [type(answer).__name__ for answer in answers] == ["Unavailable"]


def test_own_times_are_found_by_where_they_stand_and_by_where_they_may_go(db, room):
    person, later = create_person(), between(11, 12, days=3)
    create_booking(room, between(9, 10, days=-20), booker_id=person.id)
    soon = create_booking(room, between(15, 16, days=2), booker_id=person.id)
    moves = create_booking(
        room,
        between(11, 12, days=-5),
        booker_id=person.id,
        proposed_starts_at=later.starts_at,
        proposed_ends_at=later.ends_at,
    )

    found = rule_facts.own_times(db.session(), person.id, between(15, 16), NOW)

    assert sorted(found) == sorted([soon.interval, moves.interval, later])
    assert asking.own_times(db.session(), person.id, between(15, 16), NOW, moving=moves) == [soon.interval]
