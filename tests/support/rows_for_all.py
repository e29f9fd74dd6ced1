"""Rows for the tables of a house that have none."""

from collections.abc import Collection

from sqlalchemy import Connection, Table, select

from models import Base
from tests.support.rows import GOOD, Row, insert

BECOMES = {"sale_draft": "sale"}
"""What is asked for its keys only once it is the other."""


def fill_the_empty(connection: Connection, but: Collection[str] = ()) -> None:
    """Put the good row of every table in that has none, or of every other than these."""
    for table in Base.metadata.sorted_tables:
        if table.name not in but and connection.execute(select(table).limit(1)).first() is None:
            insert(connection, table, _of_these(connection, table, GOOD[table.name]))


def _of_these(connection: Connection, table: Table, row: Row) -> Row:
    """The row, pointing to others that there are where the ones that it names are not among them."""
    becomes = Base.metadata.tables.get(BECOMES.get(table.name, ""))
    for key in (*table.foreign_keys, *(becomes.foreign_keys if becomes is not None else ())):
        value, there = row.get(key.parent.name), select(key.column)
        if value is not None and connection.scalar(there.where(key.column == value)) is None:
            row = row | {key.parent.name: connection.scalar(there.limit(1)) or value}
    return row
