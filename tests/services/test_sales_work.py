"""Working on imports: chunk after chunk, whoever goes on, whatever happens in between."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, true

from domain.errors import Forbidden, RuleViolation
from domain.people import Role
from models import Sale, SaleDraft, SalesImport, SalesImportChunk, SalesImportLine
from models.sales_imports import ImportStatus
from services import leases, settings
from services.sales import applying, chunks, importing, linking, reading, removing, work
from tests.support.builders import NOW, create_actor
from tests.support.exports import doudian_row
from tests.support.importing import bring_in, read, receive, stage
from tests.support.studio_builders import create_merchant, create_product

pytestmark = pytest.mark.usefixtures("db")

SHIPPED = doudian_row(1, 订单状态="已发货", 订单完成时间="-")
ROWS = [
    SHIPPED,
    *(doudian_row(number) for number in range(2, 9)),
    doudian_row(1),
    doudian_row(20, 订单状态="神秘状态"),
    SHIPPED,
    doudian_row(21, 商品数量="两个"),
    doudian_row(9),
]
FATES = {"inserted": 9, "updated": 1, "unchanged": 1, "held": 1, "rejected": 1}
LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def staff(db):
    return create_actor(Role.STAFF)


@pytest.fixture(autouse=True)
def three_rows_at_a_time(monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK", 3)


@pytest.fixture
def nothing_is_small(monkeypatch):
    for module in (applying, work):
        monkeypatch.setattr(module, "SMALL", 0)


def fates(found):
    return {name: getattr(found, name) for name in FATES}


def count(db, table):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table))


def all_sales(db):
    db.session.rollback()
    left_out = ("id", "first_import_id", "last_import_id", "updated_at")
    columns = [column for column in Sale.__table__.c if column.name not in left_out]
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(Sale.line_key))]


def one_step(import_id, worker, now=NOW):
    assert work.claim(import_id, worker, now)
    work.step(import_id, worker, None, now)


def test_lines_that_stand_twice_are_one_across_chunks_too(db, staff):
    done = bring_in(staff, ROWS)

    assert (fates(done), done.read_count, done.row_count) == (FATES, 13, 13)
    assert count(db, Sale) == 9
    assert done.gmv_fen == 9 * 3990 == done.books_gmv_fen
    assert done.money["held"]["gmv_fen"] == 3990
    assert (count(db, SaleDraft), count(db, SalesImportChunk)) == (0, 0)


def test_an_upload_waits_in_chunks_and_shows_how_far_it_has_come(db, staff):
    made = receive(staff, ROWS)
    assert (made.status, made.row_count, made.rows_done) == (ImportStatus.STAGING, 13, 0)
    assert count(db, SalesImportChunk) == 5

    one_step(made.id, "a")

    found = importing.find(staff, made.id)
    assert (found.rows_done, found.read_count, found.step_started_at) == (3, 3, NOW)
    assert count(db, SaleDraft) == 3


def test_another_worker_goes_on_where_a_dead_one_stopped(db, staff):
    made = receive(staff, ROWS)
    one_step(made.id, "dead")

    assert not work.claim(made.id, "other", NOW + timedelta(seconds=30))
    assert work.run_due(NOW + timedelta(seconds=30)) == 0
    assert work.run_due(LATER) == 1

    found = importing.find(staff, made.id)
    assert (found.status, fates(found), found.worker) == (ImportStatus.STAGED, FATES, "")


def test_whoever_lost_the_lease_writes_nothing_more(db, staff):
    made = receive(staff, ROWS)
    one_step(made.id, "slow")
    assert work.claim(made.id, "quick", LATER)

    assert work.step(made.id, "slow", None, LATER) == (None, None)

    assert importing.find(staff, made.id).rows_done == 3


KILLED = """
import os, signal, sys
from datetime import datetime
from app import create_app
from services.sales import work

app = create_app({"SQLALCHEMY_DATABASE_URI": os.environ["URI"]})
with app.app_context():
    import_id, now = int(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
    assert work.claim(import_id, "killed", now)
    work.run(import_id, "killed", now, told=lambda found: found.rows_done < 6 or os.kill(os.getpid(), signal.SIGKILL))
"""


def test_a_killed_process_loses_and_doubles_nothing(app, db, staff):
    made = receive(staff, ROWS)
    uri = db.engine.url.render_as_string(hide_password=False)
    db.session.rollback()

    child = subprocess.run(
        [sys.executable, "-c", KILLED, str(made.id), NOW.isoformat()],
        env={**os.environ, "URI": uri},
        check=False,
        capture_output=True,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr.decode()
    db.session.rollback()
    assert importing.find(staff, made.id).rows_done == 6
    read(made.id, now=LATER)
    applying.apply(staff, made.id, now=LATER)

    assert fates(importing.find(staff, made.id)) == FATES
    assert count(db, Sale) == 9


def race_for(app, import_id):
    winners, start = [], threading.Barrier(2)

    def claim(worker):
        with app.app_context():
            start.wait(20)
            if work.claim(import_id, worker, NOW):
                winners.append(worker)

    threads = [threading.Thread(target=claim, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return winners


def test_of_two_workers_one_gets_the_import(app, db, staff):
    assert len(race_for(app, receive(staff, ROWS).id)) == 1


@pytest.mark.mutant
def test_without_the_lease_both_would_get_it(app, db, staff, monkeypatch):
    monkeypatch.setattr(leases, "free", lambda *_about: true())

    assert len(race_for(app, receive(staff, ROWS).id)) == 2


@pytest.mark.usefixtures("nothing_is_small")
def test_a_large_upload_is_left_to_the_job_at_once(db, staff):
    made = receive(staff, ROWS, worker="request")
    assert work.run_due(NOW) == 0

    work.read_now(made.id, "request", NOW)

    assert importing.find(staff, made.id).rows_done == 0
    assert work.run_due(NOW) == 1


@pytest.mark.usefixtures("nothing_is_small")
def test_a_large_import_is_applied_by_the_job(db, staff):
    made = stage(staff, ROWS)

    assert applying.apply(staff, made.id, now=NOW).status is ImportStatus.APPLYING
    assert count(db, Sale) == 0
    assert work.run_due(NOW) == 1

    found = importing.find(staff, made.id)
    assert (found.status, fates(found)) == (ImportStatus.APPLIED, FATES)
    assert count(db, Sale) == 9


@pytest.mark.parametrize("small", [True, False])
def test_a_plan_that_went_stale_is_made_anew(db, staff, small, monkeypatch):
    if not small:
        for module in (applying, work):
            monkeypatch.setattr(module, "SMALL", 0)
    first, second = stage(staff, ROWS), stage(staff, ROWS)
    assert fates(second) == FATES

    for made in (first, second):
        applying.apply(staff, made.id, now=NOW)
        read(made.id)

    found = importing.find(staff, second.id)
    assert fates(found) == FATES | {"inserted": 0, "updated": 0, "unchanged": 11}
    assert (found.status, found.books_gmv_fen) == (ImportStatus.APPLIED, 0)
    assert count(db, Sale) == 9


def test_a_product_that_is_linked_after_the_reading_is_known_when_applied(db, staff):
    product = create_product(create_merchant()[0], "我们的紫菜")
    made = stage(staff, ROWS[1:3])
    linking.link(staff, made.platform, "3561234567890123456", product.id, now=NOW)

    applying.apply(staff, made.id, now=NOW)

    assert {sale[COLUMN] for sale in all_sales(db)} == {product.id}


COLUMN = [
    c.name
    for c in Sale.__table__.c
    if c.name not in ("id", "first_import_id", "last_import_id", "updated_at")
].index("product_id")


def test_a_cancelled_import_stops_and_leaves_nothing_but_its_name(db, staff):
    made = receive(staff, ROWS)
    one_step(made.id, "a")

    assert removing.cancel(staff, made.id, now=NOW).status is ImportStatus.CANCELLED
    assert removing.cancel(staff, made.id, now=NOW).status is ImportStatus.CANCELLED

    assert work.step(made.id, "a", None, NOW) == (None, None)
    assert (count(db, SaleDraft), count(db, SalesImportChunk)) == (0, 0)
    with pytest.raises(RuleViolation):
        applying.apply(staff, made.id, now=NOW)


def test_what_is_in_the_books_can_not_be_cancelled(staff):
    with pytest.raises(RuleViolation):
        removing.cancel(staff, bring_in(staff, ROWS).id, now=NOW)
    with pytest.raises(Forbidden):
        removing.cancel(create_actor(), 1, now=NOW)


def test_an_import_that_breaks_says_so_and_changes_nothing(db, staff, monkeypatch):
    def break_down(*_about):
        raise ZeroDivisionError

    monkeypatch.setattr(reading, "read_orders", break_down)

    found = stage(staff, ROWS)

    assert (found.status, found.error_code) == (ImportStatus.FAILED, "import_broken")
    assert (count(db, SaleDraft), count(db, SalesImportChunk), count(db, Sale)) == (0, 0, 0)


def test_what_nobody_applies_for_a_month_is_cancelled(db, staff):
    made = stage(staff, ROWS)
    days = timedelta(days=settings.current().staged_import_days)

    assert removing.cancel_abandoned(NOW + days) == 0
    assert removing.cancel_abandoned(NOW + days + timedelta(minutes=1)) == 1

    assert importing.find(staff, made.id).status is ImportStatus.CANCELLED


def test_an_import_that_was_only_tried_is_forgotten(db, staff):
    removing.forget(stage(staff, ROWS).id)

    assert [count(db, table) for table in (SalesImport, SaleDraft, SalesImportChunk, SalesImportLine)] == [
        0
    ] * 4
