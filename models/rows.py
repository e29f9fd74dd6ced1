"""Rows beside the ORM: statements that are built once, and rows that the session is told of without loading them."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, attributes, make_transient_to_detached, object_mapper
from sqlalchemy.orm.instrumentation import manager_of_class
from sqlalchemy.orm.util import identity_key

from models.base import Base

T = TypeVar("T", bound=Base)
WRITING = "writing"
"""Under which a session keeps the connection of its writing transaction while there is one."""


def core(session: Session) -> Connection:
    """The connection of the running transaction, what the session held back written: for statements of this kind."""
    session.flush()
    writing: Connection | None = session.info.get(WRITING)
    # The session makes its savepoint when it is first asked for the connection inside.
    return session.connection() if writing is None or session.in_nested_transaction() else writing


@cache
def ignoring(dialect: str, table: type[Base]) -> Insert:
    """`INSERT … ON CONFLICT DO NOTHING`; it waits for a rival that has not committed yet."""
    insertion: Insert = (
        postgresql.insert(table).on_conflict_do_nothing()
        if dialect == "postgresql"
        else sqlite.insert(table).on_conflict_do_nothing()
    )
    return insertion


def filled(kind: type[T], values: dict[str, Any]) -> T:
    """An object with these values, which the session does not know yet."""
    entity: T = manager_of_class(kind).new_instance()
    attributes.instance_dict(entity).update(values)
    return entity


def values_of(entity: Base) -> dict[str, Any]:
    """What an object holds, to be read and changed without its noticing."""
    return attributes.instance_dict(entity)


def adopt(session: Session, entity: T) -> T:
    """Let the session know an object whose row was just written so, as if it had written it itself.

    What it knew under that number was rolled back, for the number is given out again.
    """
    undone = session.identity_map.get(identity_key(instance=entity))
    if undone is not None:
        session.expunge(undone)
    make_transient_to_detached(entity)
    session.add(entity)
    return entity


def recognised(session: Session, entity: T) -> T:
    """The object of a row that was read beside the session: the one that it knows, brought up to date, or this one."""
    before = session.identity_map.get(identity_key(instance=entity))
    if before is None:
        return adopt(session, entity)
    if before is not entity:
        for column in object_mapper(entity).column_attrs:
            if column.key in values_of(entity):
                attributes.set_committed_value(before, column.key, values_of(entity)[column.key])
    return before
