"""Booking a space, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.bookings import BookingStatus
from domain.errors import BadInput, Forbidden, Missing, RuleViolation, SlotTaken, Stale
from domain.interval import Interval
from domain.people import Role
from domain.spaces import Approval
from models import AuditEvent, Occupancy, OutboxMessage
from services import arbiter, asking, booking, decisions, moving, passing
from tests.support.builders import (
    NOW,
    at,
    between,
    create_actor,
    create_booking,
    create_captain,
    create_pool,
    create_space,
)

pytestmark = pytest.mark.usefixtures("db")


def ask(actor, space, interval, **more):
    return booking.request_booking(
        actor, space.code, interval, **{"purpose": "喝茶", "party_size": 4, "now": NOW} | more
    )


def ticks_of(db, made):
    return db.session.scalar(select(func.count()).where(Occupancy.booking_id == made.id))


def test_a_request_waits_for_staff_and_holds_its_quarter_hours(db):
    space = create_space(buffer_minutes=15)

    made = ask(create_actor(), space, between(15, 17, days=1))

    assert made.status is BookingStatus.PENDING
    assert ticks_of(db, made) == 8 + 1


def test_a_captain_is_confirmed_at_once_where_captains_are():
    space = create_space(approval=Approval.CAPTAINS_AT_ONCE)

    assert ask(create_captain(), space, between(9, 10, days=1)).status is BookingStatus.CONFIRMED
    assert ask(create_actor(), space, between(10, 11, days=1)).status is BookingStatus.PENDING


def test_an_overlapping_wish_is_refused_with_the_nearest_free_choices():
    space, like = create_space("tea-room", buffer_minutes=15), create_space("pavilion")
    ask(create_actor(), space, between(15, 17, days=1))

    with pytest.raises(SlotTaken) as refused:
        ask(create_actor(), space, between(16, 18, days=1))

    assert [(a.space_code, a.interval) for a in refused.value.alternatives] == [
        ("tea-room", between(17.25, 19.25, days=1)),
        ("tea-room", between(12.75, 14.75, days=1)),
        (like.code, between(16, 18, days=1)),
    ]
    assert refused.value.blocking == (between(16, 17.25, days=1),)


def test_a_refused_wish_leaves_no_trace(db):
    space = create_space()
    create_booking(space, between(15, 17, days=1))
    before = db.session.scalar(select(func.count()).select_from(AuditEvent))
    db.session.rollback()

    with pytest.raises(SlotTaken):
        ask(create_actor(), space, between(16, 18, days=1))

    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == before
    assert db.session.scalar(select(func.count()).select_from(Occupancy)) == 8


def test_all_broken_rules_come_together_in_the_order_of_the_rulebook():
    space = create_space(capacity=8)

    with pytest.raises(RuleViolation) as refused:
        ask(create_actor(verified_at=None), space, between(6, 6.25, days=1), party_size=9)

    codes = [violation.code for violation in refused.value.violations]
    assert codes == ["not_verified", "too_short", "outside_hours", "too_many_people"]


def test_a_wish_of_a_century_is_refused_without_looking_at_every_day(monkeypatch):
    space, looked_at, look = create_space(), [], asking.openings_during

    def watch(window, hours, calendar):
        looked_at.append(window)
        return look(window, hours, calendar)

    monkeypatch.setattr(asking, "openings_during", watch)

    with pytest.raises(RuleViolation) as refused:
        ask(create_actor(), space, Interval(at(9), at(9) + timedelta(days=36_500)))

    assert {"too_long", "longer_than_a_day"} <= {violation.code for violation in refused.value.violations}
    assert max(window.minutes for window in looked_at) == 24 * 60


def test_a_pool_gives_any_free_seat_in_every_quarter_hour():
    pool = create_pool(places=2)
    ask(create_actor(), pool, between(10, 10.5), party_size=1)
    ask(create_actor(), pool, between(10.5, 11), party_size=1)
    ask(create_actor(), pool, between(10, 10.25), party_size=1)

    made = ask(create_actor(), pool, between(10.25, 11), party_size=1)

    assert made.status is BookingStatus.CONFIRMED
    with pytest.raises(SlotTaken):
        ask(create_actor(), pool, between(10.25, 10.75), party_size=1)


def test_a_resident_holds_at_most_three_upcoming_bookings_and_six_hours_a_week():
    space, resident = create_space(), create_actor()
    for day in (1, 2, 3):
        ask(resident, space, between(9, 11, days=day))

    with pytest.raises(RuleViolation) as refused:
        ask(resident, space, between(9, 11, days=4))

    assert [violation.code for violation in refused.value.violations] == ["quota_count", "quota_hours"]


def test_staff_approve_and_the_booker_is_told(db):
    space, staff, resident = create_space(), create_actor(Role.STAFF), create_actor()
    made = ask(resident, space, between(15, 17, days=1))

    approved = decisions.approve(staff, made.id, version=1, now=NOW)

    assert (approved.status, approved.version) == (BookingStatus.CONFIRMED, 2)
    told = db.session.scalars(select(OutboxMessage).where(OutboxMessage.audience.is_(None))).one()
    assert (told.recipient_id, told.kind) == (resident.id, "booking_confirmed")


def test_of_two_decisions_the_second_is_stale():
    space, made_by = create_space(), create_actor()
    made = ask(made_by, space, between(15, 17, days=1))
    decisions.approve(create_actor(Role.STAFF), made.id, version=1, now=NOW)

    with pytest.raises(Stale):
        decisions.decline(create_actor(Role.STAFF), made.id, version=1, reason="维修", now=NOW)


def test_declining_needs_a_reason_and_gives_the_time_back(db):
    space, staff = create_space(), create_actor(Role.STAFF)
    made = ask(create_actor(), space, between(15, 17, days=1))

    with pytest.raises(BadInput):
        decisions.decline(staff, made.id, version=1, reason="  ", now=NOW)
    declined = decisions.decline(staff, made.id, version=1, reason="场地维修", now=NOW)

    assert declined.decision_reason == "场地维修"
    assert ticks_of(db, made) == 0


def test_only_staff_decide():
    space, resident = create_space(), create_actor()
    made = ask(resident, space, between(15, 17, days=1))

    with pytest.raises(Forbidden):
        decisions.approve(resident, made.id, version=1, now=NOW)


def test_a_foreign_booking_answers_like_a_missing_one():
    made = ask(create_actor(), create_space(), between(15, 17, days=1))

    for booking_id in (made.id, made.id + 999):
        with pytest.raises(Missing):
            booking.cancel(create_actor(building=9), booking_id, version=1, now=NOW)


def test_a_cancelled_time_can_be_booked_by_the_next():
    space, first = create_space(), create_actor()
    made = ask(first, space, between(15, 17, days=1))

    booking.cancel(first, made.id, version=1, now=NOW)

    assert ask(create_actor(), space, between(15, 17, days=1)).status is BookingStatus.PENDING


def test_a_move_may_overlap_its_own_old_time_and_is_all_or_nothing(db):
    space, resident = create_space(), create_actor()
    create_booking(space, between(18, 19, days=1))
    made = ask(resident, space, between(15, 17, days=1))

    moved = moving.reschedule(resident, made.id, between(16, 18, days=1), version=1, now=NOW)
    with pytest.raises(SlotTaken):
        moving.reschedule(resident, made.id, between(17, 19, days=1), version=2, now=NOW)

    assert moved.interval == between(16, 18, days=1)
    assert ticks_of(db, made) == 8


def test_a_request_that_moves_just_before_it_expires_lives_on(db, monkeypatch):
    space, resident = create_space(), create_actor()
    made = ask(resident, space, between(15, 17))
    lock = arbiter.lock_spaces

    def be_overtaken(session, space_ids):
        monkeypatch.setattr(arbiter, "lock_spaces", lock)
        moving.reschedule(resident, made.id, between(15, 17, days=1), version=1, now=at(14.99))
        lock(session, space_ids)

    monkeypatch.setattr(arbiter, "lock_spaces", be_overtaken)

    assert passing.expire_due(at(15)) == 0
    db.session.refresh(made)
    assert (made.status, made.interval) == (BookingStatus.PENDING, between(15, 17, days=1))


def test_what_nobody_decided_by_its_start_expires_and_frees_its_time(db):
    space = create_space()
    made = ask(create_actor(), space, between(15, 17))

    assert passing.expire_due(at(15) - timedelta(seconds=1)) == 0
    assert passing.expire_due(at(15)) == 1

    db.session.refresh(made)
    assert made.status is BookingStatus.EXPIRED
    assert ticks_of(db, made) == 0


def test_a_request_whose_start_has_passed_can_no_longer_be_approved():
    made = ask(create_actor(), create_space(), between(15, 17))

    with pytest.raises(RuleViolation):
        decisions.approve(create_actor(Role.STAFF), made.id, version=1, now=at(15))


def test_a_captain_books_for_the_own_building_only():
    space, captain = create_space(), create_captain(building=7)
    neighbour, stranger = create_actor(building=7), create_actor(building=8)

    made = ask(captain, space, between(9, 10, days=1), on_behalf_of=neighbour.id)

    assert (made.booker_id, made.created_by_id) == (neighbour.id, captain.id)
    for asker in (captain, neighbour):
        with pytest.raises(Missing):  # as for somebody who does not exist: ids can't be tried out
            ask(asker, space, between(10, 11, days=1), on_behalf_of=stranger.id)


def test_one_booking_that_cannot_be_closed_keeps_none_of_the_others(db, monkeypatch):
    space = create_space()
    stuck, other = ask(create_actor(), space, between(15, 16)), ask(create_actor(), space, between(16, 17))
    honest = decisions.arbiter.change

    def change(session, found, *rest, **more):
        if found.id == stuck.id:
            raise ValueError("a bug")
        honest(session, found, *rest, **more)

    monkeypatch.setattr(decisions.arbiter, "change", change)

    with pytest.raises(ExceptionGroup):
        passing.expire_due(at(18))

    db.session.refresh(other)
    assert other.status is BookingStatus.EXPIRED
