"""What every answer carries, and how the cookie is kept."""

import os
import re

import pytest

import config
from app import create_app
from domain.people import Role
from services.passwords import hash_password
from tests.support.builders import create_person
from tests.support.engines import disconnect
from tests.support.visits import PASSWORD
from tests.support.world import build_world, doors, knock

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture
def engine_name():
    """Headers do not depend on the engine."""
    return "sqlite"


@pytest.fixture
def world(db):
    """One of everything."""
    return build_world()


def is_personal(answer):
    """Kept by nobody, and told apart by whom and by what asked."""
    varies = answer.headers.get("Vary", "")
    return answer.headers["Cache-Control"] == "no-store" and "Cookie" in varies and "HX-Request" in varies


@pytest.mark.slow
@pytest.mark.parametrize("role", [None, Role.MERCHANT, Role.ADMIN], ids=str)
def test_every_answer_keeps_itself_to_itself(app, world, role):
    bare = []
    for door in doors(app):
        answer = knock(app, door, world.people.get(role), world.ids)
        policy = answer.headers.get("Content-Security-Policy", "")
        if any(answer.headers.get(name) != value for name, value in ALWAYS.items()):
            bare.append(f"{door.method} {door.rule}: headers")
        if "default-src 'none'" not in policy or "unsafe" in policy:
            bare.append(f"{door.method} {door.rule}: {policy}")
        if answer.mimetype == "text/html" and not is_personal(answer):
            bare.append(f"{door.method} {door.rule}: kept in caches")

    assert not bare


@pytest.mark.parametrize("path", ["/nowhere", "/static/nothing.css", "/api/v1/nowhere", "/desk"])
def test_refusals_carry_them_too(client, path):
    answer = client.get(path)

    assert answer.status_code >= 300
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_only_a_file_named_by_its_content_is_kept_for_ever(client):
    named = re.search(r"/static/css/house\.css\?v=\w+", client.get("/login").text).group()

    assert "immutable" in client.get(named).headers["Cache-Control"]
    assert "immutable" not in client.get("/static/css/house.css?v=of-another").headers["Cache-Control"]
    assert "immutable" not in client.get("/static/css/base.css").headers["Cache-Control"]
    assert "immutable" not in client.get("/static/nothing.css?v=abc").headers.get("Cache-Control", "")


def test_scripts_read_no_cookie_and_other_sites_send_none(client, db):
    person = create_person(password_hash=hash_password(PASSWORD))

    answer = client.submit(client.get("/login"), "/login", phone=person.phone, password=PASSWORD)

    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_in_production_the_cookie_needs_https_and_says_so(app):
    settings = config.load({**os.environ, "APP_ENV": "production", "SECRET_KEY": "s" * 32})
    strict = create_app({**settings, "SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"]})

    answer = strict.test_client().get("/login", base_url="https://localhost")
    disconnect(strict)

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-jufu=")
    assert "Secure" in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
