"""When the database can't answer, everybody is told so, those who are logged in too."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.support.builders import NOW, create_person
from tests.support.visits import HTMX, log_in

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def gone(monkeypatch):
    """Call it, and the database is gone."""

    def cut():
        def refuse(*_args, **_kwargs):
            raise OperationalError("SELECT", {}, Exception("the connection is closed"))

        monkeypatch.setattr(Session, "execute", refuse)
        monkeypatch.setattr(Session, "scalars", refuse)
        monkeypatch.setattr(Session, "scalar", refuse)
        monkeypatch.setattr(Engine, "raw_connection", refuse)

    return cut


@pytest.mark.parametrize("path", ["/", "/me", "/spaces"])
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_a_page_says_that_it_is_busy_and_when_to_come_again(client, gone, path, headers):
    log_in(client, create_person())
    gone()

    answer = client.get(path, headers=headers)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.text


def test_a_program_is_told_in_its_own_words(client, gone):
    gone()

    answer = client.get("/api/v1/bookings", headers={"Authorization": "Bearer whatever"})

    assert (answer.status_code, answer.json["code"], answer.headers["Retry-After"]) == (
        503,
        "unavailable",
        "2",
    )


def test_what_is_written_to_the_log_names_nobody(client, db, caplog, monkeypatch):
    person = create_person(name="林秀兰")
    log_in(client, person)

    def stumble(*_args, **_kwargs):
        db.session.execute(text("INSERT INTO nowhere VALUES (:phone)"), {"phone": person.phone})

    monkeypatch.setattr("services.board.of_day", stumble)

    assert client.get("/").status_code in (500, 503)
    assert "nowhere" in caplog.text
    assert person.phone not in caplog.text
