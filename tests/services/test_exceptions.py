"""Rules that staff set aside, choices that a refusal offers, and neighbours without a phone; on both engines."""

import pytest
from sqlalchemy import func, select

from domain.bookings import BookingStatus
from domain.errors import BadInput, Forbidden, RuleViolation, SlotTaken
from domain.people import Home, Role, Salutation
from domain.policies import Override
from models import AuditEvent, Booking, Closure, Person
from services import booking, moving, neighbours, people
from services import mine as my_bookings
from tests.support.builders import (
    NOW,
    between,
    create_actor,
    create_booking,
    create_captain,
    create_person,
    create_space,
)

pytestmark = pytest.mark.usefixtures("db")

HOME = Home(7, 1, "301")


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


def ask(actor, space, interval, **more):
    return booking.request_booking(
        actor, space.code, interval, **{"purpose": "庆生", "party_size": 4, "now": NOW} | more
    )


def because(*codes, reason="九十大寿，书记同意"):
    return Override(frozenset(codes), reason)


def codes(refused):
    return [violation.code for violation in refused.value.violations]


def test_staff_set_named_rules_aside_and_say_why(db, staff):
    space, elder = create_space(), create_actor()

    made = ask(
        staff,
        space,
        between(15, 20, days=1),
        party_size=30,
        on_behalf_of=elder.id,
        override=because("too_long", "too_many_people", "paused"),
    )

    assert (made.status, made.override_reason) == (BookingStatus.CONFIRMED, "九十大寿，书记同意")
    (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "booking.requested"))
    assert event.actor_id == staff.id
    assert event.detail["overridden"] == ["too_long", "too_many_people"]
    assert event.detail["reason"] == "九十大寿，书记同意"


def test_one_rule_that_still_stands_keeps_all_of_them_standing(db, staff):
    space = create_space()

    with pytest.raises(RuleViolation) as refused:
        ask(staff, space, between(15, 20, days=1), party_size=30, override=because("too_long"))

    assert codes(refused) == ["too_long", "too_many_people"]
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 0


def test_an_exception_needs_a_reason_staff_and_a_rule_that_may_be_set_aside(staff):
    space, long = create_space(), between(15, 20, days=1)

    with pytest.raises(RuleViolation) as silent:
        ask(staff, space, long, override=because("too_long", reason=" "))
    assert codes(silent) == ["too_long", "override_reason_missing"]
    with pytest.raises(Forbidden):
        ask(create_captain(), space, long, override=because("too_long"))
    for code in ("closed", "off_grid", "in_the_past", "longer_than_a_day", "private_space", "no_such_rule"):
        with pytest.raises(BadInput) as stands:
            ask(staff, space, long, override=because(code))
        assert stands.value.code == "rule_stands"


def test_the_arbiter_is_no_rule(staff):
    space = create_space()
    create_booking(space, between(15, 16, days=1))

    with pytest.raises(SlotTaken):
        ask(staff, space, between(15, 20, days=1), override=because("too_long"))


def test_a_move_has_its_own_exception_and_loses_it_with_its_time(staff):
    space = create_space()
    made = create_booking(space, between(15, 17, days=1))

    moved = moving.reschedule(
        staff, made.id, between(15, 20, days=1), version=1, now=NOW, override=because("too_long")
    )
    assert moved.override_reason == "九十大寿，书记同意"

    back = moving.reschedule(staff, made.id, between(15, 17, days=1), version=2, now=NOW)
    assert back.override_reason == ""


def test_choices_keep_clear_of_closures_and_of_what_the_booker_has_elsewhere(db):
    space, other, me = create_space(), create_space(), create_actor()
    create_booking(space, between(15, 17, days=1))
    create_booking(other, between(17, 18, days=1), booker_id=me.id)
    closure = Closure(
        space_id=space.id, starts_at=between(8, 15, days=1).starts_at, ends_at=between(8, 15, days=1).ends_at,
        reason="检修", created_by_id=me.id, created_at=NOW,
    )  # fmt: skip
    db.session.add(closure)
    db.session.commit()

    with pytest.raises(SlotTaken) as refused:
        ask(me, space, between(15, 17, days=1))

    assert [(one.space_code, one.interval) for one in refused.value.alternatives] == [
        (space.code, between(18, 20, days=1)),
        (space.code, between(20, 22)),
        (other.code, between(15, 17, days=1)),
    ]


def test_a_captain_registers_who_has_no_phone_once_and_books_for_them(db):
    captain, space = create_captain(7), create_space()

    made, again = (
        people.add_without_phone(captain, name=" 陈阿婆 ", salutation=Salutation.MS, home=HOME, now=NOW)
        for _ in range(2)
    )
    booked = ask(captain, space, between(9, 10, days=1), on_behalf_of=made.id)

    assert made.id == again.id
    assert (made.phone, made.password_hash, made.verified_by_id) == (None, None, captain.id)
    assert (booked.booker_id, booked.created_by_id) == (made.id, captain.id)
    assert [one.id for one in neighbours.bookable_for(captain, HOME)] == [made.id]
    assert [one.id for one in my_bookings.of_person(captain, 1, NOW).typed] == [booked.id]
    registered = select(func.count()).where(AuditEvent.action == "person.registered_without_phone")
    assert db.session.scalar(registered) == 1


def test_a_captain_keeps_to_the_own_building_and_residents_register_nobody(db, staff):
    create_person(building=8, unit=1, room="301")
    captain, foreign = create_captain(7), Home(8, 1, "301")
    before = db.session.scalar(select(func.count()).select_from(Person))

    for actor in (captain, create_actor()):
        with pytest.raises(Forbidden):
            people.add_without_phone(actor, name="陈阿婆", salutation=Salutation.MS, home=foreign, now=NOW)
    assert neighbours.bookable_for(captain, foreign) == []
    assert len(neighbours.bookable_for(staff, foreign)) == 1
    assert db.session.scalar(select(func.count()).select_from(Person)) == before + 1  # the resident who asked
