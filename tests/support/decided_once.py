"""One request, and many who decide on it in the same moment: who won, and what does not fit to that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.interval import Interval
from domain.people import Role
from models import AuditEvent, Booking, Space, db
from services import passing
from tests.support.builders import at, between, create_booking, create_space
from tests.support.race import Call, Reply, in_threads
from tests.support.race_arena import Arena, Racer, soon

EXPIRE = "expire"
BECOMES = {
    "approve": ("booking.approved", BookingStatus.CONFIRMED),
    "decline": ("booking.declined", BookingStatus.DECLINED),
    "cancel": ("booking.cancelled", BookingStatus.CANCELLED),
    EXPIRE: ("booking.expired", BookingStatus.EXPIRED),
    "move": ("booking.moved", BookingStatus.PENDING),
}
"""What each leaves in the audit log, and how the request stands then."""
OVER_AND_OVER = 5
"""Jobs that come to the request after fewer or more others: how much later decides who tends to be first."""


@dataclass
class Decisions:
    """A room, somebody who asks for it day after day, and the desks that decide."""

    arena: Arena
    space: Space
    booker: Racer
    desks: list[Racer]
    won: list[str] = field(default_factory=list)

    def round(self, rivals: tuple[str, ...]) -> Iterator[str]:
        """Two of each decide on a new request at once; what is not as it should be afterwards, in words."""
        number = len(self.won)
        asked = create_booking(
            self.space, between(9, 10, day=soon(), days=number), booker_id=self.booker.id,
            status=BookingStatus.PENDING,
        )  # fmt: skip
        words = [rival for rival in rivals if rival != EXPIRE for _ in range(2)]
        calls = [self._call(word, place, asked.id, number) for place, word in enumerate(words)]
        replies, expired = self._decide(calls, asked, number, EXPIRE in rivals)
        winners = [word for word, reply in zip(words, replies, strict=True) if reply.status == 200]
        winners += [EXPIRE] * expired
        self.won.append("+".join(winners))
        yield from _faults(asked.id, winners, replies)
        expire_by(
            soon() + timedelta(days=number)
        )  # one that was moved is open still, and no part of the next round

    def _decide(
        self, calls: list[Call], asked: Booking, number: int, expires: bool
    ) -> tuple[list[Reply], int]:
        if not expires:
            return self.arena.at_once(calls), 0
        jobs: list[Callable[[], Any]] = [
            partial(self.arena.at_once, calls),
            partial(_jobs_and_expire, number % OVER_AND_OVER, asked.starts_at),
        ]
        db.session.rollback()
        replies, expired = in_threads(self.arena.app, jobs)
        return replies, expired

    def _call(self, word: str, place: int, booking_id: int, number: int) -> Call:
        path, body = f"/bookings/{booking_id}/{word}", {"version": 1}
        if word == "cancel":
            return Call(path, self.booker.token, body)
        if word == "move":  # each to a time of its own: who asks for what is so already is told yes
            wish = between(11 + place, 12 + place, day=soon(), days=number)
            return Call(f"/bookings/{booking_id}/reschedule", self.booker.token, body | times(wish))
        reason = {"reason": "场地检修"} if word == "decline" else {}
        return Call(path, self.desks[place % len(self.desks)].token, body | reason)


def decisions(arena: Arena, rounds: int) -> Decisions:
    """Everybody in their places; what others left open expires now instead of in between."""
    expire_by(soon(rounds))
    return Decisions(arena, create_space(), *arena.crowd(1), arena.crowd(4, Role.STAFF))


def expire_by(day: date) -> None:
    """Let whatever nobody has decided by the end of a day expire."""
    passing.expire_due(at(24, day=day))


def _jobs_and_expire(before: int, ends: datetime) -> int:
    for _ in range(before):
        passing.drop_undecided_moves(ends)
    return passing.expire_due(ends)


def times(wish: Interval) -> dict[str, str]:
    """A time as the API reads it."""
    return {"starts_at": wish.starts_at.isoformat(), "ends_at": wish.ends_at.isoformat()}


def _faults(booking_id: int, winners: list[str], replies: list[Reply]) -> Iterator[str]:
    if len(winners) != 1:
        yield f"{winners} were told yes"
    others = {(reply.status, reply.code) for reply in replies if reply.status != 200}
    if others - {(409, "stale")}:
        yield f"the others were told {others}"
    db.session.rollback()
    events = select(AuditEvent.action).where(
        AuditEvent.object_type == "booking", AuditEvent.object_id == booking_id
    )
    written = sorted(db.session.scalars(events))
    if written != sorted(BECOMES[one][0] for one in winners):
        yield f"{winners} were told yes, {written} is written down"
    stands = db.session.execute(select(Booking.status, Booking.version).where(Booking.id == booking_id)).one()
    if winners and tuple(stands) != (BECOMES[winners[-1]][1], 2):
        yield f"{winners} were told yes, it stands at {stands}"
