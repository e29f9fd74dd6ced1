"""Rows beside the ORM: statements that are built once, and rows that the session is told of without loading them."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    FromClause,
    Insert,
    SQLColumnExpression,
    TableValuedAlias,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, attributes, make_transient_to_detached, object_mapper
from sqlalchemy.orm.instrumentation import manager_of_class
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.orm.util import identity_key
from sqlalchemy.types import TypeEngine

from models.base import WRITING, Base

T = TypeVar("T", bound=Base)
Kind = TypeVar("Kind")


def core(session: Session) -> Connection:
    """The connection of the running transaction, what the session held back written: for statements of this kind."""
    writing: Connection | None = session.info.get(WRITING)
    if writing is not None and not session.in_transaction():
        return writing  # a session that takes no part yet holds nothing back
    session.flush()
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


def listed(dialect: str, given: BindParameter[Any]) -> TableValuedAlias:
    """Numbers that are one parameter, a list, as a table of one `value` each: the statement is the same for any."""
    value = column("value", BigInteger)
    if dialect == "postgresql":
        typed = cast(given, ARRAY(BigInteger))
        return func.unnest(typed).table_valued(value, name="listed").render_derived()
    return func.json_each(type_coerce(given, JSON)).table_valued(value, name="listed")


def untold(name: str, kind: TypeEngine[Kind]) -> ColumnElement[Kind]:
    """A parameter that PostgreSQL does not look at when it plans: what it finds it keeps, and plans no more.

    Of one that it looks at it makes a new plan with every question, where the value tells it much. To be used where
    one plan is good for all values.
    """
    return select(bindparam(name, type_=kind)).scalar_subquery()


def unindexed(column: SQLColumnExpression[Kind]) -> ColumnElement[Kind]:
    """A column as no index has it: engines find their rows by something else, and then look at it."""
    found: ColumnElement[Kind] = func.coalesce(column, column)
    return found


def spelled(value: StrEnum | int) -> ColumnElement[Any]:
    """A word or number of the house's own, written into a statement: so engines know of it when they plan."""
    return literal_column(f"'{value.value}'" if isinstance(value, StrEnum) else str(value))


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


class Part(Generic[T]):
    """One table of a joined statement, and the objects of its part of a row.

    The ORM takes longer to prepare reading a row of eight tables than the engine takes to find it.
    """

    def __init__(self, kind: type[T], table: FromClause, begin: int) -> None:
        columns = kind.__mapper__.column_attrs
        (key,) = kind.__mapper__.primary_key
        self._kind = kind
        self._names = tuple(column.key for column in columns)
        self._slice = slice(begin, begin + len(self._names))
        self._key = begin + self._names.index(key.key)
        self.columns = tuple(table.c[column.columns[0].name] for column in columns)

    @property
    def end(self) -> int:
        """Where the next part begins."""
        return int(self._slice.stop)

    def number(self, row: tuple[Any, ...]) -> int | None:
        """The key of its object in a row; None where an outer join found nothing."""
        found: int | None = row[self._key]
        return found

    def of(self, session: Session, row: tuple[Any, ...], **related: Any) -> T:
        """Its object of a row as the session knows it, with what it is related to."""
        values = dict(zip(self._names, row[self._slice], strict=True))
        found = recognised(session, filled(self._kind, values))
        for name, value in related.items():
            attributes.set_committed_value(found, name, value)
        return found


def again_with(entity: Base, *options: ORMOption) -> None:
    """Let an object be read again with these, once the session has forgotten what it held, as one of the ORM's is."""
    state = attributes.instance_state(entity)
    state.load_path = state.mapper._path_registry  # noqa: SLF001  as the ORM sets it for what a statement is about
    state.load_options = options
