"""The keys under which phones are sealed: which are used, a new one for all of them, and the end of an old one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, func, select, type_coerce, update
from sqlalchemy.orm import Session

from domain.errors import BadInput
from models import Person, sealing
from models.sealing import AsItIs, DataKey
from services import records
from services.unit_of_work import query, transaction

BATCH = 500


@dataclass(frozen=True, slots=True)
class KeyUse:
    """One key: whether the house has it, whether it is the one that seals, and how many values are under it."""

    number: str
    known: bool
    seals: bool
    values: int


@query
def uses(session: Session) -> list[KeyUse]:
    """Every key of the file, the one that seals first, then those that are missing though something is under them."""
    counted: Counter[str] = Counter()
    for _table, column in sealing.columns():
        number = func.substr(_raw(column), 1, 8)
        rows = session.execute(select(number, func.count()).where(_raw(column) != "").group_by(number))
        counted.update({name: count for name, count in rows})
    known = [key.number for key in sealing.keyring().keys]
    missing = sorted(counted.keys() - set(known))
    return [KeyUse(number, True, number == known[0], counted[number]) for number in known] + [
        KeyUse(number, False, False, counted[number]) for number in missing
    ]


def missing() -> str | None:
    """What is to be said where phones are sealed under keys that the house hasn't got; None where it has them all."""
    lost = [use.number for use in uses() if not use.known]
    if not lost:
        return None
    return (
        f"The database holds phones that are sealed under the data key {', '.join(lost)}, which is not in"
        f" {sealing.keyring().path}. Put the file back that belongs to this database."
    )


def rotate(now: datetime) -> list[KeyUse]:
    """Seal everything under a new key, while the house is open; older ones stay for what a backup has under them.

    Raises BadInput where a key is missing. Each process reads the file again when it has changed, and finds what is
    sealed under any key of it. So the new one is made known first, then used for what there is, then for the rest.
    """
    if missing() is not None:
        raise BadInput("data_key_missing")
    ring, key = sealing.keyring(), sealing.new_key()
    before = ring.keys
    ring.keep([*before, key])
    _seal_all(key)
    ring.keep([key, *before])
    _seal_all(key)
    _write_down(key.number, now)
    return uses()


def forget(number: str) -> None:
    """Take a key out of the file; raises BadInput for one that is not there, that seals, or that something is under."""
    ring = sealing.keyring()
    use = next((one for one in uses() if one.number == number and one.known), None)
    if use is None:
        raise BadInput("data_key_unknown")
    if use.seals or use.values:
        raise BadInput("data_key_in_use")
    ring.keep([key for key in ring.keys if key.number != number])


def _seal_all(key: DataKey) -> None:
    for table, column in sealing.columns():
        while _seal_some(table, column, key):
            pass


@transaction
def _seal_some(session: Session, table: Any, column: Any, key: DataKey) -> int:
    """Some that are sealed under another key; how many."""
    raw = _raw(column)
    wanted = select(table.c.id, raw).where(raw != "", raw.not_like(f"{key.number}.%")).limit(BATCH)
    rows = session.execute(wanted).all()
    for number, value in rows:
        name = column.type.column
        anew = AsItIs(key.seal(sealing.opened(value, name), name))
        session.execute(update(table).where(table.c.id == number, raw == value).values({column.name: anew}))
    return len(rows)


@transaction
def _write_down(session: Session, number: str, now: datetime) -> None:
    records.audit_table(session, None, "person.phones_resealed", Person, now, key=number)


def _raw(column: Any) -> Any:
    return type_coerce(column, String)
