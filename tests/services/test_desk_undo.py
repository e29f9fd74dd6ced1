"""A decision can be taken back for ten seconds; until then nobody is told, and afterwards everybody is."""

import pytest
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.errors import Forbidden, Missing, Stale
from domain.people import Role
from domain.studio.booths import SwapStatus
from domain.waitlist import EntryStatus
from models import AuditEvent, BoothSwap, DeskDecision, OutboxMessage, db
from services import booking, doctor, moving, outbox, queueing, records
from services.desk import undoing
from services.privacy import erasing
from services.studio import swaps
from tests.support.builders import NOW, create_actor, create_booking, create_space, create_studio, set_figure
from tests.support.deciding import (
    HELD,
    SECOND,
    approved,
    codes_of,
    declined,
    delivered,
    now_of,
    request_for,
    undone,
)
from tests.support.history import disagreements
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show
from tests.support.waiting import ELSEWHEN, TIME, booker_of, offer_of, status_of, waits

pytestmark = pytest.mark.usefixtures("db")


def is_sound():
    return disagreements() == [] and doctor.data_findings(NOW) == []


def asks_to_move(held):
    """The confirmed booking asks for another time."""
    moving.reschedule(booker_of(held), held.id, ELSEWHEN, version=1, now=NOW)


def test_an_approval_that_is_taken_back_waits_again_and_nobody_hears_of_it():
    made = request_for(create_space())
    approved(made)

    undone(made)

    stands = now_of(made)
    assert (stands.status, stands.version, stands.decided_by_id) == (BookingStatus.PENDING, 3, None)
    assert delivered() == []
    assert db.session.scalars(select(OutboxMessage)).all() == []
    assert is_sound()


def test_a_declined_request_takes_its_time_again():
    made = request_for(create_space(buffer_minutes=15))
    declined(made)

    undone(made)

    stands = now_of(made)
    assert (stands.status, stands.decision_reason) == (BookingStatus.PENDING, "")
    assert delivered() == []
    assert is_sound()


def test_nothing_begins_anew_for_somebody_who_was_erased_since():
    made = request_for(create_space())
    declined(made)
    erasing.erase(create_actor(Role.ADMIN), made.booker_id, version=1, now=NOW + SECOND)

    assert codes_of(lambda: undone(made, now=NOW + 2 * SECOND)) == ["too_late_to_undo"]
    assert now_of(made).status is BookingStatus.DECLINED


def test_what_a_declined_request_offered_to_the_line_is_withdrawn():
    room = create_space()
    made = request_for(room)
    entry = waits(create_actor(), room)
    declined(made)
    offer = offer_of(entry)

    undone(made)

    assert now_of(offer).status is BookingStatus.CANCELLED
    assert status_of(entry) is EntryStatus.WAITING
    assert now_of(made).status is BookingStatus.PENDING
    assert delivered() == []
    assert is_sound()


def test_an_approved_move_stands_as_a_wish_again_and_the_old_time_is_kept():
    room = create_space()
    held = create_booking(room, TIME)
    asks_to_move(held)
    entry = waits(create_actor(), room)
    approved(held)
    assert status_of(entry) is EntryStatus.OFFERED

    undone(held)

    stands = now_of(held)
    assert (stands.status, stands.interval, stands.proposed) == (BookingStatus.CONFIRMED, TIME, ELSEWHEN)
    assert status_of(entry) is EntryStatus.WAITING
    assert delivered() == []
    assert is_sound()


def test_a_declined_move_stands_as_a_wish_again():
    room = create_space()
    held = create_booking(room, TIME)
    asks_to_move(held)
    declined(held)

    undone(held)

    assert (now_of(held).interval, now_of(held).proposed) == (TIME, ELSEWHEN)
    assert is_sound()


def test_a_swap_that_fell_with_a_declined_booth_is_open_again():
    show = create_show(create_studio())
    (shop, owner), (rival, rivals_owner) = create_merchant("山腰茶行"), create_merchant("阿嬷海味")
    mine = create_booth(show, 1, create_product(shop), owner)
    theirs = create_booth(show, 2, create_product(rival), rivals_owner)
    swap = swaps.propose(owner, mine.id, theirs.id, now=NOW)
    declined(mine)
    assert status_of_swap(swap) is SwapStatus.LAPSED

    undone(mine)

    assert status_of_swap(swap) is SwapStatus.PROPOSED
    assert delivered() == ["swap_proposed"]


def status_of_swap(swap):
    return db.session.get(BoothSwap, swap.id, populate_existing=True).status


def test_a_message_leaves_neither_before_the_last_moment_nor_never():
    made = request_for(create_space())
    approved(made)

    assert delivered(NOW + HELD - SECOND) == []
    assert delivered(NOW + HELD) == ["booking_confirmed"]


@pytest.mark.mutant
def test_without_the_hold_a_message_would_leave_at_once(monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(DeskDecision, "held_until", property(lambda decision: decision.decided_at))
    approved(request_for(create_space()))

    assert delivered(NOW) == ["booking_confirmed"]


def test_other_messages_are_not_held_back():
    made = request_for(create_space())
    approved(made)
    records.tell(db.session(), made.booker_id, "person_verified", NOW)
    db.session.commit()

    assert delivered(NOW) == ["person_verified"]


def test_it_is_too_late_once_the_seconds_are_over():
    made = request_for(create_space())
    approved(made)

    assert codes_of(lambda: undone(made, now=NOW + HELD)) == ["too_late_to_undo"]
    assert now_of(made).status is BookingStatus.CONFIRMED
    assert delivered() == ["booking_confirmed"]


def test_an_undo_may_still_be_on_its_way_for_two_seconds():
    made = request_for(create_space())
    approved(made)

    undone(made, now=NOW + HELD - SECOND)

    assert now_of(made).status is BookingStatus.PENDING


def test_it_is_too_late_when_a_runner_has_begun_to_tell_it():
    """A runner whose clock is ahead: what it took may have arrived."""
    made = request_for(create_space())
    approved(made)
    outbox.deliver_due(NOW + HELD)

    assert codes_of(lambda: undone(made)) == ["too_late_to_undo"]
    assert now_of(made).status is BookingStatus.CONFIRMED


def test_without_seconds_there_is_no_undo_and_the_message_leaves_at_once():
    set_figure("undo_seconds", 0)
    made = request_for(create_space())
    staff = create_actor(Role.STAFF)
    approved(made, staff)

    assert undoing.recent(staff, NOW) == []
    assert codes_of(lambda: undone(made, now=NOW)) == ["too_late_to_undo"]
    assert delivered(NOW) == ["booking_confirmed"]


def test_what_has_changed_since_is_stale():
    made = request_for(create_space())
    approved(made)
    booking.cancel(booker_of(made), made.id, version=2, now=NOW + SECOND)

    with pytest.raises(Stale):
        undoing.undo(create_actor(Role.STAFF), made.id, version=2, now=NOW + SECOND)
    assert now_of(made).status is BookingStatus.CANCELLED


def test_a_second_undo_of_the_same_decision_is_stale():
    made = request_for(create_space())
    approved(made)
    undone(made)

    with pytest.raises(Stale):
        undoing.undo(create_actor(Role.STAFF), made.id, version=2, now=NOW + SECOND)


def test_what_nobody_decided_at_the_desk_is_not_undone():
    made = create_booking(create_space(), TIME)

    assert codes_of(lambda: undone(made)) == ["too_late_to_undo"]


@pytest.mark.parametrize("how", ["taken from the line", "booked"])
def test_a_time_that_somebody_has_taken_meanwhile_stays_theirs(how):
    room, other = create_space(), create_actor()
    made = request_for(room)
    entry = waits(other, room) if how == "taken from the line" else None
    declined(made)
    if entry:
        queueing.accept(other, offer_of(entry).id, now=NOW + SECOND)
    else:
        booking.request_booking(
            other, room.code, TIME, purpose="喝茶", party_size=1, now=NOW + SECOND
        )  # fmt: skip

    assert codes_of(lambda: undone(made)) == ["undo_time_taken"]
    assert now_of(made).status is BookingStatus.DECLINED
    assert "booking_declined" in delivered()
    assert is_sound()


def test_an_approval_may_be_given_again_after_an_undo_and_is_told_once():
    made = request_for(create_space())
    approved(made)
    undone(made)

    approved(made, now=NOW + 2 * SECOND)

    assert delivered(NOW + HELD + 2 * SECOND) == ["booking_confirmed"]


def test_only_staff_undo_and_only_what_there_is():
    made = request_for(create_space())
    approved(made)

    with pytest.raises(Forbidden):
        undone(made, booker_of(made))
    with pytest.raises(Missing):
        undoing.undo(create_actor(Role.STAFF), made.id + 999, version=2, now=NOW)


def test_the_undo_is_written_down_with_who_did_it():
    made, other = request_for(create_space()), create_actor(Role.STAFF)
    approved(made)
    undone(made, other)

    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "booking.decision_undone")).one()
    decision = db.session.scalars(select(DeskDecision)).one()
    assert (event.actor_id, event.object_id, event.detail) == (other.id, made.id, {"decision": "approved"})
    assert (decision.undone_by_id, decision.undone_at) == (other.id, NOW + SECOND)


def test_the_last_decision_of_oneself_can_be_taken_back_until_its_time_is_over():
    staff, room = create_actor(Role.STAFF), create_space()
    first, second = request_for(room, 9, 10), request_for(room, 11, 12)
    approved(first, staff)
    approved(second, staff, now=NOW + SECOND)

    assert [one.booking_id for one in undoing.recent(staff, NOW + SECOND)] == [second.id]
    assert undoing.recent(create_actor(Role.STAFF), NOW + SECOND) == []
    assert undoing.recent(staff, NOW + HELD) == []
    undone(second)
    assert [one.booking_id for one in undoing.recent(staff, NOW + SECOND)] == [first.id]
