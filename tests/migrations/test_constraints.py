"""The database itself refuses what must never be: a bad row for every CHECK, foreign key, unique key and NOT NULL."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import CheckConstraint, Connection, Enum, Table, UniqueConstraint
from sqlalchemy.exc import IntegrityError

from models.base import Base, db
from tests.support.rows import BAD, GOOD, Row, fill, insert

pytestmark = pytest.mark.slow

TABLES = sorted(Base.metadata.tables)
NOWHERE = 987_654
BESIDES: dict[str, Row] = {
    "fk_occupancy_show_id": {"booking_id": None},
    "fk_occupancy_walk_in_id": {"booking_id": None},
    "ck_rundown_item_state": {"skip_reason": None},
    "ck_report_file_status": {"ready_at": None},
    "fk_sales_import_undone_by_id": {"status": "undone", "undone_at": "2026-11-24 03:00:00+00:00"},
    "ck_held_row_state": dict.fromkeys(
        ("decided_by_id", "decided_at", "decided_paid", "decided_refunded_fen")
    ),
}
"""What else a row needs when it points elsewhere or says something else."""
each_table = pytest.mark.parametrize("table", [Base.metadata.tables[name] for name in TABLES], ids=TABLES)


@pytest.fixture
def connection(app: Flask) -> Iterator[Connection]:
    """A connection that sees a good row in every table and leaves nothing behind."""
    with app.app_context(), db.engine.connect().execution_options(writes=True) as connection:
        fill(connection)
        yield connection
        connection.rollback()


def own_checks() -> dict[str, Table]:
    """The CHECKs that somebody wrote, with their table; those of enums come from their values."""
    return {
        str(constraint.name): table
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint) and str(constraint.name) not in enum_checks(table)
    }


def enum_checks(table: Table) -> dict[str, str]:
    """The CHECKs that keep a column to the values of an enum: name and column."""
    return {
        f"ck_{table.name}_{column.type.name}": column.name
        for column in table.columns
        if isinstance(column.type, Enum)
    }


def keys(table: Table) -> list[tuple[str, ...]]:
    """The columns of every unique key, the primary one included."""
    unique = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    found = [tuple(table.primary_key.columns.keys()), *(tuple(c.columns.keys()) for c in unique)]
    return found + [tuple(index.columns.keys()) for index in table.indexes if index.unique]


def fresh(table: Table, **changes: object) -> Row:
    """The good row again under keys of its own, so that only what was changed can be wrong."""
    row = dict(GOOD[table.name])
    pointing = {key.parent.name for key in table.foreign_keys}
    for columns in keys(table):
        free = [name for name in columns if name not in pointing and row[name] is not None]
        for name in free[-1:]:
            row[name] = other(table, name, row[name])
    return row | changes


def other(table: Table, name: str, value: object) -> object:
    """Another value of the same kind."""
    if isinstance(table.columns[name].type, Enum):
        return next(one for one in table.columns[name].type.enums if one != value)
    return value + 15 if isinstance(value, int) else f"{value[:-1]}9"


def has_one_row_only(table: Table) -> bool:
    """Whether a key is made of foreign ones, so that the good rows leave room for one row."""
    pointing = {key.parent.name for key in table.foreign_keys}
    return any(set(columns) <= pointing for columns in keys(table))


def standing_on(table: Table) -> list[Table]:
    """The table and every one whose rows point to it, be it by way of others; parents first."""
    found = {table}
    for one in Base.metadata.sorted_tables:
        if any(key.column.table in found for key in one.foreign_keys):
            found.add(one)
    return [one for one in Base.metadata.sorted_tables if one in found]


def refusal(connection: Connection, table: Table, row: Row, *, instead: bool = False) -> str:
    """What the database says to a row: the name of the constraint, or SQLite's words; empty when it takes it.

    `instead` of the good row, where its key leaves room for one only.
    """
    try:
        with connection.begin_nested():
            if instead:
                for pointing in reversed(standing_on(table)):
                    connection.execute(pointing.delete())
            insert(connection, table, row)
    except IntegrityError as error:
        diagnosis = getattr(error.orig, "diag", None)
        if diagnosis is None:
            return str(error.orig)
        return f"{diagnosis.constraint_name or 'NOT NULL'} {diagnosis.column_name or ''}"
    return ""


def test_every_check_has_a_bad_row() -> None:
    assert set(BAD) == set(own_checks())


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_check_refuses_its_bad_rows(connection: Connection, name: str) -> None:
    table = own_checks()[name]

    for changes in BAD[name]:
        assert name in refusal(connection, table, fresh(table, **changes)), changes


@each_table
def test_an_enum_takes_its_values_only(connection: Connection, table: Table) -> None:
    for name, column in enum_checks(table).items():
        assert name in refusal(
            connection, table, fresh(table, **{column: "nonsense"}, **BESIDES.get(name, {}))
        )


@each_table
def test_a_foreign_key_points_to_something(connection: Connection, table: Table) -> None:
    for key in table.foreign_keys:
        name, column = str(key.constraint.name), key.parent.name
        value = "f" * 64 if isinstance(GOOD[table.name][column], str) else NOWHERE
        row = fresh(table, **{column: value}, **BESIDES.get(name, {}))
        said = refusal(connection, table, row, instead=has_one_row_only(table))
        assert said.startswith((f"{name} ", "FOREIGN KEY constraint failed")), key


@each_table
def test_a_unique_key_is_taken_once(connection: Connection, table: Table) -> None:
    for columns in keys(table):
        twin = fresh(table, **{name: GOOD[table.name][name] for name in columns})
        said = refusal(connection, table, twin)
        sqlite = "UNIQUE constraint failed: " + ", ".join(f"{table.name}.{name}" for name in columns)
        assert said == sqlite or said.startswith(
            (f"uq_{table.name}_{'_'.join(columns)} ", f"pk_{table.name} ")
        )


@each_table
def test_what_must_be_known_is_not_null(connection: Connection, table: Table) -> None:
    for column in table.columns:
        if not column.nullable and not column.primary_key:
            said = refusal(connection, table, fresh(table, **{column.name: None}))
            sqlite = f"NOT NULL constraint failed: {table.name}.{column.name}"
            assert said in (sqlite, f"NOT NULL {column.name}"), said


@each_table
def test_a_good_row_is_taken(connection: Connection, table: Table) -> None:
    """The control of all the others: the row is refused for what was changed in it, and for nothing else."""
    assert refusal(connection, table, fresh(table), instead=has_one_row_only(table)) == ""
