"""The house proposes another time; the booker answers with one tap, and until then holds both."""

import pytest
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.errors import Forbidden, Missing, SlotTaken, Stale
from domain.people import Role
from domain.waitlist import EntryStatus
from models import Booking, OutboxMessage, db
from services import attention, booking, decisions, doctor, moving, passing, queue
from services.desk import proposing
from services.house import closures
from services.house.settling import Decision, Fate
from tests.support.builders import (
    NOW,
    at,
    between,
    create_actor,
    create_captain,
    create_person,
    create_space,
)
from tests.support.deciding import (
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
from tests.support.waiting import booker_of, status_of, waits

pytestmark = pytest.mark.usefixtures("db")
ASKED, OTHER = between(15, 17, days=1), between(10, 12, days=1)


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


@pytest.fixture
def room():
    return create_space(buffer_minutes=15)


@pytest.fixture
def made(room):
    return request_for(room)


def propose(staff, made, to=OTHER, now=NOW):
    return proposing.propose(staff, made.id, to, version=now_of(made).version, now=now)


def accept(actor, made, now=NOW):
    return proposing.accept(actor, made.id, version=now_of(made).version, now=now)


def refuse(actor, made, now=NOW):
    return proposing.refuse(actor, made.id, version=now_of(made).version, now=now)


def is_sound():
    return disagreements() == [] and doctor.data_findings(NOW) == []


def test_both_times_are_held_until_the_booker_answers(staff, made, room):
    propose(staff, made)

    stands = now_of(made)
    assert (stands.status, stands.interval, stands.suggested) == (BookingStatus.PENDING, ASKED, OTHER)
    assert stands.wished is None
    for time in (ASKED, OTHER):
        with pytest.raises(SlotTaken):
            booking.request_booking(
                create_actor(), room.code, time, purpose="喝茶", party_size=1, now=NOW
            )  # fmt: skip
    assert delivered() == ["time_proposed"]
    assert is_sound()


def test_the_booker_takes_it_in_one_tap(staff, made):
    propose(staff, made)

    accept(booker_of(made), made, now=NOW + SECOND)

    stands = now_of(made)
    assert (stands.status, stands.interval, stands.proposed) == (BookingStatus.CONFIRMED, OTHER, None)
    assert (stands.decided_by_id, stands.decided_at) == (staff.id, NOW + SECOND)
    assert not stands.proposed_to_booker
    assert is_sound()


def test_who_refuses_it_waits_for_the_asked_time_again(staff, made):
    propose(staff, made)
    refuse(booker_of(made), made)

    stands = now_of(made)
    assert (stands.status, stands.interval, stands.proposed) == (BookingStatus.PENDING, ASKED, None)
    assert [one.id for one in queue.waiting(staff, NOW)] == [made.id]
    assert is_sound()


@pytest.mark.parametrize(("answer", "waited_for"), [(accept, ASKED), (refuse, OTHER)])
def test_the_time_that_the_answer_frees_goes_to_the_line(staff, made, room, answer, waited_for):
    propose(staff, made)
    entry = waits(create_actor(), room, waited_for)

    answer(booker_of(made), made)

    assert status_of(entry) is EntryStatus.OFFERED
    assert is_sound()


def test_while_it_waits_for_the_booker_it_stands_apart_in_the_queue(staff, made):
    propose(staff, made)

    lists = queue.lists(staff, NOW)

    assert ([one.id for one in lists.waiting], [one.id for one in lists.unanswered]) == ([], [made.id])
    assert attention.counts(staff, NOW).pending == 0


def test_a_captain_answers_for_the_neighbour_for_whom_they_typed_it(staff, room):
    captain = create_captain()
    made = request_for(room, booker_id=create_person().id, created_by_id=captain.id)
    propose(staff, made)

    accept(captain, made)

    assert now_of(made).interval == OTHER
    assert delivered() == ["booking_moved", "time_proposed", "time_proposed"]


def test_nobody_else_answers(staff, made):
    propose(staff, made)

    with pytest.raises(Missing):
        accept(create_actor(), made)
    with pytest.raises(Forbidden):
        accept(create_actor(Role.STAFF), made)
    with pytest.raises(Forbidden):
        propose(create_actor(), made)


def test_a_new_proposal_takes_the_place_of_the_first(staff, made, room):
    third = between(19, 21, days=1)
    propose(staff, made)
    entry = waits(create_actor(), room, OTHER)

    propose(staff, made, third)

    assert now_of(made).suggested == third
    assert status_of(entry) is EntryStatus.OFFERED
    assert is_sound()


def test_staff_may_still_say_yes_to_what_was_asked(staff, made, room):
    propose(staff, made)
    entry = waits(create_actor(), room, OTHER)

    approved(made)

    stands = now_of(made)
    assert (stands.status, stands.interval, stands.proposed) == (BookingStatus.CONFIRMED, ASKED, None)
    assert status_of(entry) is EntryStatus.OFFERED
    assert is_sound()


def test_staff_may_still_say_no(staff, made):
    propose(staff, made)
    declined(made)

    assert (now_of(made).status, now_of(made).proposed) == (BookingStatus.DECLINED, None)
    assert is_sound()


def test_a_proposal_is_taken_back_before_anybody_hears_of_it(staff, made):
    propose(staff, made)
    undone(made)

    assert (now_of(made).status, now_of(made).proposed) == (BookingStatus.PENDING, None)
    assert not now_of(made).proposed_to_booker
    assert delivered() == []
    assert is_sound()


@pytest.mark.parametrize("decide", [approved, declined])
def test_a_decision_that_is_taken_back_leaves_the_proposal_standing(staff, made, decide):
    propose(staff, made)
    decide(made)
    undone(made)

    assert (now_of(made).status, now_of(made).suggested) == (BookingStatus.PENDING, OTHER)
    assert is_sound()


def test_the_booker_who_moves_or_cancels_has_answered(staff, room):
    moved, gone = request_for(room), request_for(room, 19, 20)
    propose(staff, moved)
    propose(staff, gone, between(13, 14, days=1))

    moving.reschedule(booker_of(moved), moved.id, between(15, 16, days=2), version=2, now=NOW)
    booking.cancel(booker_of(gone), gone.id, version=2, now=NOW)

    assert (now_of(moved).interval, now_of(moved).proposed) == (between(15, 16, days=2), None)
    assert (now_of(gone).status, now_of(gone).proposed_to_booker) == (BookingStatus.CANCELLED, False)
    assert is_sound()


def test_the_proposal_goes_when_its_time_comes_and_the_request_stays(staff, made):
    propose(staff, made)

    assert codes_of(lambda: accept(booker_of(made), made, now=OTHER.starts_at)) == ["proposal_too_late"]
    assert passing.drop_undecided_moves(OTHER.starts_at - SECOND) == 0
    assert passing.drop_undecided_moves(OTHER.starts_at) == 1

    stands = now_of(made)
    assert (stands.status, stands.interval, stands.proposed) == (BookingStatus.PENDING, ASKED, None)
    assert "proposal_over" in delivered(OTHER.starts_at)


def test_with_the_request_its_proposal_expires(staff, made):
    propose(staff, made, between(18, 20, days=1))

    assert passing.drop_undecided_moves(ASKED.starts_at) == 0
    assert passing.expire_due(ASKED.starts_at) == 1

    assert (now_of(made).status, now_of(made).proposed) == (BookingStatus.EXPIRED, None)
    assert disagreements() == []


def test_staff_decide_until_the_start_of_the_request_whatever_was_proposed(staff, made):
    propose(staff, made)

    decisions.approve(staff, made.id, version=2, now=OTHER.starts_at + SECOND)

    assert now_of(made).interval == ASKED


def test_of_two_answers_the_second_is_stale(staff, made):
    propose(staff, made)
    accept(booker_of(made), made)

    with pytest.raises(Stale):
        proposing.refuse(booker_of(made), made.id, version=2, now=NOW)
    with pytest.raises(Stale):
        proposing.propose(staff, made.id, ASKED, version=1, now=NOW)


def test_a_closure_at_the_proposed_time_drops_the_proposal(staff, made, room):
    propose(staff, made)
    closed = between(9, 13, days=1)
    plan = closures.plan_closure(staff, [room.code], closed, NOW)
    choices = {hit.booking.id: [choice.fate for choice in hit.choices] for hit in plan.hits}

    closures.close(staff, [room.code], closed, "检修", {made.id: Decision(Fate.KEEP, 2)}, now=NOW)

    assert Fate.KEEP in choices[made.id]
    assert (now_of(made).status, now_of(made).proposed) == (BookingStatus.PENDING, None)
    assert "proposal_over" in delivered()


def test_the_message_names_both_times_and_nobody(staff, made):
    propose(staff, made)

    told = db.session.scalars(select(OutboxMessage)).one()
    assert set(told.params) == {
        "booking_id", "space", "space_en", "starts_at", "ends_at", "proposed_starts_at", "proposed_ends_at",
    }  # fmt: skip
    assert told.params["proposed_starts_at"] == at(10, day=OTHER.starts_at.date()).isoformat()
    assert db.session.get_one(Booking, made.id).proposed_by_id == staff.id
