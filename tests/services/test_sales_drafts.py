"""Drafts are written by the hundred, those of lines like another by a stencil: they are what they would be alone."""

import json
import zlib

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from domain.bookings import BookingStatus
from domain.people import Role
from domain.sales.alike import Alike
from domain.sales.attribution import Tier
from domain.sales.platforms import Field
from domain.sales.problems import RowCode, RowError
from models import SaleDraft, SalesImportChunk
from services.sales import bulk, chunks, work
from services.sales.chunks import unpacked
from services.sales.planning import DRAFTS
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, at, create_actor, create_studio
from tests.support.exports import doudian_row
from tests.support.importing import receive, stage
from tests.support.statements import statements
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

STARTS = at(19.5)
MOMENTS = ("19:31:00", "19:31", "19:59:10", "21:00:00", "22:20:00", "23:30:00", "12:00:00")


@pytest.fixture
def staff(db):
    return create_actor(Role.STAFF)


def rows_of(titles, first=1):
    """A line at every moment for each title, each kind three times."""
    kinds = [(title, moment) for _again in range(3) for title in titles for moment in MOMENTS]
    return [
        doudian_row(
            number,
            选购商品=title,
            商家编码="-",
            商品ID=f"99{number % 2}",
            订单提交时间=f"{STARTS:%Y-%m-%d} {moment}",
        )
        for number, (title, moment) in enumerate(kinds, start=first)
    ]


def drafts(db, import_id):
    db.session.rollback()
    columns = [column for column in DRAFTS.c if column.name not in {"import_id", "ordered_on"}]
    rows = db.session.execute(
        select(*columns).where(DRAFTS.c.import_id == import_id).order_by(DRAFTS.c.position)
    )
    return [tuple(row) for row in rows]


@pytest.fixture
def aired(db):
    """A show of one product, shown twice, and a product that never was on air."""
    shop, owner = create_merchant()
    product = create_product(shop, name="头水紫菜")
    create_product(shop, name="从未上播")
    show = create_show(create_studio(), STARTS)
    for booth in (1, 5):
        create_booth(show, booth, product, owner, status=BookingStatus.CONFIRMED)


def test_a_stencil_writes_what_the_plan_would(db, staff, aired, monkeypatch):
    rows = rows_of(["头水紫菜", "从未上播", "没人认识"])
    by_stencil = stage(staff, rows)
    fast = drafts(db, by_stencil.id)
    monkeypatch.setattr(Alike, "line", lambda _self, _row: None)

    alone = stage(staff, rows)

    assert fast == drafts(db, alone.id)
    tiers = {draft.tier for draft in db.session.scalars(select(SaleDraft))}
    assert {Tier.IN_WINDOW, Tier.TAIL, Tier.SAME_SHOW, Tier.LONG_TAIL, Tier.NONE} - tiers <= {Tier.LONG_TAIL}
    assert (by_stencil.inserted, by_stencil.money) == (alone.inserted, alone.money)


@pytest.mark.mutant
def test_it_would_not_if_it_heeded_no_window(db, staff, aired, monkeypatch):
    rows = rows_of(["头水紫菜"])
    alone = stage(staff, rows)
    monkeypatch.setattr("services.sales.matching.Matcher.may_be_sold", lambda *_: False)

    assert drafts(db, stage(staff, rows).id) != drafts(db, alone.id)


def test_a_line_that_comes_twice_in_a_chunk_has_one_draft(db, staff):
    rows = [doudian_row(1), doudian_row(2), doudian_row(2), doudian_row(3)]
    found = stage(staff, rows)
    assert (found.inserted, found.unchanged, len(drafts(db, found.id))) == (3, 1, 3)


def statements_of_reading(db, staff, lines):
    made = receive(staff, [doudian_row(number) for number in range(1, lines + 1)], worker="w")
    with statements(db) as seen:
        work.run(made.id, "w", NOW)
    return len(seen)


def test_reading_takes_the_same_statements_for_each_thousand_lines(db, staff, monkeypatch):
    most = 40
    monkeypatch.setattr(chunks, "CHUNK", 1_000)
    assert statements_of_reading(db, staff, 2_000) - statements_of_reading(db, staff, 1_000) <= most

    monkeypatch.setattr(chunks, "CHUNK", 100)  # and it is the chunks that it hangs on
    assert statements_of_reading(db, staff, 1_000) - statements_of_reading(db, staff, 500) > most


def test_a_chunk_holds_so_many_rows_and_not_more(db, staff, monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK", 4)
    made = receive(staff, [doudian_row(number) for number in range(1, 11)])
    held = db.session.execute(select(SalesImportChunk.row_count).where(SalesImportChunk.import_id == made.id))
    assert sorted(held.scalars()) == [2, 4, 4]


def test_a_draft_that_is_there_already_is_refused_as_by_any_insert(db, staff):
    found = stage(staff, [doudian_row(1)])
    [stored] = db.session.execute(select(DRAFTS).where(DRAFTS.c.import_id == found.id)).mappings()
    with pytest.raises(IntegrityError):
        in_transaction(lambda: bulk.write(db.session(), DRAFTS, [dict(stored)]))


def test_no_more_values_go_into_a_statement_than_sqlite_takes(db, staff):
    sizes = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: sizes.append(len(args[3])))
    statements_of_reading(db, staff, 900)
    assert max(sizes) <= bulk.AT_ONCE < 32_766


def test_chunks_of_a_house_that_was_updated_meanwhile_are_read():
    columns = (Field.ORDER_NO, Field.TITLE, Field.SPEC, Field.AMOUNT)
    old = [[2, {"order_no": "7", "amount": "1.00"}], [3, "数量", "row_bad_integer", "x"]]

    row, error = unpacked(zlib.compress(json.dumps(old).encode()), columns)

    assert (row.line, list(row.cells)) == (2, ["7", "", "", "1.00"])
    assert error == RowError(3, "数量", RowCode("row_bad_integer"), "x")
