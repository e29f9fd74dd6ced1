"""The one arbiter: the only module that writes `occupancy`. Contract: docs/decisions/0001-one-arbiter.md.

The primary key `(space_id, tick, place)` decides who gets what. Locks are for liveness, so that two movers wait
instead of deadlocking; the key is for safety, and holds where a lock was forgotten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.bookings import LIVE, BookingStatus, may_become, may_return
from domain.errors import SlotTaken, Stale
from domain.interval import Interval, merge_ticks
from domain.spaces import SpaceKind
from models import Booking, Occupancy, Show, Space, WalkIn
from models.prepared import Prepared
from models.rows import core, ignoring
from services import seats
from services.locks import lock_merchant, lock_person, lock_space, lock_spaces

__all__ = [
    "BOOKING_COLUMNS",
    "NOTHING_OPEN",
    "change",
    "hold",
    "hold_each",
    "hold_from",
    "hold_many",
    "keep",
    "lock_merchant",
    "lock_person",
    "lock_space",
    "lock_spaces",
    "move",
    "move_each",
    "propose",
    "prune",
    "release",
    "release_from",
    "reopen",
]
Holder = Booking | Show | WalkIn
Wanted = tuple[int, Holder, int | None]
"""A tick, who shall hold it, and the numbered place; a pool gives any."""

NOTHING_OPEN: dict[str, Any] = dict.fromkeys(
    (
        "proposed_starts_at",
        "proposed_ends_at",
        "proposed_by_id",
        "proposed_at",
        "first_yes_by_id",
        "first_yes_at",
    )
) | {"proposed_to_booker": False}
"""A booking without another time and without a first yes: what any change of its time or its state leaves."""
BOOKING_COLUMNS = [column.key for column in Booking.__mapper__.column_attrs]
"""Refreshed by name: a refresh of everything would forget what the booking was loaded with."""
TAKE = {
    key: Prepared(lambda dialect: ignoring(dialect, Occupancy), ("space_id", "tick", "place", key))
    for key in ("booking_id", "show_id", "walk_in_id")
}
"""Taking a tick that nobody has, for each kind of holder."""


def _column(holder: Holder) -> InstrumentedAttribute[int | None]:
    if isinstance(holder, Show):
        return Occupancy.show_id
    return Occupancy.walk_in_id if isinstance(holder, WalkIn) else Occupancy.booking_id


def _ticks(holder: Holder, interval: Interval) -> range:
    return interval.ticks(0 if isinstance(holder, WalkIn) else holder.buffer_minutes)


def _due(holder: Holder) -> set[int]:
    """The ticks that somebody has to hold as their times stand now."""
    times = holder.times if isinstance(holder, Booking) else [holder.interval]
    return {tick for time in times for tick in _ticks(holder, time)}


def hold(session: Session, space: Space, holder: Holder, interval: Interval, place: int | None) -> None:
    """Give the ticks of an interval, and of the holder's buffer after it, to a holder; raises SlotTaken.

    A numbered place is fixed; a pool (place None) takes any free place in every tick.
    """
    _take(session, space, [(tick, holder, place) for tick in _ticks(holder, interval)])


def hold_from(session: Session, space: Space, holder: Holder, tick: int) -> None:
    """Give somebody of a pool, who holds nothing from a tick on, any places for what is left; raises SlotTaken."""
    _take(session, space, [(due, holder, None) for due in sorted(_due(holder)) if due >= tick])


def hold_each(session: Session, space: Space, bookings: Sequence[Booking]) -> None:
    """Give several bookings of a space their ticks, each at its own place.

    Raises SlotTaken that names all that is in the way.
    """
    _take(
        session,
        space,
        [(tick, booking, booking.place) for booking in bookings for tick in sorted(_due(booking))],
    )


def _take(session: Session, space: Space, wanted: Sequence[Wanted]) -> None:
    if not wanted:
        return
    kind = _column(wanted[0][1]).key
    rows = [
        {"space_id": space.id, "tick": tick, "place": place, kind: holder.id}
        for (tick, holder, _), place in zip(wanted, _places(session, space, wanted), strict=True)
    ]
    if TAKE[kind].write(core(session), *rows) == len(rows):
        return
    for holder in {holder.id: holder for _, holder, _ in wanted}.values():
        _give_back(session, holder, {tick for tick, one, _ in wanted if one is holder})
    raise SlotTaken(_in_the_way(session, space.id, rows))


def _places(session: Session, space: Space, wanted: Sequence[Wanted]) -> Sequence[int]:
    if space.kind is SpaceKind.POOL:
        return seats.free_seats(session, space, [tick for tick, _, _ in wanted])
    numbered = [place for _, _, place in wanted if place is not None]
    if len(numbered) != len(wanted):
        raise ValueError("a numbered place is needed")
    return numbered


def hold_many(session: Session, rows: Sequence[dict[str, int]]) -> None:
    """Insert ticks that are known to be free, for seeding new spaces; one that isn't raises IntegrityError."""
    if rows:
        session.execute(insert(Occupancy), rows)


def _in_the_way(session: Session, space_id: int, rows: list[dict[str, Any]]) -> list[Interval]:
    asked = Counter((row["tick"], row["place"]) for row in rows)
    owned = {
        (tick, place) for tick, place in seats.owned_between(session, space_id, [row["tick"] for row in rows])
    }
    return merge_ticks({key[0] for key, times in asked.items() if key in owned or times > 1})


def release(session: Session, holder: Holder) -> None:
    """Give back every tick of a holder."""
    release_from(session, holder, 0)


def release_from(session: Session, holder: Holder, tick: int) -> None:
    """Give back the ticks of a holder from one on."""
    session.execute(
        delete(Occupancy)
        .where(_column(holder) == holder.id, Occupancy.tick >= tick)
        .execution_options(synchronize_session=False)
    )


def prune(session: Session, space_id: int, before: int) -> int:
    """Drop the ticks of a space earlier than one; returns how many. Only for times that nobody can ask for any more."""
    gone = session.execute(
        delete(Occupancy)
        .where(Occupancy.space_id == space_id, Occupancy.tick < before)
        .returning(Occupancy.tick)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


def change(
    session: Session, booking: Booking, target: BookingStatus, *, version: int, **changes: Any
) -> None:
    """Take a booking to another state, if it still stands as the asker saw it; raises Stale.

    A state that is not live gives the ticks back in the same transaction; what was open goes with any change.
    """
    if not may_become(booking.status, target):
        raise Stale(booking.id)
    proposed = booking.proposed is not None
    _update_exactly_one(session, booking, version, {"status": target, **NOTHING_OPEN, **changes})
    if proposed and target in LIVE:
        _release_the_rest(session, booking)
    if target not in LIVE:
        release(session, booking)


def move(
    session: Session, space: Space, booking: Booking, interval: Interval, *, version: int, **changes: Any
) -> None:
    """Swap the ticks of a live booking for those of another time, all or nothing; raises Stale, SlotTaken."""
    if booking.status not in LIVE:
        raise Stale(booking.id)
    values = {
        "starts_at": interval.starts_at,
        "ends_at": interval.ends_at,
        "buffer_minutes": space.buffer_minutes,
        **NOTHING_OPEN,
        **changes,
    }
    _update_exactly_one(session, booking, version, values)
    release(session, booking)
    hold(session, space, booking, interval, booking.place)


def move_each(session: Session, space: Space, moves: Sequence[tuple[Booking, dict[str, Any]]]) -> None:
    """Change times and places of live bookings of a space together: one may take what another gives up.

    Raises Stale, SlotTaken.
    """
    for booking, changes in moves:
        if booking.status not in LIVE:
            raise Stale(booking.id)
        _update_exactly_one(session, booking, booking.version, changes)
    moved = [booking for booking, _ in moves]
    session.execute(
        delete(Occupancy)
        .where(Occupancy.booking_id.in_([booking.id for booking in moved]))
        .execution_options(synchronize_session=False)
    )
    hold_each(session, space, moved)


def propose(
    session: Session, space: Space, booking: Booking, interval: Interval, *, version: int, **changes: Any
) -> None:
    """Hold another time beside that of a booking or request until somebody answers; raises Stale, SlotTaken.

    Of an earlier proposal only what the new one shares is kept.
    """
    if booking.status not in (BookingStatus.PENDING, BookingStatus.CONFIRMED):
        raise Stale(booking.id)
    values = {**NOTHING_OPEN, **changes}
    values |= {"proposed_starts_at": interval.starts_at, "proposed_ends_at": interval.ends_at}
    _update_exactly_one(session, booking, version, values)
    _release_the_rest(session, booking)
    _take_the_rest(session, space, booking)


def reopen(
    session: Session, space: Space, booking: Booking, before: Mapping[str, Any], *, version: int
) -> None:
    """Take a booking back to how it stood before the last decision, its ticks too; raises Stale, SlotTaken."""
    if not may_return(booking.status, before["status"]):
        raise Stale(booking.id)
    _update_exactly_one(session, booking, version, dict(before))
    _release_the_rest(session, booking)
    _take_the_rest(session, space, booking)


def keep(session: Session, booking: Booking, *, version: int, **changes: Any) -> None:
    """Change the times of a live booking to a part of what it holds already, and give back the rest; raises Stale."""
    if booking.status not in LIVE:
        raise Stale(booking.id)
    _update_exactly_one(session, booking, version, changes)
    _release_the_rest(session, booking)


def _held(session: Session, booking: Booking) -> set[int]:
    return set(session.scalars(select(Occupancy.tick).where(Occupancy.booking_id == booking.id)))


def _release_the_rest(session: Session, booking: Booking) -> None:
    """Give back what lies outside the times of a booking as they stand now."""
    _give_back(session, booking, _held(session, booking) - _due(booking))


def _give_back(session: Session, holder: Holder, ticks: Iterable[int]) -> None:
    session.execute(
        delete(Occupancy)
        .where(_column(holder) == holder.id, Occupancy.tick.in_(ticks))
        .execution_options(synchronize_session=False)
    )


def _take_the_rest(session: Session, space: Space, booking: Booking) -> None:
    """Take what a booking has to hold as it stands now and does not hold yet."""
    missing = sorted(_due(booking) - _held(session, booking))
    _take(session, space, [(tick, booking, booking.place) for tick in missing])


def _update_exactly_one(session: Session, booking: Booking, version: int, values: dict[str, Any]) -> None:
    changed = session.execute(
        update(Booking)
        .where(Booking.id == booking.id, Booking.status == booking.status, Booking.version == version)
        .values(version=version + 1, **values)
        .returning(Booking.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.refresh(booking, BOOKING_COLUMNS)
    if len(changed) != 1:
        raise Stale(booking.id)
