"""Who acts: the person behind a session or a token. It is read with every request, so its statements are built once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, bindparam, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.people import Actor
from domain.settings import HouseSettings
from domain.tablets import IdleLock
from models import ApiToken, Device, LoginSession, MerchantMember, Person, Setting
from models.glance import read
from models.state import state_column
from services.secrets import hashed
from services.unit_of_work import glimpse

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
SHOP = len(ACTOR_COLUMNS) - 1


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


def is_open(demo_allowed: bool) -> ColumnElement[bool]:
    """Accounts that may be used: not the disabled ones, and those of the demo only where there is one."""
    enabled = Person.disabled_at.is_(None)
    return enabled if demo_allowed else enabled & Person.is_demo.is_(False)


def is_this_device(token_hash: Any) -> ColumnElement[bool]:
    """The enrolled device whose secret has this hash; one that was revoked is none."""
    return and_(Device.token_hash == token_hash, Device.revoked_at.is_(None))


def actor_of_session(token: str, now: datetime, *, demo_allowed: bool = False) -> Actor | None:
    """Who a session of a browser of one's own belongs to; None as for `presence_of`."""
    found = presence_of(token, now, demo_allowed=demo_allowed)
    return found.actor if found else None


@glimpse
def presence_of(
    engine: Engine, token: str, now: datetime, *, device_token: str = "", demo_allowed: bool = False
) -> Presence | None:
    """Whose session this is, in one query; None when it is unknown, over, revoked, or the account closed.

    One that was opened on a shared tablet lives on that tablet only, and no longer than the tablet itself.
    """
    wanted = {"token": hashed(token), "now": now, "device": hashed(device_token)}
    rows = read(engine, _of_session(engine.dialect.name, demo_allowed), wanted)
    actor = _as_actor(rows)
    if actor is None:
        return None
    session_id, device_id, last_active_at, device_name, idle_minutes, state = rows[0][len(ACTOR_COLUMNS) :]
    lock = IdleLock(HouseSettings().idle_lock_minutes if idle_minutes is None else idle_minutes)
    return Presence(session_id, actor, device_id, device_name, last_active_at, lock, state)


@glimpse
def actor_of_token(engine: Engine, token: str, *, demo_allowed: bool = False) -> Actor | None:
    """Who an API token acts for; None when it is unknown or revoked, or the account closed."""
    return _as_actor(read(engine, _of_token(demo_allowed), {"token": hashed(token)}))


def actor_of_person(session: Session, person_id: int, *, demo_allowed: bool = False) -> Actor | None:
    """Somebody as they act, inside another service; None when the account is closed."""
    return _as_actor(session.execute(_of_person(demo_allowed), {"person": person_id}).all())


@cache
def _of_session(dialect: str, demo_allowed: bool) -> Select[Any]:
    minutes = select(Setting.value).where(Setting.key == "idle_lock_minutes").scalar_subquery()
    return (
        select(
            *ACTOR_COLUMNS,
            LoginSession.id,
            LoginSession.device_id,
            LoginSession.last_active_at,
            Device.name,
            minutes,
            state_column(dialect),
        )
        .join(LoginSession, LoginSession.person_id == Person.id)
        .outerjoin(Device, Device.id == LoginSession.device_id)
        .outerjoin(MerchantMember, MerchantMember.person_id == Person.id)
        .where(
            LoginSession.token_hash == bindparam("token"),
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > bindparam("now"),
            is_open(demo_allowed),
            or_(LoginSession.device_id.is_(None), is_this_device(bindparam("device"))),
        )
    )


@cache
def _of_token(demo_allowed: bool) -> Select[Any]:
    return (
        select(*ACTOR_COLUMNS)
        .join(ApiToken, ApiToken.person_id == Person.id)
        .outerjoin(MerchantMember, MerchantMember.person_id == Person.id)
        .where(
            ApiToken.token_hash == bindparam("token"), ApiToken.revoked_at.is_(None), is_open(demo_allowed)
        )
    )


@cache
def _of_person(demo_allowed: bool) -> Select[Any]:
    return (
        select(*ACTOR_COLUMNS)
        .outerjoin(MerchantMember, MerchantMember.person_id == Person.id)
        .where(Person.id == bindparam("person"), is_open(demo_allowed))
    )


def _as_actor(rows: Sequence[Sequence[Any]]) -> Actor | None:
    """Of rows that begin with ACTOR_COLUMNS, one for each shop of the person."""
    if not rows:
        return None
    of_actor = slice(len(ACTOR_COLUMNS))
    number, role, name, phone, verified_at, building, captain_of, locale, _shop = rows[0][of_actor]
    shops = (row[SHOP] for row in rows)
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
