"""Two servers that share nothing but a PostgreSQL: whoever is answered by one may go on with the other."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from domain.bookings import BookingStatus
from models import Booking, Notice, OutboxMessage, db
from services import records
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, between, create_person, create_pool
from tests.support.engines import disconnect, settings, throwaway
from tests.support.entering import with_password
from tests.support.race import Reply, at_once
from tests.support.race_arena import Arena, soon
from tests.support.server import serving
from tests.support.visits import PASSWORD

pytestmark = pytest.mark.postgresql
ROOT = Path(__file__).parents[2]
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
WRONG = "wrong-password"


@dataclass(frozen=True)
class Pair:
    """Both servers, and an application on their database."""

    servers: tuple[str, str]
    database: str
    app: Flask

    def arena(self, number: int) -> Arena:
        """One of them as the races know it."""
        return Arena("postgresql", self.servers[number], self.app)


class Browser:
    """Keeps its cookies whichever server answers, as behind a proxy."""

    def __init__(self, pair: Pair) -> None:
        self._servers = pair.servers
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def look(self, server: int, path: str) -> str:
        """The page as this server gives it."""
        with self._opener.open(self._servers[server] + path, timeout=30) as answer:
            return str(answer.read().decode())

    def log_in(self, server: int, phone: str, password: str) -> int:
        """Ask one server for the form and send it to the other; returns the status of the answer."""
        token = TOKEN.search(self.look(server, "/login"))
        assert token is not None
        form = urlencode({"phone": phone, "password": password, "csrf_token": token[1]}).encode()
        try:
            with self._opener.open(f"{self._servers[1 - server]}/login", form, timeout=30) as answer:
                return int(answer.status)
        except HTTPError as refused:
            return refused.code


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with throwaway("postgresql") as url:
        app = create_app(settings(url))
        with serving(url, processes=1) as first, serving(url, processes=1) as second, app.app_context():
            yield Pair((first.url, second.url), url, app)
            db.session.remove()
        disconnect(app)


def new_phone() -> str:
    phone = with_password(create_person().id)
    db.session.remove()
    return phone


def test_who_logged_in_on_one_is_known_to_the_other(pair: Pair) -> None:
    browser, phone = Browser(pair), new_phone()

    assert browser.log_in(0, phone, PASSWORD) == 200
    assert [phone[-4:] in browser.look(server, "/me") for server in (0, 1)] == [True, True]


def test_wrong_passwords_are_counted_together(pair: Pair) -> None:
    phone = new_phone()

    told = [Browser(pair).log_in(number % 2, phone, WRONG) for number in range(6)]

    assert told == [422] * 5 + [429]


def test_a_key_has_one_answer_whichever_is_asked(pair: Pair) -> None:
    pool = create_pool(places=30)
    racer, *_ = pair.arena(0).crowd(1)
    call = racer.books(pool.code, between(10, 11, day=soon()), key="asked-twice")
    db.session.remove()

    with ThreadPoolExecutor(2) as both:
        replies: list[list[Reply]] = list(both.map(lambda url: at_once(url, [call] * 10), pair.servers))

    answers = Counter((reply.status, reply.body.get("id")) for told in replies for reply in told)
    assert list(answers.values()) == [20]
    assert booked(pool.id) == 1


def test_a_limit_of_bookings_counts_together(pair: Pair) -> None:
    pool = create_pool(places=30)
    racer, *_ = pair.arena(0).crowd(1)
    calls = [racer.books(pool.code, between(8 + n, 9 + n, day=soon())) for n in range(10)]
    db.session.remove()

    with ThreadPoolExecutor(2) as both:
        replies = list(both.map(lambda n: at_once(pair.servers[n], calls[n::2]), range(2)))

    statuses = Counter(reply.status for told in replies for reply in told)
    assert statuses == {201: 3, 422: 7}
    assert booked(pool.id) == 3


def test_jobs_that_run_twice_tell_once(pair: Pair) -> None:
    reader = create_person().id
    for number in range(40):
        tell(reader, number)
    db.session.remove()

    command = [sys.executable, "-m", "flask", "--app", "app", "jobs", "run", "--once"]
    runners = [
        subprocess.Popen(command, cwd=ROOT, env=environment(pair), stdout=subprocess.DEVNULL)
        for _ in range(2)
    ]

    assert [runner.wait(120) for runner in runners] == [0, 0]
    attempts = select(OutboxMessage.attempts).where(OutboxMessage.recipient_id == reader)
    assert Counter(db.session.scalars(attempts)) == {1: 40}
    assert db.session.scalar(select(func.count()).where(Notice.person_id == reader)) == 40


def tell(person_id: int, number: int) -> None:
    in_transaction(lambda: records.tell(db.session(), person_id, "person_verified", NOW, number=number))


def environment(pair: Pair) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": pair.database, "APP_ENV": "test", "SECRET_KEY": "only-for-tests"}


def booked(space_id: int) -> int:
    db.session.rollback()
    lives = (Booking.space_id == space_id, Booking.status == BookingStatus.CONFIRMED)
    return db.session.scalar(select(func.count()).where(*lives)) or 0
