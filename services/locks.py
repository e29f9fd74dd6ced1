"""Locks on rows, for liveness: two movers wait instead of deadlocking. Spaces first, then shops, then people.

SQLite has one writer at a time and knows no others.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session

from domain.errors import Missing
from models import Merchant, Person, Space
from models.rows import core, known

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
)
"""What booking asks of a space and tells of it."""
_REVISE_ONE = _REVISED.where(Space.code == bindparam("named"), Space.archived_at.is_(None)).returning(*_FACTS)
WHO = select(Person.id, Person.role, Person.verified_at, Person.building, Person.disabled_at).where(
    Person.id == bindparam("id")
)
LOCK_PERSON = WHO.with_for_update(key_share=True)
_LOCK_MERCHANT = select(Merchant.id).where(Merchant.id == bindparam("id")).with_for_update(key_share=True)


def lock_spaces(session: Session, space_ids: Iterable[int]) -> None:
    """Lock the rows of spaces in the order of their ids and raise their revision: every change starts here."""
    connection, ids = core(session), sorted(set(space_ids))
    if len(ids) > 1:  # raising the revision locks too, but in no certain order
        connection.execute(_LOCK_SPACES, {"ids": ids}).all()
    connection.execute(_REVISE, {"ids": ids})


def lock_space(session: Session, code: str) -> Space:
    """The same for one space in use, which is handed back as it stands then, without its hours; raises Missing."""
    row = core(session).execute(_REVISE_ONE, {"named": code}).one_or_none()
    if row is None:
        raise Missing
    return known(session, Space, dict(row._mapping))  # noqa: SLF001  the public name of a row's columns


def lock_person(session: Session, person_id: int) -> Row[*tuple[Any, ...]] | None:
    """Lock a booker before anything of theirs is counted, always after the spaces; as they stand then."""
    return core(session).execute(LOCK_PERSON, {"id": person_id}).one_or_none()


def lock_merchant(session: Session, merchant_id: int) -> None:
    """Lock a shop before its booth slots are counted; always after the spaces."""
    core(session).execute(_LOCK_MERCHANT, {"id": merchant_id}).all()
