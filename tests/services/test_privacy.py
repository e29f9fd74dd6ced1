"""Who may see and change a booking: its booker and who typed it; a private room shows its parties to nobody else."""

import pytest
from sqlalchemy import select

from domain.errors import Missing
from domain.people import Role
from models import AuditEvent
from services import booking, listing, queue, reading
from tests.support.builders import (
    NOW,
    between,
    create_actor,
    create_booking,
    create_captain,
    create_person,
    create_space,
    name_steward,
)

pytestmark = pytest.mark.usefixtures("db")
TOMORROW = between(15, 16, days=1)


def test_a_captain_leaves_the_neighbours_bookings_alone():
    neighbour, captain = create_person(building=7), create_captain(building=7)
    made = create_booking(create_space(), TOMORROW, booker_id=neighbour.id)

    with pytest.raises(Missing):
        listing.booking(captain, made.id)
    with pytest.raises(Missing):
        booking.cancel(captain, made.id, version=1, now=NOW)


def test_a_captain_keeps_what_was_typed_for_a_neighbour():
    neighbour, captain = create_person(building=7), create_captain(building=7)
    made = create_booking(create_space(), TOMORROW, booker_id=neighbour.id, created_by_id=captain.id)

    assert booking.cancel(captain, made.id, version=1, now=NOW).status == "cancelled"


def test_the_parties_of_a_private_room_are_shown_to_its_steward_on_request_and_logged(db):
    neighbour, staff = create_person(), create_actor(Role.STAFF)
    room = create_space(is_private=True)
    made = create_booking(room, TOMORROW, booker_id=neighbour.id)
    name_steward(room, staff.id)

    assert not reading.knows_parties(staff, listing.booking(staff, made.id))
    assert reading.knows_parties(neighbour.as_actor(), listing.booking(neighbour.as_actor(), made.id))

    shown = queue.reveal_booker(staff, made.id, NOW)

    logged = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "booking.parties_revealed")
    ).one()
    assert (logged.actor_id, logged.object_id, shown.booker.name) == (staff.id, made.id, neighbour.name)
