"""`flask move`: what it refuses, and that a row which is strange in any way arrives as it is."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from models import Person, db
from tests.support.builders import between, create_booking, create_person, create_space
from tests.support.engines import ENGINES, throwaway
from tests.support.moved_house import differences, house_at, moved, nowhere
from tests.support.rows import fill

pytestmark = pytest.mark.postgresql


@pytest.fixture
def source() -> Iterator[str]:
    """The address of an empty house on SQLite."""
    with throwaway("sqlite") as url:
        yield url


def change(url: str, *statements: object) -> None:
    with house_at(url), db.engine.execution_options(writes=True).begin() as connection:
        for statement in statements:
            connection.execute(statement)


def names_of(url: str) -> list[str]:
    with house_at(url):
        return sorted(db.session.scalars(db.select(Person.name)))


def test_who_comes_after_the_move_gets_a_new_number(source):
    with house_at(source):
        create_booking(create_space(), between(10, 11))
        db.session.commit()
    with nowhere("postgresql") as there:
        assert moved(source, there).exit_code == 0
        assert names_of(there) == names_of(source)

        with house_at(there):
            first = db.session.scalar(db.select(db.func.max(Person.id)))
            assert create_person().id == first + 1


def test_a_row_may_point_to_a_later_one_and_hold_anything(source):
    with house_at(source):
        create_space(about="引号' \\反斜杠\n换行\t制表 \\N")
        early, late = create_person(), create_person()
        early.merged_into_id = late.id
        db.session.commit()
    for engine in ENGINES:
        with nowhere(engine) as there:
            assert moved(source, there).exit_code == 0
            assert differences(source, there) == []


def test_the_guards_of_sqlite_are_there_afterwards(source):
    with house_at(source), db.engine.execution_options(writes=True).begin() as connection:
        fill(connection)
    with nowhere("sqlite") as there:
        assert moved(source, there).exit_code == 0

        assert guards(there) == guards(source)
        assert differences(source, there) == []


def guards(url: str) -> set[tuple[str, str]]:
    with house_at(url):
        found = db.session.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        return {(name, statement) for name, statement in found}


def test_a_database_that_holds_anything_is_no_target(source):
    with throwaway("postgresql") as there:
        with house_at(there):
            create_person(name="先来")
            db.session.commit()

        said = moved(source, there)

        assert (said.exit_code, said.stderr.count("Error: ")) == (1, 1)
        assert names_of(there) == ["先来"]


def test_a_row_that_postgresql_does_not_take_is_named_by_its_table_alone(source):
    with house_at(source):
        create_person(name="无\0名")
        db.session.commit()
    with nowhere("postgresql") as there:
        said = moved(source, there)

        assert said.exit_code == 1
        assert " person" in said.stderr
        assert "无" not in said.stderr
        assert names_of(there) == []


@pytest.mark.parametrize("named", ["sqlite:////nowhere/at/all.sqlite3", "/nowhere/at/all", "mysql://h/d"])
def test_what_is_no_house_is_told_in_a_sentence(source, named):
    said = moved(named, source)

    assert said.exit_code == 1
    assert said.stderr.startswith("Error: ")
    assert "Traceback" not in said.output


def test_older_tables_are_no_source(source):
    change(source, text("UPDATE alembic_version SET version_num = '0006'"))
    with nowhere("sqlite") as there:
        said = moved(source, there)

        assert (said.exit_code, "not current" in said.stderr) == (1, True)
