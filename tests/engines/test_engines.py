"""The machinery of the tests itself: right engine, migrated schema, nothing left over from another test."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import insert, inspect, select, text

from domain.people import Role
from models.base import Base
from models.people import Person
from tests.support.client import PageClient


def test_the_application_runs_on_the_engine_that_the_test_names(db: SQLAlchemy, engine_name: str) -> None:
    assert db.engine.dialect.name == engine_name


def test_the_schema_comes_from_the_migrations(db: SQLAlchemy) -> None:
    tables = set(inspect(db.engine).get_table_names())

    assert tables == set(Base.metadata.tables) | {"alembic_version"}


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_each_test_finds_the_database_as_the_migrations_left_it(db: SQLAlchemy, turn: int) -> None:
    assert db.session.scalars(select(Person)).all() == []

    db.session.execute(
        insert(Person).values(name=f"第{turn}人", role=Role.RESIDENT, created_at=datetime.now(UTC))
    )
    db.session.commit()


def test_a_request_shares_no_session_with_the_test(app: Flask, db: SQLAlchemy, client: PageClient) -> None:
    db.session.execute(text("SELECT 1"))
    before = db.session()

    client.get("/healthz")

    assert db.session() is before
