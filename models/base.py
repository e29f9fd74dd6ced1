"""What every table shares: the registry, names of constraints, and the types of time, enum and id."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import BigInteger, Connection, DateTime, Engine, Enum, Index, Integer, MetaData, text
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry
from sqlalchemy.types import TypeDecorator

BigInt = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only for the type INTEGER."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; a naive one raises ValueError before it reaches the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        """SQLite keeps text, which is written at once: every statement has many moments."""
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """And read at once."""
        return _of_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


OFFSET = "+00:00"


def _as_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("naive datetime")
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return value.isoformat(" ", "microseconds").removesuffix(OFFSET)


def _of_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + OFFSET)


def enum_type(kind: type[StrEnum], name: str) -> Enum:
    """A string column that a CHECK constraint keeps to the values of an enum."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
        length=20,
    )


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index of some rows only; SQLite and PostgreSQL use it where a query implies the condition word for word."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


IntPk = Annotated[int, mapped_column(BigInt, primary_key=True)]
Fen = Annotated[int, mapped_column(BigInteger)]


METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Base(DeclarativeBase):
    """The declarative base; all constraints are named so that migrations can find them."""

    registry = registry(metadata=METADATA, type_annotation_map={datetime: UtcDateTime(), int: BigInt})
    metadata = METADATA


WRITING = "writing"
"""Under which a session keeps the connection of its writing transaction while there is one."""


class HouseSession(Session):
    """While its unit of work has a connection, it works on that one; until it is asked something it costs nothing."""

    def get_bind(
        self, mapper: Any = None, clause: Any = None, bind: Engine | Connection | None = None, **more: Any
    ) -> Engine | Connection:
        """See Flask-SQLAlchemy."""
        writing: Connection | None = self.info.get(WRITING)
        if bind is None and writing is not None:
            return writing
        return super().get_bind(mapper=mapper, clause=clause, bind=bind, **more)

    def close(self) -> None:
        """A connection that has died since it was asked last is nobody's trouble: the answer was made before."""
        try:
            super().close()
        except DBAPIError:
            self.invalidate()


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    session_options={
        "class_": HouseSession,
        "expire_on_commit": False,
        # Its commit and rollback are those of the unit of work.
        "join_transaction_mode": "control_fully",
    },
)
