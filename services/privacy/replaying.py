"""Erasures outlive a restore: whatever was erased since the backup is erased again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from domain.errors import BadInput
from domain.interval import require_aware
from models import Erasure, Person
from services.privacy import erasing, locking
from services.unit_of_work import query, transaction


@dataclass(frozen=True, slots=True, order=True)
class Gone:
    """An erasure: whose, and since when that account was there, which tells it from another of the same number."""

    person_id: int
    created_at: datetime
    erased_at: datetime


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many were erased again, were erased already, are not in the backup, and are somebody else there."""

    again: int
    already: int
    absent: int
    others: tuple[int, ...]


@query
def recorded(session: Session) -> list[Gone]:
    """Every erasure that this database knows; none where its tables are older than that."""
    session.rollback()
    if not inspect(session.connection()).has_table(Erasure.__tablename__):
        session.rollback()
        return []
    rows = session.execute(
        select(Erasure.person_id, Person.created_at, Erasure.erased_at)
        .join(Person, Person.id == Erasure.person_id)
        .order_by(Erasure.person_id)
    )
    found = [Gone(*row) for row in rows]
    session.rollback()
    return found


def replay(gone: Iterable[Gone], now: datetime) -> Replayed:
    """Erase again, each in a transaction of its own; one that is somebody else in this database is left alone."""
    outcomes = [(one, _erase_again(one, now)) for one in sorted(set(gone))]
    counted = [outcome for _, outcome in outcomes]
    return Replayed(
        again=counted.count("again"),
        already=counted.count("already"),
        absent=counted.count("absent"),
        others=tuple(one.person_id for one, outcome in outcomes if outcome == "other"),
    )


@transaction
def _erase_again(session: Session, gone: Gone, now: datetime) -> str:
    locking.lock_all_around(session, [gone.person_id])
    person = session.get(Person, gone.person_id, populate_existing=True)
    if person is None:
        return "absent"
    if person.created_at != gone.created_at:
        return "other"
    if person.erased_at is not None:
        return "already"
    erasing.wipe(session, None, person, erased_at=gone.erased_at, now=now)
    return "again"


def written(gone: Sequence[Gone]) -> str:
    """Erasures as a file, which names nobody."""
    lines: list[dict[str, Any]] = [
        {
            "person_id": one.person_id,
            "created_at": one.created_at.isoformat(),
            "erased_at": one.erased_at.isoformat(),
        }
        for one in gone
    ]
    return json.dumps({"kind": "jufu-erasures-1", "erasures": lines}, indent=1)


def read(text: str) -> list[Gone]:
    """What `written` wrote; raises BadInput."""
    try:
        content = json.loads(text)
        if content["kind"] != "jufu-erasures-1":
            raise BadInput("erasures_unreadable")
        return [
            Gone(int(one["person_id"]), _moment(one["created_at"]), _moment(one["erased_at"]))
            for one in content["erasures"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput("erasures_unreadable") from error


def _moment(text: str) -> datetime:
    return require_aware(datetime.fromisoformat(text))
