"""Moving a booking: both times are held until somebody decides, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.errors import RuleViolation, SlotTaken, Stale
from domain.people import Role
from domain.spaces import Approval, SpaceKind
from models import AuditEvent, Occupancy, OutboxMessage
from services import attention, booking, decisions, moving, passing, queue
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
from tests.support.waiting import offer_of, waits
from tests.support.waiting import told as told_to

pytestmark = pytest.mark.usefixtures("db")

OLD, NEW = between(15, 17, days=1), between(10, 12, days=2)


@pytest.fixture
def me():
    return create_actor()


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


def confirmed(space, me, interval=OLD, **changes):
    return create_booking(space, interval, booker_id=me.id, **changes)


def move(actor, made, interval, version=1, **more):
    return moving.reschedule(actor, made.id, interval, version=version, now=NOW, **more)


def ticks_of(db, made):
    return set(db.session.scalars(select(Occupancy.tick).where(Occupancy.booking_id == made.id)))


def ticks(*times, buffer=0):
    return {tick for time in times for tick in time.ticks(buffer)}


def told(db):
    """What residents were told."""
    of_people = select(OutboxMessage.kind).where(OutboxMessage.audience.is_(None))
    return list(db.session.scalars(of_people.order_by(OutboxMessage.id)))


def test_a_confirmed_booking_keeps_its_time_until_the_new_one_is_approved(db, me, staff):
    made = confirmed(create_space(), me)

    moved = move(me, made, NEW)
    assert (moved.status, moved.interval, moved.proposed) == (BookingStatus.CONFIRMED, OLD, NEW)
    assert ticks_of(db, made) == ticks(OLD, NEW)

    settled = decisions.approve(staff, made.id, version=2, now=NOW)
    assert (settled.interval, settled.proposed, settled.decided_by_id) == (NEW, None, staff.id)
    assert ticks_of(db, made) == ticks(NEW)
    assert told(db) == ["booking_moved"]


def test_a_declined_move_leaves_the_confirmed_time(db, me, staff):
    made = confirmed(create_space(), me)
    move(me, made, NEW)

    kept = decisions.decline(staff, made.id, version=2, reason="社区活动要用", now=NOW)

    assert (kept.status, kept.interval, kept.proposed, kept.decision_reason) == (
        BookingStatus.CONFIRMED,
        OLD,
        None,
        "",
    )
    assert ticks_of(db, made) == ticks(OLD)
    assert told(db) == ["move_declined"]
    assert (
        db.session.scalar(select(AuditEvent).where(AuditEvent.action == "booking.move_declined")) is not None
    )


@pytest.mark.parametrize("how", ["dropped", "moved back"])
def test_a_proposed_time_is_taken_back(db, me, how):
    made = confirmed(create_space(), me)
    move(me, made, NEW)

    if how == "dropped":
        moving.drop_proposal(me, made.id, version=2, now=NOW)
    else:
        move(me, made, OLD, version=2)

    db.session.refresh(made)
    assert (made.interval, made.proposed) == (OLD, None)
    assert ticks_of(db, made) == ticks(OLD)
    with pytest.raises(Stale):
        moving.drop_proposal(me, made.id, version=2, now=NOW)


def test_what_nobody_decides_until_the_first_of_both_times_stays_as_it_was(db, me):
    made = confirmed(create_space(), me)
    move(me, made, between(13, 14))

    assert passing.drop_undecided_moves(at(13) - timedelta(seconds=1)) == 0
    assert passing.drop_undecided_moves(at(13)) == 1

    assert ticks_of(db, made) == ticks(OLD)
    assert told(db) == ["move_expired"]


def test_a_move_onto_its_own_time_holds_the_shared_quarters_once(db, me, staff):
    space = create_space(buffer_minutes=15)
    create_booking(space, between(18.25, 20, days=1))
    made, onto = confirmed(space, me), between(16, 18, days=1)

    move(me, made, onto)
    assert ticks_of(db, made) == ticks(OLD, onto, buffer=15)

    decisions.approve(staff, made.id, version=2, now=NOW)
    assert ticks_of(db, made) == ticks(onto, buffer=15)


def test_a_buffer_that_changes_in_between_counts_from_the_next_move_on(db, me, staff):
    space = create_space()
    made = confirmed(space, me)
    move(me, made, NEW)
    space.buffer_minutes = 30
    db.session.commit()

    decisions.approve(staff, made.id, version=2, now=NOW)
    assert ticks_of(db, made) == ticks(NEW)

    move(staff, made, OLD, version=3)
    assert ticks_of(db, made) == ticks(OLD, buffer=30)


def test_seats_that_need_a_yes_move_like_rooms(db, me, staff):
    pool = create_pool(places=1, approval=Approval.STAFF)
    made = confirmed(pool, me, between(10, 11, days=1))
    create_booking(pool, between(12, 13, days=1))

    with pytest.raises(SlotTaken):
        move(me, made, between(11.5, 12.5, days=1))
    move(me, made, between(10.5, 11.5, days=1))
    decisions.approve(staff, made.id, version=2, now=NOW)

    assert pool.kind is SpaceKind.POOL
    assert ticks_of(db, made) == ticks(between(10.5, 11.5, days=1))


def test_whoever_needs_no_yes_moves_at_once_and_ends_what_waited(db, me, staff):
    space = create_space(approval=Approval.CAPTAINS_AT_ONCE)
    made = confirmed(space, me, created_by_id=create_captain().id)
    move(me, made, NEW)

    moved = move(staff, made, between(12, 14, days=2), version=2)

    assert (moved.interval, moved.proposed) == (between(12, 14, days=2), None)
    assert ticks_of(db, made) == ticks(between(12, 14, days=2))


def test_a_refused_move_offers_times_of_its_own_space_and_counts_its_own_as_free(db, me):
    space = create_space()
    create_space()
    made = confirmed(space, me)
    create_booking(space, between(17, 19, days=1))

    with pytest.raises(SlotTaken) as refused:
        move(me, made, between(16.5, 18.5, days=1))

    # 14:45–16:45 lies partly on what the booking holds itself, which is no choice as it stands.
    assert [(one.space_code, one.interval) for one in refused.value.alternatives] == [
        (space.code, between(19, 21, days=1)),
        (space.code, between(14.75, 16.75, days=1)),
        (space.code, between(12.75, 14.75, days=1)),
    ]
    assert ticks_of(db, made) == ticks(OLD)


def test_a_move_to_a_time_that_a_rule_forbids_is_refused_with_choices(me):
    made = confirmed(create_space(), me)

    with pytest.raises(RuleViolation) as refused:
        move(me, made, between(21, 23, days=1))

    assert [violation.code for violation in refused.value.violations] == ["outside_hours"]
    assert refused.value.alternatives


def test_moves_wait_in_the_queue_by_how_soon_it_is_too_late_to_decide(me, staff):
    space = create_space()
    late = create_booking(space, between(9, 10, days=3), status=BookingStatus.PENDING)
    made = confirmed(space, me, between(9, 10, days=4))
    move(me, made, between(9, 10, days=2))
    soon = create_booking(space, between(9, 10, days=1), status=BookingStatus.PENDING)

    assert [one.id for one in queue.waiting(staff, NOW)] == [soon.id, made.id, late.id]
    assert attention.counts(staff, NOW).pending == 3
    assert queue.following(staff, soon, NOW) == made.id
    assert [one.id for one in queue.waiting(staff, at(9, day=at(9).date() + timedelta(days=2)))] == [late.id]


def test_the_lane_of_a_move_shows_both_times_and_what_others_propose(me, staff):
    space, neighbour = create_space(), create_actor()
    made, other = confirmed(space, me), confirmed(space, neighbour, between(9, 10, days=5))
    move(neighbour, other, between(9, 10, days=1))
    move(me, made, between(18, 20, days=1))

    case = queue.desk(staff, made.id, NOW).case

    held = [(segment.ref, segment.interval) for segment in case.segments if segment.ref]
    assert held == [(other.id, between(9, 10, days=1)), (made.id, OLD), (made.id, between(18, 20, days=1))]
    assert case.week_minutes == 120


def test_only_what_is_live_moves(db, me):
    made = confirmed(create_space(), me)
    booking.cancel(me, made.id, version=1, now=NOW)

    with pytest.raises(Stale):
        move(me, made, NEW, version=2)
    assert ticks_of(db, made) == set()


def test_a_booking_that_ends_passes_its_proposed_time_on(me):
    """Even when the job that drops undecided moves was held up."""
    space = create_space(approval=Approval.STAFF, needs_check_in=False)
    made = confirmed(space, me, between(10, 11))
    move(me, made, NEW)
    waiting = create_actor()
    entry = waits(waiting, space, NEW)

    assert passing.complete_due(at(11)) == 1

    assert made.status is BookingStatus.COMPLETED
    assert offer_of(entry).interval == NEW
    assert told_to("move_expired") == [me.id]
