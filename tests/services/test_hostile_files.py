"""Hostile files: each gets its own clear refusal, in little memory, and leaves nothing behind."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from domain.people import Role
from domain.sales.problems import FileError
from domain.sales.reading import OrderExport
from domain.sales.workbook.limits import WorkbookLimits
from models.base import Base
from services.sales import files, receiving, workbooks
from services.sales.files import open_records
from services.sales.workbook_child import OUT_OF_MEMORY
from tests.support import hostile
from tests.support.builders import NOW, create_actor
from tests.support.hostile import FILES
from tests.support.workbooks import SHEET_END, raw_workbook, typical_rows

ROOT = Path(__file__).parents[2]
ROOM = 150
BIG_TEXT = 150

# Run on its own: what a test itself holds must not count. Megabytes: before, this process's peak, its children's.
MEASURED = """
import resource, sys
from domain.sales.reading import OrderExport
from domain.sales.problems import FileError
from domain.sales.workbook.limits import WorkbookLimits
from services.sales import files
def peak(whose):
    return resource.getrusage(whose).ru_maxrss // (1024 if sys.platform == "linux" else 1024**2)
if sys.argv[2] == "unlimited":
    much = 2**40
    files.workbook_limits = lambda _limits: WorkbookLimits(
        max_inflated=much, max_ratio=much, max_strings_bytes=much, memory=-1, resident=much,
        max_cell=much, max_line_bytes=much
    )
before, told = peak(resource.RUSAGE_SELF), ""
try:
    with open(sys.argv[1], "rb") as file, files.open_records(file) as opened:
        told = sum(1 for _ in OrderExport(opened.records))
except FileError as refused:
    told = refused.code
print(before, peak(resource.RUSAGE_SELF), peak(resource.RUSAGE_CHILDREN), told)
"""


def measured(file: Path, mode: str = "limited") -> tuple[int, int, str]:
    """By how much the reading process grew, what its child held at most, and what the reading came to."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(file), mode],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    before, parent, child, told = done.stdout.split()
    return int(parent) - int(before), int(child), told


def refusal(name: str) -> str:
    with hostile.opened(name) as upload, pytest.raises(FileError) as refused, open_records(upload) as opened:
        list(OrderExport(opened.records))
    return refused.value.code


@pytest.mark.parametrize("name", FILES)
def test_every_hostile_file_is_refused_with_its_code(name):
    assert refusal(name) == FILES[name][1]


def test_the_file_that_the_hostile_ones_are_made_of_is_a_good_one():
    with open_records(hostile.upload(raw_workbook(hostile.ORDERS))) as opened:
        assert len(list(OrderExport(opened.records))) == len(hostile.ROWS)


def rows_of_every_table(db):
    db.session.rollback()
    tables = Base.metadata.sorted_tables
    return {table.name: db.session.scalar(select(func.count()).select_from(table)) for table in tables}


def test_nothing_of_any_of_them_reaches_the_database(db):
    staff = create_actor(Role.STAFF)
    before = rows_of_every_table(db)
    for name, (_, code) in FILES.items():
        with hostile.opened(name) as upload, pytest.raises(FileError) as refused:
            receiving.receive(staff, upload, f"{name}.xlsx", now=NOW)
        assert (name, refused.value.code) == (name, code)
    assert rows_of_every_table(db) == before


def test_a_good_file_does_reach_it(db):
    staff = create_actor(Role.STAFF)
    before = rows_of_every_table(db)
    made = receiving.receive(staff, hostile.upload(raw_workbook(hostile.ORDERS)), "a.csv", now=NOW)
    assert made.row_count == len(hostile.ROWS)
    assert rows_of_every_table(db)["sales_import_chunk"] == before["sales_import_chunk"] + 1


class TestMemory:
    @pytest.mark.parametrize(
        "name",
        ["100 MB, like a workbook", "2^20 rows, workbook", "ZIP bomb", "endless text", "tags in tags"],
    )
    def test_is_bounded_for_what_is_refused(self, name, tmp_path):
        file = tmp_path / "orders"
        with hostile.opened(name) as upload, file.open("wb") as kept:
            while piece := upload.read(1024**2):
                kept.write(piece)

        parent, child, told = measured(file)

        assert told == FILES[name][1]
        assert parent < 20
        assert child < ROOM

    @pytest.mark.mutant
    def test_is_not_bounded_without_the_limits(self, tmp_path):
        file = tmp_path / "orders"
        file.write_bytes(raw_workbook(hostile.ORDERS, shared=hostile.long_text(BIG_TEXT)))

        _, child, told = measured(file)
        assert (told, child < ROOM) == ("file_workbook_too_heavy", True)

        _, child, told = measured(file, "unlimited")
        assert (told, child < ROOM) == (str(len(hostile.ROWS)), False)

    def test_does_not_grow_with_the_rows_of_a_file(self, tmp_path):
        grown = []
        for count in (1_000, 12_000):
            file = tmp_path / f"{count}"
            file.write_bytes(raw_workbook(typical_rows(count)))
            parent, child, told = measured(file)
            assert told == str(count)
            grown.append((parent, child))
        (parent, child), (later_parent, later_child) = grown
        assert later_parent - parent < 5
        assert later_child - child < 5

    def test_that_runs_out_in_the_child_is_a_refusal_like_any_other(self, monkeypatch):
        monkeypatch.setattr(workbooks, "_CHILD", f"import os; os._exit({OUT_OF_MEMORY})")
        with pytest.raises(FileError) as refused, open_records(hostile.upload(b"PK\x03\x04")):
            pass
        assert refused.value.code == "file_workbook_too_heavy"


@pytest.mark.mutant
class TestLimitsOnTheWay:
    """Each is turned off once, to show that it is this limit which refuses."""

    def read(self, monkeypatch, upload: bytes, **limits: int) -> str:
        monkeypatch.setattr(files, "workbook_limits", lambda _limits: WorkbookLimits(**limits))
        try:
            with open_records(hostile.upload(upload)) as opened:
                return str(len(list(OrderExport(opened.records))))
        except FileError as refused:
            return refused.code

    @pytest.mark.parametrize(
        ("limit", "code"),
        [
            ({"max_inflated": 3_000}, "file_workbook_too_heavy"),
            ({"max_ratio": 1, "any_ratio_up_to": 1}, "file_workbook_too_heavy"),
            ({"max_small": 100}, "file_workbook_too_heavy"),
            ({"max_tags": 100}, "file_workbook_too_heavy"),
            ({"resident": 1024**2}, "file_workbook_too_heavy"),
            ({"max_sheets": 0}, "file_workbook_too_heavy"),
            ({"max_rows": 1}, "file_too_many_rows"),
            ({"max_lines": 2}, "file_too_many_rows"),
            ({"max_cells": 5}, "file_line_too_long"),
            ({"max_cell": 5}, "file_line_too_long"),
            ({"max_line_bytes": 50}, "file_line_too_long"),
        ],
    )
    def test_bites(self, monkeypatch, limit, code):
        upload = raw_workbook(hostile.ORDERS)
        assert self.read(monkeypatch, upload) == str(len(hostile.ROWS))
        assert self.read(monkeypatch, upload, **limit) == code

    def test_bites_at_a_tag_that_does_not_end(self, monkeypatch):
        long = hostile.ORDERS.replace(SHEET_END, f'<row a="{"x" * 300_000}"/>{SHEET_END}')
        assert self.read(monkeypatch, raw_workbook(long)) == str(len(hostile.ROWS))
        assert self.read(monkeypatch, raw_workbook(long), max_tag_bytes=100_000) == "file_workbook_broken"

    def test_shared_texts_are_counted(self, monkeypatch):
        shared = "<sst>" + "<si><t>聚福小区</t></si>" * 50 + "</sst>"
        upload = raw_workbook(hostile.ORDERS, shared=shared)
        assert self.read(monkeypatch, upload) == str(len(hostile.ROWS))
        assert self.read(monkeypatch, upload, max_strings=49) == "file_workbook_too_heavy"
        assert self.read(monkeypatch, upload, max_strings_bytes=500) == "file_workbook_too_heavy"


def test_a_dimension_that_claims_everything_is_only_a_claim():
    claimed = hostile.ORDERS.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    with open_records(hostile.upload(raw_workbook(claimed))) as opened:
        assert len(list(OrderExport(opened.records))) == len(hostile.ROWS)
