"""What every change leaves behind in its own transaction: an audit event and, where somebody must know, a message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from domain.people import Actor
from domain.telling import Audience
from models import AuditEvent, DeskDecision, OutboxMessage
from models.base import Base
from models.prepared import Prepared
from models.rows import core

HELD_BACK = "held_back"
"""Under which the session knows the decision whose messages wait."""
EVENT = Prepared(
    insert(AuditEvent).inline(), ("at", "actor_id", "action", "object_type", "object_id", "detail")
)
_OF_MESSAGE = (
    "recipient_id",
    "audience",
    "decision_id",
    "kind",
    "params",
    "created_at",
    "next_try_at",
    "attempts",
    "last_error",
)
MESSAGES = Prepared(insert(OutboxMessage).inline(), _OF_MESSAGE)
MESSAGE = Prepared(insert(OutboxMessage).returning(OutboxMessage.id), _OF_MESSAGE)


def audit(
    session: Session, actor: Actor | None, action: str, subject: Any, now: datetime, **detail: Any
) -> None:
    """Write down who did what to a stored thing; without an actor it was the house itself."""
    audit_each(session, actor, action, [subject], now, **detail)


def audit_each(
    session: Session, actor: Actor | None, action: str, subjects: Sequence[Any], now: datetime, **detail: Any
) -> None:
    """Write down that somebody did the same to several stored things: one event each."""
    if not subjects:
        return
    connection = core(session)  # whoever is new has a number then
    EVENT.write(
        connection,
        *(_event(actor, action, type(subject), subject.id, now, detail) for subject in subjects),
    )


def audit_table(
    session: Session,
    actor: Actor | None,
    action: str,
    table: type[Base],
    now: datetime,
    *,
    number: int = 0,
    **detail: Any,
) -> None:
    """Write down what was done to a whole table, or to a row that is known by no number but what `detail` says."""
    EVENT.write(core(session), _event(actor, action, table, number, now, detail))


def _event(
    actor: Actor | None, action: str, table: type[Base], number: int, now: datetime, detail: dict[str, Any]
) -> dict[str, Any]:
    return {
        "at": now,
        "actor_id": actor.id if actor else None,
        "action": action,
        "object_type": table.__tablename__,
        "object_id": number,
        "detail": detail,
    }


@contextmanager
def held_back(session: Session, decision: DeskDecision) -> Iterator[None]:
    """Let whatever is told meanwhile belong to a decision, and wait until that can't be undone any more."""
    session.flush()
    session.info[HELD_BACK] = decision
    try:
        yield
    finally:
        del session.info[HELD_BACK]


def tell(session: Session, recipient_id: int, kind: str, now: datetime, **params: Any) -> None:
    """Put a message for somebody into the outbox; it leaves after the commit."""
    _put(session, [_message(session, kind, now, params, recipient_id=recipient_id)])


def tell_each(
    session: Session, recipient_ids: Iterable[int], kind: str, now: datetime, **params: Any
) -> None:
    """Tell several people the same, each once."""
    _put(
        session,
        [_message(session, kind, now, params, recipient_id=one) for one in sorted(set(recipient_ids))],
    )


def tell_staff(session: Session, kind: str, now: datetime, **params: Any) -> int:
    """Put a message for the staff as a whole into the outbox: their bots are told, their desk shows it anyway.

    It is read in a group chat: nobody's name, phone or purpose belongs into `params`. Returns the message's id.
    """
    message = _message(session, kind, now, params, audience=Audience.STAFF)
    ((number,),) = MESSAGE.rows(core(session), message)
    return int(number)


def _put(session: Session, messages: list[dict[str, Any]]) -> None:
    if messages:
        MESSAGES.write(core(session), *messages)


def _message(
    session: Session,
    kind: str,
    now: datetime,
    params: dict[str, Any],
    *,
    recipient_id: int | None = None,
    audience: Audience | None = None,
) -> dict[str, Any]:
    decision: DeskDecision | None = session.info.get(HELD_BACK)
    return {
        "recipient_id": recipient_id,
        "audience": audience,
        "decision_id": decision.id if decision else None,
        "kind": kind,
        "params": params,
        "created_at": now,
        "next_try_at": decision.held_until if decision else now,
        "attempts": 0,
        "last_error": "",
    }
