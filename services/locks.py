"""Locks on rows, for liveness: two movers wait instead of deadlocking. Spaces first, then shops, then people.

SQLite has one writer at a time and knows no others.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from domain.errors import Missing
from domain.people import Role
from models import Merchant, Person, Space
from models.prepared import Prepared
from models.rows import core, filled

_THESE = Space.id.in_(bindparam("ids", expanding=True))
_LOCK_SPACES = select(Space.id).where(_THESE).order_by(Space.id).with_for_update(key_share=True)
_REVISED = update(Space).values(revision=Space.revision + 1)
_REVISE = _REVISED.where(_THESE)
_FACTS = (
    Space.id,
    Space.code,
    Space.name,
    Space.name_en,
    Space.kind,
    Space.approval,
    Space.approval_levels,
    Space.places,
    Space.capacity,
    Space.min_minutes,
    Space.max_minutes,
    Space.buffer_minutes,
    Space.advance_days,
    Space.lead_minutes,
    Space.is_private,
    Space.revision,
)
"""What booking asks of a space and tells of it."""
_NAMES = tuple(column.key for column in _FACTS)
_REVISE_ONE = Prepared(
    _REVISED.where(Space.code == bindparam("named"), Space.archived_at.is_(None)).returning(*_FACTS)
)
_WHO = select(Person.id, Person.role, Person.verified_at, Person.building, Person.disabled_at).where(
    Person.id == bindparam("id")
)
WHO, LOCK_PERSON = Prepared(_WHO), Prepared(_WHO.with_for_update(key_share=True))
_LOCK_MERCHANT = select(Merchant.id).where(Merchant.id == bindparam("id")).with_for_update(key_share=True)


def lock_spaces(session: Session, space_ids: Iterable[int]) -> None:
    """Lock the rows of spaces in the order of their ids and raise their revision: every change starts here."""
    connection, ids = core(session), sorted(set(space_ids))
    if len(ids) > 1:  # raising the revision locks too, but in no certain order
        connection.execute(_LOCK_SPACES, {"ids": ids}).all()
    connection.execute(_REVISE, {"ids": ids})


def lock_space(session: Session, code: str) -> Space:
    """The same for one space in use, which is handed back as it stands then, without its hours; raises Missing.

    The session is not told of it: it has to be `recognised` before anything that is stored may hold it.
    """
    row = _REVISE_ONE.first(core(session), {"named": code})
    if row is None:
        raise Missing
    return filled(Space, dict(zip(_NAMES, row, strict=True)))


class Known(NamedTuple):
    """What booking asks of a person."""

    id: int
    role: Role
    verified_at: datetime | None
    building: int | None
    disabled_at: datetime | None


def look_at_person(session: Session, person_id: int) -> Known | None:
    """Somebody as they stand now."""
    row = WHO.first(core(session), {"id": person_id})
    return None if row is None else Known._make(row)


def lock_person(session: Session, person_id: int) -> Known | None:
    """Lock a booker before anything of theirs is counted, always after the spaces; as they stand then."""
    row = LOCK_PERSON.first(core(session), {"id": person_id})
    return None if row is None else Known._make(row)


def lock_merchant(session: Session, merchant_id: int) -> None:
    """Lock a shop before its booth slots are counted; always after the spaces."""
    core(session).execute(_LOCK_MERCHANT, {"id": merchant_id}).all()
