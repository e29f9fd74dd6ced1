"""The desk's decisions in tests: made, taken back, and what has been told of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.errors import RuleViolation
from domain.people import Role
from models import Booking, Notice, db
from services import decisions, outbox
from services.desk import undoing
from tests.support.builders import NOW, between, create_actor, create_booking

SECOND = timedelta(seconds=1)
HELD = 12 * SECOND
"""Ten seconds of undo, and two for the network."""


def request_for(room, start=15, end=17, days=1, **changes):
    """A request of tomorrow that waits for staff."""
    return create_booking(room, between(start, end, days=days), status=BookingStatus.PENDING, **changes)


def approved(booking, staff=None, now=NOW):
    """Say yes to it as it stands."""
    return decisions.approve(
        staff or create_actor(Role.STAFF), booking.id, version=now_of(booking).version, now=now
    )


def declined(booking, staff=None, now=NOW):
    """Say no to it as it stands."""
    version = now_of(booking).version
    return decisions.decline(
        staff or create_actor(Role.STAFF), booking.id, version=version, reason="场地维修", now=now
    )


def undone(booking, staff=None, now=NOW + SECOND):
    """Take back what was decided on it last."""
    return undoing.undo(
        staff or create_actor(Role.STAFF), booking.id, version=now_of(booking).version, now=now
    )


def now_of(booking):
    """The booking as it stands in the database."""
    db.session.rollback()
    return db.session.get(Booking, booking.id, populate_existing=True)


def delivered(now=NOW + HELD):
    """The kinds of notice that have arrived once everything due by then was delivered."""
    outbox.deliver_due(now)
    return sorted(db.session.scalars(select(Notice.kind)))


def codes_of(refusing):
    """The codes with which something is refused."""
    with pytest.raises(RuleViolation) as no:
        refusing()
    return [violation.code for violation in no.value.violations]
