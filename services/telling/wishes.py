"""What somebody wants to hear by which channel."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.telling import ChannelKind, Topic
from models import ChannelChoice, Contact


def wanted(session: Session, person_id: int, topic: Topic) -> frozenset[ChannelKind]:
    """The channels that a person chose for a topic and can be reached by; an e-mail only once it is confirmed."""
    chosen = set(
        session.scalars(
            select(ChannelChoice.channel).where(
                ChannelChoice.person_id == person_id, ChannelChoice.topic == topic, ChannelChoice.is_on
            )
        )
    )
    contact = session.get(Contact, person_id)
    if contact is None or contact.email_confirmed_at is None:
        chosen.discard(ChannelKind.EMAIL)
    return frozenset(chosen)
