"""Every column that names a person is in the table that says what becomes of it."""

import pytest
from sqlalchemy import Column, ForeignKey, MetaData, Table

from models.base import Base
from services.privacy import exporting
from services.privacy.references import REFERENCES, Erased, name_of


def names_of_people(metadata):
    """Every `table.column` that refers to a person."""
    return {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if any(key.target_fullname == "person.id" for key in column.foreign_keys)
    }


def test_each_is_classified_and_nothing_else_is():
    assert names_of_people(Base.metadata) == set(REFERENCES)


@pytest.mark.mutant
def test_a_new_one_would_be_noticed():
    other = MetaData()
    Table("person", other, Column("id", primary_key=True))
    Table("diary", other, Column("id", primary_key=True), Column("writer_id", ForeignKey("person.id")))

    assert names_of_people(other) - set(REFERENCES) == {"diary.writer_id"}


def test_each_says_why():
    assert [name for name, known in REFERENCES.items() if not known.why] == []


def test_what_is_handed_out_has_its_columns_and_nothing_else_has():
    tables = {name.partition(".")[0] for name, known in REFERENCES.items() if known.is_exported}

    assert tables == set(exporting.COLUMNS)


@pytest.mark.parametrize("table", exporting.COLUMNS)
def test_no_secret_and_nobody_else_is_handed_out(table):
    columns = {column.name: column for column in Base.metadata.tables[table].columns}

    for name in exporting.COLUMNS[table]:
        assert "hash" not in name.replace("sha256", "")
        assert name != "nonce"
        assert name_of(columns[name]) not in REFERENCES


def test_what_erasing_deletes_depends_on_nothing_that_stays():
    """A row that goes is referred to by no row that stays, or the database would refuse."""
    gone = {name.partition(".")[0] for name, known in REFERENCES.items() if known.erased is Erased.GONE}
    left = {
        f"{table.name} -> {key.column.table.name}"
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in gone and table.name not in gone and key.ondelete != "CASCADE"
    }

    assert left == set()
