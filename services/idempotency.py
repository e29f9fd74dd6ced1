"""One key, one effect, one answer: a double tap or a resend gets the first answer again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from domain.errors import BadInput, IdempotencyMismatch, Refusal, Unavailable
from domain.people import Actor
from models import IdempotencyKey
from models.prepared import Prepared
from models.rows import core, ignoring
from services.unit_of_work import transaction

MAX_KEY = 100
CLAIM = Prepared(
    lambda dialect: ignoring(dialect, IdempotencyKey), ("actor_id", "key", "fingerprint", "created_at")
)
KEEP = Prepared(
    update(IdempotencyKey).where(
        IdempotencyKey.actor_id == bindparam("of"), IdempotencyKey.key == bindparam("named")
    ),
    ("status", "body"),
)

KNOWN = Prepared(
    select(IdempotencyKey.key).where(
        IdempotencyKey.actor_id == bindparam("of"), IdempotencyKey.key == bindparam("named")
    )
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over HTTP: a status and a JSON body (for a form: `{"location": …}`)."""

    status: int
    body: dict[str, Any]


@transaction
def answer_once(
    session: Session,
    actor: Actor,
    key: str,
    fingerprint: str,
    action: Callable[[], Answer],
    refused: Callable[[Refusal], Answer] | None,
    now: datetime,
) -> Answer:
    """Do the action and keep its answer in the same transaction, or give the kept answer.

    A refusal undoes what the action did and is an answer too; where nobody is there to word it, it undoes the key as
    well. Raises IdempotencyMismatch when the key came with another request.
    """
    if not 1 <= len(key) <= MAX_KEY:
        raise BadInput("idempotency_key_length", maximum=MAX_KEY)
    if not _claim(session, actor.id, key, fingerprint, now):
        return _kept(session, actor.id, key, fingerprint)
    answer = action() if refused is None else _answered(session, action, refused)
    KEEP.write(core(session), {"of": actor.id, "named": key, "status": answer.status, "body": answer.body})
    return answer


def is_new(session: Session, actor: Actor, key: str | None) -> bool:
    """Whether nothing was answered under a key so far; one that `answer_once` would refuse is not new."""
    if key is None:
        return True
    kept = KNOWN.first(core(session), {"of": actor.id, "named": key})
    return kept is None and len(key) <= MAX_KEY


def _answered(session: Session, action: Callable[[], Answer], refused: Callable[[Refusal], Answer]) -> Answer:
    try:
        with session.begin_nested():
            return action()
    except Unavailable:
        raise  # nothing was decided: the next one with this key must be able to try
    except Refusal as refusal:
        return refused(refusal)


def _claim(session: Session, actor_id: int, key: str, fingerprint: str, now: datetime) -> bool:
    row = {"actor_id": actor_id, "key": key, "fingerprint": fingerprint, "created_at": now}
    return CLAIM.write(core(session), row) == 1


def _kept(session: Session, actor_id: int, key: str, fingerprint: str) -> Answer:
    row = session.execute(
        select(IdempotencyKey.fingerprint, IdempotencyKey.status, IdempotencyKey.body).where(
            IdempotencyKey.actor_id == actor_id, IdempotencyKey.key == key
        )
    ).one()
    if row.fingerprint != fingerprint:
        raise IdempotencyMismatch
    return Answer(row.status, row.body)
