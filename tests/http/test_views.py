"""The pages of months, finding, the list of a day and the day sheet; and the same pages whatever the server's zone."""

import os
import re
import time
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from domain.people import Role
from domain.spaces import DayKind, Equipment
from models import Booking, CalendarDay, Closure, Occupancy, SpaceEquipment
from tests.support.builders import (
    MONDAY,
    NOW,
    between,
    create_actor,
    create_booking,
    create_person,
    create_pool,
    create_space,
)
from tests.support.client import read_forms
from tests.support.visits import HTMX, log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def tea_room():
    return create_space("tea-room", name="楼院茶话室")


def close(db, space, interval):
    values = {"created_by_id": create_person(Role.STAFF).id, "created_at": NOW, "reason": "空调检修"}
    db.session.add(
        Closure(space_id=space.id, starts_at=interval.starts_at, ends_at=interval.ends_at, **values)
    )
    db.session.commit()


def test_a_closed_space_says_why_on_its_lane(client, db, tea_room):
    close(db, tea_room, between(13, 17))
    today = client.get("/").text
    assert "13:00–17:00 不开放 空调检修" in today
    assert "13:00–17:00 停用：空调检修" in today

    close(db, tea_room, between(0, 24, days=1))
    tomorrow = client.get("/?day=2026-11-24").text
    assert "停用：空调检修" in tomorrow
    assert "空调检修" in client.get("/spaces/tea-room?day=2026-11-24").text


def test_the_list_says_in_words_what_the_lanes_draw(client, tea_room):
    create_booking(tea_room, between(12, 14))
    pool = create_pool(places=3, name="小栈")
    create_booking(pool, between(10, 11))

    page = client.get("/?view=list").text
    text = re.sub(r"<[^>]+>", "", page)

    assert "14:00–22:00" in text
    assert re.search(r"12:00–14:00\s*占用", text)
    assert "空 2 座" in text
    assert "start=14:00" in page.replace("%3A", ":")
    assert "view=list" in page[page.index('rel="next"') - 200 : page.index('rel="next"')]


def test_a_month_leads_to_its_days_and_names_holidays(client, db, tea_room):
    create_booking(tea_room, between(8, 22, days=1))
    db.session.add(CalendarDay(day=MONDAY + timedelta(days=3), day_kind=DayKind.HOLIDAY, name="邻里节"))
    db.session.commit()

    page = client.get("/spaces/tea-room/month").text

    assert "2026年11月" in page
    assert "明天 已满，已约 100%" in page
    assert "11月26日 周四 邻里节" in page
    assert "/spaces/tea-room/book?day=2026-11-25" in page
    assert "放假安排未公布" not in page
    assert "2026年12月" in client.get("/month?day=2026-12-01").text
    assert "?day=2026-11-25" in client.get("/month").text
    assert client.get("/spaces/cellar/month").status_code == 404


def test_a_year_without_holidays_is_said_in_the_month(client):
    create_space(advance_days=60)

    assert "2027 年的放假安排未公布" in client.get("/month?day=2027-01-04").text


def test_finding_answers_with_times_to_touch(client, db, tea_room):
    create_space("small", name="小房间", capacity=4)
    db.session.add(SpaceEquipment(space_id=tea_room.id, code=Equipment.PROJECTOR))
    db.session.commit()
    create_booking(tea_room, between(8, 13, days=1))

    page = client.get("/find")
    found = client.submit(page, "/find", day="2026-11-24", length="120", people="10", equipment="projector")

    assert "楼院茶话室" in found.text
    assert "小房间" not in found.text
    link = re.search(r'href="(/spaces/tea-room/book\?[^"]*start=[^"]*)"', found.text)
    address = link.group(1).replace("&amp;", "&").replace("%3A", ":")
    assert address == "/spaces/tea-room/book?day=2026-11-24&start=13:00&end=15:00"
    assert client.get(address).status_code == 200
    assert client.get("/find", headers=HTMX).text.lstrip().startswith('<div id="find"')


@pytest.mark.parametrize(
    "asked", ["day=soon&length=7&people=-3&equipment=sauna", "people=many", "day=0001-01-01"]
)
def test_nonsense_is_asked_as_the_usual(client, tea_room, asked):
    page = client.get(f"/find?{asked}")

    assert page.status_code == 200
    assert read_forms(page.text)[1].fields["length"] == "60" if "length" in asked else True


def test_what_is_full_says_so_and_leads_to_the_month(client, db, tea_room):
    close(db, tea_room, between(0, 24, days=1))

    page = client.get("/find?day=2026-11-24").text

    assert "停用：空调检修" in page
    assert "/spaces/tea-room/month" in page


def test_the_day_sheet_is_for_staff_and_masks(client, tea_room):
    booker = create_person(name="林秀兰", salutation="ms")
    create_booking(tea_room, between(12, 14), booker_id=booker.id, purpose="家庭聚会", pickup_number="0417")
    private = create_space(is_private=True)
    create_booking(private, between(10, 11), booker_id=booker.id, purpose="邻里调解")

    page = log_in(client, create_actor(Role.STAFF)).get("/day-sheet").text

    for said in ("林女士", "0417", "12:00–14:00", "保密"):
        assert said in page
    for secret in ("林秀兰", "家庭聚会", "邻里调解"):
        assert secret not in page
    assert page.count("林女士") == 1


@pytest.fixture
def zones():
    """Sets the zone of this process, and puts it back."""
    before = os.environ.get("TZ")

    def travel(name):
        os.environ["TZ"] = name
        time.tzset()

    yield travel
    os.environ.pop("TZ", None)
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def anonymous(text):
    """A page without what differs by itself: tokens, keys, numbers of rows."""
    text = re.sub(r'(name="(csrf_token|idempotency_key)" value|seen)="?[^"&]*', "", text)
    return re.sub(r"(booking-|/bookings/|seen=)[\w-]+", r"\1…", text)


def test_rows_and_pages_are_the_same_wherever_the_server_stands(app, db, clock, zones):
    create_space("tea-room", name="楼院茶话室", lead_minutes=0)
    wall_clocks, seen = set(), []

    for zone in ("UTC", "Asia/Shanghai", "America/New_York"):
        zones(zone)
        # A clock that trusted the server would say these three differently.
        wall_clocks.add(datetime.fromtimestamp(NOW.timestamp()).hour)  # noqa: DTZ006  the fault that is looked for
        client = log_in(visitor(app), create_actor(name="林秀兰"))
        form = client.get("/spaces/tea-room/book?day=2026-11-24&start=21:30&end=22:00")
        made = client.submit(form, "/book", purpose="喝茶", party_size="4")
        assert made.status_code == 303, made.text
        rows = db.session.execute(
            select(Booking.starts_at, Booking.ends_at, Occupancy.tick).join(
                Occupancy, Occupancy.booking_id == Booking.id
            )
        ).all()
        pages = [
            anonymous(client.get(path).text)
            for path in (
                "/?day=2026-11-24",
                "/spaces/tea-room",
                "/month",
                "/bookings",
                f"{made.location}.ics",
            )
        ]
        seen.append(([tuple(row) for row in rows], pages))
        assert client.submit(client.get(made.location), "/cancel").status_code == 303
        db.session.rollback()

    assert len(wall_clocks) == 3
    assert seen[0][0] == seen[1][0] == seen[2][0]
    assert seen[0][0][0][0] == between(21.5, 22, days=1).starts_at
    assert "21:30–22:00" in seen[0][1][0]
    assert "DTSTART:20261124T133000Z" in seen[0][1][4]
    assert [first == second == third for first, second, third in zip(*(s[1] for s in seen), strict=True)] == [
        True
    ] * 5
