"""Answers that are given again: only while nothing has changed, to the same visitor, and in the same minute."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, text
from werkzeug.datastructures import EnvironHeaders

from blueprints import answers, once
from domain.bookings import BookingStatus
from domain.people import Role
from models import Person, Space, db
from services import decisions, house_state, login
from tests.support.builders import NOW, between, create_booking, create_person, create_space
from tests.support.tablets import COOKIE, create_tablet
from tests.support.visits import secret_of, visitor
from tests.support.world import build_world, doors, knock

pytestmark = pytest.mark.usefixtures("clock", "db")


@pytest.fixture
def alone(app):
    """The server of PostgreSQL's tests serves others too, and whatever is written beside us makes an answer anew."""
    return app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")


@pytest.fixture
def made(app, monkeypatch):
    """The paths of the answers that the application itself made, in order."""
    paths = []
    whole = answers.Answers.ask

    def ask(layer, question, environ, start_response):
        paths.append(environ["PATH_INFO"])
        return whole(layer, question, environ, start_response)

    monkeypatch.setattr(answers.Answers, "ask", ask)
    return paths


def test_the_second_visitor_gets_what_was_made_for_the_first(app, made, alone):
    create_space(name="议事亭")

    first, second = visitor(app).get("/"), visitor(app).get("/")

    assert made == ["/"] or not alone
    assert "议事亭" in first.text
    assert second.text == first.text
    assert second.headers == first.headers
    assert "Set-Cookie" not in first.headers


def test_it_costs_no_statement_and_no_transaction(app, made, alone):
    create_space()
    visitor(app).get("/")
    said = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _cursor, sql, *_more: said.append(sql))

    visitor(app).get("/")

    if made == ["/"] or alone:
        assert (said, made) == ([], ["/"])  # what glances at the state goes past SQLAlchemy's statements


def test_whatever_is_written_by_anybody_makes_it_anew(app, made):
    space = create_space(name="议事亭")
    looking = visitor(app)
    looking.get("/")

    with db.engine.begin() as somebody_else:
        somebody_else.execute(
            text("UPDATE space SET name = '茶室', revision = revision + 1 WHERE id = :id"), {"id": space.id}
        )

    assert "茶室" in looking.get("/").text
    assert made == ["/", "/"]


def test_what_was_undone_leaves_the_answer_standing(app, made, alone):
    space = create_space()
    looking = visitor(app)
    looking.get("/")

    with db.engine.connect() as somebody_else:
        somebody_else.execute(text("UPDATE space SET name = '茶室' WHERE id = :id"), {"id": space.id})
        somebody_else.rollback()
        somebody_else.execute(text("SELECT 1"))
        somebody_else.commit()

    looking.get("/")
    assert made == ["/"] or not alone  # PostgreSQL counts a transaction that was undone
    assert "茶室" not in looking.get("/").text


def test_with_a_state_that_stands_still_a_change_would_go_unseen(app, monkeypatch):
    space = create_space(name="议事亭")
    monkeypatch.setattr(app.extensions["jufu_answers"], "state", lambda: "still")
    monkeypatch.setattr(house_state, "current", lambda: "still")
    looking = visitor(app)
    looking.get("/")

    with db.engine.begin() as somebody_else:
        somebody_else.execute(text("UPDATE space SET name = '茶室' WHERE id = :id"), {"id": space.id})

    assert "议事亭" in looking.get("/").text


def test_the_next_minute_it_is_made_anew(app, made, clock):
    create_space()
    looking = visitor(app)
    looking.get("/")

    clock.move_to(NOW + timedelta(seconds=60))
    looking.get("/")

    assert made == ["/", "/"]


def test_what_was_made_before_the_clock_was_put_back_is_made_anew(app, made, clock):
    create_space()
    visitor(app).get("/")

    clock.move_to(NOW - timedelta(hours=1))
    visitor(app).get("/")

    assert made == ["/", "/"]


def test_everybody_sees_their_own(app):
    space = create_space()
    residents = [create_person(name=name) for name in ("林一一", "林二二")]
    for person, hour in zip(residents, (10, 14), strict=True):
        create_booking(space, between(hour, hour + 1), booker=person)

    pages = [visitor(app, person).get("/bookings").text for person in residents]

    assert "10:00" in pages[0]
    assert "14:00" not in pages[0]
    assert "14:00" in pages[1]
    assert "10:00" not in pages[1]


@pytest.mark.parametrize("end", ["revoked", "disabled"])
def test_a_session_that_was_ended_elsewhere_is_over_at_once(app, end):
    person = create_person()
    looking = visitor(app, person)
    assert looking.get("/bookings").status_code == looking.get("/bookings").status_code == 200

    if end == "revoked":
        login.log_out(secret_of(looking), NOW)
    else:
        db.session.get_one(Person, person.id).disabled_at = NOW
        db.session.commit()

    assert looking.get("/bookings").status_code == 303


def test_a_shared_tablet_is_always_asked_for_itself(app, made):
    tablet = create_tablet()
    looking = visitor(app)
    looking.set_cookie(COOKIE, tablet.token)

    assert looking.get("/").status_code == looking.get("/").status_code == 200

    assert made == []


def test_what_sets_a_cookie_is_for_one_reader(app, made):
    create_space()
    looking = visitor(app)
    looking.get("/")
    with looking.session_transaction() as cookie:
        cookie["_flashes"] = [("ok", "已经预约好了")]

    told, after = looking.get("/"), looking.get("/")

    assert "已经预约好了" in told.text
    assert "Set-Cookie" in told.headers
    assert "已经预约好了" not in after.text


def test_a_page_that_counts_seconds_is_made_anew_each_time(app, made, alone):
    asked = create_booking(create_space(), between(10, 11, days=1), status=BookingStatus.PENDING)
    staff = create_person(Role.STAFF)
    looking = visitor(app, staff)
    decisions.approve(staff.as_actor(), asked.id, version=1, now=NOW)

    pages = [looking.get("/desk").text for _ in range(3)]

    assert all("/undo" in page for page in pages)
    assert made == ["/desk"] * 3 or not alone


def test_no_two_forms_share_a_key(app, made, alone):
    create_booking(create_space(), between(10, 11), status=BookingStatus.PENDING)
    looking = visitor(app, create_person(Role.STAFF))

    keys = [
        set(re.findall(rf'name="{once.FIELD}" value="([^"]+)"', looking.get("/desk").text)) for _ in range(3)
    ]

    assert made == ["/desk", "/desk"] or not alone  # the first one gave the session its token
    assert all(keys)
    assert len(set.union(*keys)) == sum(map(len, keys))


def test_it_holds_a_few_megabytes_at_most(app, monkeypatch, made):
    create_space()
    shelf = app.extensions["jufu_answers"].shelf
    monkeypatch.setattr(shelf, "most", 100_000)

    for number in range(20):
        visitor(app).get(f"/?day=2026-11-{number + 1:02d}")

    assert 0 < shelf.bytes <= 100_000
    assert shelf.bytes == sum(answers.size(question, kept) for question, kept in shelf.kept.items())


def test_without_a_state_everything_is_made_anew(app, made, monkeypatch):
    create_space()
    monkeypatch.setattr(app.extensions["jufu_answers"], "state", lambda: None)

    assert [visitor(app).get("/").status_code for _ in range(2)] == [200, 200]

    assert made == ["/", "/"]


KNOWN = {name.removeprefix("HTTP_") for name in answers.ASKED_BY}
UNUSED = {"CONTENT_TYPE", "CONTENT_LENGTH", "RANGE"}
"""Read by the libraries in every request, for a body."""


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize("role", [None, Role.RESIDENT, Role.MERCHANT, Role.ADMIN], ids=str)
def test_views_look_at_nothing_that_an_answer_is_not_kept_by(app, role, monkeypatch):
    world = build_world()
    person = world.people.get(role)
    read, strange = set(), {}
    look_up = EnvironHeaders.__getitem__

    def watched(headers, key):
        read.add(str(key).upper().replace("-", "_"))
        return look_up(headers, key)

    def get(headers, key, default=None, type=None):  # noqa: A002  werkzeug's name
        read.add(str(key).upper().replace("-", "_"))
        return default if key not in headers else (type or str)(look_up(headers, key))

    monkeypatch.setattr(EnvironHeaders, "__getitem__", watched)
    monkeypatch.setattr(EnvironHeaders, "get", get)
    kept = app.extensions["jufu_answers"].shelf.kept
    for door in doors(app):
        if door.method == "GET" and not door.is_api:
            read.clear()
            before = set(kept)
            knock(app, door, person, world.ids)
            if set(kept) - before and read - KNOWN - UNUSED:
                strange[str(door.rule)] = read - KNOWN - UNUSED

    assert strange == {}
    assert kept


def test_the_state_of_the_house_is_the_same_until_something_is_written(db, alone):
    state = house_state.current()
    db.session.commit()
    assert house_state.current() == house_state.glance()() == state or not alone
    db.session.rollback()

    create_space()

    db.session.rollback()
    assert state not in (house_state.current(), house_state.glance()())
    assert db.session.query(Space).count() == 1
