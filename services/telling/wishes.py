"""What somebody wants to hear by which channel."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.contacts import PERSONAL
from domain.telling import ChannelKind, Topic
from models import ChannelChoice, Contact

Choices = Mapping[tuple[Topic, ChannelKind], bool]
"""What somebody chose, as far as they did."""


def wanted(session: Session, person_id: int, topic: Topic) -> frozenset[ChannelKind]:
    """The channels that a person switched on and wants a topic by, inside another service."""
    choices, contact = choices_of(session, person_id), session.get(Contact, person_id)
    return frozenset(
        channel
        for channel in PERSONAL
        if is_open(channel, contact, choices) and is_wanted(topic, channel, choices)
    )


def choices_of(session: Session, person_id: int) -> Choices:
    """What a person chose so far."""
    rows = session.execute(
        select(ChannelChoice.topic, ChannelChoice.channel, ChannelChoice.is_on).where(
            ChannelChoice.person_id == person_id
        )
    )
    return {(row.topic, row.channel): row.is_on for row in rows}


def is_open(channel: ChannelKind, contact: Contact | None, choices: Choices) -> bool:
    """Whether somebody switched a channel on: an address counts once it is confirmed, a phone once it is chosen."""
    if channel is ChannelKind.EMAIL:
        return contact is not None and contact.email_confirmed_at is not None
    return any(is_on for (_topic, chosen), is_on in choices.items() if chosen is channel)


def is_wanted(topic: Topic, channel: ChannelKind, choices: Choices) -> bool:
    """Whether a topic goes by an open channel: nothing does until somebody chose it [default]."""
    return choices.get((topic, channel), False)
