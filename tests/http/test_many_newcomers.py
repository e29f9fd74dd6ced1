"""More newcomers than a page holds: whoever verifies reaches each of them, and reads how many wait."""

import re

import pytest

from domain.people import Role
from services import space_lines
from services.registry import finding
from tests.support.builders import create_actor, create_captain, create_person
from tests.support.visits import log_in

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def two_a_page(monkeypatch):
    for module in (space_lines, finding):
        monkeypatch.setattr(module, "SPACES_A_PAGE", 2)


@pytest.fixture
def waiting():
    """Four who are nobody in building 7, one who is somebody there, one elsewhere."""
    junk = [create_person(name=f"某某{n}", building=7, verified_at=None) for n in range(4)]
    create_person(name="庄志强", building=8, verified_at=None)
    real = create_person(name="郭丽", phone="13812345678", building=7, unit=1, room="301", verified_at=None)
    return [*junk, real]


def names(page):
    return re.findall(r'<h3 class="sum">(.*?)</h3>', page.text)


def every_page(client):
    """All pages, from the first on by the link to the next one."""
    found = [client.get("/people")]
    while link := re.search(r'rel="next" href="([^"]+)"', found[-1].text):
        found.append(client.get(link[1].replace("&amp;", "&")))
    return found


@pytest.mark.parametrize(("who", "count"), [("captain", 5), ("staff", 6)])
def test_everybody_who_waits_stands_on_one_of_the_pages(client, waiting, who, count):
    log_in(client, create_captain(building=7) if who == "captain" else create_actor(Role.STAFF))

    pages = every_page(client)

    assert all(f"{count} 位等您核实" in page.text for page in pages)
    listed = [name for page in pages for name in names(page)]
    assert len(listed) == len(set(listed)) == count
    assert listed[-1] == "郭丽"
    assert ("庄志强" in listed) == (who == "staff")


@pytest.mark.parametrize("text", ["郭丽", "5678", "7-1-301"])
def test_a_newcomer_is_found_among_many(client, waiting, text):
    log_in(client, create_captain(building=7))

    found = client.submit(client.get("/people"), "/people", q=text)

    assert names(found) == ["郭丽"]
    assert "找到 1 位" in found.text


def test_a_search_of_a_captain_ends_at_the_own_building(client, waiting):
    log_in(client, create_captain(building=7))

    found = client.get("/people?q=庄志强")

    assert "没有找到这样的人" in found.text
    assert 'value="庄志强"' in found.text


@pytest.mark.parametrize("where", ["page=2", "q=%E6%9F%90"], ids=["page", "search"])
def test_a_step_leads_back_to_where_it_was_taken(client, waiting, where):
    log_in(client, create_captain(building=7))
    page = client.get(f"/people?{where}")
    one = next(person for person in waiting if person.name == names(page)[0])

    revealed = client.submit(page, f"/{one.id}/reveal?{where}")
    done = client.submit(page, f"/{one.id}/verify?{where}")

    assert names(revealed) == names(page)
    assert one.phone in revealed.text
    assert (done.status_code, done.location) == (303, f"/people?{where}")


def test_a_page_that_is_no_more_there_is_the_last_one(client, waiting):
    log_in(client, create_captain(building=7))

    assert names(client.get("/people?page=999999")) == ["郭丽"]
