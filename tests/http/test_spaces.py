"""The list of spaces and the page of one: rules in plain words, the week, live seats."""

import pytest

from domain.people import Role
from domain.spaces import Approval, DayKind
from tests.support.builders import (
    between,
    create_actor,
    create_booking,
    create_pool,
    create_space,
    create_studio,
)
from tests.support.studio_builders import create_show
from tests.support.visits import HTMX, log_in

pytestmark = pytest.mark.usefixtures("db", "clock")


def test_the_rules_stand_in_plain_words(client):
    create_space(
        "mediation-room", capacity=8, buffer_minutes=15, is_private=True, days=(DayKind.WEEKDAY,), closes=18
    )

    page = client.get("/spaces/mediation-room").text

    for line in (
        "工作日 08:00–18:00 开放",
        "周末不开放",
        "节假日不开放",
        "最多 8 人",
        "一次 30 分钟到 4 小时",
        "最多提前 30 天预约",
        "最晚提前 30 分钟预约",
        "提交后由工作人员审核",
        "每次用完留 15 分钟打扫",
        "别人只看到“占用”",
    ):
        assert line in page


def test_who_decides_depends_on_the_space(client):
    create_space("pavilion", approval=Approval.CAPTAINS_AT_ONCE)
    create_pool(code="rest-station")

    assert "楼长预约马上确认，住户预约由工作人员审核" in client.get("/spaces/pavilion").text
    assert "马上确认，不用审核" in client.get("/spaces/rest-station").text


def test_the_week_begins_on_monday_and_its_free_cells_book(client):
    room = create_space("tea-room")
    create_booking(room, between(12, 14, days=2))

    page = client.get("/spaces/tea-room?day=2026-11-25").text

    assert "11月23日 周一 – 11月29日 周日" in page
    assert "周三25 12:00–14:00 占用" in page
    assert "day=2026-11-26&amp;start=10:00" in page.replace("%3A", ":")
    assert 'aria-current="date"' in page


def test_the_studio_leads_to_its_shows_and_can_be_had_as_a_room(client):
    show = create_show(create_studio(code="studio"), title="年货节专场")

    page = client.get("/spaces/studio").text

    assert f"/shows/{show.id}" in page
    assert "还有 10 个展位" in page
    assert 'href="/spaces/studio/book"' in page
    assert "几点开始？" in client.get("/spaces/studio/book").text


def test_free_seats_are_polled(client):
    pool = create_pool(places=12, code="rest-station")
    create_booking(pool, between(9, 9.5))
    page = client.get("/spaces/rest-station").text
    assert "11</span> / 12 座空着" in page

    start = page.index('hx-get="/spaces/rest-station/seats') + len('hx-get="')
    poll = page[start : page.index('"', start)].replace("&amp;", "&")

    assert client.get(poll, headers=HTMX).status_code == 204
    assert client.get("/spaces/rest-station/seats", headers=HTMX).status_code == 200


def test_all_spaces_are_listed_in_either_language(client):
    create_space("tea-room", name="楼院茶话室", name_en="Tea room")

    assert "楼院茶话室" in client.get("/spaces").text
    assert "Tea room" in log_in(client, create_actor(Role.RESIDENT, locale="en")).get("/spaces").text


def test_an_unknown_space_is_not_found(client):
    for path in ("/spaces/cellar", "/spaces/cellar/book", "/spaces/cellar/seats"):
        assert client.get(path).status_code == 404
