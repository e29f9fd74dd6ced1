"""Changing a series in parts, and trying skipped dates again; on both engines."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.errors import BadInput, Missing, RuleViolation, SlotTaken, Stale
from domain.people import Role
from domain.recurrence import Scope, TimeOfDay
from domain.spaces import Approval
from models import Booking, OutboxMessage, WaitlistEntry
from services import booking, decisions, moving, series, series_changes
from services.making import Wish
from services.series_changes import Part
from tests.support.builders import MONDAY, NOW, at, between, create_actor, create_booking, create_space
from tests.support.history import disagreements
from tests.support.planning import book, occurrences, plan, skips, starts, weeks

pytestmark = pytest.mark.usefixtures("db")

ALL = Part(Scope.ALL)


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


@pytest.fixture
def room():
    return create_space("tea-room", approval=Approval.NONE)


def test_cancelling_this_and_following_frees_their_times_and_leaves_the_rest(db, staff, room):
    me = create_actor()
    made = book(me)
    part = Part(Scope.FOLLOWING, day=date(2026, 12, 1))

    series_changes.cancel(staff, made.id, part, version=1, now=NOW, reason="维修")

    assert starts(db, made) == weeks(15, 0)
    told = db.session.scalars(select(OutboxMessage).where(OutboxMessage.audience.is_(None))).one()
    assert (told.kind, told.params["count"], told.params["reason"]) == ("series_cancelled", 2, "维修")
    assert disagreements() == []


def test_what_is_over_and_what_was_changed_by_hand_stays(db, staff, room):
    me = create_actor()
    made = book(me)
    *_, third = occurrences(db, made)
    moving.reschedule(me, third.id, between(9, 11, days=15), version=1, now=NOW)
    later = at(16, day=MONDAY + timedelta(days=1))

    series_changes.move(me, made.id, ALL, TimeOfDay(18 * 60, 60), version=1, now=later)

    assert starts(db, made) == [*weeks(15, 0), *weeks(18, 1), *weeks(9, 2)]
    series_changes.cancel(me, made.id, Part(Scope.THIS, booking_id=third.id), version=2, now=later)
    assert starts(db, made) == [*weeks(15, 0), *weeks(18, 1)]


def test_nobody_writes_over_a_purpose_that_they_cannot_read(db, staff):
    create_space("mediation-room", is_private=True, approval=Approval.NONE)
    me = create_actor()
    wanted = replace(plan(), space_code="mediation-room", wish=Wish("漏水调解", 4))
    made = book(me, wanted)

    series_changes.edit(staff, made.id, ALL, Wish("", 3), version=1, now=NOW)

    assert {(one.purpose, one.party_size) for one in occurrences(db, made)} == {("漏水调解", 3)}


def test_a_daily_series_moves_onto_itself(db, staff, room):
    create_booking(room, between(11, 12, days=1))
    made = book(staff, plan(between(8, 11, days=1), "FREQ=DAILY;COUNT=5"))

    with pytest.raises(SlotTaken) as taken:
        series_changes.move(staff, made.id, ALL, TimeOfDay(8 * 60 + 30, 180), version=1, now=NOW)
    assert taken.value.params["days"] == [date(2026, 11, 24)]
    assert [one.hour for one in starts(db, made)] == [0] * 5, "nothing moved: 08:00 is 00:00 in UTC"

    part = Part(Scope.FOLLOWING, day=date(2026, 11, 25))
    series_changes.move(staff, made.id, part, TimeOfDay(8 * 60 + 30, 180), version=1, now=NOW)

    assert [one.minute for one in starts(db, made)] == [0, 30, 30, 30, 30]
    assert disagreements() == []


def test_nights_that_touch_each_other_swap_their_ticks(db, staff):
    create_space("tea-room", approval=Approval.NONE, opens=0, closes=24, max_minutes=1440)
    made = book(staff, plan(between(12, 36), "FREQ=DAILY;COUNT=4"))

    series_changes.move(staff, made.id, ALL, TimeOfDay(18 * 60, 1440), version=1, now=NOW)

    assert [one.hour for one in starts(db, made)] == [10] * 4
    assert disagreements() == []


def test_a_confirmed_series_that_needs_a_yes_keeps_its_time_until_staff_decide(db, staff, room):
    me = create_actor()
    room.approval = Approval.STAFF
    db.session.commit()
    made = book(me)
    first, second, _ = occurrences(db, made)
    decisions.approve(staff, first.id, version=1, now=NOW)

    series_changes.move(me, made.id, ALL, TimeOfDay(16 * 60, 120), version=1, now=NOW)

    first, second, _ = occurrences(db, made)
    assert (first.starts_at, first.proposed_starts_at) == (weeks(15, 0)[0], weeks(16, 0)[0])
    assert (second.status, second.starts_at) == (BookingStatus.PENDING, weeks(16, 1)[0])
    assert disagreements() == []
    decisions.approve(staff, first.id, version=first.version, now=NOW)
    assert starts(db, made) == weeks(16, 0, 1, 2)


def test_purpose_and_people_change_within_the_rules(db, room):
    me = create_actor()
    made = book(me)

    series_changes.edit(
        me, made.id, Part(Scope.FOLLOWING, day=date(2026, 12, 1)), Wish("下棋", 8), version=1, now=NOW
    )
    with pytest.raises(RuleViolation):
        series_changes.edit(me, made.id, ALL, Wish("下棋", 21), version=2, now=NOW)

    assert [(one.purpose, one.party_size) for one in occurrences(db, made)] == [
        ("合唱排练", 4),
        ("下棋", 8),
        ("下棋", 8),
    ]


def test_of_two_changes_the_second_sees_that_it_came_late(db, room):
    me = create_actor()
    made = book(me)
    series_changes.cancel(me, made.id, Part(Scope.THIS, day=date(2026, 12, 1)), version=1, now=NOW)

    with pytest.raises(Stale):
        series_changes.cancel(me, made.id, ALL, version=1, now=NOW)
    with pytest.raises(RuleViolation):
        series_changes.cancel(me, made.id, Part(Scope.THIS, day=date(2026, 12, 1)), version=2, now=NOW)
    with pytest.raises(BadInput):
        series_changes.cancel(me, made.id, Part(Scope.THIS), version=2, now=NOW)

    assert starts(db, made) == weeks(15, 0, 2)


def test_a_skipped_date_is_tried_again_at_the_time_of_the_series(db, room):
    me, other = create_actor(), create_actor()
    rival = create_booking(room, between(16, 18, days=8), booker_id=other.id)
    made = book(me, only_free=True)
    day = date(2026, 12, 1)

    with pytest.raises(SlotTaken):
        series.retry_skipped(me, made.id, day, now=NOW)
    booking.cancel(other, rival.id, version=1, now=NOW)
    series.retry_skipped(me, made.id, day, now=NOW)

    assert starts(db, made) == weeks(15, 0, 1, 2)
    assert skips(db, made) == {}
    with pytest.raises(Missing):
        series.retry_skipped(me, made.id, day, now=NOW)


def test_what_a_cancelled_series_frees_is_offered_to_those_in_line(db, room):
    me, waiting = create_actor(), create_actor()
    made = book(me)
    wish = between(15, 16, days=8)
    db.session.add(
        WaitlistEntry(
            space_id=room.id, starts_at=wish.starts_at, ends_at=wish.ends_at, person_id=waiting.id,
            created_by_id=waiting.id, created_at=NOW,
        )
    )  # fmt: skip
    db.session.commit()

    series_changes.cancel(me, made.id, ALL, version=1, now=NOW)

    offer = db.session.scalars(select(Booking).where(Booking.booker_id == waiting.id)).one()
    assert (offer.status, offer.starts_at) == (BookingStatus.OFFERED, wish.starts_at)
    assert disagreements() == []
