"""Ticks and live holders must agree, in both directions, and nobody may share a place.

What is expected is worked out from the bookings and shows alone, so that a fault shows even where the table of ticks
has lost its key. Past ticks may be gone, for they are pruned; those that are there must have the right owner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.bookings import LIVE
from domain.interval import Interval, local, moment_of, tick_of
from domain.spaces import WHOLE_ROOM, SpaceKind
from domain.studio.shows import ShowStatus
from models import Booking, Occupancy, Show, Space, WalkIn
from services.doctor.findings import Finding
from services.doctor.stillness import hold_still
from services.unit_of_work import query

MOST = 20
"""Findings of one kind that are printed; more of them would say no more."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A live booking, a show or a walk-in, with the ticks it must own; `place` None takes any."""

    name: str
    space: str
    place: int | None
    ticks: Collection[int]


@dataclass(frozen=True, slots=True)
class Owned:
    """One row of the table of ticks."""

    space: str
    places: int
    kind: SpaceKind
    tick: int
    place: int
    holder: str


@query
def findings(session: Session, now: datetime) -> list[Finding]:
    """Ticks without a holder, holders without their ticks, places that do not exist, and places shared."""
    hold_still(session)
    holders = {
        holder.name: holder for holder in [*_bookings(session), *_shows(session), *_walk_ins(session, now)]
    }
    places: dict[str, int] = {
        row.code: row.places for row in session.execute(select(Space.code, Space.places))
    }
    owned = list(_owned(session))
    found = [
        *_limited(_orphans(owned, holders)),
        *_limited(_missing(owned, holders.values(), tick_of(now))),
        *_limited(_beyond(owned)),
        *_limited(_shared(holders.values(), places)),
    ]
    session.rollback()  # leave the reading transaction: nothing was written
    return found


def _limited(found: Iterable[Finding]) -> list[Finding]:
    findings = list(found)
    if len(findings) <= MOST:
        return findings
    rest = Finding(findings[0].code, f"… and {len(findings) - MOST} more of this kind.")
    return [*findings[:MOST], rest]


def _bookings(session: Session) -> Iterator[Holder]:
    rows = session.execute(
        select(
            Booking.id,
            Booking.place,
            Booking.starts_at,
            Booking.ends_at,
            Booking.proposed_starts_at,
            Booking.proposed_ends_at,
            Booking.buffer_minutes,
            Space.code,
        )
        .join(Space, Space.id == Booking.space_id)
        .where(Booking.status.in_(LIVE))
    )
    for row in rows:
        ticks: Collection[int] = Interval(row.starts_at, row.ends_at).ticks(row.buffer_minutes)
        if row.proposed_starts_at is not None and row.proposed_ends_at is not None:
            proposed = Interval(row.proposed_starts_at, row.proposed_ends_at)
            ticks = sorted({*ticks, *proposed.ticks(row.buffer_minutes)})
        yield Holder(f"booking {row.id}", row.code, row.place, ticks)


def _shows(session: Session) -> Iterator[Holder]:
    rows = session.execute(
        select(Show.id, Show.starts_at, Show.ends_at, Show.buffer_minutes, Space.code)
        .join(Space, Space.id == Show.space_id)
        .where(Show.status != ShowStatus.CANCELLED)
    )
    for row in rows:
        ticks = Interval(row.starts_at, row.ends_at).ticks(row.buffer_minutes)
        yield Holder(f"show {row.id}", row.code, WHOLE_ROOM, ticks)


def _walk_ins(session: Session, now: datetime) -> Iterator[Holder]:
    """Those whose ticks may still be there: nobody asks who sat where last month."""
    first_kept = session.scalar(select(func.min(Occupancy.tick)).where(Occupancy.walk_in_id.is_not(None)))
    since = now if first_kept is None else min(now, moment_of(first_kept))
    rows = session.execute(
        select(WalkIn.id, WalkIn.starts_at, WalkIn.ends_at, Space.code)
        .join(Space, Space.id == WalkIn.space_id)
        .where(WalkIn.left_at.is_(None), WalkIn.ends_at > since)
    )
    for row in rows:
        ticks = Interval(row.starts_at, row.ends_at).ticks()
        yield Holder(f"walk-in {row.id}", row.code, None, ticks)


def _owned(session: Session) -> Iterator[Owned]:
    rows = session.execute(
        select(
            Space.code,
            Space.places,
            Space.kind,
            Occupancy.tick,
            Occupancy.place,
            Occupancy.booking_id,
            Occupancy.show_id,
            Occupancy.walk_in_id,
        ).join(Space, Space.id == Occupancy.space_id)
    )
    for row in rows:
        holder = f"booking {row.booking_id}"
        if row.booking_id is None:
            holder = f"walk-in {row.walk_in_id}" if row.show_id is None else f"show {row.show_id}"
        yield Owned(row.code, row.places, row.kind, row.tick, row.place, holder)


def _orphans(owned: list[Owned], holders: dict[str, Holder]) -> Iterator[Finding]:
    for row in owned:
        holder = holders.get(row.holder)
        if (
            holder is None
            or holder.space != row.space
            or row.tick not in holder.ticks
            or holder.place not in (None, row.place)
        ):
            yield Finding(
                "tick_without_holder",
                f"{_where(row.space, row.tick, row.place)} is held by {row.holder}, which is not live then and there.",
            )


def _missing(owned: list[Owned], holders: Iterable[Holder], from_tick: int) -> Iterator[Finding]:
    rows: dict[str, list[int]] = defaultdict(list)
    for row in owned:
        rows[row.holder].append(row.tick)
    for holder in holders:
        mine = rows[holder.name]
        for tick in holder.ticks:
            if tick >= from_tick and tick not in mine:
                yield Finding(
                    "holder_without_tick",
                    f"{holder.name} is live but does not hold {_where(holder.space, tick, holder.place)}.",
                )
        if len(mine) != len(set(mine)):
            yield Finding(
                "holder_twice_in_a_tick", f"{holder.name} holds two places at once in {holder.space}."
            )


def _beyond(owned: list[Owned]) -> Iterator[Finding]:
    for row in owned:
        lowest = WHOLE_ROOM if row.kind is SpaceKind.STUDIO else 1
        if not lowest <= row.place <= row.places:
            yield Finding(
                "place_does_not_exist",
                f"{_where(row.space, row.tick, row.place)} is held, but the space has {row.places} places.",
            )


def _shared(holders: Iterable[Holder], places: dict[str, int]) -> Iterator[Finding]:
    by_cell: dict[tuple[str, int | None, int], list[str]] = defaultdict(list)
    for holder in holders:
        for tick in holder.ticks:
            by_cell[holder.space, holder.place, tick].append(holder.name)
    for (code, place, tick), names in sorted(by_cell.items(), key=lambda cell: (cell[0][0], cell[0][2])):
        room_for = places[code] if place is None else 1
        if len(names) > room_for:
            yield Finding(
                "place_shared",
                f"{_where(code, tick, place)} is booked by {', '.join(sorted(names))} at once.",
            )


def _where(space: str, tick: int, place: int | None) -> str:
    seat = "" if place is None else f" place {place}"
    return f"{space}{seat} at {local(moment_of(tick)):%Y-%m-%d %H:%M}"
