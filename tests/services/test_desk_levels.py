"""Two yeses: the first by anybody of the staff, the second by somebody named who is not the first."""

from datetime import timedelta

import pytest

from domain.bookings import BookingStatus
from domain.errors import BadInput, Forbidden
from domain.people import Role
from domain.spaces import Approval
from models import Person, Space, db
from services import booking, decisions, moving, queue
from services.desk import levels, proposing
from services.house import closures
from services.house.settling import Decision, Fate
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, between, create_actor, create_booking, create_person, create_space
from tests.support.deciding import approved, codes_of, declined, delivered, now_of, request_for, undone
from tests.support.history import disagreements
from tests.support.waiting import booker_of

pytestmark = pytest.mark.usefixtures("db")
LATER = NOW + timedelta(minutes=60)
ASKED, OTHER = between(15, 17, days=1), between(10, 12, days=1)


@pytest.fixture
def first():
    return create_actor(Role.STAFF, name="陈晓敏")


@pytest.fixture
def named():
    return create_actor(Role.STAFF, name="吴小梅")


@pytest.fixture
def deputy():
    return create_actor(Role.STAFF, name="林代班")


@pytest.fixture
def room(named, deputy):
    """A space that asks for two yeses; the deputy may after an hour."""
    space = create_space("mediation-room")
    set_up(space, [named.id], [deputy.id], 60)
    return space


@pytest.fixture
def made(room):
    return request_for(room)


def set_up(space, approvers, deputies=(), minutes=None, count=2, actor=None):
    actor = actor or create_actor(Role.ADMIN)
    return levels.set_up(actor, space.code, count, approvers, deputies, minutes, now=NOW)


def test_the_first_yes_leaves_the_request_waiting_and_tells_the_named_one(made, first, named):
    approved(made, first)

    stands = now_of(made)
    assert (stands.status, stands.first_yes_by_id) == (BookingStatus.PENDING, first.id)
    assert delivered() == ["second_yes_wanted"]
    assert [one.id for one in queue.waiting(named, NOW)] == [made.id]


def test_the_second_yes_of_the_named_one_confirms(made, first, named):
    approved(made, first)
    approved(made, named)

    stands = now_of(made)
    assert (stands.status, stands.decided_by_id) == (BookingStatus.CONFIRMED, named.id)
    assert stands.first_yes_at is None
    assert "booking_confirmed" in delivered()


def test_nobody_gives_both(made, named):
    approved(made, named)

    assert codes_of(lambda: approved(made, named)) == ["second_yes_by_another"]
    assert now_of(made).status is BookingStatus.PENDING


@pytest.mark.mutant
def test_without_the_check_one_person_would_give_both(made, named, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(levels, "must_be_second", lambda *_: None)
    approved(made, named)
    approved(made, named)

    assert now_of(made).status is BookingStatus.CONFIRMED


def test_nobody_else_gives_the_second(made, first):
    approved(made, first)

    assert codes_of(lambda: approved(made, create_actor(Role.STAFF))) == ["second_yes_by_named"]
    assert codes_of(lambda: approved(made, create_actor(Role.ADMIN))) == ["second_yes_by_named"]


def test_the_deputy_may_only_when_the_others_took_too_long(made, first, deputy):
    approved(made, first)

    assert codes_of(lambda: approved(made, deputy, now=LATER - timedelta(seconds=1))) == ["deputy_too_early"]
    approved(made, deputy, now=LATER)

    assert now_of(made).status is BookingStatus.CONFIRMED


def test_a_deputy_who_gave_the_first_waits_for_the_named_one(made, deputy, named):
    approved(made, deputy)

    assert codes_of(lambda: approved(made, deputy, now=LATER)) == ["second_yes_by_another"]
    approved(made, named)
    assert now_of(made).status is BookingStatus.CONFIRMED


@pytest.mark.parametrize("after_first", [False, True])
def test_anybody_may_say_no_at_once(made, first, after_first):
    if after_first:
        approved(made, first)
    declined(made, first)

    assert (now_of(made).status, now_of(made).first_yes_at) == (BookingStatus.DECLINED, None)


def test_a_first_yes_is_taken_back(made, first):
    approved(made, first)
    undone(made)

    assert now_of(made).first_yes_by_id is None
    assert delivered() == []


def test_a_second_yes_that_is_taken_back_leaves_the_first(made, first, named):
    approved(made, first)
    approved(made, named)
    undone(made)

    stands = now_of(made)
    assert (stands.status, stands.first_yes_by_id) == (BookingStatus.PENDING, first.id)


def test_another_time_clears_the_first_yes(made, first):
    approved(made, first)
    moving.reschedule(booker_of(made), made.id, OTHER, version=2, now=NOW)

    assert now_of(made).first_yes_at is None


def test_a_wish_for_another_time_needs_both_too(room, first, named):
    held = create_booking(room, ASKED)
    moving.reschedule(booker_of(held), held.id, OTHER, version=1, now=NOW)

    approved(held, first)
    assert (now_of(held).interval, now_of(held).wished) == (ASKED, OTHER)
    approved(held, named)

    assert (now_of(held).interval, now_of(held).proposed) == (OTHER, None)
    assert disagreements() == []


def test_a_proposal_that_is_taken_is_the_first_yes(made, first, named):
    proposing.propose(first, made.id, OTHER, version=1, now=NOW)
    proposing.accept(booker_of(made), made.id, version=2, now=NOW)

    stands = now_of(made)
    assert (stands.status, stands.interval, stands.first_yes_by_id) == (
        BookingStatus.PENDING, OTHER, first.id,
    )  # fmt: skip
    assert "second_yes_wanted" in delivered()
    assert codes_of(lambda: approved(made, first)) == ["second_yes_by_another"]
    approved(made, named)
    assert now_of(made).status is BookingStatus.CONFIRMED


def test_what_staff_ask_for_themselves_waits_for_both_too(room, named):
    asked = booking.request_booking(
        named, room.code, ASKED, purpose="调解", party_size=2, now=NOW, on_behalf_of=create_person().id
    )

    assert asked.status is BookingStatus.PENDING
    moved = moving.reschedule(named, asked.id, OTHER, version=1, now=NOW)
    assert moved.status is BookingStatus.PENDING


def test_a_closure_moves_what_is_confirmed_without_asking_again(room, first):
    held = create_booking(room, ASKED)
    there = Decision(Fate.MOVE, 1, between(9, 11, days=2))

    closures.close(first, [room.code], between(14, 18, days=1), "检修", {held.id: there}, now=NOW)

    assert (now_of(held).interval, now_of(held).proposed) == (there.interval, None)
    assert disagreements() == []


def test_with_one_level_everything_is_as_before(room, made, first):
    approved(made, first)
    set_up(room, [], count=1)

    decisions.approve(first, made.id, version=2, now=NOW)

    assert now_of(made).status is BookingStatus.CONFIRMED


def test_who_has_left_is_named_no_more(room, made, first, named):
    approved(made, first)

    def leave():
        db.session.get_one(Person, named.id).disabled_at = NOW

    in_transaction(leave)

    assert levels.second_yes(db.session(), now_with_space(made)).approvers == []


def now_with_space(made):
    return queue.desk(create_actor(Role.STAFF), made.id, NOW).case.booking


@pytest.mark.parametrize(
    ("approvers", "deputies", "minutes", "count", "code"),
    [
        (1, 0, None, 3, "approval_levels_invalid"),
        (0, 2, 60, 2, "approver_missing"),
        (1, 0, None, 2, "approver_alone"),
        (1, 1, None, 2, "deputy_minutes_invalid"),
        (1, 1, 0, 2, "deputy_minutes_invalid"),
    ],
)
def test_a_setting_under_which_nobody_could_say_yes_is_refused(approvers, deputies, minutes, count, code):
    space, staff = create_space(), [create_actor(Role.STAFF).id for _ in range(3)]

    with pytest.raises(BadInput) as no:
        set_up(space, staff[:approvers], staff[approvers : approvers + deputies], minutes, count)

    assert no.value.code == code
    assert db.session.get_one(Space, space.id, populate_existing=True).approval_levels == 1


def test_only_staff_are_named_and_only_admins_name_them(named):
    space, free = create_space(), create_space(approval=Approval.NONE)

    with pytest.raises(BadInput):
        set_up(space, [named.id, create_actor().id])
    with pytest.raises(BadInput):
        set_up(free, [named.id, create_actor(Role.STAFF).id])
    with pytest.raises(Forbidden):
        set_up(space, [named.id, create_actor(Role.STAFF).id], actor=named)


def test_the_page_of_the_space_lists_who_is_what(room, named, deputy):
    listed = {one.person.id: (one.is_approver, one.is_deputy) for one in
              levels.candidates(create_actor(Role.ADMIN), room.code)}  # fmt: skip

    assert (listed[named.id], listed[deputy.id]) == ((True, False), (False, True))
