"""The house's own words for messages: looked up once, changed by admins, every change on record."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from domain import house_words
from domain.errors import Forbidden
from domain.people import Actor, Role
from models import AuditEvent, MessageTemplate, Person
from services import records
from services.unit_of_work import query, transaction

KEPT = "house_words"
"""Under which a session remembers them: it lives as long as a request, or a round of the jobs."""
HISTORY = 10

OwnWords = Mapping[tuple[str, str], str]
"""The text of each kind and locale that the house has its own words for."""


@dataclass(frozen=True, slots=True)
class _Words:
    """One kind in one language as the audit knows it: the number of its key."""

    id: int
    __tablename__: ClassVar[str] = MessageTemplate.__tablename__


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the history of words: without a text ours were taken again."""

    at: datetime
    who: str
    text: str | None


@query
def own_words(session: Session) -> OwnWords:
    """Everything that the house says in its own words; one query for as long as the session lives."""
    if KEPT not in session.info:
        rows = session.execute(select(MessageTemplate.kind, MessageTemplate.locale, MessageTemplate.text))
        session.info[KEPT] = {(row.kind, row.locale): row.text for row in rows}
    kept: OwnWords = session.info[KEPT]
    return kept


@transaction
def save(
    session: Session,
    actor: Actor,
    kind: str,
    locale: str,
    text: str,
    *,
    known: Collection[str],
    needed: Collection[str],
    now: datetime,
) -> None:
    """Say a kind of message in the house's own words; raises Forbidden, BadInput.

    `known` are the placeholders of this kind, `needed` those that its text must have.
    """
    _check_admin(actor)
    cleaned = house_words.clean(text, known, needed)
    values = {"kind": kind, "locale": locale, "text": cleaned, "changed_by_id": actor.id, "changed_at": now}
    session.merge(MessageTemplate(**values))
    records.audit(session, actor, "words.changed", _subject(kind, locale), now, kind=kind, text=cleaned)
    session.info.pop(KEPT, None)


@transaction
def reset(session: Session, actor: Actor, kind: str, locale: str, now: datetime) -> None:
    """Say it in our words again; where that is so already nothing happens. Raises Forbidden."""
    _check_admin(actor)
    key = (MessageTemplate.kind == kind, MessageTemplate.locale == locale)
    if session.scalar(delete(MessageTemplate).where(*key).returning(MessageTemplate.kind)) is None:
        return
    records.audit(session, actor, "words.reset", _subject(kind, locale), now, kind=kind)
    session.info.pop(KEPT, None)


@query
def history(session: Session, kind: str, locale: str) -> list[Change]:
    """The latest changes of the words of a kind, the newest first."""
    subject = _subject(kind, locale)
    rows = session.execute(
        select(AuditEvent, Person.name)
        .outerjoin(Person, Person.id == AuditEvent.actor_id)
        .where(AuditEvent.object_type == subject.__tablename__, AuditEvent.object_id == subject.id)
        .order_by(AuditEvent.id.desc())
        .limit(HISTORY)
    )
    return [Change(event.at, name or "", event.detail.get("text")) for event, name in rows]


def _check_admin(actor: Actor) -> None:
    if actor.role is not Role.ADMIN:
        raise Forbidden


def _subject(kind: str, locale: str) -> _Words:
    return _Words(zlib.crc32(f"{kind} {locale}".encode()))
