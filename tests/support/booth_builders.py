"""Booths of shops that a test speaks of by their number."""

from datetime import timedelta

import pytest

from domain.bookings import BookingStatus
from domain.errors import RuleViolation
from models import Booking, db
from tests.support.studio_builders import create_booth, create_merchant, create_product

pytestmark = pytest.mark.usefixtures("db")
CONFIRMED = {"status": BookingStatus.CONFIRMED}
SECOND = timedelta(seconds=1)


def booth_of(show, number, **more):
    """A new shop's actor and its booth."""
    shop, actor = create_merchant()
    return actor, create_booth(show, number, create_product(shop), actor, **more)


def now_at(made):
    """Place, start, state and version of a booth as it stands."""
    found = db.session.get_one(Booking, made.id, populate_existing=True)
    return found.place, found.starts_at, found.status, found.version


def codes(action):
    with pytest.raises(RuleViolation) as no:
        action()
    return [violation.code for violation in no.value.violations]
