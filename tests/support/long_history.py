"""Many clients who book, move, decide, cancel and look for a long time; some hang up before they hear the answer."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import chain, count
from math import inf
from threading import Event
from typing import Any

from domain.interval import Interval
from domain.people import Role
from domain.spaces import Approval
from models import Space, db
from tests.support.builders import between, create_pool, create_space
from tests.support.history import LIVE, quarters
from tests.support.history_checker import FIRST, Kind, Operation, anomalies
from tests.support.kept_line import PATIENCE, Line
from tests.support.race_arena import Arena, Racer, soon

CLIENTS = 16
DAYS, PEOPLE = 12, 60
HANGS_UP, NEVER_ASKS_AGAIN = 0.04, 0.4
"""How often a client goes before the answer; how often it leaves a booking at that."""
MIX = {Kind.BOOK: 36, Kind.SERIES: 4, Kind.END: 25, Kind.READ: 15, Kind.MOVE: 20}
"""Where staff decide, a booking is decided on instead of moved."""
DATES = 3
"""Of a series of staff's, on days one after the other: all of them or none."""
REMEMBERED = 400
SEATS = 2
"""Of the pool: few enough that it is full again and again."""


@dataclass(slots=True)
class Known:
    """A booking as somebody last heard of it."""

    id: int
    version: int
    room: Space
    booker: Racer


@dataclass(frozen=True, slots=True)
class Sending:
    """What is sent, by whom, and about which booking; `asked` is what the history says until it is heard of."""

    path: str
    who: Racer
    body: dict[str, Any]
    asked: Operation
    of: Known | None = None


@dataclass
class Community:
    """Who asks for which rooms, what they know of each other's bookings, and everything that was asked."""

    url: str
    rooms: list[Space]
    people: list[Racer]
    staff: Racer
    days: int
    chance: random.Random
    history: list[Operation] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)
    unheard: list[str] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    lines: list[Line] = field(default_factory=list)
    pace: float = inf
    """How many operations a second there are at most."""
    _due: float = 0.0
    _number: Iterator[int] = field(default_factory=count)

    def live(self, operations: int) -> None:
        """Let so many operations happen, by clients that do one after the other each."""
        with self.living(iter(range(operations))):
            pass

    def anomalies(self) -> Iterator[str]:
        """What no order of all this explains, in words."""
        return anomalies(self.history, {room.code: room.places for room in self.rooms})

    def asked_again(self) -> Iterator[str]:
        """Where the house was busy or gone; nobody may notice that unless somebody kills it."""
        busy, lost = sum(line.busy for line in self.lines), sum(line.lost for line in self.lines)
        if busy:
            yield f"the house was busy {busy} times"
        if lost:
            yield f"{lost} lines were lost before their answer"

    @contextmanager
    def living(self, operations: Iterator[object]) -> Iterator[None]:
        """Let operations happen beside the block, until there are no more; what is under way is waited for."""
        # In a thread of its own: once this worker has driven a browser, Playwright's loop runs in the main one.
        with ThreadPoolExecutor(max_workers=1) as alone:
            all_of_them = alone.submit(asyncio.run, self._all(operations))
            try:
                yield
            finally:
                all_of_them.result()

    async def _all(self, left: Iterator[object]) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(CLIENTS):
                group.create_task(self._client(left))

    async def _client(self, left: Iterator[object]) -> None:
        line = Line(self.url)
        self.lines.append(line)
        for _ in left:
            await self._turn()
            await self._one(line)
        line.hang_up()

    async def _turn(self) -> None:
        """Wait until one more operation is due."""
        moment = time.monotonic()
        self._due = max(self._due + 1 / self.pace, moment)
        await asyncio.sleep(self._due - moment)

    async def _one(self, line: Line) -> None:
        kind = self.chance.choices(list(MIX), list(MIX.values()))[0]
        if kind is Kind.SERIES:
            await self._book_series(line)
            return
        if kind is Kind.BOOK or not self.known:
            await self._book(line)
            return
        one = self.chance.choice(self.known)
        if kind is Kind.READ:
            await self._read(line, one)
        elif kind is Kind.END:
            await self._decide(line, one, "cancel")
        elif one.room.approval is Approval.NONE or one.booker is self.staff:  # theirs are confirmed at once
            await self._move(line, one)
        else:
            await self._decide(line, one, self.chance.choice(("approve", "decline")))

    async def _book(self, line: Line) -> None:
        room, wish = self.chance.choice(self.rooms), self._wish()
        booker, label = self.chance.choice(self.people), f"第{next(self._number)}次"
        body = {"space": room.code, "purpose": label, "party_size": 1, **_times(wish)}
        asked = Operation(Kind.BOOK, 0, inf, "", room.code, _ticks(wish, room))
        done = await self._change(line, Sending("/bookings", booker, body, asked))
        if done is None:
            self.unheard.append(label)
        elif done.booking is not None:
            self._remember(Known(done.booking, done.version, room, booker))

    async def _book_series(self, line: Line) -> None:
        room, wish, label = self.chance.choice(self.rooms), self._wish(), f"第{next(self._number)}次"
        wishes = [wish.shifted(timedelta(days=day)) for day in range(DATES)]
        of_date = [_ticks(one, room) for one in wishes]
        rule = f"FREQ=DAILY;COUNT={DATES}"
        body = {"space": room.code, "rule": rule, "purpose": label, "party_size": 1, **_times(wish)}
        asked = Operation(Kind.SERIES, 0, inf, "", room.code, tuple(chain(*of_date)))
        told = await self._heard(line, Sending("/series", self.staff, body, asked))
        if told is None:
            self.unheard.append(label)
            return
        heard, answer = told
        if not heard.done:
            self.history.append(heard)
            return
        for ticks, made in zip(of_date, answer["occurrences"], strict=True):
            one = replace(heard, kind=Kind.BOOK, ticks=ticks, booking=made["booking"], version=FIRST)
            self.history.append(one)
            self._remember(Known(made["booking"], FIRST, room, self.staff))

    def _remember(self, one: Known) -> None:
        self.known.append(one)
        del self.known[:-REMEMBERED]

    async def _move(self, line: Line, one: Known) -> None:
        wish = self._wish()
        asked = Operation(Kind.MOVE, 0, inf, "", one.room.code, _ticks(wish, one.room), one.id)
        moved = Sending(f"/bookings/{one.id}/reschedule", one.booker, _times(wish), asked, one)
        await self._change(line, moved)

    async def _decide(self, line: Line, one: Known, word: str) -> None:
        who = one.booker if word == "cancel" else self.staff
        body = {} if word == "approve" else {"reason": "另有安排"}
        asked = Operation(Kind.DECIDE if word == "approve" else Kind.END, 0, inf, "", booking=one.id)
        await self._change(line, Sending(f"/bookings/{one.id}/{word}", who, body, asked, one))

    async def _read(self, line: Line, one: Known) -> None:
        began = time.monotonic()
        status, body = await line.ask("GET", f"/bookings/{one.id}", one.booker.token)
        self.statuses.add(status)
        lives = body.get("status") in LIVE
        read = Operation(Kind.READ, began, time.monotonic(), "ok", booking=one.id, lives=lives)
        self.history.append(read)
        one.version = max(one.version, body.get("version", 0))

    async def _change(self, line: Line, sending: Sending) -> Operation | None:
        """Do it, and note what came of it; None where nobody ever asked again."""
        told = await self._heard(line, sending)
        if told is None:
            return None
        heard, answer = told
        if heard.done:
            heard = replace(heard, booking=answer["id"], version=answer["version"])
        self.history.append(heard)
        if sending.of is not None and heard.done:
            sending.of.version = max(sending.of.version, heard.version)
        return heard

    async def _heard(self, line: Line, sending: Sending) -> tuple[Operation, dict[str, Any]] | None:
        """Do it, or hang up and ask again under the same key; None, and it is noted, where nobody ever asked again."""
        key, began = f"history-{next(self._number)}", time.monotonic()
        path, token, of = sending.path, sending.who.token, sending.of
        body = sending.body | ({"version": of.version} if of else {})
        if self.chance.random() < HANGS_UP:
            await line.leave("POST", path, token, body, key)
            if of is None and self.chance.random() < NEVER_ASKS_AGAIN:
                self.history.append(replace(sending.asked, began=began))
                return None
        status, answer = await line.ask("POST", path, token, body, key)
        self.statuses.add(status)
        code = "ok" if status in (200, 201) else answer["code"]
        return replace(sending.asked, began=began, ended=time.monotonic(), code=code, version=0), answer

    def _wish(self) -> Interval:
        start = 8 + self.chance.randrange(48) / 4
        length = self.chance.choice((0.5, 0.75, 1, 2))
        return between(start, start + length, day=soon() + timedelta(days=self.chance.randrange(self.days)))


def _times(wish: Interval) -> dict[str, str]:
    return {"starts_at": wish.starts_at.isoformat(), "ends_at": wish.ends_at.isoformat()}


def _ticks(wish: Interval, room: Space) -> tuple[int, ...]:
    return tuple(quarters(wish.starts_at, wish.ends_at, room.buffer_minutes))


def community(field: Arena, days: int = DAYS) -> Community:
    """People and rooms that fill within so many days: two that take anybody, one where staff decide, and a pool."""
    rooms = [
        create_space(approval=Approval.NONE, buffer_minutes=0),
        create_space(approval=Approval.NONE, buffer_minutes=15),
        create_space(approval=Approval.STAFF, buffer_minutes=15),
        create_pool(places=SEATS, max_minutes=240),
    ]
    people = field.crowd(PEOPLE)
    (staff,) = field.crowd(1, Role.STAFF)
    db.session.commit()
    return Community(field.url, rooms, people, staff, days, random.Random(20_261_127))


def wait_for_more(lived: Community, operations: int) -> None:
    """Until so many more were answered; AssertionError where that takes minutes."""
    wanted, until = len(lived.history) + operations, time.monotonic() + PATIENCE
    while len(lived.history) < wanted:
        assert time.monotonic() < until, f"{len(lived.history)} operations of {wanted}"
        Event().wait(0.02)
