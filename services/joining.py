"""Joining the community: an account and a first log-in in one step."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.people import Home, Salutation
from services.login import LoggedIn, address_bucket, open_session, reserve_attempt
from services.people import sign_up

PER_ADDRESS = 20
"""Fewer than log-ins, but a stairwell may sign up behind one address on one evening."""


def count_attempt(address: str, now: datetime) -> None:
    """Count a sign-up from an address, of whatever kind, before it is made; raises TooManyAttempts."""
    reserve_attempt({address_bucket(address, "signup"): PER_ADDRESS}, now)


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
    """Make an unverified resident's account and log it in; raises BadInput, and TooManyAttempts by address."""
    count_attempt(address, now)
    person = sign_up(phone=phone, name=name, salutation=salutation, home=home, password=password, now=now)
    return open_session(person.id, lifetime=lifetime, now=now)
