"""Who must be told of a closure, and who of them knows, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from domain.errors import Forbidden, Missing
from domain.people import Role
from models import AuditEvent, Booking, ClosureCall, Notice
from services import booking, mine, outbox
from services.desk import today
from services.house import calling, closures, settling
from services.telling import inbox
from services.unit_of_work import in_transaction
from tests.support.builders import (
    NOW,
    at,
    between,
    create_actor,
    create_booking,
    create_person,
    create_space,
    create_studio,
    name_steward,
)
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")
DAY = between(9, 24)
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


def close(staff, *spaces, interval=DAY, now=NOW, **more):
    """Close spaces with what is usual for each booking in the way; returns the first closure."""
    codes = [space.code for space in spaces]
    plan = closures.plan_closure(staff, codes, interval, now)
    usual = {hit.booking.id: settling.usual(hit.booking, interval) for hit in plan.hits}
    shows = {show.id: show.version for show in plan.shows}
    return closures.close(staff, codes, interval, "停电", usual, now=now, cancel_shows=shows, **more)[0]


def calls(staff, closure):
    return calling.round_of(staff, closure.id).calls


def open_of(staff, now=LATER):
    return [one.open for one in calling.reminders(staff, now)]


def read_all(db, person_id):
    def read():
        db.session.execute(update(Notice).where(Notice.person_id == person_id).values(read_at=LATER))

    in_transaction(read)


def test_everybody_whom_a_closure_hits_is_to_be_told_but_nobody_tells_themselves(staff):
    room = create_space()
    there = create_booking(room, between(8.5, 10), status="checked_in", checked_in_at=at(8.5))
    first, second = (create_booking(room, between(hour, hour + 1)) for hour in (12, 15))
    create_booking(room, between(17, 18), booker_id=staff.id)
    create_booking(room, between(12, 13, days=1))

    found = calls(staff, close(staff, room))

    assert [call.booking.id for call in found] == [there.id, first.id, second.id]
    assert not any(call.is_done for call in found)
    assert open_of(staff) == [3]


def test_whoever_is_moved_or_keeps_the_time_that_is_theirs_is_to_be_told_too(staff):
    room = create_space()
    moved = create_booking(room, between(12, 13))
    wish = between(15, 16)
    kept = create_booking(
        room, between(9, 10, days=2), proposed_starts_at=wish.starts_at, proposed_ends_at=wish.ends_at
    )
    to = between(12, 13, days=1)
    decisions = {
        moved.id: settling.Decision(settling.Fate.MOVE, 1, to),
        kept.id: settling.usual(kept, DAY),
    }

    (closure,) = closures.close(staff, [room.code], DAY, "停电", decisions, now=NOW)
    outbox.deliver_due(NOW)

    found = {call.booking.id: call for call in calls(staff, closure)}
    assert set(found) == {moved.id, kept.id}
    assert all(call.told_at == NOW for call in found.values()), "each by the notice of this closure"


def test_who_has_read_it_in_the_app_needs_no_call(staff, db):
    room = create_space()
    made, other = create_booking(room, between(12, 13)), create_booking(room, between(15, 16))
    closure = close(staff, room)
    assert [call.told_at for call in calls(staff, closure)] == [None, None]

    outbox.deliver_due(NOW)
    assert [call.told_at for call in calls(staff, closure)] == [NOW, NOW]
    assert open_of(staff) == [2]
    read_all(db, made.booker_id)

    assert [call.is_done for call in calls(staff, closure)] == [True, False]
    assert open_of(staff) == [1]
    assert other.booker_id != made.booker_id


def test_reading_about_something_else_counts_for_nothing(staff, db):
    room = create_space()
    booker = create_person()
    made = create_booking(room, between(12, 13), booker_id=booker.id)
    closure = close(staff, room)
    other = create_booking(create_space(), between(18, 19), booker_id=booker.id)
    booking.cancel(staff, other.id, version=1, now=NOW)
    outbox.deliver_due(NOW)

    def read_the_other():
        about = Notice.params["booking_id"].as_integer() == other.id
        db.session.execute(update(Notice).where(about).values(read_at=LATER))

    in_transaction(read_the_other)

    (call,) = calls(staff, closure)
    assert (call.booking.id, call.is_done) == (made.id, False)
    assert open_of(staff) == [1]


def test_a_call_is_ticked_once_and_can_be_taken_back(staff, db):
    room = create_space()
    made = create_booking(room, between(12, 13))
    closure = close(staff, room)
    before = today.stamp()

    for _ in range(2):
        calling.tick(staff, closure.id, made.id, called=True, now=LATER)
    (call,) = calls(staff, closure)
    assert (call.called_at, call.called_by.id, open_of(staff)) == (LATER, staff.id, [])
    assert today.stamp() != before, "the reminder goes from every tablet"

    calling.tick(staff, closure.id, made.id, called=False, now=LATER)
    assert open_of(staff) == [1]
    actions = db.session.scalars(
        select(AuditEvent.action).where(AuditEvent.action.like("closure.call%")).order_by(AuditEvent.id)
    )
    assert list(actions) == ["closure.called", "closure.call_undone"]


def test_closures_made_together_are_told_together(staff):
    spaces = [create_space(), create_space()]
    for space in spaces:
        create_booking(space, between(12, 13))
    closure = close(staff, *spaces)
    elsewhere = create_space()
    create_booking(elsewhere, between(12, 13))
    close(staff, elsewhere, now=NOW + timedelta(minutes=1))

    found = calling.round_of(staff, closure.id)

    assert {one.space_id for one in found.closures} == {space.id for space in spaces}
    assert found.open == 2
    assert open_of(staff) == [2, 1]


def test_the_reminder_goes_a_day_after_the_closure_is_over_but_not_with_lifting_it(staff):
    room = create_space()
    create_booking(room, between(12, 13))
    closure = close(staff, room)

    closures.lift(staff, closure.id, now=LATER)

    assert open_of(staff) == [1], "they still believe that they may come"
    assert open_of(staff, DAY.ends_at + timedelta(days=1)) == []


def test_the_shops_of_a_show_that_is_cancelled_are_told_as_well(staff, db):
    studio = create_studio()
    shop, keeper = create_merchant()
    show = create_show(studio, at(19.5))
    booth = create_booth(show, 3, create_product(shop), keeper)

    closure = close(staff, studio)
    outbox.deliver_due(NOW)
    (call,) = calls(staff, closure)

    assert (call.booking.id, call.told_at) == (booth.id, NOW)
    read_all(db, keeper.id)
    assert open_of(staff) == []


def test_a_neighbour_without_a_phone_is_told_through_whoever_booked_for_them(staff, db):
    room, captain = create_space(), create_actor(Role.CAPTAIN, captain_of=7)
    neighbour = create_person(phone=None)
    made = create_booking(room, between(12, 13), booker_id=neighbour.id, created_by_id=captain.id)
    typed = create_booking(room, between(15, 16), booker_id=neighbour.id, created_by_id=staff.id)
    closure = close(staff, room)

    found = {call.booking.id: call for call in calls(staff, closure)}
    assert found[made.id].contact.id == captain.id
    assert found[typed.id].contact is None, "staff need not ring themselves up"
    calling.reveal(staff, closure.id, made.id, LATER)

    seen = select(AuditEvent.object_id).where(AuditEvent.action == "person.phone_revealed")
    assert set(db.session.scalars(seen)) == {neighbour.id, captain.id}


def test_who_typed_for_a_party_of_a_private_room_is_in_no_event_about_them(staff, db):
    room, captain = create_space(is_private=True), create_actor(Role.CAPTAIN, captain_of=7)
    party = create_person(phone=None)
    made = create_booking(room, between(12, 13), booker_id=party.id, created_by_id=captain.id)
    name_steward(room, staff.id)

    calling.reveal(staff, close(staff, room).id, made.id, LATER)

    seen = select(AuditEvent.object_id).where(AuditEvent.action == "person.phone_revealed")
    assert db.session.scalars(seen).all() == []


def test_of_a_private_room_only_its_stewards_may_ask(staff):
    room = create_space(is_private=True)
    made = create_booking(room, between(12, 13))
    steward, admin = create_actor(Role.STAFF), create_actor(Role.ADMIN)
    name_steward(room, steward.id)
    closure = close(staff, room)

    for actor in (staff, admin):
        assert not calls(actor, closure)[0].may_reveal
        with pytest.raises(Forbidden):
            calling.reveal(actor, closure.id, made.id, LATER)
    assert calls(steward, closure)[0].may_reveal
    assert calling.reveal(steward, closure.id, made.id, LATER).id == made.id


def test_what_is_not_there_is_missing_and_residents_are_turned_away(staff):
    room, resident = create_space(), create_actor()
    made = create_booking(room, between(12, 13))
    closure = close(staff, room)

    with pytest.raises(Missing):
        calling.round_of(staff, closure.id + 99)
    for act in (
        lambda: calling.tick(staff, closure.id, made.id + 99, called=True, now=LATER),
        lambda: calling.reveal(staff, closure.id, made.id + 99, LATER),
    ):
        with pytest.raises(Missing):
            act()
    for act in (
        lambda: calling.round_of(resident, closure.id),
        lambda: calling.reminders(resident, LATER),
        lambda: calling.tick(resident, closure.id, made.id, called=True, now=LATER),
        lambda: calling.reveal(resident, closure.id, made.id, LATER),
    ):
        with pytest.raises(Forbidden):
            act()


def test_nothing_is_noted_when_a_closure_fails(staff, db, monkeypatch):
    room = create_space()
    create_booking(room, between(12, 13))

    def fail(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr(closures.records, "audit", fail)
    with pytest.raises(RuntimeError):
        close(staff, room)

    assert db.session.scalars(select(ClosureCall)).all() == []
    assert set(db.session.scalars(select(Booking.status))) == {"confirmed"}


def test_whoever_reads_their_notices_in_the_app_is_done(staff):
    room, resident = create_space(), create_actor()
    create_booking(room, between(12, 13), booker_id=resident.id)
    closure = close(staff, room)
    outbox.deliver_due(NOW)
    shown = mine.of_person(resident, 1, LATER).notices

    inbox.mark_read(resident, [one.outbox_id for one in shown], LATER)

    assert calling.round_of(staff, closure.id).open == 0
