"""The one form without a token: it counts only where the browser says that a page of ours sent it."""

import pytest

from blueprints import origin
from domain.people import Role
from tests.support.builders import create_person, create_space
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db")
HOST = "http://localhost"
LARGE = {"elder": "1", "next": "/"}


@pytest.fixture
def engine_name():
    """Who sent a form does not depend on the engine."""
    return "sqlite"


def test_a_page_for_nobody_known_holds_no_token_and_sets_no_cookie(app):
    create_space()

    page = visitor(app).get("/")

    assert "csrf_token" not in page.text
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("said", [{"Origin": HOST}, {"Sec-Fetch-Site": "same-origin"}], ids=str)
def test_a_visitor_chooses_large_letters_without_a_token(app, said):
    looking = visitor(app)

    answer = looking.post("/preferences", data=LARGE, headers=said)

    assert answer.status_code == 303
    assert 'class="elder"' in looking.get("/").text


FOREIGN = [
    {},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": f"{HOST}.evil.example"},
    {"Origin": "http://localhost:8001"},
    {"Sec-Fetch-Site": "cross-site", "Origin": HOST},
    {"Sec-Fetch-Site": "same-site", "Origin": HOST},
    {"Sec-Fetch-Site": "none"},
    {"Referer": f"{HOST}/"},
]


@pytest.mark.parametrize("said", FOREIGN, ids=str)
def test_what_another_page_sends_needs_the_token(app, said):
    looking = visitor(app)

    assert looking.post("/preferences", data=LARGE, headers=said).status_code == 400
    assert 'class="elder"' not in looking.get("/").text


@pytest.mark.mutant
def test_believing_everybody_would_be_noticed(app, monkeypatch):
    monkeypatch.setattr(origin, "is_ours", lambda: True)

    assert visitor(app).post("/preferences", data=LARGE, headers=FOREIGN[1]).status_code == 303


def test_every_other_form_needs_its_token_whoever_sent_it(app):
    somebody = visitor(app, create_person(Role.STAFF))

    for address in ("/logout", "/login", "/me/pin"):
        answer = somebody.post(address, data={}, headers={"Origin": HOST, "Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 400, address
