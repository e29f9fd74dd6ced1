"""Checking in, staying away, leaving early, and points, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from domain.attendance import PointKind
from domain.bookings import BookingStatus
from domain.errors import BadInput, Forbidden, Missing, RuleViolation, Stale
from domain.people import Role
from models import AuditEvent, Booking, Occupancy, OutboxMessage, PenaltyPoint
from services import attendance, booking, doctor, passing, points, queueing
from services.unit_of_work import in_transaction
from tests.support.builders import (
    NOW,
    at,
    between,
    create_actor,
    create_booking,
    create_person,
    create_pool,
    create_space,
)

pytestmark = pytest.mark.usefixtures("db")

MINUTE = timedelta(minutes=1)


def held(db, made):
    """How many quarter-hours a booking still holds."""
    return len(db.session.scalars(select(Occupancy.tick).where(Occupancy.booking_id == made.id)).all())


def booked(space=None, interval=None, actor=None, **changes):
    """Somebody with a confirmed booking, today from 15:00 to 17:00."""
    actor = actor or create_actor()
    space = space or create_space()
    return actor, create_booking(space, interval or between(15, 17), booker_id=actor.id, **changes)


def codes(refused):
    return [violation.code for violation in refused.value.violations]


@pytest.mark.parametrize(
    ("moment", "refusal"),
    [
        (at(14.75) - MINUTE, "check_in_too_early"),
        (at(14.75), None),
        (at(15.25) - MINUTE, None),
        (at(15.25), "check_in_over"),
    ],
)
def test_one_may_check_in_from_a_quarter_before_to_a_quarter_after_the_start(moment, refusal):
    actor, made = booked()

    if refusal:
        with pytest.raises(RuleViolation) as refused:
            attendance.check_in(actor, made.id, now=moment)
        assert codes(refused) == [refusal]
    else:
        came = attendance.check_in(actor, made.id, version=1, now=moment)
        assert (came.status, came.checked_in_at, came.version) == (BookingStatus.CHECKED_IN, moment, 2)


def test_whoever_got_the_time_after_it_began_has_the_grace_from_then_on(db):
    actor, late = booked(create_pool(), between(9, 10), created_at=at(9.5))
    short_actor, short = booked(create_pool(), between(9, 9.25))

    assert attendance.release_no_shows(at(9.25)) == 1
    db.session.refresh(short)
    assert short.status is BookingStatus.NO_SHOW
    assert attendance.release_no_shows(at(9.75) - MINUTE) == 0
    assert attendance.check_in(actor, late.id, now=at(9.75) - MINUTE).status is BookingStatus.CHECKED_IN
    assert points.own(short_actor, at(9.25)).live == 1


def test_who_typed_it_and_staff_may_check_in_a_neighbour_and_strangers_may_not():
    captain, typed = create_actor(Role.CAPTAIN, captain_of=7), create_person()
    first = create_booking(create_space(), between(9, 10), booker_id=typed.id, created_by_id=captain.id)
    second = create_booking(create_space(), between(9, 10), booker_id=typed.id)

    with pytest.raises(Missing):
        attendance.check_in(create_actor(), first.id, now=NOW)
    with pytest.raises(Stale):
        attendance.check_in(captain, first.id, version=7, now=NOW)
    attendance.check_in(captain, first.id, now=NOW)
    attendance.check_in(create_actor(Role.STAFF), second.id, now=NOW)
    with pytest.raises(Stale):
        attendance.check_in(captain, first.id, now=NOW)


def test_who_does_not_come_loses_the_time_to_the_next_in_line_and_is_told_kindly(db):
    space, waiting = create_space(lead_minutes=0), create_actor()
    actor, made = booked(space, between(15, 17))
    queueing.join(waiting, space.code, between(16, 17), purpose="唱歌", party_size=2, now=NOW)

    assert attendance.release_no_shows(at(15.25) - MINUTE) == 0
    assert attendance.release_no_shows(at(15.25)) == 1
    assert attendance.release_no_shows(at(15.25)) == 0

    db.session.refresh(made)
    assert (made.status, held(db, made)) == (BookingStatus.NO_SHOW, 0)
    offer = db.session.scalars(select(Booking).where(Booking.booker_id == waiting.id)).one()
    assert (offer.status, offer.interval) == (BookingStatus.OFFERED, between(16, 17))
    told = db.session.scalars(select(OutboxMessage).where(OutboxMessage.recipient_id == actor.id)).one()
    assert (told.kind, told.params["booking_id"]) == ("booking_no_show", made.id)
    point = db.session.scalars(select(PenaltyPoint)).one()
    assert (point.person_id, point.kind, point.booking_id) == (actor.id, PointKind.NO_SHOW, made.id)
    assert doctor.data_findings(at(15.25)) == []


def test_staff_who_stay_away_get_no_point_and_who_came_or_need_not_is_left_alone(db):
    _, of_staff = booked(actor=create_actor(Role.STAFF))
    came_actor, came = booked()
    _, unasked = booked(create_space(needs_check_in=False))
    attendance.check_in(came_actor, came.id, now=at(15))

    assert attendance.release_no_shows(at(15.5)) == 1

    for made, status in ((of_staff, "no_show"), (came, "checked_in"), (unasked, "confirmed")):
        db.session.refresh(made)
        assert made.status == status
    assert db.session.scalars(select(PenaltyPoint)).all() == []


def test_leaving_early_frees_the_rest_but_for_the_cleaning_after_it(db):
    space, waiting = create_space(buffer_minutes=15, lead_minutes=0), create_actor()
    actor, made = booked(space, between(15, 17))
    attendance.check_in(actor, made.id, now=at(15))
    queueing.join(waiting, space.code, between(16, 17), purpose="唱歌", party_size=2, now=NOW)

    gone = attendance.leave(actor, made.id, now=at(15.5) + MINUTE)

    assert (gone.status, gone.interval) == (BookingStatus.CHECKED_IN, between(15, 15.75))
    assert gone.left_at == at(15.5) + MINUTE
    assert held(db, made) == 3 + 1
    offer = db.session.scalars(select(Booking).where(Booking.booker_id == waiting.id)).one()
    assert offer.status is BookingStatus.OFFERED
    assert passing.complete_due(at(16) - MINUTE) == 0
    assert passing.complete_due(at(16)) == 1
    assert doctor.data_findings(at(16)) == []


def test_where_nothing_is_cleaned_leaving_ends_the_booking_at_once_and_never_makes_it_longer(db):
    actor, made = booked(create_pool(), between(15, 16))
    with pytest.raises(Stale):
        attendance.leave(actor, made.id, now=at(15))
    attendance.check_in(actor, made.id, now=at(14.75))

    gone = attendance.leave(actor, made.id, version=2, now=at(14.75) + MINUTE)

    assert (gone.status, gone.interval, held(db, made)) == (BookingStatus.COMPLETED, between(15, 15.25), 0)
    last_actor, last = booked(create_pool(), between(15, 16))
    attendance.check_in(last_actor, last.id, now=at(15))
    assert attendance.leave(last_actor, last.id, now=at(16) - MINUTE).ends_at == at(16)


def test_three_live_points_pause_booking_until_they_fade_or_one_is_excused(db):
    actor, staff, space = create_actor(), create_actor(Role.STAFF), create_space()
    for hour in (9, 10, 11):
        create_booking(space, between(hour, hour + 1), booker_id=actor.id)
        attendance.release_no_shows(at(hour + 0.25))
    later = at(12)

    def ask(moment):
        wish = between(15, 16, days=1 + (moment - later).days)
        return booking.request_booking(actor, space.code, wish, purpose="唱歌", party_size=2, now=moment)

    with pytest.raises(RuleViolation) as refused:
        ask(later)
    assert codes(refused) == ["paused"]
    record = points.own(actor, later)
    assert (record.live, record.paused_until) == (3, at(11.25) + timedelta(days=14))
    assert record.fades_at(record.points[0]) == at(11.25) + timedelta(days=90)
    assert points.own(actor, at(11.25) + timedelta(days=90)).live == 0

    excused = points.excuse(staff, record.points[0].id, reason=" 住院了 ", now=later)

    assert (excused.excused_by_id, excused.excuse_reason) == (staff.id, "住院了")
    assert points.own(actor, later).live == 2
    assert ask(later).status is BookingStatus.PENDING
    kinds = db.session.scalars(select(OutboxMessage.kind).where(OutboxMessage.recipient_id == actor.id))
    assert "point_excused" in set(kinds)
    assert db.session.scalar(select(AuditEvent.detail).where(AuditEvent.action == "point.excused")) == {
        "reason": "住院了"
    }


def test_a_point_that_counts_for_three_counts_thrice(db):
    me, space = create_actor(), create_space()
    missed = create_booking(space, between(9, 10), booker_id=me.id)
    attendance.release_no_shows(at(9.25))
    assert points.own(me, at(9.25)).live == 1

    in_transaction(lambda: db.session.execute(update(PenaltyPoint).values(points=3)))

    assert points.own(me, at(9.25)).live == 3
    with pytest.raises(RuleViolation) as refused:
        booking.request_booking(
            me, space.code, between(9, 10, days=1), purpose="", party_size=1, now=at(9.25)
        )
    assert codes(refused) == ["paused"]
    assert missed.status is BookingStatus.NO_SHOW


def test_only_staff_excuse_with_a_reason_and_once():
    actor, staff = create_actor(), create_actor(Role.STAFF)
    create_booking(create_space(), between(9, 10), booker_id=actor.id)
    attendance.release_no_shows(at(9.25))
    point = points.own(actor, at(10)).points[0]

    with pytest.raises(Forbidden):
        points.excuse(actor, point.id, reason="我来了", now=at(10))
    with pytest.raises(BadInput):
        points.excuse(staff, point.id, reason=" ", now=at(10))
    with pytest.raises(Missing):
        points.excuse(staff, point.id + 99, reason="来了", now=at(10))
    with pytest.raises(Forbidden):
        points.of_person(actor, actor.id, at(10))
    points.excuse(staff, point.id, reason="来了", now=at(10))
    with pytest.raises(RuleViolation):
        points.excuse(staff, point.id, reason="来了", now=at(10))
