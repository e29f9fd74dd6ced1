"""People who wait for a full time, and what becomes of them."""

import pytest
from sqlalchemy import select

from domain.errors import RuleViolation
from models import Booking, OutboxMessage, Person, WaitlistEntry, db
from services import booking, queueing
from tests.support.builders import NOW, between, create_actor, create_booking

TIME = between(15, 17, days=1)
ELSEWHEN = between(10, 11, days=1)


def waits(actor, space, interval=TIME, *, now=NOW, **more):
    """Somebody stands in line."""
    return queueing.join(actor, space.code, interval, purpose="合唱排练", party_size=1, now=now, **more)


def refused(actor, space, interval=TIME, *, now=NOW, **more):
    """The codes with which somebody is not let into the line."""
    with pytest.raises(RuleViolation) as no:
        waits(actor, space, interval, now=now, **more)
    return [violation.code for violation in no.value.violations]


def booker_of(booked):
    """Whose booking it is."""
    return db.session.get_one(Person, booked.booker_id).as_actor()


def waiter(entry):
    """Whose place in line it is."""
    return db.session.get_one(Person, entry.person_id).as_actor()


def given_back(booked, *, now=NOW):
    """The booker takes a booking back."""
    return booking.cancel(booker_of(booked), booked.id, version=booked.version, now=now)


def offer_of(entry):
    """The offer that was made to a place in line."""
    offered = select(Booking).join(WaitlistEntry, WaitlistEntry.booking_id == Booking.id)
    return db.session.scalars(
        offered.where(WaitlistEntry.id == entry.id).execution_options(populate_existing=True)
    ).one_or_none()


def status_of(entry):
    """Where a place in line stands now."""
    return db.session.get_one(WaitlistEntry, entry.id, populate_existing=True).status


def told(kind):
    """Who got a message of a kind."""
    return sorted(db.session.scalars(select(OutboxMessage.recipient_id).where(OutboxMessage.kind == kind)))


def in_line(count, space):
    """So many who wait for the time of somebody; returns that booking, the people and their places."""
    held, people = create_booking(space, TIME), [create_actor() for _ in range(count)]
    return held, people, [waits(one, space) for one in people]
