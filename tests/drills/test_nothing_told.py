"""A day full of canaries: none of them is found in what the house wrote, nor a secret in its database."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from domain.people import Role
from domain.spaces import Approval
from models import Contact, Person, db
from services import login
from services.registry import resetting
from services.telling import contacts
from tests.races.conftest import ENGINES
from tests.support import rundir, stumbling_server
from tests.support.backup_bytes import must_not_be_carried, take_home
from tests.support.builders import create_actor, create_space
from tests.support.drilling import Drill
from tests.support.engines import throwaway
from tests.support.leaks import dump
from tests.support.letters import tell
from tests.support.race import raw_at_once
from tests.support.race_arena import house_of, soon
from tests.support.server import HOUSE, ROOT, serving
from tests.support.tablets import create_tablet
from tests.support.walker import Seen, Walker

PHONE, NAME, PURPOSE = "13866554477", "欧阳金丝雀", "金丝雀密会"
EMAIL, MAIL_PASSWORD = "canary@example.org", "kanarien-post-7"
PASSWORD, NEW_PASSWORD, WRONG = "kanarienvogel-1", "kanarienvogel-2", "kanarienvogel-3"
STUMBLING = f"{stumbling_server.__name__}:create_app()"


@dataclass
class Day:
    """What must not be told: of people, and secrets; what was answered, and what was written."""

    url: str
    instance: Path
    log: Path
    people: list[str] = field(default_factory=lambda: [PHONE, NAME, PURPOSE, EMAIL])
    typed: list[str] = field(default_factory=lambda: [PASSWORD, NEW_PASSWORD, WRONG, MAIL_PASSWORD])
    kept: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    bugs: list[str] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    jobs: str = ""

    @property
    def secrets(self) -> list[str]:
        """What people type, and what their browsers and programs keep for them."""
        return self.typed + self.kept

    def hear(self, status: int, text: str) -> None:
        """An answer; where there is a bug, it is the same for everybody."""
        self.answers.append(text)
        self.statuses.add(status)
        if status >= 500:
            self.bugs.append(text)

    def keep(self, seen: Seen) -> None:
        """A page."""
        self.hear(seen.status, seen.text)

    def written(self) -> str:
        """All that was written beside the database."""
        files = [file for file in self.instance.rglob("*") if file.is_file() and file.suffix != ".cache"]
        told = [file.read_bytes().decode(errors="replace") for file in (self.log, *files)]
        return "\n".join([*told, self.jobs])

    def found(self) -> Iterator[str]:
        """Every canary, and where it sits."""
        written, bugs = self.written(), "\n".join(self.bugs)
        for one in (*self.people, *self.secrets):
            if one in written:
                yield f"{one} was written: {around(written, one)}"
            if one in bugs:
                yield f"{one} was said where there was a bug: {around(bugs, one)}"
        yield from (f"{one} was answered" for one in self.typed if one in "\n".join(self.answers))


def around(text: str, canary: str) -> str:
    """The line in which it sits."""
    return next(line for line in text.splitlines() if canary in line)[:200]


@contextmanager
def a_day(engine: str, application: str = HOUSE, **environment: str) -> Iterator[Day]:
    """A house of its own, from the sign-up to the jobs, and whoever tries to make it talk."""
    instance = rundir.current() / f"instance-{uuid4().hex[:8]}"
    told = {
        "INSTANCE_DIR": str(instance), "SMTP_URL": f"smtp://house:{MAIL_PASSWORD}@127.0.0.1:9",
        "MAIL_FROM": "house@example.org", **environment,
    }  # fmt: skip
    with (
        throwaway(engine) as url,
        house_of(url) as app,
        serving(url, processes=1, environment=told, application=application) as server,
        app.app_context(),
    ):
        day = Day(server.url, instance, server.log)
        live(day)
        day.jobs = work(url, told)
        yield day
        db.session.remove()


def live(day: Day) -> None:
    room = create_space(approval=Approval.NONE).code
    db.session.remove()
    who = Walker(day.url)
    home = {"building": "22", "unit": "1", "room": "301", "name": NAME, "salutation": "ms"}
    day.keep(who.submit("/signup", "/signup", phone=PHONE, password=PASSWORD, **home))
    day.keep(Walker(day.url).submit("/signup", "/signup", phone=PHONE, password=PASSWORD, **home))
    day.keep(Walker(day.url).submit("/login", "/login", phone=PHONE, password=WRONG))
    day.keep(Walker(day.url).submit("/reset", "/reset", phone=PHONE, pin="12345678", password=NEW_PASSWORD))
    resets(day)
    day.keep(who.submit("/login", "/login", phone=PHONE, password=NEW_PASSWORD))
    day.kept += [login_secret(who), feed(day, who), api_token(), tablet()]
    books(day, who, room)
    listens(day)
    makes_it_talk(day, who)


def resets(day: Day) -> None:
    """The desk reads out a PIN."""
    person = db.session.scalars(select(Person).where(Person.phone == PHONE)).one()
    given = resetting.give_pin(create_actor(Role.STAFF), person.id, datetime.now(UTC))
    day.typed.append(pin := given.pin)
    db.session.remove()
    day.keep(Walker(day.url).submit("/reset", "/reset", phone=PHONE, pin=pin, password=NEW_PASSWORD))


def login_secret(who: Walker) -> str:
    """The cookie, which is a key to the account."""
    return who.cookies["jufu"]


def feed(day: Day, who: Walker) -> str:
    """The address of one's calendar, asked for as a phone does."""
    who.submit("/calendar", "/calendar")
    found = re.search(r'/calendar/([^"/]+)\.ics', who.get("/calendar").text)
    assert found is not None
    assert Walker(day.url).get(f"/calendar/{found[1]}.ics").status == 200
    return found[1]


def api_token() -> str:
    return login.create_token(PHONE, label="脚本", now=datetime.now(UTC))


def tablet() -> str:
    return create_tablet(now=datetime.now(UTC)).token


def books(day: Day, who: Walker, room: str) -> None:
    """A booking, one that can't be, and a page of somebody else's."""
    for hours in ("start=15:00&end=16:00", "start=15:00&end=16:00", "start=03:00&end=04:00"):
        page = f"/spaces/{room}/book?day={soon()}&{hours}"
        seen = who.get(page)
        if 'name="purpose"' in seen.text:
            day.keep(who.submit(page, "/book", purpose=PURPOSE, party_size="2"))
    day.keep(who.get("/bookings"))


def listens(day: Day) -> None:
    """A letter that can't be sent, to somebody who wants it."""
    person = db.session.scalars(select(Person).where(Person.phone == PHONE)).one()
    contacts.set_email(person.as_actor(), EMAIL, lambda *_told: "token-of-a-letter", datetime.now(UTC))
    contact = db.session.get_one(Contact, person.id)
    contact.email_confirmed_at = datetime.now(UTC)
    db.session.commit()
    tell(person)
    db.session.remove()


def makes_it_talk(day: Day, who: Walker) -> None:
    """Requests that can't be read, or are of no use, with everything in them that is secret."""
    cookie, calendar, token, device = day.kept
    secrets = f"jufu={cookie}; jufu_device={device}"
    body = json.dumps({"space": NAME, "purpose": PURPOSE, "starts_at": PHONE})  # in ASCII
    ours = "HTTP/1.1\r\nHost: house\r\nConnection: close\r\n"
    api = f"{ours}Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
    form = f"{ours}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(PASSWORD)}\r\n"
    requests = [
        f"GET /calendar/{calendar}.ics HTTP/9.9\r\nHost: house\r\n\r\n",
        f"GET /calendar/{calendar}.ics\t{PHONE} {ours}\r\n",
        f"GET\x01/{calendar}/{token} {ours}\r\n",
        f"GET / {ours}Authorization : Bearer {token}\r\n\r\n",
        f"GET / {ours}Cookie{secrets}\r\n\r\n",
        f"GET / {ours}Cookie: {secrets}\x00\r\n\r\n",
        f"GET /?q={PHONE * 900} {ours}\r\n",
        f"POST / {ours}Transfer-Encoding: {token}\r\n\r\n",
        f"POST /login {ours}Transfer-Encoding: chunked\r\n\r\n{PASSWORD}\r\n",
        f"GET /calendar/{calendar}x.ics {ours}\r\n",
        f"POST /calendar/{calendar}.ics {ours}\r\n",
        f"GET /{token} {ours}Cookie: {secrets}\r\n\r\n",
        f"POST /api/v1/bookings {api}Content-Length: {len(body)}\r\n\r\n{body}",
        f"POST /login {form}\r\n{PASSWORD}",
    ]
    for request in requests:
        ((raw, _seconds),) = raw_at_once(day.url, [request.encode("latin-1")])
        if raw:
            day.hear(int(raw.split(maxsplit=2)[1]), raw.decode(errors="replace"))


def work(database_url: str, told: dict[str, str]) -> str:
    """What the jobs say of their work."""
    ran = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "jobs", "run", "--once"],
        cwd=ROOT, env=os.environ | told | {"DATABASE_URL": database_url}, check=True, timeout=300,
        capture_output=True, text=True,
    )  # fmt: skip
    return ran.stdout + ran.stderr


@pytest.mark.drill("people")
@pytest.mark.parametrize("engine", ENGINES)
def test_a_day_full_of_canaries_leaves_none_behind(engine: str, drill: Drill) -> None:
    with a_day(engine, STUMBLING) as day:
        kept = dump(db)

        assert list(day.found()) == []
        assert [secret for secret in day.secrets if secret in kept] == []
        assert {200, 303, 400, 404, 405, 422, 500} <= day.statuses
        assert "IntegrityError" in day.written()
        assert "send letters" in day.jobs
        secret = must_not_be_carried(PHONE, *day.secrets)
        taken = take_home(PHONE)
        assert taken.carries(secret) == []
        assert [one for one in (*day.people, *secret.values()) if one in taken.erased] == []
        assert taken.beside == [taken.file.name], "keys and erasures are kept elsewhere"
        drill.tell("secrets looked for in a backup", len(secret))
        drill.tell("canaries", len(day.people) + len(day.secrets))
        drill.tell("answers", len(day.answers))


@pytest.mark.mutant
def test_a_server_that_writes_down_what_it_could_not_read_is_found_out() -> None:
    with a_day("sqlite", GUNICORN_CMD_ARGS="--worker-class=gthread") as day:
        assert any("was written" in one for one in day.found())
