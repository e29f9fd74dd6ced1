"""Logging in and out: limited attempts, server-side sessions that can be revoked, API tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.errors import BadInput, Missing, TooManyAttempts
from domain.people import Actor, normalise_phone
from domain.settings import HouseSettings
from domain.tablets import IdleLock
from models import ApiToken, Device, LoginSession, LoginThrottle, MerchantMember, Person, Setting
from models.engine import insert_ignoring
from models.state import state_column
from services import records
from services.passwords import matches
from services.secrets import hashed, new_secret
from services.unit_of_work import query, transaction

WINDOW = timedelta(minutes=15)
PER_PHONE = 5
PER_ADDRESS = 50
"""A whole community may sit behind one address."""

ACTOR_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    Person.id,
    Person.role,
    Person.name,
    Person.phone,
    Person.verified_at,
    Person.building,
    Person.captain_of,
    Person.locale,
    MerchantMember.merchant_id,
)
"""What an actor is made of, read with every request: columns, no objects."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A new session; `token` is its secret, which is kept nowhere else, `device_id` the shared tablet that it is on."""

    token: str
    actor: Actor
    device_id: int | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """A living session as its browser comes with it; on a shared tablet (`device_id`) it may be locked.

    `house_state` is the state of the database in which it was found.
    """

    session_id: int
    actor: Actor
    device_id: int | None
    device_name: str | None
    last_active_at: datetime | None
    lock: IdleLock
    house_state: str

    def is_locked(self, now: datetime) -> bool:
        """Whether its person has to show again who they are."""
        return self.device_id is not None and self.lock.is_due(self.last_active_at, now)

    def is_worth_noting(self, now: datetime) -> bool:
        """Whether a touch of the tablet has to be written down."""
        return self.device_id is not None and self.lock.is_worth_noting(self.last_active_at, now)


@transaction
def reserve_attempt(session: Session, buckets: dict[str, int], now: datetime) -> None:
    """Count an attempt against each bucket before it is made, so that parallel guesses can't exceed a limit.

    `buckets` maps a bucket to its limit per 15 minutes; raises TooManyAttempts and then counts nothing.
    """
    for bucket, limit in sorted(buckets.items()):
        row = session.scalar(
            select(LoginThrottle).where(LoginThrottle.bucket == bucket).with_for_update()
        ) or _new_bucket(session, bucket, now)
        if now - row.window_started_at >= WINDOW:
            row.window_started_at, row.attempts = now, 0
        if row.attempts >= limit:
            wait = row.window_started_at + WINDOW - now
            raise TooManyAttempts(max(1, int(wait.total_seconds())))
        row.attempts += 1


def _new_bucket(session: Session, bucket: str, now: datetime) -> LoginThrottle:
    session.execute(insert_ignoring(session, LoginThrottle, bucket=bucket, window_started_at=now, attempts=0))
    return session.scalars(
        select(LoginThrottle).where(LoginThrottle.bucket == bucket).with_for_update()
    ).one()


def log_in(
    phone: str, password: str, *, address: str, lifetime: timedelta, now: datetime, demo_allowed: bool = False
) -> LoggedIn:
    """Open a session; raises BadInput for a wrong phone or password alike, and TooManyAttempts.

    Where `demo_allowed` is not said, an account of the demo answers like one that does not exist.
    """
    phone = normalise_phone(phone)
    buckets = {f"phone:{hashed(phone)}": PER_PHONE, f"address:{address}"[:80]: PER_ADDRESS}
    reserve_attempt(buckets, now)
    known = _credentials(phone, demo_allowed)
    fits = matches(known[1] if known else None, password)
    if known is None or not fits:
        raise BadInput("login_failed", field="password")
    return open_for(known[0], bucket=f"phone:{hashed(phone)}", lifetime=lifetime, now=now)


@query
def _credentials(session: Session, phone: str, demo_allowed: bool) -> tuple[int, str | None] | None:
    wanted = select(Person.id, Person.password_hash).where(Person.phone == phone, is_open(demo_allowed))
    row = session.execute(wanted).first()
    return (row[0], row[1]) if row else None


def is_open(demo_allowed: bool) -> ColumnElement[bool]:
    """Accounts that may be used: not the disabled ones, and those of the demo only where there is one."""
    enabled = Person.disabled_at.is_(None)
    return enabled if demo_allowed else enabled & Person.is_demo.is_(False)


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
    return LoggedIn(token, person.as_actor(_shops(session, person_id)), device.id if device else None)


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


def actor_of_session(token: str, now: datetime, *, demo_allowed: bool = False) -> Actor | None:
    """Who a session of a browser of one's own belongs to; None as for `presence_of`."""
    found = presence_of(token, now, demo_allowed=demo_allowed)
    return found.actor if found else None


@query
def presence_of(
    session: Session, token: str, now: datetime, *, device_token: str = "", demo_allowed: bool = False
) -> Presence | None:
    """Whose session this is, in one query; None when it is unknown, over, revoked, or the account closed.

    One that was opened on a shared tablet lives on that tablet only, and no longer than the tablet itself.
    """
    minutes = select(Setting.value).where(Setting.key == "idle_lock_minutes").scalar_subquery()
    rows = session.execute(
        select(
            *ACTOR_COLUMNS,
            LoginSession.id,
            LoginSession.device_id,
            LoginSession.last_active_at,
            Device.name,
            minutes,
            state_column(session.get_bind().dialect.name),
        )
        .join(LoginSession, LoginSession.person_id == Person.id)
        .outerjoin(Device, Device.id == LoginSession.device_id)
        .outerjoin(MerchantMember, MerchantMember.person_id == Person.id)
        .where(
            LoginSession.token_hash == hashed(token),
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > now,
            is_open(demo_allowed),
            or_(LoginSession.device_id.is_(None), is_this_device(device_token)),
        )
    ).all()
    actor = _as_actor(rows)
    if actor is None:
        return None
    session_id, device_id, last_active_at, device_name, idle_minutes, state = rows[0][len(ACTOR_COLUMNS) :]
    lock = IdleLock(HouseSettings().idle_lock_minutes if idle_minutes is None else idle_minutes)
    return Presence(session_id, actor, device_id, device_name, last_active_at, lock, state)


def is_this_device(device_token: str) -> ColumnElement[bool]:
    """The enrolled device with this secret; one that was revoked is none."""
    return and_(Device.token_hash == hashed(device_token), Device.revoked_at.is_(None))


@query
def actor_of_token(session: Session, token: str, *, demo_allowed: bool = False) -> Actor | None:
    """Who an API token acts for; None when it is unknown or revoked, or the account closed."""
    rows = session.execute(
        select(*ACTOR_COLUMNS)
        .join(ApiToken, ApiToken.person_id == Person.id)
        .outerjoin(MerchantMember, MerchantMember.person_id == Person.id)
        .where(ApiToken.token_hash == hashed(token), ApiToken.revoked_at.is_(None), is_open(demo_allowed))
    ).all()
    return _as_actor(rows)


def actor_of_person(session: Session, person_id: int, *, demo_allowed: bool = False) -> Actor | None:
    """Somebody as they act, inside another service; None when the account is closed."""
    rows = session.execute(
        select(*ACTOR_COLUMNS)
        .outerjoin(MerchantMember, MerchantMember.person_id == Person.id)
        .where(Person.id == person_id, is_open(demo_allowed))
    ).all()
    return _as_actor(rows)


def _as_actor(rows: Sequence[Row[*tuple[Any, ...]]]) -> Actor | None:
    """Of rows that begin with ACTOR_COLUMNS, one for each shop of the person."""
    if not rows:
        return None
    number, role, name, phone, verified_at, building, captain_of, locale, _shop = rows[0][
        : len(ACTOR_COLUMNS)
    ]
    shops = (row.merchant_id for row in rows)
    return Actor(
        id=number,
        role=role,
        name=name,
        phone=phone,
        verified=verified_at is not None,
        building=building,
        captain_of=captain_of,
        merchant_ids=tuple(sorted(shop for shop in shops if shop is not None)),
        locale=locale,
    )


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
