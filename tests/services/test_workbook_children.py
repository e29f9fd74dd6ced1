"""The child that reads a workbook may do little, and nothing is left of it, however the reading ends."""

import gc
import os
import signal
import tempfile

import psutil
import pytest

from domain.sales.problems import FileCode, FileError
from domain.sales.reading import OrderExport
from domain.sales.workbook.limits import WorkbookLimits
from services.sales import files, workbooks
from services.sales.files import open_records
from tests.support import hostile
from tests.support.hostile import ORDERS, ROWS, many_rows, upload
from tests.support.workbooks import raw_workbook, typical_rows

GOOD = raw_workbook(ORDERS)


class Left:
    """Which children, open files and temporary files there are."""

    def __init__(self, directory):
        self._directory = directory
        self._me = psutil.Process()
        self.before = self.now()

    def now(self):
        return self._me.children(), self._me.num_fds(), list(self._directory.iterdir())


@pytest.fixture
def left(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with open_records(upload(GOOD)) as opened:
        list(opened.records)  # what is opened once and for all is open now
    gc.collect()
    gc.disable()  # what other tests have left lying about may hold files, and go at any moment
    yield Left(tmp_path)
    gc.enable()


def the_child(left):
    (child,) = set(left.now()[0]) - set(left.before[0])
    return child


class TestNothingIsLeft:
    def test_after_the_end(self, left):
        with open_records(upload(GOOD)) as opened:
            assert len(list(opened.records)) == len(ROWS) + 1
            assert the_child(left)
            assert left.now()[2] == []
        assert left.now() == left.before

    def test_when_the_reader_stops_early(self, left):
        with open_records(upload(raw_workbook(typical_rows(2_000)))) as opened:
            next(iter(opened.records))
            assert the_child(left)
        assert left.now() == left.before

    def test_when_the_reader_fails(self, left):
        with pytest.raises(ZeroDivisionError), open_records(upload(GOOD)):
            raise ZeroDivisionError
        assert left.now() == left.before

    @pytest.mark.parametrize("name", ["ZIP bomb", "NUL, workbook", "no orders", "100 MB, like a workbook"])
    def test_after_a_refusal(self, left, name):
        file = hostile.opened(name)
        with pytest.raises(FileError), open_records(file) as opened:
            list(OrderExport(opened.records))
        file.close()
        assert left.now() == left.before

    def test_when_the_child_is_killed(self, left):
        with open_records(upload(raw_workbook(typical_rows(2_000)))) as opened:
            next(iter(opened.records))
            os.kill(the_child(left).pid, signal.SIGKILL)
            with pytest.raises(FileError) as refused:
                list(opened.records)
        assert refused.value.code == FileCode.WORKBOOK_TOO_HEAVY
        assert left.now() == left.before

    def test_when_the_child_lets_us_wait(self, left, monkeypatch):
        monkeypatch.setattr(files, "workbook_limits", lambda _limits: WorkbookLimits(waiting=0))
        with pytest.raises(FileError) as refused, open_records(upload(GOOD)):
            pass
        assert refused.value.code == FileCode.WORKBOOK_TOO_HEAVY
        assert left.now() == left.before

    def test_when_the_child_has_computed_for_too_long(self, left, monkeypatch):
        many = WorkbookLimits(max_rows=2**20, max_lines=2**20, cpu=1)
        monkeypatch.setattr(files, "workbook_limits", lambda _limits: many)
        with (
            pytest.raises(FileError) as refused,
            open_records(upload(raw_workbook(many_rows(2**20 - 1024)))) as opened,
        ):
            for _ in opened.records:
                pass
        assert refused.value.code == FileCode.WORKBOOK_TOO_HEAVY
        assert left.now() == left.before

    def test_when_the_child_talks_nonsense(self, left, monkeypatch):
        monkeypatch.setattr(workbooks, "_CHILD", "print('[1, 2')")
        with pytest.raises(FileError) as refused, open_records(upload(GOOD)):
            pass
        assert refused.value.code == FileCode.WORKBOOK_BROKEN
        assert left.now() == left.before

    def test_when_no_child_can_be_started(self, left, monkeypatch):
        monkeypatch.setattr(workbooks.sys, "executable", "/nowhere")
        with pytest.raises(FileError) as refused, open_records(upload(GOOD)):
            pass
        assert refused.value.code == FileCode.WORKBOOK_TOO_HEAVY
        assert left.now() == left.before


def test_the_child_sees_no_environment_and_may_do_little(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not-for-the-child")
    before = set(psutil.Process().children())
    with open_records(upload(raw_workbook(typical_rows(2_000)))) as opened:
        next(iter(opened.records))
        (child,) = set(psutil.Process().children()) - before
        assert "SECRET_KEY" not in child.environ()
        limits = WorkbookLimits()
        for kind, amount in {
            psutil.RLIMIT_AS: limits.memory,
            psutil.RLIMIT_CPU: limits.cpu,
            psutil.RLIMIT_CORE: 0,
            psutil.RLIMIT_FSIZE: 0,
            psutil.RLIMIT_NOFILE: 16,
        }.items():
            assert child.rlimit(kind) == (amount, amount)
