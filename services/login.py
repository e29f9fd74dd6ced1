"""Logging in and out: limited attempts, server-side sessions that can be revoked, API tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from domain.errors import BadInput, Missing, TooManyAttempts
from domain.known_browsers import standing_of
from domain.network import household_of
from domain.people import Actor, normalise_phone
from models import ApiToken, Device, LoginSession, LoginThrottle, MerchantMember, Person
from models.engine import insert_ignoring
from models.sealing import sealed
from services import acting, known_browsers, records
from services.passwords import matches
from services.secrets import hashed, new_secret
from services.unit_of_work import query, transaction

BUCKET = "login_throttle.bucket"
WINDOW = timedelta(minutes=15)
PER_PHONE = 5
PER_ADDRESS = 50
"""A whole community may sit behind one address."""
PER_BROWSER, PER_ACCOUNT = 5, 50
"""Of one that its person has logged in with before, and of all of these: strangers fill the other boxes, not these."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A new session; `token` is its secret, which is kept nowhere else, `device_id` the shared tablet that it is on.

    `standing` is what the badge of this browser is signed for.
    """

    token: str
    actor: Actor
    standing: str
    device_id: int | None = None


def phone_bucket(phone: str, kind: str = "phone") -> str:
    """Under which attempts for a phone are counted: by a hash that only this house can make."""
    return f"{kind}:{hashed(sealed(phone, BUCKET)[0])}"


def address_bucket(address: str, kind: str = "address") -> str:
    """Under which attempts from an address are counted, together with those from the same household."""
    return f"{kind}:{household_of(address)}"


@transaction
def reserve_attempt(
    session: Session, buckets: dict[str, int], now: datetime, *, window: timedelta = WINDOW
) -> None:
    """Count an attempt against each bucket before it is made, so that parallel guesses can't exceed a limit.

    `buckets` maps a bucket to its limit per 15 minutes, or per another `window`.
    Raises TooManyAttempts and then counts nothing.
    """
    for bucket, limit in sorted(buckets.items()):
        row = session.scalar(
            select(LoginThrottle).where(LoginThrottle.bucket == bucket).with_for_update()
        ) or _new_bucket(session, bucket, now)
        if abs(now - row.window_started_at) >= window:  # it is over, or the clock was put back
            row.window_started_at, row.attempts = now, 0
        if row.attempts >= limit:
            wait = row.window_started_at + window - now
            raise TooManyAttempts(max(1, int(wait.total_seconds())))
        row.attempts += 1


def _new_bucket(session: Session, bucket: str, now: datetime) -> LoginThrottle:
    session.execute(insert_ignoring(session, LoginThrottle, bucket=bucket, window_started_at=now, attempts=0))
    return session.scalars(
        select(LoginThrottle).where(LoginThrottle.bucket == bucket).with_for_update()
    ).one()


def log_in(
    phone: str,
    password: str,
    *,
    address: str,
    lifetime: timedelta,
    now: datetime,
    demo_allowed: bool = False,
    shown: known_browsers.Shown | None = None,
) -> LoggedIn:
    """Open a session; raises BadInput for a wrong phone or password alike, and TooManyAttempts.

    Where `demo_allowed` is not said, an account of the demo answers like one that does not exist. `shown` is the badge
    of a browser that was logged in before: a good one is counted by itself, and clears nobody else's count.
    """
    phone = normalise_phone(phone)
    own = known_browsers.boxes_of(phone, shown, now, demo_allowed) if shown else []
    boxes = own or [phone_bucket(phone), address_bucket(address)]
    limits = (PER_BROWSER, PER_ACCOUNT) if own else (PER_PHONE, PER_ADDRESS)
    reserve_attempt(dict(zip(boxes, limits, strict=True)), now)
    known = _credentials(phone, demo_allowed)
    fits = matches(known[1] if known else None, password)
    if known is None or not fits:
        raise BadInput("login_failed", field="password")
    return _enter(known, phone, bucket=boxes[0], lifetime=lifetime, now=now, demo_allowed=demo_allowed)


@transaction
def _enter(
    session: Session,
    known: tuple[int, str | None],
    phone: str,
    *,
    bucket: str,
    lifetime: timedelta,
    now: datetime,
    demo_allowed: bool,
) -> LoggedIn:
    session.get(Person, known[0], with_for_update={"key_share": True}, populate_existing=True)
    if _credentials(phone, demo_allowed) != known:  # a new one was set while the old one was looked at
        raise BadInput("login_failed", field="password")
    return open_for(known[0], bucket=bucket, lifetime=lifetime, now=now)


@query
def _credentials(session: Session, phone: str, demo_allowed: bool) -> tuple[int, str | None] | None:
    wanted = select(Person.id, Person.password_hash).where(
        Person.phone == phone, acting.is_open(demo_allowed)
    )
    row = session.execute(wanted).first()
    return (row[0], row[1]) if row else None


@transaction
def open_for(
    session: Session,
    person_id: int,
    *,
    bucket: str,
    lifetime: timedelta,
    now: datetime,
    device: Device | None = None,
) -> LoggedIn:
    """Open a session for somebody whose secret fitted, inside another service; forgets the attempts of `bucket`."""
    token = new_secret()
    session.add(
        LoginSession(
            token_hash=hashed(token),
            person_id=person_id,
            created_at=now,
            expires_at=now + lifetime,
            device_id=device.id if device else None,
            last_active_at=now if device else None,
        )
    )
    session.execute(delete(LoginThrottle).where(LoginThrottle.bucket == bucket))
    person = session.get_one(Person, person_id)
    where = {"device": device.name, "device_id": device.id} if device else {}
    records.audit(session, person.as_actor(), "person.logged_in", person, now, **where)
    standing = standing_of(person.id, person.version, person.password_hash)
    actor = person.as_actor(_shops(session, person_id))
    return LoggedIn(token, actor, standing, device.id if device else None)


def _shops(session: Session, person_id: int) -> tuple[int, ...]:
    rows = session.scalars(
        select(MerchantMember.merchant_id)
        .where(MerchantMember.person_id == person_id)
        .order_by(MerchantMember.merchant_id)
    )
    return tuple(rows)


@transaction
def open_session(session: Session, person_id: int, *, lifetime: timedelta, now: datetime) -> LoggedIn:
    """Open a session for somebody who has just proved who they are by signing up."""
    return open_for(person_id, bucket="", lifetime=lifetime, now=now)


@transaction
def log_out(session: Session, token: str, now: datetime) -> None:
    """End one session."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.token_hash == hashed(token), LoginSession.revoked_at.is_(None))
        .values(revoked_at=now, held_form=None)
    )


def revoke_sessions(session: Session, person_id: int, now: datetime) -> None:
    """End every session of a person, inside another service."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.person_id == person_id, LoginSession.revoked_at.is_(None))
        .values(revoked_at=now, held_form=None)
    )


@transaction
def create_token(session: Session, phone: str, *, label: str, now: datetime) -> str:
    """A new API token for the account with this phone, shown this once; raises Missing."""
    person = session.scalar(select(Person).where(Person.phone == normalise_phone(phone)))
    if person is None or person.disabled_at is not None:
        raise Missing
    token = new_secret()
    session.add(ApiToken(token_hash=hashed(token), person_id=person.id, label=label, created_at=now))
    records.audit(session, None, "token.created", person, now, label=label)
    return token
