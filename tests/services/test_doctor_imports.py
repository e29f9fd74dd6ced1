"""The doctor finds imports that contradict themselves, and what their work left lying."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from domain.people import Role
from models import SalesImport, SalesImportChunk
from models.sales_imports import ImportStatus
from services.doctor import imports
from services.sales import work
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, create_actor
from tests.support.exports import doudian_row
from tests.support.importing import bring_in, receive, stage

pytestmark = pytest.mark.usefixtures("db")
ROWS = [doudian_row(number) for number in range(1, 4)]


@pytest.fixture
def staff(db):
    return create_actor(Role.STAFF)


def damage(db, statement):
    in_transaction(lambda: db.session.execute(statement))


def codes(now=NOW):
    return [finding.code for finding in imports.findings(now)]


def test_imports_on_their_way_and_done_are_fine(staff):
    receive(staff, ROWS)
    stage(staff, ROWS)
    bring_in(staff, ROWS)

    assert codes() == []


def test_money_that_does_not_add_up_is_found(db, staff):
    bring_in(staff, ROWS)
    damage(db, update(SalesImport).values(gmv_fen=1))

    assert codes() == ["import_money_differs"]


def test_drafts_and_chunks_that_are_left_are_found(db, staff):
    stage(staff, ROWS)
    damage(db, update(SalesImport).values(status=ImportStatus.CANCELLED))

    assert codes() == ["import_left_over", "import_left_over"]


def test_a_chunk_that_is_lost_is_found(db, staff):
    receive(staff, ROWS)
    damage(db, delete(SalesImportChunk))

    assert codes() == ["import_chunks_differ"]


def test_a_lease_that_nobody_took_over_for_an_hour_is_found(db, staff):
    made = receive(staff, ROWS)
    assert work.claim(made.id, "dead", NOW)

    assert codes(NOW + timedelta(minutes=30)) == []
    assert codes(NOW + timedelta(minutes=62)) == ["import_abandoned"]
