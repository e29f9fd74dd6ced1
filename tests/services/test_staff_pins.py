"""The PIN of somebody of the staff: set by themselves after the password, and good for shared tablets only."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.errors import BadInput, Forbidden, TooManyAttempts
from domain.people import Role
from models import AuditEvent, Person, StaffPin
from services import login
from services.passwords import hash_password
from services.tablets import locking, pins
from tests.support.builders import NOW, create_person
from tests.support.tablets import OTHER_PIN, PIN, create_tablet
from tests.support.visits import PASSWORD

pytestmark = pytest.mark.usefixtures("db")
DAYS = timedelta(days=30)


def open_with(tablet, person_id, pin=PIN):
    return locking.unlock(tablet.token, person_id, pin, lifetime=DAYS, now=NOW)


def pin_events(db, person):
    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.actor_id == person.id).order_by(AuditEvent.id)
    )
    return [event.action for event in events if "pin" in event.action]


def test_a_pin_is_set_by_oneself_after_the_password(db):
    person = create_person(Role.STAFF, password_hash=hash_password(PASSWORD))
    tablet = create_tablet()

    with pytest.raises(BadInput, match="pin_password_wrong"):
        pins.set_pin(person.as_actor(), "wrong one", PIN, NOW)
    assert not pins.has_pin(person.as_actor())
    pins.set_pin(person.as_actor(), PASSWORD, PIN, NOW)
    pins.set_pin(person.as_actor(), PASSWORD, OTHER_PIN, NOW)

    stored = db.session.get_one(StaffPin, person.id)
    assert stored.digits == len(OTHER_PIN)
    assert stored.pin_hash.startswith("$argon2id$")
    assert open_with(tablet, person.id, OTHER_PIN)
    pins.remove_pin(person.as_actor(), NOW)
    assert locking.faces(tablet.token) == []
    assert pin_events(db, person) == ["person.pin_set", "person.pin_set", "person.pin_removed"]


def test_no_hash_is_reckoned_inside_a_transaction(db, monkeypatch):
    person = create_person(Role.STAFF, password_hash=hash_password(PASSWORD))
    tablet = create_tablet()
    writing = []

    def spy(function):
        def wrapped(*args):
            writing.append(bool(db.session().info.get("writing")))
            return function(*args)

        return wrapped

    for module, name in ((pins, "matches"), (pins, "hash_password"), (locking, "matches")):
        monkeypatch.setattr(module, name, spy(getattr(module, name)))
    pins.set_pin(person.as_actor(), PASSWORD, PIN, NOW)
    open_with(tablet, person.id)

    assert writing == [False, False, False]


def test_guessing_the_password_there_is_limited_like_at_the_log_in():
    person = create_person(Role.STAFF, password_hash=hash_password(PASSWORD))
    for _ in range(login.PER_PHONE):
        with pytest.raises(BadInput):
            pins.set_pin(person.as_actor(), "wrong one", PIN, NOW)

    with pytest.raises(TooManyAttempts):
        pins.set_pin(person.as_actor(), PASSWORD, PIN, NOW)


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.CAPTAIN, Role.MERCHANT])
def test_nobody_else_has_a_pin(db, role):
    person = create_person(role, password_hash=hash_password(PASSWORD))

    with pytest.raises(Forbidden):
        pins.set_pin(person.as_actor(), PASSWORD, PIN, NOW)
    assert db.session.scalars(select(Person).where(Person.id.in_(select(StaffPin.person_id)))).all() == []
