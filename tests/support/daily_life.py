"""What goes on in a house all day: people look at pages, and now and then somebody books or cancels."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, cycle
from urllib.parse import urlsplit

from domain.spaces import Approval
from models import db
from tests.support.builders import between, create_person, create_space
from tests.support.entering import with_password
from tests.support.race import PREFIX
from tests.support.race_arena import Arena, Racer, soon
from tests.support.steady import Ask
from tests.support.visits import PASSWORD
from tests.support.walker import Walker

ROOMS, DAYS, QUARTERS = 4, 60, 40
HELD = 60
"""Bookings that somebody has at a time before the oldest is cancelled."""
ONE_WRITES = 10
"""Of so many requests one is a write."""
BROWSERS = 5


@dataclass
class Day:
    """The people, their rooms, and what they have booked."""

    url: str
    rooms: list[str]
    people: list[Racer]
    browsers: list[Walker]
    held: deque[tuple[int, int, str]] = field(default_factory=deque)
    _number: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        # Nobody can be in two rooms at the same time.
        bookers = cycle(self.people)
        self._places = cycle(
            (next(bookers), room, day, quarter)
            for day in range(DAYS)
            for quarter in range(QUARTERS)
            for room in range(len(self.rooms))
        )
        self._looks = cycle(self._pages())

    def anything(self) -> Ask:
        """What is asked next: nine of ten look, one writes."""
        return self.write() if next(self._number) % ONE_WRITES == 0 else self.look()

    def look(self) -> Ask:
        """A page, or a list for a program."""
        return Ask("read", next(self._looks))

    def write(self) -> Ask:
        """A booking, or the end of an old one."""
        return self._cancel() if len(self.held) > HELD else self.book()

    def book(self) -> Ask:
        """A quarter-hour that is free."""
        who, room, day, quarter = next(self._places)
        wish = between(8 + quarter / 4, 8.25 + quarter / 4, day=soon(2), days=day)
        times = {"starts_at": wish.starts_at.isoformat(), "ends_at": wish.ends_at.isoformat()}
        body = {"space": self.rooms[room], "purpose": "合唱排练", "party_size": 1, **times}

        def hear(status: int, answer: bytes) -> None:
            if status == 201:
                made = json.loads(answer)
                self.held.append((made["id"], made["version"], who.token))

        return Ask("write", self._call("POST", "/bookings", who.token, body), hear)

    def _cancel(self) -> Ask:
        booking, version, token = self.held.popleft()
        return Ask("write", self._call("POST", f"/bookings/{booking}/cancel", token, {"version": version}))

    def _pages(self) -> Iterator[bytes]:
        for number, browser in enumerate(self.browsers):
            room = self.rooms[number % len(self.rooms)]
            for path in ("/", f"/spaces/{room}", "/bookings", "/month", f"/spaces/{room}/month", "/me"):
                yield browser.request("GET", path).replace(b"Connection: close\r\n", b"")
            yield self._call("GET", "/bookings", self.people[number].token)
        yield Walker(self.url).request("GET", "/").replace(b"Connection: close\r\n", b"")

    def _call(self, method: str, path: str, token: str, body: dict[str, object] | None = None) -> bytes:
        content = b"" if body is None else json.dumps(body).encode()
        told = {
            "Host": urlsplit(self.url).netloc, "Authorization": f"Bearer {token}",
            "Content-Type": "application/json", "Content-Length": str(len(content)),
            "Idempotency-Key": f"day-{next(self._number)}",
        }  # fmt: skip
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        return f"{method} {PREFIX}{path} HTTP/1.1\r\n{head}\r\n".encode() + content


def day_of(arena: Arena, browsers: int = BROWSERS) -> Day:
    """A house with some rooms, people with tokens, and browsers in which somebody is logged in."""
    rooms = [
        create_space(approval=Approval.NONE, buffer_minutes=0, min_minutes=15, advance_days=DAYS + 5).code
        for _ in range(ROOMS)
    ]
    people = arena.crowd(20)
    phones = [with_password(create_person().id) for _ in range(browsers)]
    db.session.remove()
    entered = [Walker(arena.url) for _ in phones]
    for browser, phone in zip(entered, phones, strict=True):
        assert browser.submit("/login", "/login", phone=phone, password=PASSWORD).status == 303
    return Day(arena.url, rooms, people, entered)
