"""Reading the audit trail: narrowed, page by page, and silent about who was in a private space."""

import pytest

from domain.bookings import BookingStatus
from domain.errors import Forbidden
from domain.people import Role
from domain.trail import Wanted
from services import booking, decisions, people, queue, records
from services.registry import trail
from services.unit_of_work import in_transaction
from tests.support.builders import (
    MONDAY,
    NOW,
    at,
    between,
    create_actor,
    create_booking,
    create_space,
    name_steward,
)

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def admin():
    return create_actor(Role.ADMIN, name="林主任")


@pytest.fixture
def staff():
    return create_actor(Role.STAFF, name="陈晓敏")


@pytest.fixture
def asked(staff):
    """A neighbour's request for the tea room, approved."""
    neighbour = create_actor(name="黄秀英")
    made = booking.request_booking(
        neighbour,
        create_space("tea-room").code,
        between(15, 16, days=1),
        purpose="喝茶",
        party_size=3,
        now=NOW,
    )
    decisions.approve(staff, made.id, version=made.version, now=NOW)
    return made, neighbour


def actions(admin, **asked):
    return [entry.action for entry in trail.read(admin, Wanted(**asked)).entries]


def test_the_newest_comes_first(admin, asked):
    assert actions(admin)[:2] == ["booking.approved", "booking.requested"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_the_trail_is_for_admins(role):
    with pytest.raises(Forbidden):
        trail.read(create_actor(role), Wanted())


def test_it_is_narrowed_to_who_did_it(admin, staff, asked):
    assert actions(admin, actor_id=staff.id) == ["booking.approved"]


def test_it_is_narrowed_to_one_thing(admin, asked):
    made, _ = asked
    create_booking(create_space("pavilion"), between(9, 10, days=1))

    assert actions(admin, object_type="booking", object_id=made.id) == [
        "booking.approved",
        "booking.requested",
    ]


def test_it_is_narrowed_to_what_somebody_did_and_what_was_done_to_them(admin, staff, asked):
    _, neighbour = asked
    people.reveal_phone(staff, neighbour.id, NOW)

    assert actions(admin, person_id=neighbour.id) == ["person.phone_revealed", "booking.requested"]


def test_who_saw_what_leaves_out_what_was_only_done(admin, staff, asked):
    _, neighbour = asked
    people.reveal_phone(staff, neighbour.id, NOW)

    assert actions(admin, seen_only=True) == ["person.phone_revealed"]


def test_days_are_the_communitys_both_ends_included(admin, staff, asked):
    made, _ = asked
    late = at(23.99)
    in_transaction(lambda: records.audit(_session(), staff, "booking.left", made, late))

    assert "booking.left" in actions(admin, first=MONDAY, last=MONDAY)
    assert "booking.left" not in actions(admin, first=MONDAY.replace(day=MONDAY.day + 1))


def _session():
    from models import db

    return db.session()


def test_a_long_trail_comes_page_by_page_without_a_gap_or_a_double(admin, staff, asked):
    made, _ = asked
    many = [made] * (2 * trail.PAGE)
    in_transaction(lambda: records.audit_each(_session(), staff, "booking.left", many, NOW))

    seen, before = [], None
    while True:
        page = trail.read(admin, Wanted(before_id=before))
        seen += [entry.id for entry in page.entries]
        if page.older is None:
            break
        before = page.older

    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == len(many) + 2


class TestPrivateSpace:
    """The mediation room: what happened is told, who was there is not."""

    @pytest.fixture
    def party(self):
        return create_actor(name="黄秀英")

    @pytest.fixture
    def case(self, party, staff):
        room = create_space("mediation-room", is_private=True)
        made = booking.request_booking(
            party, room.code, between(15, 16, days=1), purpose="漏水", party_size=2, now=NOW
        )
        decisions.decline(staff, made.id, version=made.version, reason="请改天", now=NOW)
        return made

    def test_the_party_has_no_name_and_nothing_has_details(self, admin, case):
        declined, requested = trail.read(admin, Wanted(object_type="booking")).entries

        assert (requested.actor_id, requested.actor_name, requested.is_veiled) == (None, "", True)
        assert declined.actor_name == "陈晓敏"
        assert declined.detail == {}

    def test_asking_for_the_party_finds_nothing_of_it(self, admin, case, party):
        assert actions(admin, actor_id=party.id) == []
        assert actions(admin, person_id=party.id) == []

    def test_one_of_the_staff_is_a_party_too_where_it_is_their_own(self, admin, case, staff):
        booking.request_booking(
            staff, "mediation-room", between(9, 10, days=1), purpose="漏水", party_size=2, now=NOW
        )

        requested = trail.read(admin, Wanted(object_type="booking")).entries[0]

        assert (requested.action, requested.actor_id, requested.actor_name) == ("booking.requested", None, "")
        assert actions(admin, actor_id=staff.id) == ["booking.declined"]

    def test_asking_for_the_staff_finds_their_part(self, admin, case, staff):
        assert actions(admin, actor_id=staff.id) == ["booking.declined"]

    def test_who_was_shown_by_a_steward_is_in_no_event_about_them(self, admin, case, party, staff):
        name_steward(case.space, staff.id)

        queue.reveal_booker(staff, case.id, NOW)

        assert actions(admin, person_id=party.id) == []
        assert actions(admin, seen_only=True) == ["booking.parties_revealed"]

    def test_in_an_open_space_all_of_it_stands_there(self, admin, party, staff):
        """The control: it is the privacy of the room that hides it."""
        room = create_space("tea-room")
        made = booking.request_booking(
            party, room.code, between(15, 16, days=1), purpose="喝茶", party_size=2, now=NOW
        )
        decisions.decline(staff, made.id, version=made.version, reason="请改天", now=NOW)
        declined, requested = trail.read(admin, Wanted(object_type="booking")).entries

        assert requested.actor_name == "黄秀英"
        assert declined.detail == {"reason": "请改天"}
        assert made.status is BookingStatus.PENDING or actions(admin, actor_id=party.id) == [
            "booking.requested"
        ]
