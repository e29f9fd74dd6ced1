"""Reports in the browser and as files: staff see numbers, and nobody in them."""

from datetime import timedelta

import pytest

from domain.bookings import BookingStatus
from domain.people import Role
from models import RefusedDemand, WalkIn
from services.login import create_token
from tests.support.builders import (
    MONDAY,
    NOW,
    between,
    create_actor,
    create_booking,
    create_person,
    create_pool,
    create_space,
    saved,
)
from tests.support.tables_out import read_csv, read_workbook
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
MONTH = "/reports?month=2026-11"
SHEET = "/reports/2026-11/print"
NAME, PHONE, PURPOSE, ROOM = "欧阳金丝雀", "13812340987", "金丝雀聚会", "8848"


class House:
    """Three rooms, one of them private, seats and a week of visits; the canaries come everywhere."""

    def __init__(self):
        self.staff = create_actor(Role.STAFF, name="工作人员甲")
        self.tea = create_space("tea-room", name="楼院茶话室")
        self.talk = create_space("mediation-room", name="调解室", is_private=True)
        self.seats = create_pool(places=4, code="rest-station", name="小栈")
        self.canary = create_person(name=NAME, phone=PHONE, building=7, unit=3, room=ROOM)
        others = [create_person() for _ in range(3)]
        self._visits([self.canary, *others])
        self._turned_away([self.canary, *others])

    def _visits(self, people):
        for number, person in enumerate(people):
            day = number - 6
            for space, hour in ((self.tea, 9), (self.talk, 14), (self.seats, 16)):
                create_booking(
                    space, between(hour, hour + 1, days=day), booker_id=person.id, purpose=PURPOSE,
                    status=BookingStatus.COMPLETED,
                )  # fmt: skip
        create_booking(
            self.tea, between(19, 20, days=-5), booker_id=self.canary.id, purpose=PURPOSE,
            status=BookingStatus.DECLINED, decision_reason=PURPOSE,
        )  # fmt: skip
        seat = between(10, 11, days=-2)
        saved(
            WalkIn(
                space_id=self.seats.id, starts_at=seat.starts_at, ends_at=seat.ends_at, arrived_at=seat.starts_at,
                created_by_id=self.staff.id,
            )
        )  # fmt: skip

    def _turned_away(self, people):
        for space, hour, code in ((self.tea, 19, "slot_taken"), (self.talk, 20, "outside_hours")):
            time = between(hour, hour + 1, days=-1)
            for person in people:
                saved(
                    RefusedDemand(
                        person_id=person.id, space_id=space.id, starts_at=time.starts_at, ends_at=time.ends_at,
                        code=code, asked_at=NOW,
                    )
                )  # fmt: skip


@pytest.fixture
def house(db):
    return House()


@pytest.fixture
def staff(app, house):
    return visitor(app, house.staff)


@pytest.fixture
def program(app, house):
    token = create_token(str(house.staff.phone), label="", now=NOW)
    return lambda path: app.test_client().get(
        f"/api/v1/reports{path}", headers={"Authorization": f"Bearer {token}"}
    )


def test_staff_read_the_month_in_a_few_numbers_with_a_sentence_each(staff):
    page = staff.get(MONTH).text

    assert "2026年11月 使用情况" in page
    assert "到 11月23日 周一 为止" in page
    assert "位住户来过" in page
    assert "8</b><span" in page.replace("\n", "")  # eight wishes in vain, four of them for the private room
    assert "周日 19:00–20:00想用楼院茶话室，4 次没约上：已经约满" in page
    assert "直接来坐 1 人次" in page
    assert "还没过完" in page


def test_the_week_is_a_picture_with_a_title_and_a_table_behind_it(staff):
    page = staff.get(MONTH).text

    assert page.count('class="heat-picture"') == 2
    assert "<title>每周每小时的使用率：最高" in page
    assert page.count("heat-table") == 2


def test_one_space_and_any_days_by_plain_links_and_a_form(staff):
    page = staff.get("/reports?first=2026-11-16&last=2026-11-22&space=tea-room").text

    assert "楼院茶话室" in page
    assert "开放 98 小时" in page
    assert "first=2026-11-16&amp;last=2026-11-22" in page
    assert staff.get(MONTH + "&space=nowhere").status_code == 404
    assert [
        staff.get(f"/reports{asked}").status_code
        for asked in ("?month=x", "?month=2026-13", "?first=a&last=b", "?first=2026-11-02&last=2026-11-01")
    ] == [404, 404, 404, 422]
    said = staff.get("/reports?first=2026-11-02&last=2026-11-01").text
    assert "结束那天要在开始那天之后。" in said


def test_a_private_space_shows_sums_and_neither_hours_nor_people(staff, program):
    page = staff.get(MONTH + "&space=mediation-room").text

    assert "只有总数，看不到什么时候、什么人" in page
    assert "heat-picture" not in page
    assert "位住户来过" not in page
    assert "14:00" not in staff.get(MONTH).text.partition("哪里该多开")[2]
    usage = {one["space"]: one for one in program("/usage").json["spaces"]}
    assert usage["mediation-room"]["hours"] == []
    assert usage["mediation-room"]["came"] == 4
    wanted = {one["space"]: one for one in program("/demand").json["spaces"]}
    assert (wanted["mediation-room"]["count"], wanted["mediation-room"]["hours"]) == (4, [])


def test_the_picture_of_all_gives_no_private_hour_away(staff, program):
    hours = {
        (one["weekday"], one["hour"])
        for one in program("/usage").json["totals"]["hours"]
        if one["used_share"]
    }

    assert (1, 9) in hours
    assert not any(hour == 14 for _, hour in hours)


def test_a_month_without_anything_says_so(app, house):
    page = visitor(app, house.staff)
    assert "这段时间还没有人用" in page.get("/reports?month=2026-02").text
    assert "这些日子还没有到。" in page.get("/reports?month=2027-03").text
    assert "这个月还没有人用" in page.get("/reports/2026-02/print").text


def test_one_or_two_people_are_not_counted_out_loud(app, db):
    staff = create_actor(Role.STAFF)
    room = create_space("tea-room")
    create_booking(room, between(9, 10, days=-3), status=BookingStatus.COMPLETED)

    page = visitor(app, staff).get(MONTH).text
    assert "少于 3" in page
    assert "来自 少于 3 户、少于 3 栋楼" in page
    token = create_token(str(staff.phone), label="", now=NOW)
    told = app.test_client().get("/api/v1/reports/people", headers={"Authorization": f"Bearer {token}"})
    assert (told.json["people"], told.json["households"], told.json["visits"]) == (None, None, 1)


def test_the_sheet_of_a_month_has_three_sentences_and_the_picture(staff):
    page = staff.get(SHEET).text

    assert "2026年11月 空间使用月报" in page
    assert "要多开的话，先看周日 19:00–20:00的楼院茶话室：4 次，已经约满。" in page
    assert "另有 1 人次没有预约，直接来坐坐。" in page
    assert 'class="heat-picture"' in page
    assert "data-print" in page
    assert staff.get("/reports/2026-13/print").status_code == 404


def test_the_workbook_holds_every_table_as_numbers(staff):
    answer = staff.get("/reports.xlsx?month=2026-11")
    book = read_workbook(answer.data)

    assert answer.headers["Content-Disposition"] == "attachment; filename=usage-2026-11.xlsx"
    assert list(book) == ["空间", "使用率（%）", "想约没约上", "等审核", "住户"]
    rows = {row[0]: row for row in book["空间"][2:]}
    opened, booked, used = 23 * 14 * 60, 240, 240
    assert rows["楼院茶话室"][1:9] == [opened, booked, used, 1, 4, 4, 0, 0]
    assert rows["楼院茶话室"][14:] == [4, 4, 4]
    assert rows["调解室"][14] == 4
    assert len([cell for cell in rows["调解室"][15:] if cell not in (None, "")]) == 0
    assert ["楼院茶话室", "周日", "19:00–20:00", "已经约满", 4] in book["想约没约上"]
    assert ["没有预约直接来坐的人次", 1] in book["住户"]
    table = read_csv(staff.get("/reports.csv?month=2026-11").data)
    assert table[1][0] == "楼院茶话室"
    assert table[-1][0] == "合计"


def test_programs_read_the_same_numbers(program):
    usage = program("/usage?month=2026-11").json
    assert (usage["first"], usage["last"], usage["until"]) == ("2026-11-01", "2026-11-30", "2026-11-23")
    tea = next(one for one in usage["spaces"] if one["space"] == "tea-room")
    assert (tea["used_minutes"], tea["bookings"], tea["declined"]) == (240, 4, 1)
    assert usage["totals"]["walk_ins"] == 1
    assert {one["reason"] for space in program("/demand").json["spaces"] for one in space["hours"]} == {
        "full"
    }
    assert program("/waits").json["whole"] is None
    people = program("/people").json
    assert (people["people"], people["households"], people["fewest"]) == (4, 4, 3)
    assert program("/2026-11.xlsx").status_code == 200
    refused = program("/usage?first=2026-11-02&last=2026-11-01")
    assert (refused.status_code, refused.json["code"]) == (422, "report_days_order")


def test_no_name_no_phone_and_no_purpose_is_in_any_of_it(staff, program):
    """The staff member's own name stands in the head of every page; a neighbour's nowhere."""
    answers = [staff.get(path) for path in (MONTH, MONTH + "&space=tea-room", SHEET, "/reports.csv")]
    told = [answer.text for answer in answers]
    told += [program(path).text for path in ("/usage", "/demand", "/waits", "/people")]
    book = read_workbook(staff.get("/reports.xlsx").data)
    told.append(str(book))

    for canary in (NAME, "欧阳", PHONE, "138****0987", PURPOSE, ROOM):
        assert not [text[:200] for text in told if canary in text], canary
    assert all("楼院茶话室" in text or "tea-room" in text for text in (told[0], told[4], told[-1]))


def test_nobody_but_staff_sees_any_of_it(app, house):
    for role in (Role.RESIDENT, Role.CAPTAIN, Role.MERCHANT):
        person = visitor(app, create_actor(role))
        for path in (MONTH, SHEET, "/reports.xlsx", "/reports.csv"):
            assert person.get(path).status_code == 403
        assert 'href="/reports' not in person.get("/").text
    hub = visitor(app, house.staff).get("/manage").text
    assert 'href="/reports"' in hub


def test_the_page_goes_from_month_to_month(staff):
    page = staff.get(f"/reports?month={MONDAY - timedelta(days=40):%Y-%m}").text

    assert "month=2026-09" in page
    assert "month=2026-11" in page
    assert "month=2026-12" not in staff.get(MONTH).text


def test_a_year_beside_the_month(app, house):
    staff = visitor(app, house.staff)
    month = staff.get(MONTH).text
    assert 'href="/reports?year=2026"' in month
    year = staff.get("/reports?year=2026")
    assert year.status_code == 200
    assert "2026年" in year.text
    assert 'href="/reports?year=2025"' in year.text
    assert 'href="/reports?year=2027"' not in year.text  # it lies ahead
    assert 'href="/reports.csv?year=2026"' in year.text
    assert staff.get("/reports?year=26").status_code == 404
    room = staff.get("/reports?month=&space=tea-room&year=2026").text  # as the form of choices sends it
    assert "2026年" in room
    assert "2026年11月 使用情况" in staff.get("/reports?month=2026-11&space=&year=2026").text
