"""Every booking of some days as a table: masked, for staff alone, as CSV at once, as a workbook once it is written."""

import pytest

from domain.people import Role
from services.reports import writing
from tests.http.test_reports import MONTH, NAME, PHONE, PURPOSE, ROOM, House
from tests.support.builders import NOW, create_actor
from tests.support.report_files import ready_file
from tests.support.tables_out import read_csv, read_workbook
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def house(db):
    """Rooms, seats and a week of visits."""
    return House()


def test_every_booking_as_csv_names_nobody_in_full(app, house):
    answer = visitor(app, house.staff).get("/reports/bookings.csv?month=2026-11")
    table = read_csv(answer.data)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bookings-2026-11.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(table) == 1 + 13
    said = answer.text
    assert PHONE not in said
    assert NAME not in said
    assert PURPOSE not in said
    assert ROOM not in said
    assert "138****0987" in said
    assert {row[7] for row in table[1:] if row[1] == "调解室"} == {""}


def test_a_workbook_is_asked_for_watched_and_taken(app, house):
    staff = visitor(app, house.staff)
    page = staff.submit(staff.get(MONTH), "/reports/files").location
    answer = staff.get(page)
    assert "正在做" in answer.text
    assert 'hx-trigger="every 2s"' in answer.text
    assert staff.get(f"{page}.xlsx").status_code == 404
    tag = staff.get(page).headers["ETag"]
    assert staff.get(page, headers={"If-None-Match": tag}).status_code == 304

    assert writing.run_due(NOW) == 1
    done = staff.get(page)
    assert "做好了，一共 13 条预约" in done.text
    assert "hx-trigger" not in done.text
    taken = staff.get(f"{page}.xlsx")
    assert taken.headers["Content-Disposition"] == 'attachment; filename="bookings-2026-11.xlsx"'
    (cells,) = read_workbook(taken.data).values()
    assert len(cells) == 2 + 13
    assert "预约明细 2026年11月" in staff.get(MONTH).text


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.CAPTAIN, Role.MERCHANT])
def test_nobody_else_takes_bookings_away(app, house, role):
    file_id = ready_file(house.staff)
    other = visitor(app, create_actor(role))
    for path in ("/reports/bookings.csv", f"/reports/files/{file_id}", f"/reports/files/{file_id}.xlsx"):
        assert other.get(path).status_code == 403
