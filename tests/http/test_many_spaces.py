"""A house with more spaces than a page shows: they are turned like pages, and one kind can be looked at alone."""

import gzip

import pytest

from services import kept, space_lines
from services.seed.demo import lay_demo
from tests.support.builders import NOW, between, create_booking, create_pool, create_space, create_studio
from tests.support.statements import statements
from tests.support.visits import HTMX

pytestmark = pytest.mark.usefixtures("db", "clock")
PAGES = ("/", "/?view=list", "/spaces", "/find", "/month")
ROW = 'class="board-row"'
PAGE_BYTES, FRAGMENT_BYTES = 12_000, 6_000


@pytest.fixture
def three_a_page(monkeypatch):
    monkeypatch.setattr(space_lines, "SPACES_A_PAGE", 3)


def test_a_small_house_is_not_turned(client):
    create_space()
    create_pool()

    for address in PAGES:
        page = client.get(address).text
        assert "翻页" not in page
        assert "选一类空间" not in page


@pytest.mark.usefixtures("three_a_page")
def test_the_board_is_turned_page_by_page(client):
    rooms = [create_space() for _ in range(7)]

    pages = [client.get(f"/?page={number}").text for number in (1, 2, 3)]

    assert [page.count(ROW) for page in pages] == [3, 3, 1]
    shown = "".join(pages)
    assert all(f"<h2>{room.name}</h2>" in shown for room in rooms)
    assert "第 2 页，共 3 页" in pages[1]
    assert 'rel="prev" href="/"' in pages[1]
    assert 'rel="next" href="/?page=3"' in pages[1]
    assert "上一页" not in pages[0]
    assert "下一页" not in pages[2]


@pytest.mark.usefixtures("three_a_page")
def test_one_kind_can_be_looked_at_alone_and_stays_chosen(client):
    pools = [create_pool() for _ in range(2)]
    rooms = [create_space() for _ in range(4)]

    page = client.get("/?kind=room").text
    assert page.count(ROW) == 3
    assert all(pool.name not in page for pool in pools)
    assert 'href="/?kind=room" aria-current="true"' in page
    assert 'href="/?kind=room&amp;page=2"' in page
    assert 'href="/?day=2026-11-24&amp;kind=room"' in page

    last = client.get("/?kind=room&page=2").text
    assert f"<h2>{rooms[3].name}</h2>" in last
    assert "/?kind=room&amp;page=2&amp;seen=" in last


@pytest.mark.usefixtures("three_a_page")
@pytest.mark.parametrize(
    "asked", ["page=99", "page=0", "page=-1", "page=x", "page=²", "page=99999999", "kind=hall"]
)
def test_a_page_that_is_not_there_is_the_nearest(client, asked):
    for _ in range(4):
        create_space()

    answer = client.get(f"/?{asked}")

    assert answer.status_code == 200
    assert answer.text.count(ROW) == (1 if asked in ("page=99",) else 3)


@pytest.mark.usefixtures("three_a_page")
def test_lists_months_and_what_was_found_are_turned_too(client):
    full = create_space()
    create_booking(full, between(8, 22))
    rooms = [create_space() for _ in range(4)]

    assert "第 1 页，共 2 页" in client.get("/spaces").text
    assert f">{rooms[3].name}</a>" in client.get("/spaces?page=2").text
    assert f">{rooms[3].name}</a>" in client.get("/month?page=2").text
    assert f">{rooms[3].name}</a>" in client.get(f"/spaces/{full.code}/month?page=2").text
    found = client.get("/find?page=2&length=60").text
    assert "4 处有空" in found
    assert f"<h3>{rooms[3].name}</h3>" in found
    assert full.name in found  # the full ones come last
    assert "length=60" in found[found.index('rel="prev"') :]


@pytest.mark.parametrize("address", PAGES)
def test_more_spaces_cost_no_more_statements(client, db, address):
    create_studio()
    for _ in range(3):
        create_booking(create_space(), between(12, 14))
    create_booking(create_pool(), between(12, 13))
    few = counted(client, db, address)

    for _ in range(6):
        create_booking(create_space(), between(12, 14))
    assert counted(client, db, address) == few
    assert few <= 15


def counted(client, db, address):
    kept.forget()
    with statements(db) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_the_board_of_the_demo_is_small_over_the_wire(client):
    lay_demo(password_hash="none", now=NOW)

    page, fragment = client.get("/"), client.get("/", headers=HTMX)

    assert len(page.data) > PAGE_BYTES
    assert len(gzip.compress(page.data)) <= PAGE_BYTES
    assert len(gzip.compress(fragment.data)) <= FRAGMENT_BYTES


def test_the_board_of_fifty_spaces_is_small_over_the_wire_for_browsers_of_today(client, db):
    for number in range(50):
        create_booking(create_space(name=f"{number} 号活动室"), between(9 + number % 7, 10 + number % 7))

    def weight(accepted):
        answer = client.get("/", headers={"Accept-Encoding": accepted, "Sec-Fetch-Site": "none"})
        return len(answer.data) + sum(len(name) + len(value) + 4 for name, value in answer.headers)

    assert weight("gzip, deflate, br") <= PAGE_BYTES < weight("gzip, deflate")
