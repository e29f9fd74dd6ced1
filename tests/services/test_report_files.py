"""Files of bookings: written week by week by the jobs, taken over when a worker dies, gone after some days."""

import io
from datetime import timedelta
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select

from domain.bookings import BookingStatus
from domain.errors import Forbidden, Missing
from domain.people import Role
from domain.reports import Days
from models import AuditEvent, ReportFile, ReportFileChunk
from models.reports import FileStatus
from services import leases, sheets
from services.reports import files, rows, workbook, writing
from tests.support.builders import (
    MONDAY,
    NOW,
    between,
    create_actor,
    create_booking,
    create_person,
    create_space,
)
from tests.support.report_files import DAYS, WORDS, ask, ready_file, wording
from tests.support.statements import statements
from tests.support.tables_out import read_csv, read_workbook

ONE_DAY = Days(MONDAY, MONDAY)


@pytest.fixture
def staff(db):
    return create_actor(Role.STAFF)


@pytest.fixture
def bookings(db):
    """Two of each of three weeks, in a room with a hostile name and in a private one."""
    room = create_space("tea-room", name="=茶&<话>室")
    talk = create_space("mediation-room", is_private=True, name="调解室")
    person = create_person(name="林秀兰", phone="13800001234")
    return [
        create_booking(
            space, between(9 + hour, 10, days=-day), booker_id=person.id, status=BookingStatus.COMPLETED
        )
        for day in (20, 10, 0)
        for hour, space in ((0, room), (0.5, talk))
    ]


def table(file_id, staff):
    return read_workbook(b"".join(files.content(staff, file_id)))["预约明细"]


def status(db, file_id):
    db.session.expire_all()
    return db.session.get_one(ReportFile, file_id).status


def test_a_written_file_holds_every_booking_masked_and_in_order(staff, bookings):
    cells = table(ready_file(staff), staff)
    assert cells[0][0] == "预约明细"
    assert cells[1] == WORDS["headings"]
    assert [row[0] for row in cells[2:]] == [one.id for one in bookings]
    first, private = cells[2], cells[3]
    assert first[1:10] == [
        "=茶&<话>室",
        str(DAYS.first),
        "09:00",
        "10:00",
        "来过",
        1,
        "林**",
        "138****1234",
        "",
    ]
    assert private[1] == "调解室"
    assert [cell or "" for cell in private[6:9]] == ["", "", ""]


def test_csv_and_workbook_say_the_same(staff, bookings):
    parts = rows.of_days(staff, DAYS, wording())
    said = read_csv(b"".join(sheets.csv_lines(WORDS["headings"], parts)))
    cells = table(ready_file(staff), staff)[2:]
    assert len(said) == len(bookings) + 1
    assert said[1][1] == "'=茶&<话>室"  # a spreadsheet would reckon with it
    for line, row in zip(said[1:], cells, strict=True):
        assert line[2:] == ["" if cell is None else str(cell).removesuffix(".0") for cell in row[2:]]


@pytest.mark.usefixtures("bookings")
def test_the_first_lines_leave_before_the_last_are_read(db, staff):
    lines = sheets.csv_lines(WORDS["headings"], rows.of_days(staff, DAYS, wording()))
    with statements(db) as seen:
        next(lines)
        assert not [one for one in seen if "FROM booking" in one]
        next(lines)
        assert len([one for one in seen if "FROM booking" in one]) == 1
        assert not db.session().in_transaction()  # a slow reader holds no connection
        rest = list(lines)
    assert len(rest) == 2
    assert len([one for one in seen if "FROM booking" in one]) == 3


@pytest.mark.usefixtures("bookings")
@pytest.mark.mutant
def test_control_a_table_made_at_once_reads_everything_first(db, staff):
    with statements(db) as seen:
        lines = sheets.csv_lines(WORDS["headings"], list(rows.of_days(staff, DAYS, wording())))
        next(lines)
    assert len([one for one in seen if "FROM booking" in one]) == 3


@pytest.mark.usefixtures("bookings")
def test_a_killed_worker_is_taken_over_and_nothing_is_written_twice(db, staff):
    file_id = ask(staff)
    assert writing.claim(file_id, "killed", NOW)
    assert writing.step(file_id, "killed", None, NOW) is not None

    assert writing.run_due(NOW + timedelta(seconds=30)) == 0  # it may still be alive
    later = NOW + 2 * leases.LEASE
    assert writing.run_due(later) == 1
    assert writing.step(file_id, "killed", None, later) is None  # it woke up too late

    assert status(db, file_id) is FileStatus.READY
    assert len(table(file_id, staff)) == 2 + 6


@pytest.mark.usefixtures("bookings")
@pytest.mark.mutant
def test_control_without_the_lease_two_would_write_the_same_week(db, staff, monkeypatch):
    file_id = ask(staff)
    assert writing.claim(file_id, "one", NOW)
    monkeypatch.setattr(leases, "keep", lambda *_args: True)
    writing.step(file_id, "one", None, NOW)
    writing.step(file_id, "other", None, NOW)
    chunks = select(func.count()).where(ReportFileChunk.file_id == file_id)
    assert db.session.scalar(chunks) == 2  # written by one who holds nothing


def test_one_that_breaks_says_so_and_keeps_nothing(db, staff, bookings, monkeypatch):
    file_id = ask(staff)
    monkeypatch.setattr(workbook, "written", lambda *_args: 1 / 0)
    writing.run_due(NOW)
    found = files.find(staff, file_id)
    assert (found.status, found.error_code, found.worker) == (FileStatus.FAILED, "report_file_broken", "")
    assert db.session.scalar(select(func.count()).select_from(ReportFileChunk)) == 0
    with pytest.raises(Missing):
        files.content(staff, file_id)


@pytest.mark.usefixtures("bookings")
def test_more_rows_than_a_sheet_holds_are_refused(staff, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    file_id = ask(staff)
    writing.run_due(NOW)
    assert files.find(staff, file_id).error_code == "report_file_long"


def test_it_is_made_once_and_written_down(db, staff):
    assert ask(staff) == ask(staff) != ask(create_actor(Role.ADMIN))
    file_id = ready_file_of_nobody(staff)
    assert len(table(file_id, staff)) == 2
    actions = db.session.scalars(select(AuditEvent.action).where(AuditEvent.object_id == file_id)).all()
    assert actions == ["report_file.asked", "report_file.written"]


def ready_file_of_nobody(staff):
    file_id = ask(staff, ONE_DAY)
    writing.run_due(NOW)
    return file_id


@pytest.mark.usefixtures("bookings")
def test_after_some_days_it_is_gone(db, staff):
    file_id = ready_file(staff)
    assert files.forget_due(NOW + files.KEPT) == 0
    assert files.forget_due(NOW + files.KEPT + timedelta(seconds=1)) == 1
    with pytest.raises(Missing):
        files.find(staff, file_id)
    assert db.session.scalar(select(func.count()).select_from(ReportFileChunk)) == 0


def test_only_staff(staff):
    captain = create_actor(Role.CAPTAIN)
    file_id = ask(staff)
    for forbidden in (
        lambda: ask(captain),
        lambda: files.find(captain, file_id),
        lambda: files.content(captain, file_id),
        lambda: files.recent(captain),
        lambda: rows.of_days(captain, DAYS, wording()),
    ):
        with pytest.raises(Forbidden):
            forbidden()


def test_an_unfinished_file_is_not_handed_out(staff):
    with pytest.raises(Missing):
        files.content(staff, ask(staff))


def test_the_archive_is_a_proper_zip(staff, bookings):
    with ZipFile(io.BytesIO(b"".join(files.content(staff, ready_file(staff))))) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == len(set(archive.namelist()))


def test_what_xml_does_not_know_does_not_break_the_sheet():
    assert workbook.safe("林\x00\x0b<兰>&") == "林&lt;兰&gt;&amp;"
