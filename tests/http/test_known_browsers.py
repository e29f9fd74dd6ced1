"""A browser in which somebody has logged in before carries a badge: who gets one, and how it is kept."""

from http.cookies import SimpleCookie

import pytest

import config
from domain.known_browsers import BADGE, LASTS
from domain.people import Role
from services import login
from services.passwords import hash_password
from tests.support.builders import NOW, create_actor, create_person
from tests.support.tablets import create_colleague, create_tablet, on_tablet, take_over
from tests.support.visits import PASSWORD, log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
KNOWN = "jufu_known"


@pytest.fixture(scope="module")
def password_hash():
    """One slow hash for all."""
    return hash_password(PASSWORD)


@pytest.fixture
def person(password_hash):
    return create_person(password_hash=password_hash)


def enters(client, person):
    return client.submit(client.get("/login"), "/login", phone=person.phone, password=PASSWORD)


def badge_of(client):
    kept = client.get_cookie(KNOWN)
    return kept and kept.value


def told(answer):
    """The badge as the browser is told to keep it."""
    (found,) = [one for one in answer.headers.getlist("Set-Cookie") if KNOWN in one]
    return found


def keep_out(person):
    """What strangers do with five wrong passwords."""
    for _ in range(login.PER_PHONE):
        login.reserve_attempt({login.phone_bucket(person.phone): login.PER_PHONE}, NOW)


def test_strangers_keep_nobody_out_of_a_browser_they_logged_in_with_before(app, client, person):
    enters(client, person)
    client.submit(client.get("/me"), "/logout")
    keep_out(person)

    there, elsewhere = enters(client, person), enters(visitor(app), person)

    assert (there.status_code, there.location) == (303, "/")
    assert (elsewhere.status_code, elsewhere.headers["Retry-After"]) == (429, "900")


def test_another_key_of_the_house_makes_every_badge_worthless(app, person, monkeypatch):
    client = visitor(app)
    enters(client, person)
    client.submit(client.get("/me"), "/logout")
    keep_out(person)
    monkeypatch.setitem(app.config, "SECRET_KEY", "another one that is as long as it has to be")

    assert enters(client, person).status_code == 429


def test_it_is_kept_from_scripts_and_other_sites_and_names_nobody(client, person):
    cookie = SimpleCookie(told(enters(client, person)))[KNOWN]

    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["max-age"] == str(int(LASTS.total_seconds()))
    assert BADGE.fullmatch(cookie.value)
    assert person.phone not in cookie.value


def test_in_production_it_is_for_this_host_alone(app, client, person, monkeypatch):
    settings = config.load({"APP_ENV": "production", "SECRET_KEY": "x" * 32})
    for name in ("KNOWN_COOKIE_NAME", "SESSION_COOKIE_SECURE"):
        monkeypatch.setitem(app.config, name, settings[name])
    cookie = told(enters(client, person))

    assert cookie.startswith("__Host-jufu_known=")
    assert "Secure;" in cookie
    assert "Domain" not in cookie


def test_only_who_comes_in_gets_one(client, person):
    client.get("/")
    client.submit(client.get("/login"), "/login", phone=person.phone, password="wrong one")

    assert badge_of(client) is None


def test_an_erased_account_leaves_none(client, person):
    enters(client, person)
    client.submit(client.get("/me/data"), "/me/erase", password=PASSWORD)

    assert badge_of(client) is None


def test_a_shared_tablet_gets_none(app, password_hash):
    colleague, tablet = create_colleague(password_hash=password_hash), on_tablet(app, create_tablet())

    by_pin = take_over(tablet, colleague)
    tablet.submit(tablet.get("/me"), "/logout")
    by_password = enters(tablet, colleague)

    assert (by_pin.status_code, by_password.status_code) == (303, 303)
    assert badge_of(tablet) is None


def test_what_becomes_a_shared_tablet_loses_its_own(client):
    client.set_cookie(KNOWN, "given before")
    log_in(client, create_actor(Role.ADMIN))
    client.submit(client.get("/manage/tablets"), "/manage/tablets", name="前台")

    assert badge_of(client) is None


def test_on_a_shared_tablet_none_counts(app, client, person):
    enters(client, person)
    tablet = on_tablet(app, create_tablet())
    tablet.set_cookie(KNOWN, badge_of(client))
    keep_out(person)

    assert enters(tablet, person).status_code == 429
