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
from itertools import count
from math import inf
from threading import Event
from typing import Any

from sqlalchemy import func, select

from domain.interval import Interval
from domain.people import Role
from domain.spaces import Approval
from models import AuditEvent, Booking, Space, db
from tests.support.builders import between, create_pool, create_space
from tests.support.history import LIVE, quarters
from tests.support.history_checker import Kind, Operation, anomalies, told_by
from tests.support.kept_line import PATIENCE, Line
from tests.support.race_arena import Arena, Racer, soon

CLIENTS = 16
DAYS, PEOPLE = 12, 60
HANGS_UP, NEVER_ASKS_AGAIN = 0.04, 0.4
"""How often a client goes before the answer; how often it leaves a booking at that."""
MIX = {Kind.BOOK: 40, Kind.END: 25, Kind.READ: 15, Kind.MOVE: 20}
"""Where staff decide, a booking is decided on instead of moved."""
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
        if kind is Kind.BOOK or not self.known:
            await self._book(line)
            return
        one = self.chance.choice(self.known)
        if kind is Kind.READ:
            await self._read(line, one)
        elif kind is Kind.END:
            await self._decide(line, one, "cancel")
        elif one.room.approval is Approval.NONE:
            await self._move(line, one)
        else:
            await self._decide(line, one, self.chance.choice(("approve", "decline")))

    async def _book(self, line: Line) -> None:
        room, wish = self.chance.choice(self.rooms), self._wish()
        booker, label = self.chance.choice(self.people), f"第{next(self._number)}次"
        body = {"space": room.code, "purpose": label, "party_size": 1, **_times(wish)}
        asked = Operation(Kind.BOOK, 0, inf, "", room.code, _ticks(wish, room))
        done = await self._change(line, "/bookings", booker, body, asked)
        if done is None:
            self.unheard.append(label)
        elif done.booking is not None:
            self.known.append(Known(done.booking, done.version, room, booker))
            del self.known[:-REMEMBERED]

    async def _move(self, line: Line, one: Known) -> None:
        wish = self._wish()
        asked = Operation(Kind.MOVE, 0, inf, "", one.room.code, _ticks(wish, one.room), one.id)
        await self._change(line, f"/bookings/{one.id}/reschedule", one.booker, _times(wish), asked, one)

    async def _decide(self, line: Line, one: Known, word: str) -> None:
        who = one.booker if word == "cancel" else self.staff
        body = {} if word == "approve" else {"reason": "另有安排"}
        asked = Operation(Kind.DECIDE if word == "approve" else Kind.END, 0, inf, "", booking=one.id)
        await self._change(line, f"/bookings/{one.id}/{word}", who, body, asked, one)

    async def _read(self, line: Line, one: Known) -> None:
        began = time.monotonic()
        status, body = await line.ask("GET", f"/bookings/{one.id}", one.booker.token)
        self.statuses.add(status)
        lives = body.get("status") in LIVE
        read = Operation(Kind.READ, began, time.monotonic(), "ok", booking=one.id, lives=lives)
        self.history.append(read)
        one.version = max(one.version, body.get("version", 0))

    async def _change(
        self,
        line: Line,
        path: str,
        who: Racer,
        body: dict[str, Any],
        asked: Operation,
        of: Known | None = None,
    ) -> Operation | None:
        """Do it, or hang up and ask again under the same key; None where nobody ever asked again."""
        key, began = f"history-{next(self._number)}", time.monotonic()
        sent = body | ({"version": of.version} if of else {})
        if self.chance.random() < HANGS_UP:
            await line.leave("POST", path, who.token, sent, key)
            if of is None and self.chance.random() < NEVER_ASKS_AGAIN:
                self.history.append(replace(asked, began=began))
                return None
        status, answer = await line.ask("POST", path, who.token, sent, key)
        self.statuses.add(status)
        done = status in (200, 201)
        heard = replace(
            asked,
            began=began,
            ended=time.monotonic(),
            code="ok" if done else answer["code"],
            booking=answer["id"] if done else asked.booking,
            version=answer["version"] if done else 0,
        )
        self.history.append(heard)
        if of is not None and done:
            of.version = max(of.version, heard.version)
        return heard

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


def falls_apart(lived: Community) -> Iterator[str]:
    """Where the database, at the end, tells another story than its clients."""
    story, ids = told_by(lived.history), [room.id for room in lived.rooms]
    held = {
        booking: claims[-1].ticks
        for booking, claims in story.by_booking.items()
        if claims[-1].ends == (inf, inf)
    }
    there = db.session.scalars(
        select(Booking).where(Booking.space_id.in_(ids), Booking.status.in_(LIVE))
    ).all()
    unheard = {one.id for one in there if one.purpose in lived.unheard}
    found = {
        one.id: tuple(quarters(one.starts_at, one.ends_at, one.buffer_minutes))
        for one in there
        if one.id not in unheard
    }
    yield from (f"booking {one} was acknowledged and is lost" for one in held.keys() - found.keys())
    yield from (f"booking {one} lives though nobody asked" for one in found.keys() - held.keys())
    yield from (
        f"booking {one} has other times" for one in held.keys() & found.keys() if held[one] != found[one]
    )


def transitions(lived: Community) -> tuple[int, int]:
    """How many changes were acknowledged of the bookings that anybody heard of, and how many the audit log has."""
    story = told_by(lived.history)
    acknowledged = len(story.by_booking) + sum(map(len, story.changes.values()))
    written = select(func.count()).where(
        AuditEvent.object_type == "booking", AuditEvent.object_id.in_(list(story.by_booking))
    )
    return acknowledged, db.session.scalar(written) or 0
