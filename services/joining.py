"""Joining the community: an account and a first log-in in one step."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from domain.errors import TooManyAttempts, TooManySignUps
from domain.people import Home, Salutation
from models import Person
from services.login import LoggedIn, address_bucket, open_session, reserve_attempt
from services.people import resident_account, sign_up
from services.unit_of_work import transaction

PER_ADDRESS = 20
"""Fewer than log-ins, but a stairwell may sign up behind one address on one evening."""

PER_HOUSE = 100
"""From all addresses together: in five hours a community of 2,000 households is in, and a flood stays countable."""
HOUSE = "signup-house"


def count_attempt(address: str, now: datetime) -> None:
    """Count a sign-up from an address, of whatever kind, before it is looked at; raises TooManyAttempts."""
    reserve_attempt({address_bucket(address, "signup"): PER_ADDRESS}, now)


def count_account(now: datetime) -> None:
    """Count a new account of somebody whom nobody invited, in the transaction that stores it; raises TooManySignUps.

    What is refused, or not kept for any other reason, costs the house nothing.
    """
    try:
        reserve_attempt({HOUSE: PER_HOUSE}, now)
    except TooManyAttempts as full:
        raise TooManySignUps(full.retry_after) from None


def join(
    *,
    phone: str,
    name: str,
    salutation: Salutation,
    home: Home,
    password: str,
    address: str,
    lifetime: timedelta,
    now: datetime,
) -> LoggedIn:
    """Make an unverified resident's account and log it in; raises BadInput, TooManyAttempts and TooManySignUps."""
    count_attempt(address, now)
    person = resident_account(
        phone=phone, name=name, salutation=salutation, home=home, password=password, now=now
    )
    _join(person, now)
    return open_session(person.id, lifetime=lifetime, now=now)


@transaction
def _join(_session: Session, person: Person, now: datetime) -> None:
    sign_up(person, now)
    count_account(now)
