"""Shared tablets and the people who take them over by PIN."""

from datetime import datetime
from typing import Any

from flask import Flask

from domain.people import Actor, Role
from models import Person, StaffPin
from services.passwords import hash_password
from services.tablets import devices
from services.tablets.devices import Enrolled
from tests.support.builders import NOW, create_actor, create_person, saved
from tests.support.client import PageClient
from tests.support.visits import visitor

COOKIE = "jufu_device"
PIN, OTHER_PIN = "2580", "97531"
HASHES = {pin: hash_password(pin) for pin in (PIN, OTHER_PIN)}
TAP = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-User": "?1", "Accept": "text/html,*/*;q=0.8"}
"""How a browser asks for a page that somebody tapped on."""
RELOAD = {"Sec-Fetch-Mode": "navigate", "Accept": "text/html,*/*;q=0.8"}
"""How it asks for one that opens by itself."""


def create_tablet(admin: Actor | None = None, *, name: str = "前台平板", now: datetime = NOW) -> Enrolled:
    """A tablet that an admin enrolled."""
    return devices.enrol(admin or create_actor(Role.ADMIN), name, now=now)


def create_colleague(role: Role = Role.STAFF, *, pin: str = PIN, **changes: Any) -> Person:
    """Somebody with a PIN."""
    person = create_person(role, **changes)
    saved(StaffPin(person_id=person.id, pin_hash=HASHES[pin], digits=len(pin), set_at=NOW))
    return person


def on_tablet(app: Flask, tablet: Enrolled) -> PageClient:
    """The browser of an enrolled tablet that nobody has taken over."""
    client = visitor(app)
    client.set_cookie(COOKIE, tablet.token)
    return client


def take_over(client: PageClient, person: Person | Actor, pin: str = PIN, **fields: Any) -> Any:
    """Tap the avatar, type the PIN."""
    pad = client.get(f"/lock?who={person.id}")
    return client.submit(pad, "/lock/open", pin=pin, **fields)


def taken_over(app: Flask, tablet: Enrolled, person: Person) -> PageClient:
    """The browser of a tablet that somebody has taken over by PIN."""
    client = on_tablet(app, tablet)
    assert take_over(client, person).status_code == 303
    return client


def is_open(client: PageClient) -> bool:
    """Whether a tap leads on, rather than to the lock screen or to the log-in."""
    return client.get("/desk", headers=TAP).status_code == 200
