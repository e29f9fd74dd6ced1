"""Where else somebody can be reached: an e-mail address that was confirmed, their phone, and when not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from domain.contacts import DEFAULTS, clean_quiet, normalise_email, topics_of
from domain.errors import BadInput, Missing
from domain.people import Actor
from domain.telling import ChannelKind, Topic
from models import ChannelChoice, Contact, Person
from services import arbiter, login, records, settings
from services.secrets import hashed
from services.telling import wishes
from services.unit_of_work import query, transaction

CONFIRM_WITHIN = timedelta(hours=24)
"""How long the link in a confirmation letter counts."""
PER_PERSON, PER_ADDRESS = 3, 3
"""Confirmation letters per 15 minutes: a stranger's mailbox must not be filled from here."""

Sign = Callable[[int, str], str]
"""Makes the secret of a confirmation link for a person and the hash of an address."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How somebody can be reached: `is_on` says for each topic and channel whether it goes there.

    `quiet` are the own quiet hours, `house_quiet` those of the house, in minutes after local midnight.
    """

    email: str | None
    is_confirmed: bool
    has_phone: bool
    sms_is_on: bool
    quiet: tuple[int, int] | None
    house_quiet: tuple[int, int]
    is_on: Mapping[tuple[Topic, ChannelKind], bool] = field(default_factory=dict)


@query
def reach(session: Session, actor: Actor) -> Reach:
    """How this person can be reached now."""
    contact, house = session.get(Contact, actor.id), settings.load(session)
    choices = wishes.choices_of(session, actor.id)
    return Reach(
        email=contact.email if contact else None,
        is_confirmed=wishes.is_open(ChannelKind.EMAIL, contact, choices),
        has_phone=actor.phone is not None,
        sms_is_on=wishes.is_open(ChannelKind.SMS, contact, choices),
        quiet=_quiet_of(contact),
        house_quiet=(house.quiet_starts_minute, house.quiet_ends_minute),
        is_on={
            (topic, channel): wishes.is_wanted(topic, channel, choices)
            for topic in topics_of(actor.role)
            for channel in DEFAULTS
        },
    )


def _quiet_of(contact: Contact | None) -> tuple[int, int] | None:
    if contact is None or contact.quiet_starts_minute is None or contact.quiet_ends_minute is None:
        return None
    return contact.quiet_starts_minute, contact.quiet_ends_minute


def set_email(actor: Actor, email: str, sign: Sign, now: datetime) -> None:
    """Keep an address and send it a letter with the link that confirms it; nothing else goes there before.

    Raises BadInput, TooManyAttempts.
    """
    email = normalise_email(email)
    buckets = {f"email:{actor.id}": PER_PERSON, f"email-to:{hashed(email)}": PER_ADDRESS}
    login.reserve_attempt(buckets, now)
    _set_email(actor, email, sign, now)


@transaction
def _set_email(session: Session, actor: Actor, email: str, sign: Sign, now: datetime) -> None:
    contact = _locked(session, actor.id)
    if contact.email == email and contact.email_confirmed_at is not None:
        return
    contact.email, contact.email_confirmed_at = email, None
    address = hashed(email)
    until = (now + CONFIRM_WITHIN).isoformat()
    token = sign(actor.id, address)
    records.tell(session, actor.id, "confirm_email", now, address=address, token=token, expires_at=until)
    records.audit(session, actor, "contact.email_asked", _person(session, actor.id), now)


@query
def waiting_address(session: Session, person_id: int, address: str) -> str:
    """The address with this hash that a person has to confirm, or has confirmed; raises Missing."""
    contact = session.get(Contact, person_id, populate_existing=True)
    if contact is None or contact.email is None or hashed(contact.email) != address:
        raise Missing
    return contact.email


@transaction
def confirm_email(session: Session, person_id: int, address: str, now: datetime) -> None:
    """Whoever reads that mailbox says yes, and what an address usually hears is chosen with it; once more is the same.

    Raises Missing when the address is another by now.
    """
    person, contact = _person(session, person_id), _locked(session, person_id)
    if contact.email is None or hashed(contact.email) != address or person.disabled_at is not None:
        raise Missing
    if contact.email_confirmed_at is None:
        contact.email_confirmed_at = now
        if not any(channel is ChannelKind.EMAIL for _topic, channel in wishes.choices_of(session, person_id)):
            usual = DEFAULTS[ChannelKind.EMAIL]
            _choose(session, person_id, {(one, ChannelKind.EMAIL): one in usual for one in Topic})
        records.audit(session, person.as_actor(), "contact.email_confirmed", person, now)


@transaction
def remove_email(session: Session, actor: Actor, now: datetime) -> None:
    """Forget the address; where there is none nothing happens."""
    contact = _locked(session, actor.id)
    if contact.email is not None:
        contact.email, contact.email_confirmed_at = None, None
        records.audit(session, actor, "contact.email_removed", _person(session, actor.id), now)


@transaction
def switch_sms(session: Session, actor: Actor, is_on: bool, now: datetime) -> None:
    """Let short messages come, of what can't wait, or none at all; raises BadInput without a phone."""
    if is_on and actor.phone is None:
        raise BadInput("sms_without_phone", field="sms")
    _lock(session, actor.id)
    wanted = DEFAULTS[ChannelKind.SMS] if is_on else frozenset[Topic]()
    _choose(session, actor.id, {(topic, ChannelKind.SMS): topic in wanted for topic in Topic})
    action = "contact.sms_switched_on" if is_on else "contact.sms_switched_off"
    records.audit(session, actor, action, _person(session, actor.id), now)


@transaction
def choose(
    session: Session,
    actor: Actor,
    wanted: Collection[tuple[Topic, ChannelKind]],
    channels: Collection[ChannelKind],
    now: datetime,
) -> None:
    """Say for each topic by which of the channels it comes; the other channels stay as they are."""
    _lock(session, actor.id)
    topics = topics_of(actor.role)
    _choose(session, actor.id, {(one, by): (one, by) in wanted for one in topics for by in channels})
    records.audit(session, actor, "contact.chosen", _person(session, actor.id), now)


@transaction
def set_quiet(
    session: Session, actor: Actor, hours: tuple[int | None, int | None] | None, now: datetime
) -> None:
    """Keep own quiet hours, equal ones are none at all; None: as the house has it. Raises BadInput."""
    first, end = clean_quiet(*hours) if hours is not None else (None, None)
    contact = _locked(session, actor.id)
    contact.quiet_starts_minute, contact.quiet_ends_minute = first, end
    records.audit(session, actor, "contact.quiet_set", _person(session, actor.id), now)


def _choose(session: Session, person_id: int, choices: Mapping[tuple[Topic, ChannelKind], bool]) -> None:
    for (topic, channel), is_on in choices.items():
        session.merge(ChannelChoice(person_id=person_id, topic=topic, channel=channel, is_on=is_on))


def _locked(session: Session, person_id: int) -> Contact:
    """Somebody's contact, made if need be; the person is locked, so that two taps don't both make it."""
    _lock(session, person_id)
    contact = session.get(Contact, person_id, populate_existing=True)
    if contact is None:
        contact = Contact(person_id=person_id)
        session.add(contact)
        session.flush()
    return contact


def _lock(session: Session, person_id: int) -> None:
    arbiter.lock_person(session, person_id)


def _person(session: Session, person_id: int) -> Person:
    person = session.get(Person, person_id)
    if person is None:
        raise Missing
    return person
