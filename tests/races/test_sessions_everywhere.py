"""Who is logged out, by whatever, is so at the next request, whichever of four processes takes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from domain.feeds import feed_token
from domain.people import Role
from models import Person, db
from services import feeds, login
from services.registry import keeping, resetting
from tests.support.builders import create_actor, create_person
from tests.support.drilling import Drill
from tests.support.engines import throwaway
from tests.support.entering import with_password
from tests.support.race_arena import PROCESSES, Arena, house_of
from tests.support.server import serving
from tests.support.visits import PASSWORD
from tests.support.walker import Walker

ASKS = 16
"""Requests in the same moment, so that every process is asked."""
IN, OUT = [200] * ASKS, [303] * ASKS


def entered(url: str, phone: str) -> Walker:
    """Somebody who typed the password into the log-in page."""
    walker = Walker(url)
    assert walker.submit("/login", "/login", phone=phone, password=PASSWORD).status == 303
    return walker


def looks(walker: Walker, path: str = "/me") -> list[int]:
    """What many requests in the same moment are answered."""
    return sorted(walker.at_once([walker.request("GET", path)] * ASKS))


def now() -> datetime:
    return datetime.now(UTC)


def logs_out(walker: Walker, _person_id: int) -> None:
    assert walker.submit("/me", "/logout").status == 303


def has_a_new_password(walker: Walker, person_id: int) -> None:
    given = resetting.give_pin(create_actor(Role.ADMIN), person_id, now())
    phone, pin = str(given.person.phone), given.pin
    db.session.remove()
    done = Walker(walker.url).submit("/reset", "/reset", phone=phone, pin=pin, password="another horse")
    assert (done.status, done.location) == (303, "/me")


def version_of(person_id: int) -> int:
    return int(db.session.get_one(Person, person_id, populate_existing=True).version)


def has_another_role(_walker: Walker, person_id: int) -> None:
    admin, version = create_actor(Role.ADMIN), version_of(person_id)
    keeping.change_role(admin, person_id, Role.RESIDENT, captain_of=None, version=version, now=now())


def is_closed(_walker: Walker, person_id: int) -> None:
    keeping.disable(create_actor(Role.ADMIN), person_id, version=version_of(person_id), now=now())


def is_logged_out_everywhere(_walker: Walker, person_id: int) -> None:
    keeping.log_out_everywhere(create_actor(Role.ADMIN), person_id, version=version_of(person_id), now=now())


WAYS = [logs_out, has_a_new_password, has_another_role, is_closed, is_logged_out_everywhere]


@pytest.mark.drill("people")
@pytest.mark.parametrize("way", WAYS)
def test_who_is_out_is_out_at_the_next_request(
    way: Callable[[Walker, int], None], field: Arena, drill: Drill
) -> None:
    person_id = create_person(Role.STAFF).id
    walker = entered(field.url, with_password(person_id))
    db.session.remove()
    stolen = Walker(walker.url, dict(walker.cookies))
    assert [looks(walker), looks(stolen, "/desk")] == [IN, IN]

    way(walker, person_id)
    db.session.remove()

    assert [looks(stolen), looks(stolen, "/desk"), looks(walker)] == [OUT] * 3
    drill.tell("asked in the same moment", ASKS)


@pytest.mark.drill("people")
def test_a_log_in_gives_another_session_and_ends_the_one_before(field: Arena) -> None:
    phone = with_password(create_person().id)
    db.session.remove()
    walker = Walker(field.url)
    target, fields = walker.form("/login", "/login")  # it stays open in another tab
    assert walker.submit("/login", "/login", phone=phone, password=PASSWORD).status == 303
    before = Walker(walker.url, dict(walker.cookies))
    with_token = fields | {"csrf_token": walker.form("/me", "/logout")[1]["csrf_token"]}

    assert walker.send(target, with_token | {"phone": phone, "password": PASSWORD}).status == 303

    assert walker.cookies["jufu"] != before.cookies["jufu"]
    assert [looks(before), looks(walker)] == [OUT, IN]


@pytest.mark.drill("people")
def test_a_token_that_was_ended_is_so_at_the_next_request(field: Arena) -> None:
    person = create_person()
    token, person_id = login.create_token(str(person.phone), label="脚本", now=now()), person.id
    db.session.remove()
    walker = Walker(field.url)
    asks = [walker.request("GET", "/api/v1/bookings", Authorization=f"Bearer {token}")] * ASKS
    assert walker.at_once(asks) == [200] * ASKS

    keeping.revoke_tokens(create_actor(Role.ADMIN), person_id, version=version_of(person_id), now=now())
    db.session.remove()

    assert walker.at_once(asks) == [401] * ASKS


@pytest.mark.drill("people")
def test_a_calendar_that_was_taken_back_is_so_at_the_next_request(field: Arena) -> None:
    who = create_actor()
    feed = feeds.renew(who, None, now())
    token = feed_token(feed.id, feed.nonce, "only-for-tests")
    db.session.remove()
    walker = Walker(field.url)
    asks = [walker.request("GET", f"/calendar/{token}.ics")] * ASKS
    assert walker.at_once(asks) == [200] * ASKS

    feeds.revoke(who, now())
    db.session.remove()

    assert walker.at_once(asks) == [404] * ASKS


@pytest.mark.mutant
def test_a_house_that_remembers_who_came_is_found_out() -> None:
    with (
        throwaway("sqlite") as url,
        house_of(url) as app,
        serving(
            url, processes=PROCESSES, application="tests.support.remembering_server:create_app()"
        ) as server,
        app.app_context(),
    ):
        person_id = create_person(Role.STAFF).id
        walker = entered(server.url, with_password(person_id))
        assert looks(walker, "/desk") == IN
        is_closed(walker, person_id)
        db.session.remove()

        assert looks(walker, "/desk") != OUT
