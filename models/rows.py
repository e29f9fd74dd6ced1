"""Rows beside the ORM: statements that are built once, and rows that the session is told of without loading them."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, attributes, make_transient_to_detached
from sqlalchemy.orm.util import identity_key

from models.base import Base

T = TypeVar("T", bound=Base)


@cache
def ignoring(dialect: str, table: type[Base]) -> Insert:
    """`INSERT … ON CONFLICT DO NOTHING`; it waits for a rival that has not committed yet, and `rowcount` tells."""
    insertion: Insert = (
        postgresql.insert(table).on_conflict_do_nothing()
        if dialect == "postgresql"
        else sqlite.insert(table).on_conflict_do_nothing()
    )
    return insertion.execution_options(preserve_rowcount=True)


def new_id(made: CursorResult[Any]) -> int:
    """The number of the one row that was inserted."""
    key = made.inserted_primary_key
    if key is None:
        raise ValueError("one row has a number, several have none to tell")
    return int(key[0])


def filled(entity: T, values: dict[str, Any]) -> T:
    """An object with these values, which the session does not know yet."""
    attributes.instance_dict(entity).update(values)
    return entity


def values_of(entity: Base) -> dict[str, Any]:
    """What an object holds, to be read and changed without its noticing."""
    return attributes.instance_dict(entity)


def adopt(session: Session, entity: T) -> T:
    """Let the session know an object whose row stands in the database just so, as if it had loaded it.

    What it knew under that number, a row that was rolled back or one as it stood before, is no longer its concern.
    """
    before = session.identity_map.get(identity_key(instance=entity))
    if before is not None:
        session.expunge(before)
    make_transient_to_detached(entity)
    session.add(entity)
    return entity
