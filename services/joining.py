"""Joining the community: an account and a first log-in in one step."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.errors import TooManyAttempts, TooManySignUps
from domain.people import Home, Salutation
from services.login import LoggedIn, address_bucket, open_session, reserve_attempt
from services.people import sign_up

PER_ADDRESS = 20
"""Fewer than log-ins, but a stairwell may sign up behind one address on one evening."""

PER_HOUSE = 100
"""From all addresses together: in five hours a community of 2,000 households is in, and a flood stays countable."""
HOUSE = "signup-house"


def count_attempt(address: str, now: datetime) -> None:
    """Count a sign-up from an address, of whatever kind, before it is made; raises TooManyAttempts, TooManySignUps.

    What an address tries beyond its own limit does not count against the house.
    """
    try:
        reserve_attempt({address_bucket(address, "signup"): PER_ADDRESS, HOUSE: PER_HOUSE}, now)
    except TooManyAttempts as full:
        raise TooManySignUps(full.retry_after) if full.bucket == HOUSE else full from None


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
    person = sign_up(phone=phone, name=name, salutation=salutation, home=home, password=password, now=now)
    return open_session(person.id, lifetime=lifetime, now=now)
