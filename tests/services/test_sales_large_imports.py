"""What keeps a large import quick: a larger cache for its transaction, and look-ups that read only what they need."""

import pytest
from sqlalchemy import event, select, text

from domain.people import Role
from services.sales import applying
from services.sales.planning import DRAFTS
from services.sales.reading_orders import drafts_of
from tests.support.builders import NOW, create_actor
from tests.support.exports import doudian_row
from tests.support.importing import bring_in, stage

BY_KEY = {"sqlite": "sqlite_autoindex_sale_draft_2", "postgresql": "uq_sale_draft_import_id_line_key"}


@pytest.fixture
def staff(db):
    return create_actor(Role.STAFF)


def cache_size(db):
    return db.session.scalar(text("PRAGMA cache_size"))


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_cache_is_large_only_while_an_import_is_applied(db, staff, monkeypatch):
    usual, meanwhile, write = cache_size(db), [], applying.write_sales

    def written(*about):
        meanwhile.append(cache_size(db))
        write(*about)

    monkeypatch.setattr(applying, "write_sales", written)
    bring_in(staff, [doudian_row(1)])

    assert meanwhile == [-8_000]
    assert cache_size(db) == usual == -2_000


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_nor_is_it_after_one_that_fails(db, staff, monkeypatch):
    usual, found = cache_size(db), stage(staff, [doudian_row(1)])

    def broken(*_about):
        raise ZeroDivisionError

    monkeypatch.setattr(applying, "write_sales", broken)
    with pytest.raises(ZeroDivisionError):
        applying.apply(staff, found.id, now=NOW)

    assert cache_size(db) == usual


def plan_of(db, ask):
    """How the engine goes about the first statement that is sent."""
    told = []

    def explain(connection, _cursor, statement, parameters, _context, _many):
        if not told and statement.startswith("SELECT"):
            word = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
            raw = connection.connection.cursor()
            raw.execute(f"{word} {statement}", parameters)
            told.append("\n".join(str(row[-1]) for row in raw.fetchall()))

    event.listen(db.engine, "before_cursor_execute", explain)
    try:
        ask()
    finally:
        event.remove(db.engine, "before_cursor_execute", explain)
    return told[0]


def test_a_chunk_reads_none_of_the_drafts_of_other_lines(db, staff, engine_name):
    found = stage(staff, [doudian_row(number) for number in range(1, 4_001)])
    keys = [f"none-{number}" for number in range(2_000)]

    plan = plan_of(db, lambda: drafts_of(db.session(), found.id, keys))

    assert BY_KEY[engine_name] in plan
    assert [*drafts_of(db.session(), found.id, [*keys, *_keys(db, found.id, 2)])] == _keys(db, found.id, 2)


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_asked_for_all_keys_at_once_the_engine_would(db, staff, engine_name):
    found = stage(staff, [doudian_row(number) for number in range(1, 4_001)])
    keys = [f"none-{number}" for number in range(2_000)]
    at_once = select(DRAFTS.c.position).where(DRAFTS.c.import_id == found.id, DRAFTS.c.line_key.in_(keys))

    assert BY_KEY[engine_name] not in plan_of(db, lambda: db.session.execute(at_once))


def _keys(db, import_id, number):
    mine = select(DRAFTS.c.line_key).where(DRAFTS.c.import_id == import_id).order_by(DRAFTS.c.position)
    return list(db.session.scalars(mine.limit(number)))
