"""Every route times everybody: a route without a row in this table fails here, one without a rule is closed."""

import re

import pytest
from sqlalchemy import true

from app import create_app
from domain.people import Role
from models.base import db as database
from tests.support.builders import create_person
from tests.support.engines import disconnect
from tests.support.visits import visitor
from tests.support.world import build_world, doors, knock

pytestmark = pytest.mark.slow

NOBODY = None
EVERYBODY = frozenset({NOBODY, *Role})
MEMBERS = frozenset(Role)
STAFF = frozenset({Role.STAFF, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})
VERIFIERS = STAFF | {Role.CAPTAIN}
MERCHANTS = frozenset({Role.MERCHANT})
SELLING = STAFF | MERCHANTS

WHO_MAY = {
    "accounts.check_log_in": EVERYBODY,
    "accounts.join": EVERYBODY,
    "accounts.log_in": EVERYBODY,
    "accounts.log_out": EVERYBODY,
    "accounts.me": MEMBERS,
    "accounts.prefer": EVERYBODY,
    "accounts.sign_up": EVERYBODY,
    "api.openapi": EVERYBODY,
    **{f"api_after_show.{name}": STAFF for name in ("keep_views", "record", "record_zip", "wrap_up")},
    "api_bookings.approve": STAFF,
    "api_bookings.cancel": MEMBERS,
    "api_bookings.create": MEMBERS,
    "api_bookings.decline": STAFF,
    "api_bookings.index": MEMBERS,
    "api_bookings.keep_time": MEMBERS,
    "api_bookings.one": MEMBERS,
    "api_bookings.reschedule": MEMBERS,
    "api_door.check_in": MEMBERS,
    "api_door.excuse": STAFF,
    "api_door.leave": MEMBERS,
    "api_door.own_points": MEMBERS,
    "api_door.seats": EVERYBODY,
    "api_door.walk_in": STAFF,
    "api_door.walk_out": STAFF,
    "api_house.archive_space": ADMINS,
    "api_house.calendar_day": EVERYBODY,
    "api_house.close": STAFF,
    "api_house.closed_times": STAFF,
    "api_house.create_space": ADMINS,
    "api_house.edit_space": ADMINS,
    "api_house.lift": STAFF,
    "api_house.remove_calendar_day": ADMINS,
    "api_house.set_calendar_day": ADMINS,
    "api_people.index": VERIFIERS,
    "api_people.register": VERIFIERS,
    "api_sales.apply": STAFF,
    "api_sales.one": STAFF,
    "api_sales.summary": SELLING,
    "api_sales.upload": STAFF,
    "api_series.cancel": MEMBERS,
    "api_series.create": MEMBERS,
    "api_series.edit": MEMBERS,
    "api_series.one": MEMBERS,
    "api_series.reschedule": MEMBERS,
    "api_series.retry": MEMBERS,
    "api_shows.add_product": MERCHANTS,
    "api_shows.create": STAFF,
    "api_shows.index": EVERYBODY,
    "api_shows.one": EVERYBODY,
    "api_shows.own_products": MERCHANTS,
    "api_shows.take_booth": MERCHANTS,
    "api_spaces.all_spaces": EVERYBODY,
    "api_spaces.free_time": EVERYBODY,
    "api_spaces.one_space": EVERYBODY,
    "api_waiting.accept": MEMBERS,
    "api_waiting.decline": MEMBERS,
    "api_waiting.index": MEMBERS,
    "api_waiting.join": MEMBERS,
    "api_waiting.leave": MEMBERS,
    "api_waiting.one": MEMBERS,
    "api_waiting.wait_for_booth": MERCHANTS,
    "api_views.find": EVERYBODY,
    "api_views.month_of_all": EVERYBODY,
    "api_views.month_of_one": EVERYBODY,
    "board.day_sheet": STAFF,
    "board.today": EVERYBODY,
    "bookings.cancel": MEMBERS,
    "bookings.keep_time": MEMBERS,
    "bookings.mine": MEMBERS,
    "bookings.move": MEMBERS,
    "bookings.move_to": MEMBERS,
    "bookings.one": MEMBERS,
    "bookings.read_notices": MEMBERS,
    "calendar_feeds.feed": EVERYBODY,
    "calendar_feeds.mine": MEMBERS,
    "calendar_feeds.one": MEMBERS,
    "calendar_feeds.renew": MEMBERS,
    "calendar_feeds.revoke": MEMBERS,
    "bookings.slip": MEMBERS,
    "desk.approve": STAFF,
    "desk.decline": STAFF,
    "desk.live_list": STAFF,
    "desk.queue": STAFF,
    "desk.request_page": STAFF,
    "desk.reveal": STAFF,
    "door.booking_qr": MEMBERS,
    "door.check_in": MEMBERS,
    "door.counter": STAFF,
    "door.door_qr": EVERYBODY,
    "door.doors": STAFF,
    "door.enter_number": EVERYBODY,
    "door.excuse": STAFF,
    "door.here": EVERYBODY,
    "door.leave": MEMBERS,
    "door.poster": STAFF,
    "door.record": STAFF,
    "door.sign": EVERYBODY,
    "door.walk_in": STAFF,
    "door.walk_out": STAFF,
    "health.healthz": EVERYBODY,
    "health.htmx": EVERYBODY,
    "health.readyz": EVERYBODY,
    "manage.add_photo": ADMINS,
    "manage.archive": ADMINS,
    "manage.calendar": ADMINS,
    "manage.close": STAFF,
    "manage.closed_times": STAFF,
    "manage.create_space": ADMINS,
    "manage.edit_space": ADMINS,
    "manage.first_photo": ADMINS,
    "manage.home": ADMINS,
    "manage.hours": ADMINS,
    "manage.lift": STAFF,
    "manage.name_stewards": ADMINS,
    "manage.new_space": ADMINS,
    "manage.order": ADMINS,
    "manage.remove_day": ADMINS,
    "manage.remove_photo": ADMINS,
    "manage.renew_door_key": ADMINS,
    "manage.restore": ADMINS,
    "manage.set_days": ADMINS,
    "manage.set_hours": ADMINS,
    "manage.space": ADMINS,
    "people.reveal": VERIFIERS,
    "people.to_verify": VERIFIERS,
    "people.turn_down": VERIFIERS,
    "people.verify": VERIFIERS,
    **{f"running.{one}": STAFF for one in ("keep_views", "record", "record_zip")},
    **{f"running.{one}": STAFF for one in ("seal", "verify_record", "wrap_up")},
    "sales.apply": STAFF,
    "sales.imports": STAFF,
    "sales.link_product": STAFF,
    "sales.mine": MERCHANTS,
    "sales.one_import": STAFF,
    "sales.upload": STAFF,
    "series.book": MEMBERS,
    "series.cancel": MEMBERS,
    "series.edit": MEMBERS,
    "series.move": MEMBERS,
    "series.one": MEMBERS,
    "series.plan": MEMBERS,
    "series.retry": MEMBERS,
    "spaces.book": EVERYBODY,
    "spaces.find": EVERYBODY,
    "spaces.house_rules": EVERYBODY,
    "spaces.index": EVERYBODY,
    "spaces.month_of_all": EVERYBODY,
    "spaces.month_of_one": EVERYBODY,
    "spaces.one": EVERYBODY,
    "spaces.register": VERIFIERS,
    "spaces.seats": EVERYBODY,
    "spaces.submit": MEMBERS,
    "spaces.wait": MEMBERS,
    "studio.archive_product": MERCHANTS,
    "studio.booth": MERCHANTS,
    "studio.create_product": MERCHANTS,
    "studio.create_show": STAFF,
    "studio.new_product": MERCHANTS,
    "studio.new_show": STAFF,
    "studio.picture": EVERYBODY,
    "studio.product": MERCHANTS,
    "studio.products": MERCHANTS,
    "studio.restore_product": MERCHANTS,
    "studio.show": EVERYBODY,
    "studio.shows": EVERYBODY,
    "studio.take_booth": MERCHANTS,
    "studio.update_product": MERCHANTS,
    "studio.wait": MERCHANTS,
    "waiting.accept": MEMBERS,
    "waiting.decline": MEMBERS,
    "waiting.leave": MEMBERS,
    "waiting.one": MEMBERS,
}


@pytest.fixture
def engine_name():
    """Who may come in does not depend on the engine."""
    return "sqlite"


@pytest.fixture
def world(db):
    """One of everything."""
    return build_world()


@pytest.fixture
def without_csrf(app, monkeypatch):
    """These tests knock without a form; that forms need their token is test_csrf.py's."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


def is_turned_away(door, person, answer):
    """401 or 403, or at the pages the way to the log-in."""
    if person is NOBODY and not door.is_api:
        return answer.status_code == 303 and answer.location.startswith("/login")
    return answer.status_code == (401 if person is NOBODY else 403)


def test_every_route_has_its_row_and_every_row_its_route(app):
    assert {door.endpoint for door in doors(app)} == set(WHO_MAY)


@pytest.mark.usefixtures("without_csrf")
@pytest.mark.parametrize("role", [NOBODY, *Role], ids=str)
def test_every_route_lets_in_whom_the_table_says(app, world, role):
    wrong = []
    for door in doors(app):
        answer = knock(app, door, world.people.get(role), world.ids)
        if is_turned_away(door, world.people.get(role), answer) == (role in WHO_MAY[door.endpoint]):
            wrong.append(f"{door.method} {door.rule} {answer.status_code}")
        if answer.status_code >= 500 and door.endpoint != "health.readyz":
            wrong.append(f"{door.method} {door.rule} broke: {answer.status_code}")

    assert not wrong


@pytest.mark.parametrize("role", [NOBODY, *Role], ids=str)
def test_a_route_without_a_rule_is_closed_to_everybody(app, role):
    careless = create_app({**app.config})
    careless.add_url_rule("/forgotten", "forgotten", lambda: "an open door")
    careless.test_client_class = app.test_client_class
    with careless.app_context():
        person = create_person(role) if role else None
        database.session.remove()

    answer = visitor(careless, person).get("/forgotten")
    disconnect(careless)
    assert answer.status_code == 403
    assert "an open door" not in answer.text
    assert "forgotten" in {door.endpoint for door in doors(careless)} - set(WHO_MAY)


def strangers_things(app, world, role):
    """Which doors were tried with somebody else's id, and at which that answered otherwise than a missing one."""
    tried, different = [], []
    for door in doors(app):
        named = set(door.rule.arguments) & set(world.foreign)
        if not named or role not in WHO_MAY[door.endpoint]:
            continue
        missing = {name: world.foreign[name] + 100_000 for name in named}
        theirs, nothing = (
            knock(app, door, world.people[role], world.ids | ids) for ids in (world.foreign, missing)
        )
        tried.append(door.endpoint)
        if told(theirs) != told(nothing) or theirs.status_code < 400:
            different.append(f"{door.method} {door.rule}: {theirs.status_code}, {nothing.status_code}")
    return tried, different


@pytest.mark.usefixtures("without_csrf")
@pytest.mark.parametrize("role", [Role.RESIDENT, Role.CAPTAIN, Role.MERCHANT], ids=str)
def test_what_is_somebody_elses_answers_like_what_is_not_there(app, world, role):
    tried, different = strangers_things(app, world, role)

    assert not different
    assert "bookings.one" in tried
    assert "api_bookings.cancel" in tried


@pytest.mark.usefixtures("without_csrf")
def test_the_sweep_notices_a_house_that_shows_everything(app, world, monkeypatch):
    monkeypatch.setattr("services.reading.visible_to", lambda actor: true())
    _, different = strangers_things(app, world, Role.RESIDENT)

    assert any("GET /bookings/<int:booking_id>:" in line for line in different)


def told(answer):
    """What an answer says, apart from the address that was asked for and from tokens."""
    text = re.sub(r'name="(csrf_token|next)" value="[^"]*"', "", answer.text)
    return answer.status_code, re.sub(r"/\d+\b", "/…", text)
