"""Files of every layout whose totals are known beforehand, all the way into the books, on both engines."""

from itertools import permutations
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from domain.people import Role
from models import Base, Sale, SalesTotal
from services import doctor
from services.sales import figures, undoing
from tests.support.builders import NOW, create_actor
from tests.support.exports import (
    SHEETS,
    case_lives,
    doudian_csv,
    doudian_row,
    lives,
    order_files,
    write_csv,
)
from tests.support.importing import bring_in, stage
from tests.support.workbooks import excel_workbook

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.slow]

every_layout = pytest.mark.parametrize("code", sorted(SHEETS))
few = hypothesis_settings(
    max_examples=2,
    phases=[Phase.explicit, Phase.generate],  # to make a failure small would take hundreds of imports
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
BOOKS = ("sale", "after_sale", "held_row", "sales_")
UNSETTLED = ("id", "first_import_id", "last_import_id")


@pytest.fixture
def staff(db):
    return create_actor(Role.STAFF)


def close_books(db):
    """Every example begins with empty books."""
    db.session.rollback()
    for table in reversed(Base.metadata.sorted_tables):
        if table.name.startswith(BOOKS):
            db.session.execute(delete(table))
    db.session.commit()


def sums(staff):
    totals = figures.summary(staff, now=NOW).totals
    return totals.gmv_fen, totals.refunded_fen, totals.orders


def known(file):
    return file.gmv_fen, file.refunded_fen, file.orders


def stored(db):
    db.session.rollback()
    columns = [column for column in Sale.__table__.c if column.name not in UNSETTLED]
    return db.session.execute(select(*columns).order_by(Sale.line_key)).all()


def workbook(file):
    """The same file as XLSX."""
    rows = [[row.get(name) for name in file.columns] for row in file.rows]
    return excel_workbook(file.columns, rows)


def fates(done):
    return done.inserted, done.updated, done.unchanged, done.held, done.rejected


def assert_adds_up(done):
    """Lines and money of the report are those of their parts, to the fen; a row may hold several lines."""
    assert (done.rows_done, done.read_count) == (done.row_count, sum(fates(done)))
    counted = [done.money[fate] for fate in ("inserted", "updated", "unchanged")]
    assert done.gmv_fen == sum(part["gmv_fen"] for part in counted)
    assert done.refunded_fen == sum(part["refunded_fen"] for part in counted)


def brought_in(staff, data):
    """Bring a file in: its report adds up, and so do the books before and after."""
    before = sums(staff)
    done = bring_in(staff, data)
    assert_adds_up(done)
    after = sums(staff)
    assert (done.books_gmv_fen, done.books_refunded_fen) == (after[0] - before[0], after[1] - before[1])
    return done


@every_layout
@few
@given(data=st.data())
def test_a_file_comes_to_what_was_known_and_a_second_time_changes_nothing(db, staff, code, data):
    close_books(db)
    file = data.draw(order_files(code, min_orders=2))
    preview = stage(staff, file.data)
    assert fates(preview) == (len(file.lines), 0, 0, file.held, file.rejected)
    assert_adds_up(preview)

    done = brought_in(staff, file.data)

    assert fates(done) == fates(preview)
    assert (done.gmv_fen, done.refunded_fen) == (file.gmv_fen, file.refunded_fen)
    assert sums(staff) == known(file)
    books = stored(db)
    for again in (brought_in(staff, file.data), brought_in(staff, workbook(file))):
        assert fates(again) == (0, 0, len(file.lines), file.held, file.rejected)
        assert (again.gmv_fen, again.books_gmv_fen, again.books_refunded_fen) == (file.gmv_fen, 0, 0)
    assert stored(db) == books
    assert doctor.data_findings(NOW) == []


@every_layout
@few
@given(data=st.data())
def test_shuffled_and_split_files_come_to_the_same_books(db, staff, code, data):
    file = data.draw(order_files(code, min_orders=2))
    close_books(db)
    brought_in(staff, file.data)
    whole = stored(db)

    close_books(db)
    chance = Random(data.draw(st.integers(0, 999)))
    rows, columns = chance.sample(file.rows, len(file.rows)), chance.sample(file.columns, len(file.columns))
    cut = chance.randint(1, len(rows))
    for half in (rows[:cut], rows[cut:]):
        if half:
            brought_in(staff, write_csv(half, columns, "utf-8", "\n"))

    assert stored(db) == whole
    assert sums(staff) == known(file)
    assert doctor.data_findings(NOW) == []


@every_layout
@few
@given(data=st.data())
def test_later_exports_bring_their_refunds_in_any_order_and_can_all_be_undone(db, staff, code, data):
    files = data.draw(lives(code))
    order = data.draw(st.sampled_from(list(permutations(files))))
    close_books(db)

    done = [brought_in(staff, file.data) for file in order]

    assert sums(staff) == known(files[-1])
    assert doctor.data_findings(NOW) == []
    for one in reversed(done):
        undoing.undo(staff, one.id, now=NOW)
    assert sums(staff) == (0, 0, 0)
    for table in (Sale, SalesTotal):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    assert doctor.data_findings(NOW) == []


@few
@given(data=st.data())
def test_after_sales_files_meet_their_orders_whichever_comes_first(db, staff, data):
    rows = [doudian_row(number) for number in range(1, 4)]
    numbers = [(row["主订单编号"].strip("\t"), row["子订单编号"].strip("\t")) for row in rows]
    cases = data.draw(case_lives(numbers))
    refunded = sum(
        min(3990, sum(case.refunded_fen for case in cases[-1].cases if case.line_no == line_no))
        for _, line_no in numbers
    )
    files = data.draw(st.permutations([doudian_csv(rows), *(file.data for file in cases)]))
    if data.draw(st.booleans()):
        files = [*files, workbook(cases[-1])]
    close_books(db)

    for file in files:
        brought_in(staff, file)

    assert sums(staff) == (3 * 3990, refunded, 3)
    assert doctor.data_findings(NOW) == []
