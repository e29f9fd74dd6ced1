"""Taking over a shared tablet by PIN, and locking it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.errors import BadInput, Missing
from domain.people import STAFF_ROLES
from domain.tablets import HeldForm, clean_pin
from models import Device, LoginSession, LoginThrottle, Person, StaffPin
from services import acting, login
from services.passwords import matches
from services.secrets import hashed
from services.tablets import devices
from services.unit_of_work import query, transaction

PER_PERSON = 5
"""Wrong PINs for one person on one tablet in 15 minutes."""
PER_TABLET = 20
"""Wrong PINs on one tablet, whoever they were for."""


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody who can take over the tablet, as the lock screen shows them; nothing else about them is shown there."""

    id: int
    name: str
    digits: int


@query
def faces(session: Session, device_token: str, *, demo_allowed: bool = False) -> list[Face]:
    """Whoever may open this tablet by PIN, by name; raises Missing where it is no enrolled one."""
    if devices.known(device_token) is None:
        raise Missing
    rows = session.execute(
        select(Person.id, Person.name, StaffPin.digits)
        .join(StaffPin, StaffPin.person_id == Person.id)
        .where(Person.role.in_(STAFF_ROLES), acting.is_open(demo_allowed))
        .order_by(Person.name, Person.id)
    )
    return [Face(*row) for row in rows]


def unlock(
    device_token: str,
    person_id: int,
    pin: str,
    *,
    lifetime: timedelta,
    now: datetime,
    demo_allowed: bool = False,
) -> login.LoggedIn:
    """Open a session on this tablet for whoever knows the PIN.

    Raises Missing where the tablet is no enrolled one, TooManyAttempts, and BadInput: for a wrong PIN and for
    somebody who has none, is no staff or may not log in any more alike.
    """
    device = devices.known(device_token)
    if device is None:
        raise Missing
    person_bucket, tablet_bucket = f"pin:{device.id}:{person_id}", f"tablet:{device.id}"
    login.reserve_attempt({person_bucket: PER_PERSON, tablet_bucket: PER_TABLET}, now)
    pin_hash = _pin_hash(person_id, demo_allowed)
    if not matches(pin_hash, clean_pin(pin)) or pin_hash is None:
        raise BadInput("pin_wrong", field="pin")
    return _enter(device.id, person_id, pin_hash, (person_bucket, tablet_bucket), lifetime, now, demo_allowed)


@query
def _pin_hash(session: Session, person_id: int, demo_allowed: bool) -> str | None:
    return session.scalar(
        select(StaffPin.pin_hash)
        .join(Person, Person.id == StaffPin.person_id)
        .where(Person.id == person_id, Person.role.in_(STAFF_ROLES), acting.is_open(demo_allowed))
    )


@transaction
def _enter(
    session: Session,
    device_id: int,
    person_id: int,
    pin_hash: str,
    buckets: tuple[str, str],
    lifetime: timedelta,
    now: datetime,
    demo_allowed: bool,
) -> login.LoggedIn:
    device = session.get(Device, device_id, with_for_update=True, populate_existing=True)
    if device is None or device.revoked_at is not None:
        raise Missing
    if _pin_hash(person_id, demo_allowed) != pin_hash:  # it was changed or taken away while it was looked at
        raise BadInput("pin_wrong", field="pin")
    of_person, of_tablet = buckets
    # Only wrong ones count for the tablet: staff change places all day.
    session.execute(
        update(LoginThrottle)
        .where(LoginThrottle.bucket == of_tablet, LoginThrottle.attempts > 0)
        .values(attempts=LoginThrottle.attempts - 1)
    )
    device.last_seen_at = now
    return login.open_for(person_id, bucket=of_person, lifetime=lifetime, now=now, device=device)


@transaction
def bind(session: Session, token: str, device_token: str, now: datetime) -> None:
    """Let a session that was opened by password on a shared tablet lock like every other one on it."""
    device = devices.known(device_token)
    if device is not None:
        device.last_seen_at = now
        session.execute(
            update(LoginSession)
            .where(LoginSession.token_hash == hashed(token))
            .values(device_id=device.id, last_active_at=now)
        )


@transaction
def lock(session: Session, session_id: int) -> None:
    """Lock a session by hand: only its person's PIN, or somebody else's, leads on."""
    session.execute(update(LoginSession).where(LoginSession.id == session_id).values(last_active_at=None))


@transaction
def note_touch(session: Session, session_id: int, device_id: int, now: datetime) -> None:
    """Write down that a person touched the tablet; what was locked meanwhile stays locked."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.last_active_at < now)
        .values(last_active_at=now)
    )
    session.execute(
        update(Device).where(Device.id == device_id, Device.last_seen_at < now).values(last_seen_at=now)
    )


@transaction
def hold(session: Session, session_id: int, form: HeldForm) -> None:
    """Keep a form that was sent while the tablet was locked; a later one takes its place."""
    kept = {"action": form.action, "fields": form.fields}
    session.execute(update(LoginSession).where(LoginSession.id == session_id).values(held_form=kept))


@transaction
def take_held(session: Session, session_id: int, person_id: int) -> HeldForm | None:
    """The form that waits in a locked session, for the person whose it is; it is gone after that, whoever came."""
    row = session.execute(
        select(LoginSession.person_id, LoginSession.held_form).where(LoginSession.id == session_id)
    ).first()
    if row is None or row[1] is None:
        return None
    session.execute(update(LoginSession).where(LoginSession.id == session_id).values(held_form=None))
    if row[0] != person_id:
        return None
    return HeldForm(row[1]["action"], tuple((name, value) for name, value in row[1]["fields"]))
