"""The version of the tables: there is one, there are no tables, or nobody knows because the database is away."""

import pytest

from app import create_app
from domain.errors import Unavailable
from models import db
from services import tables
from tests.support.engines import disconnect, new_database, settings


def revision_at(url):
    app = create_app(settings(url))
    with app.app_context():
        try:
            return tables.revision()
        finally:
            db.session.remove()
            disconnect(app)


@pytest.mark.parametrize("engine_name", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_it_is_what_the_migrations_left(engine_name):
    database = new_database(engine_name)

    try:
        app = create_app(settings(database.url))
        assert revision_at(database.url) == app.config["MIGRATION_HEAD"]
    finally:
        database.drop()


def test_a_new_file_has_none(tmp_path):
    assert revision_at(f"sqlite:///{tmp_path}/new.sqlite") is None


def test_a_database_that_is_away_is_not_one_without_tables(tmp_path):
    with pytest.raises(Unavailable):
        revision_at(f"postgresql://postgres@/jufu?host={tmp_path}")
