"""Asking a house that has a bad day, as somebody who reads and somebody who books would."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from domain.spaces import Approval
from models import Booking, db
from tests.support.builders import between, create_space
from tests.support.race import PREFIX
from tests.support.race_arena import Arena, Racer, soon

PATIENCE = 30.0
SLOWEST = 3.0
"""Seconds in which even a house that can't do what it is asked for says so, and after which one may come again."""
BUSY = "系统正忙"
LONG_AWAY, DAYS = 60, 100
CREATED = 201


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer, and after how long it came; status 0 when none did."""

    status: int
    seconds: float
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""

    def complaints(self) -> Iterator[str]:
        """What is wrong with it as the answer of a house that can't do what it was asked for just now."""
        if self.status != 503:
            yield f"answered {self.status} instead of 503"
            return
        when = self.headers.get("retry-after", "")
        if not (when.isdigit() and int(when) < SLOWEST):
            yield f"did not say to come again soon, but {when!r}"
        if BUSY not in self.text:
            yield f"said it in nobody's words: {self.text[:80]!r}"


def ask(
    url: str,
    method: str,
    path: str,
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
    patience: float = PATIENCE,
) -> Heard:
    """One request on a connection of its own."""
    where, began = urlsplit(url), time.monotonic()
    with closing(http.client.HTTPConnection(str(where.hostname), where.port, timeout=patience)) as line:
        try:
            line.request(method, path, body, headers or {})
            answer = line.getresponse()
            text = _readable(answer.read())
        except (OSError, http.client.HTTPException):
            return Heard(0, time.monotonic() - began)
        told = {name.lower(): value for name, value in answer.getheaders()}
        return Heard(answer.status, time.monotonic() - began, told, text)


def _readable(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False)
    except ValueError:
        return body.decode()


@dataclass
class Visitor:
    """Somebody with a token who knows a room that nobody else asks for."""

    url: str
    room: str
    who: Racer
    patience: float = PATIENCE
    booked: set[int] = field(default_factory=set)
    _numbers: Iterator[int] = field(default_factory=lambda: cycle(range(DAYS * 40)))
    _taken: set[int] = field(default_factory=set)

    def reads(self) -> Heard:
        """Look at what there is to book."""
        return ask(self.url, "GET", f"{PREFIX}/bookings", self._named(), patience=self.patience)

    def looks(self) -> Heard:
        """Look at the first page without being known."""
        return ask(self.url, "GET", "/", patience=self.patience)

    def books(self) -> Heard:
        """Ask for a quarter-hour that nobody has booked; who is refused thousands of times begins anew."""
        number = next(one for one in self._numbers if one not in self._taken)
        day, quarter = divmod(number, 40)
        wish = between(8 + quarter / 4, 8.25 + quarter / 4, day=soon(LONG_AWAY), days=day)
        times: dict[str, Any] = {
            "starts_at": wish.starts_at.isoformat(),
            "ends_at": wish.ends_at.isoformat(),
        }
        body = {"space": self.room, "purpose": "合唱排练", "party_size": 1, **times}
        headers = {"Content-Type": "application/json", "Idempotency-Key": f"bad-day-{time.monotonic_ns()}"}
        heard = ask(
            self.url,
            "POST",
            f"{PREFIX}/bookings",
            self._named() | headers,
            json.dumps(body).encode(),
            self.patience,
        )
        if heard.status == CREATED:
            self._taken.add(number)
            self.booked.add(json.loads(heard.text)["id"])
        return heard

    def lost(self) -> Iterator[str]:
        """What was acknowledged and is not there."""
        there = set(db.session.scalars(select(Booking.id).where(Booking.id.in_(self.booked))))
        yield from (f"booking {one} was acknowledged and is lost" for one in self.booked - there)

    def books_again_after(self) -> float:
        """Seconds until a booking is taken; TimeoutError when none is."""
        began = time.monotonic()
        while time.monotonic() < began + 2 * PATIENCE:
            if self.books().status == CREATED:
                return time.monotonic() - began
        raise TimeoutError(f"No booking was taken for {2 * PATIENCE:.0f} s.")

    def _named(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.who.token}"}


def visitor(field: Arena) -> Visitor:
    """Somebody of this house, with a room for themselves."""
    room = create_space(approval=Approval.NONE, buffer_minutes=0, advance_days=LONG_AWAY * 3, min_minutes=15)
    (who,) = field.crowd(1)
    return Visitor(field.url, room.code, who)
