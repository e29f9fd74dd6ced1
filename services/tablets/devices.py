"""The tablets that all staff share: enrolling, renaming and revoking them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.errors import Forbidden, Missing
from domain.people import Actor
from domain.tablets import IdleLock, clean_tablet_name
from models import Device, LoginSession, Person
from services import acting, records, settings
from services.secrets import hashed, new_secret
from services.unit_of_work import query, transaction

REVOKED_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new shared tablet; `token` is its secret, which is kept nowhere else."""

    device: Device
    token: str


@dataclass(frozen=True, slots=True)
class Tablet:
    """A shared tablet as admins see it; `person` is whom it is open to at the moment."""

    device: Device
    person: str | None


@query
def known(session: Session, device_token: str) -> Device | None:
    """The enrolled tablet with this secret; None when there is none, or it was revoked."""
    return session.scalar(select(Device).where(acting.is_this_device(hashed(device_token))))


@transaction
def enrol(session: Session, actor: Actor, name: str, *, replaces: str = "", now: datetime) -> Enrolled:
    """Share a tablet among all staff, with a secret that is new each time; raises Forbidden, BadInput.

    What it was enrolled as before, by the secret `replaces`, ends here.
    """
    _require_admin(actor)
    name = clean_tablet_name(name)
    before = known(replaces)
    if before is not None:
        _end(session, actor, before, now)
    token = new_secret()
    device = Device(
        name=name, token_hash=hashed(token), enrolled_by_id=actor.id, enrolled_at=now, last_seen_at=now
    )
    session.add(device)
    records.audit(session, actor, "device.enrolled", device, now, name=name)
    return Enrolled(device, token)


@transaction
def rename(session: Session, actor: Actor, device_id: int, name: str, now: datetime) -> Device:
    """Call a tablet otherwise; raises Forbidden, Missing, BadInput."""
    device = _living(session, actor, device_id)
    before, device.name = device.name, clean_tablet_name(name)
    if before != device.name:
        records.audit(session, actor, "device.renamed", device, now, before=before, name=device.name)
    return device


@transaction
def revoke(session: Session, actor: Actor, device_id: int, now: datetime) -> Device:
    """Share a tablet no longer: whoever is logged in on it is out at once, and its secret opens nothing.

    Doing it twice is the same as once. Raises Forbidden, Missing.
    """
    _require_admin(actor)
    device = session.get(Device, device_id, with_for_update=True, populate_existing=True)
    if device is None:
        raise Missing
    if device.revoked_at is None:
        _end(session, actor, device, now)
    return device


def _end(session: Session, actor: Actor, device: Device, now: datetime) -> None:
    device.revoked_at, device.revoked_by_id = now, actor.id
    session.execute(
        update(LoginSession)
        .where(LoginSession.device_id == device.id, LoginSession.revoked_at.is_(None))
        .values(revoked_at=now, held_form=None)
    )
    records.audit(session, actor, "device.revoked", device, now, name=device.name)


def _living(session: Session, actor: Actor, device_id: int) -> Device:
    _require_admin(actor)
    device = session.get(Device, device_id, with_for_update=True, populate_existing=True)
    if device is None or device.revoked_at is not None:
        raise Missing
    return device


def _require_admin(actor: Actor) -> None:
    if not actor.is_admin:
        raise Forbidden


@query
def tablets(session: Session, actor: Actor, now: datetime) -> list[Tablet]:
    """The tablets that are shared, by name, each with whom it is open to; raises Forbidden."""
    _require_admin(actor)
    who = _open_to(session, now)
    devices = session.scalars(
        select(Device).where(Device.revoked_at.is_(None)).order_by(Device.name, Device.id)
    )
    return [Tablet(device, who.get(device.id)) for device in devices]


def _open_to(session: Session, now: datetime) -> dict[int, str]:
    lock = IdleLock(settings.load(session).idle_lock_minutes)
    rows = session.execute(
        select(LoginSession.device_id, Person.name)
        .join(Person, Person.id == LoginSession.person_id)
        .where(
            LoginSession.device_id.is_not(None),
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > now,
            LoginSession.last_active_at > now - lock.after,
            Person.disabled_at.is_(None),
        )
        .order_by(LoginSession.last_active_at)
    )
    return {device_id: name for device_id, name in rows if device_id is not None}


@query
def revoked(session: Session, actor: Actor) -> list[Device]:
    """The tablets that were revoked last; raises Forbidden."""
    _require_admin(actor)
    gone = select(Device).where(Device.revoked_at.is_not(None))
    return list(
        session.scalars(gone.order_by(Device.revoked_at.desc(), Device.id.desc()).limit(REVOKED_SHOWN))
    )
