"""The inbox: for everybody with an account, the newest first, read when opened."""

import re

import pytest

from domain.people import Role
from tests.support.builders import between, create_booking, create_person, create_space
from tests.support.client import read_forms
from tests.support.letters import create_notice
from tests.support.visits import HTMX, log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")


def badge(client, path="/notices"):
    """What the bell in the head of a page says."""
    bell = re.search(r"tool-bell.*?</a>", client.get(path).text, re.DOTALL)
    number = re.search(r'class="badge">(\S+?)<', bell[0]) if bell else None
    return number[1] if number else None


@pytest.fixture
def me():
    return create_person(name="林秀兰")


@pytest.fixture
def mine(client, me):
    return log_in(client, me)


@pytest.mark.parametrize("role", list(Role))
def test_everybody_with_an_account_has_an_inbox_and_a_badge_on_every_page(app, role):
    person = create_person(role)
    create_notice(person)
    client = visitor(app, person)

    assert "没看过" in client.get("/notices").text
    for path in ("/", "/notices", "/me", "/shows"):
        assert badge(client, path) == "1"


def test_nobody_else_has_a_bell(client):
    assert "tool-bell" not in client.get("/").text
    assert client.get("/notices").location.startswith("/login")


def test_the_newest_stands_first_and_there_are_pages(mine, me):
    for minute in range(25):
        create_notice(me, "shop_verified", minutes=minute, shop=f"第{minute}家")

    first, second = mine.get("/notices").text, mine.get("/notices?page=2").text

    assert first.index("第0家") < first.index("第19家")
    assert "第20家" not in first
    assert "第24家" in second
    assert mine.get("/notices?page=99").text.count("第24家") == 1


def test_opening_one_reads_it_and_leads_to_what_it_is_about(mine, me):
    booking = create_booking(create_space(), between(15, 16, days=1), booker_id=me.id)
    facts = {"space": "茶话室", "space_en": "Tea room", "booking_id": booking.id}
    number = create_notice(
        me, "booking_confirmed", starts_at=booking.starts_at.isoformat(),
        ends_at=booking.ends_at.isoformat(), **facts,
    )  # fmt: skip
    page = mine.get("/notices")
    assert badge(mine) == "1"

    answer = mine.submit(page, f"/notices/{number}/open")

    assert answer.location == f"/bookings/{booking.id}"
    assert badge(mine) is None
    assert f'href="/bookings/{booking.id}"' in mine.get("/notices").text


def test_one_that_leads_nowhere_stays_in_the_inbox(mine, me):
    create_notice(me, "shop_member_removed", shop="山腰茶行")
    page = mine.get("/notices")

    assert mine.submit(page, "/open").location == "/notices?page=1"
    assert "没看过" not in mine.get("/notices").text


def test_looking_at_the_list_reads_nothing(mine, me):
    create_notice(me)
    mine.get("/notices")
    mine.get("/notices", headers=HTMX)

    assert badge(mine) == "1"


def test_all_of_them_are_put_away_but_not_what_came_meanwhile(mine, me):
    for minute in range(30):
        create_notice(me, minutes=minute + 1)
    page = mine.get("/notices")
    create_notice(me)

    assert mine.submit(page, "/notices/read").location == "/notices"
    assert badge(mine) == "1"


def test_nobody_reads_or_puts_away_what_others_were_create_notice(mine, app, me):
    other = create_person()
    theirs = create_notice(other)
    create_notice(me)
    form = read_forms(mine.get("/notices").text)[-1]

    assert mine.post(f"/notices/{theirs}/open", data=form.fields).status_code == 404
    mine.post("/notices/read", data={**form.fields, "notice": theirs})
    mine.post("/notices/read", data={**form.fields, "up_to": theirs + 100})
    assert badge(visitor(app, other)) == "1"
    assert badge(mine) is None


def test_putting_away_leads_back_to_the_page_one_came_from_and_nowhere_else(mine, me):
    create_notice(me)
    page = mine.get("/bookings")

    assert mine.submit(page, "/notices/read").location == "/bookings"
    form = read_forms(mine.get("/notices").text)[0]
    fields = form.fields | {"up_to": 1, "next": "https://evil.example/"}
    assert mine.post("/notices/read", data=fields).location == "/notices"


def test_an_empty_inbox_says_what_will_stand_there(mine):
    assert "还没有消息" in mine.get("/notices").text
