"""Closing a space: what it hits, what becomes of each booking, and that nothing happens unless all is decided."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.bookings import BookingStatus
from domain.errors import BadInput, Forbidden, InTheWay, RuleViolation, SlotTaken
from domain.interval import Interval
from domain.people import Role
from domain.studio.shows import ShowStatus
from models import AuditEvent, Booking, Closure, Occupancy, OutboxMessage, WalkIn
from services import booking, free_times, queueing, walk_ins
from services.house import closures
from services.house.settling import Decision, Fate
from services.studio import shows
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
from tests.support.history import disagreements
from tests.support.studio_builders import create_show

pytestmark = pytest.mark.usefixtures("db")
TOMORROW = between(0, 24, days=1)


def cancel_all(plan):
    """The decision that is always possible."""
    return {hit.booking.id: Decision(Fate.CANCEL, hit.booking.version) for hit in plan.hits}


def test_a_closure_lists_all_that_it_hits_and_nothing_else():
    room, other, staff = create_space(), create_space(), create_actor(Role.STAFF)
    live = create_booking(room, between(9, 10, days=1))
    offered = create_booking(room, between(11, 12, days=1), status=BookingStatus.OFFERED, expires_at=at(20))
    proposed = create_booking(
        room,
        between(9, 10, days=3),
        proposed_starts_at=between(14, 15, days=1).starts_at,
        proposed_ends_at=between(14, 15, days=1).ends_at,
    )
    create_booking(room, between(9, 10, days=2))
    create_booking(room, between(16, 17, days=1), status=BookingStatus.PENDING, purpose="申请")
    create_booking(other, between(9, 10, days=1))

    plan = closures.plan_closure(staff, [room.code], TOMORROW, NOW)

    fates = {hit.booking.id: {choice.fate for choice in hit.choices} for hit in plan.hits}
    assert len(fates) == 4
    assert fates[live.id] == {Fate.MOVE, Fate.CANCEL}
    assert fates[offered.id] == {Fate.CANCEL}
    assert fates[proposed.id] == {Fate.KEEP, Fate.CANCEL}


def test_closing_moves_and_cancels_as_decided_and_tells_everybody_why(db):
    room, staff = create_space(), create_actor(Role.STAFF)
    first = create_booking(room, between(9, 10, days=1))
    second = create_booking(room, between(15, 17, days=1))
    plan = closures.plan_closure(staff, [room.code], TOMORROW, NOW)
    moves = [choice.interval for hit in plan.hits for choice in hit.choices if choice.fate is Fate.MOVE]
    to = plan.hits[1].choices[0].interval

    (closure,) = closures.close(
        staff,
        [room.code],
        TOMORROW,
        "换地板",
        {first.id: Decision(Fate.CANCEL, 1), second.id: Decision(Fate.MOVE, 1, to)},
        now=NOW,
    )

    assert not any(one.overlaps(TOMORROW) for one in moves)
    assert len(set(moves)) == len(moves)
    stored = {one.id: one for one in db.session.scalars(select(Booking))}
    assert stored[first.id].status == BookingStatus.CANCELLED
    assert (stored[second.id].status, stored[second.id].interval) == (BookingStatus.CONFIRMED, to)
    told = {m.kind: m.params["reason"] for m in db.session.scalars(select(OutboxMessage))}
    assert told == {"booking_cancelled": "换地板", "booking_moved": "换地板"}
    assert closure.reason == "换地板"
    assert "closure.made" in set(db.session.scalars(select(AuditEvent.action)))
    assert disagreements() == []


def test_nothing_is_closed_while_one_booking_is_undecided(db):
    room, staff = create_space(), create_actor(Role.STAFF)
    seen, slipped_in = (create_booking(room, between(h, h + 1, days=1)) for h in (9, 11))

    with pytest.raises(InTheWay) as refusal:
        closures.close(staff, [room.code], TOMORROW, "检修", {seen.id: Decision(Fate.CANCEL, 1)}, now=NOW)

    assert refusal.value.booking_ids == (seen.id, slipped_in.id)
    assert db.session.scalar(select(func.count()).select_from(Closure)) == 0
    assert set(db.session.scalars(select(Booking.status))) == {BookingStatus.CONFIRMED}


@pytest.mark.parametrize(
    "decision",
    [
        Decision(Fate.CANCEL, 2),
        Decision(Fate.END, 1),
        Decision(Fate.MOVE, 1, between(12, 13, days=1)),
        Decision(Fate.MOVE, 1),
    ],
    ids=["of another version", "that can't be", "into the closure", "to nowhere"],
)
def test_a_decision_that_does_not_fit_is_none(decision):
    room, staff = create_space(), create_actor(Role.STAFF)
    made = create_booking(room, between(9, 10, days=1))

    with pytest.raises(InTheWay):
        closures.close(staff, [room.code], TOMORROW, "检修", {made.id: decision}, now=NOW)


def test_a_move_to_a_taken_time_leaves_everything_as_it_was(db):
    room, staff = create_space(), create_actor(Role.STAFF)
    made, taken = create_booking(room, between(9, 10, days=1)), between(9, 10, days=2)
    create_booking(room, taken)

    with pytest.raises(SlotTaken):
        closures.close(
            staff, [room.code], TOMORROW, "检修", {made.id: Decision(Fate.MOVE, 1, taken)}, now=NOW
        )

    assert db.session.scalar(select(func.count()).select_from(Closure)) == 0
    assert disagreements() == []


def test_a_year_is_one_row_and_no_ticks_and_refuses_until_it_is_lifted(db):
    room, staff, resident = create_space(), create_actor(Role.STAFF), create_actor()
    year = between(0, 24 * 365)
    (closure,) = closures.close(staff, [room.code], year, "重修", {}, now=NOW)

    def ask():
        return booking.request_booking(
            resident, room.code, between(15, 16, days=9), purpose="合唱", party_size=2, now=NOW
        )

    with pytest.raises(RuleViolation) as refusal:
        ask()
    assert [one.code for one in refusal.value.violations] == ["closed"]
    assert db.session.scalar(select(func.count()).select_from(Occupancy)) == 0

    assert [one.id for one in closures.coming(staff, NOW)] == [closure.id]
    closures.lift(staff, closure.id, now=NOW + timedelta(hours=1))
    closures.lift(staff, closure.id, now=NOW + timedelta(hours=2))

    assert closures.coming(staff, NOW) == []
    assert ask().status == BookingStatus.PENDING
    lifted = db.session.scalars(select(Closure)).one()
    assert lifted.lifted_at == NOW + timedelta(hours=1)


def test_whoever_waits_is_served_once_a_closure_is_lifted(db):
    room, staff = create_space(), create_actor(Role.STAFF)
    held = create_booking(room, between(15, 16, days=1))
    waiting = create_actor()
    queueing.join(waiting, room.code, between(15, 16, days=1), purpose="合唱", party_size=2, now=NOW)
    plan = closures.plan_closure(staff, [room.code], TOMORROW, NOW)

    (closure,) = closures.close(staff, [room.code], TOMORROW, "检修", cancel_all(plan), now=NOW)

    offers = select(Booking).where(Booking.booker_id == waiting.id)
    assert db.session.get_one(Booking, held.id).status == BookingStatus.CANCELLED
    assert db.session.scalars(offers).all() == []

    closures.lift(staff, closure.id, now=NOW)
    assert free_times.serve_free_times(NOW) == 1
    assert db.session.scalars(offers).one().status == BookingStatus.OFFERED


def test_closing_right_now_asks_those_who_are_there_to_leave(db):
    room, pool, staff = create_space(), create_pool(), create_actor(Role.STAFF)
    here = create_booking(
        room,
        between(8, 11),
        status=BookingStatus.CHECKED_IN,
        checked_in_at=at(8),
        booker_id=create_person().id,
    )
    later = create_booking(room, between(14, 16), status=BookingStatus.CHECKED_IN, checked_in_at=NOW)
    walk_ins.walk_in(staff, pool.code, now=NOW)
    today = between(9, 24)

    plan = closures.plan_closure(staff, [room.code, pool.code], today, NOW)
    assert plan.walk_ins == 1
    decided = {hit.booking.id: Decision(Fate.END, 1) for hit in plan.hits}
    closures.close(staff, [room.code, pool.code], today, "停电", decided, now=NOW)

    assert db.session.get_one(Booking, here.id).status == BookingStatus.COMPLETED
    assert db.session.get_one(Booking, later.id).status == BookingStatus.COMPLETED
    assert db.session.scalars(select(WalkIn)).one().left_at == NOW
    assert db.session.scalar(select(func.count()).select_from(Occupancy)) == 0


def test_who_is_there_may_stay_until_the_closure_begins(db):
    room, staff = create_space(), create_actor(Role.STAFF)
    here = create_booking(room, between(8, 11), status=BookingStatus.CHECKED_IN, checked_in_at=at(8))

    closures.close(staff, [room.code], between(10, 12), "消防检查", {here.id: Decision(Fate.END, 1)}, now=NOW)

    stayed = db.session.get_one(Booking, here.id)
    assert (stayed.status, stayed.interval) == (BookingStatus.CHECKED_IN, between(8, 10))
    assert disagreements() == []


def test_a_proposed_time_in_the_way_is_dropped_and_the_old_time_kept(db):
    room, staff = create_space(), create_actor(Role.STAFF)
    own, wished = between(9, 10, days=3), between(14, 15, days=1)
    made = create_booking(room, own, proposed_starts_at=wished.starts_at, proposed_ends_at=wished.ends_at)

    closures.close(staff, [room.code], TOMORROW, "检修", {made.id: Decision(Fate.KEEP, 1)}, now=NOW)

    kept = db.session.get_one(Booking, made.id)
    assert (kept.status, kept.interval, kept.proposed) == (BookingStatus.CONFIRMED, own, None)


def test_a_show_in_the_way_is_named():
    studio, staff = create_studio(), create_actor(Role.STAFF)
    show = create_show(studio, title="端午专场")

    with pytest.raises(RuleViolation) as refusal:
        closures.close(staff, [studio.code], show.interval, "检修", {}, now=NOW)

    assert [(v.code, v.params) for v in refusal.value.violations] == [
        ("show_in_the_way", {"title": "端午专场"})
    ]
    assert [one.id for one in closures.plan_closure(staff, [studio.code], show.interval, NOW).shows] == [
        show.id
    ]


def test_a_closure_needs_staff_a_reason_a_space_and_a_time_to_come():
    room, staff = create_space(), create_actor(Role.STAFF)

    def refused(actor, codes, interval, reason):
        with pytest.raises((Forbidden, BadInput)) as refusal:
            closures.close(actor, codes, interval, reason, {}, now=NOW)
        return refusal.value.code

    assert refused(create_actor(Role.CAPTAIN, captain_of=7), [room.code], TOMORROW, "检修") == "forbidden"
    assert refused(staff, [room.code], TOMORROW, "  ") == "closure_reason_missing"
    assert refused(staff, [], TOMORROW, "检修") == "closure_space_missing"
    assert refused(staff, [room.code], between(7, 9), "检修") == "closure_is_over"
    assert refused(staff, [room.code], between(0, 24 * 365 * 8), "检修") == "closure_too_far"


def test_a_show_that_is_named_as_it_stands_is_cancelled_with_the_closure():
    studio, staff = create_studio(), create_actor(Role.STAFF)
    show = create_show(studio, title="端午专场")

    with pytest.raises(RuleViolation):
        closures.close(staff, [studio.code], show.interval, "检修", {}, now=NOW, cancel_shows={show.id: 2})
    closures.close(staff, [studio.code], show.interval, "检修", {}, now=NOW, cancel_shows={show.id: 1})

    seen = shows.show_with_booths(show.id).show
    assert (seen.status, seen.cancel_reason) == (ShowStatus.CANCELLED, "检修")


def test_every_show_in_the_way_is_named_and_one_that_runs_stays():
    studio, staff = create_studio(opens=0, closes=24), create_actor(Role.STAFF)
    running, later = create_show(studio, NOW, title="正在播"), create_show(studio, title="以后")
    over = create_show(studio, NOW - timedelta(hours=6), title="播完了")
    whole = Interval(over.starts_at, later.ends_at)

    with pytest.raises(RuleViolation) as unnamed:
        closures.close(staff, [studio.code], whole, "检修", {}, now=NOW)
    with pytest.raises(RuleViolation) as begun:
        closures.close(
            staff, [studio.code], whole, "检修", {}, now=NOW, cancel_shows={running.id: 1, later.id: 1}
        )

    assert [v.params["title"] for v in unnamed.value.violations] == ["正在播", "以后"]
    assert [v.code for v in begun.value.violations] == ["show_has_begun"]
    assert shows.show_with_booths(later.id).show.status is ShowStatus.OPEN
