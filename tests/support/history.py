"""Whether the ticks and the live bookings of a database tell the same story; worked out without any service."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from models import Booking, Occupancy, Show, Space, WalkIn, db

QUARTER = 900
LIVE = ("offered", "pending", "confirmed", "checked_in")


def quarters(starts_at: datetime, ends_at: datetime, buffer_minutes: int = 0) -> range:
    """The quarter-hours of a time and of the clean-up after it, on the grid that all times of these tests keep to."""
    end = ends_at + timedelta(minutes=buffer_minutes)
    return range(int(starts_at.timestamp()) // QUARTER, int(end.timestamp()) // QUARTER)


def clashes(
    times: Iterable[tuple[datetime, datetime]], buffer_minutes: int
) -> list[tuple[datetime, datetime]]:
    """The starts of neighbours that overlap, clean-up included, among winners of one place."""
    ordered = sorted(times)
    buffer = timedelta(minutes=buffer_minutes)
    return [(before[0], after[0]) for before, after in pairwise(ordered) if after[0] < before[1] + buffer]


def disagreements(since: int = 0) -> list[str]:
    """What is wrong in the database at hand, in words; empty when all is well. Ticks from before `since` are pruned."""
    return [*_wrong_holders(since), *_double_ticks(), *_double_bookings()]


def _wrong_holders(since: int) -> list[str]:
    owned: dict[tuple[str, int], list[int]] = defaultdict(list)
    for row in db.session.execute(
        select(Occupancy.tick, Occupancy.booking_id, Occupancy.show_id, Occupancy.walk_in_id)
    ):
        holders = {"booking": row.booking_id, "show": row.show_id, "walk-in": row.walk_in_id}
        (holder,) = ((kind, number) for kind, number in holders.items() if number is not None)
        owned[holder].append(row.tick)
    bookings = {("booking", one.id): _ticks_of(one) for one in _live_bookings()}
    all_due = bookings | _ticks_of_shows() | _ticks_of_walk_ins()
    due = {holder: [tick for tick in ticks if tick >= since] for holder, ticks in all_due.items()}
    return [
        f"{kind} {number} owns {sorted(owned.get((kind, number), []))}, due {sorted(due.get((kind, number), []))}"
        for kind, number in sorted(set(owned) | set(due))
        if sorted(owned.get((kind, number), [])) != sorted(due.get((kind, number), []))
    ]


def _live_bookings() -> list[Any]:
    wanted = (
        select(
            Booking.id, Booking.place, Booking.starts_at, Booking.ends_at,
            Booking.proposed_starts_at, Booking.proposed_ends_at, Booking.buffer_minutes,
            Booking.space_id, Space.kind, Space.places,
        )
        .join(Space, Space.id == Booking.space_id)
        .where(Booking.status.in_(LIVE))
    )  # fmt: skip
    return list(db.session.execute(wanted))


def _ticks_of(booking: Any) -> list[int]:
    held = set(quarters(booking.starts_at, booking.ends_at, booking.buffer_minutes))
    if booking.proposed_starts_at is not None:
        held |= set(quarters(booking.proposed_starts_at, booking.proposed_ends_at, booking.buffer_minutes))
    return sorted(held)


def _ticks_of_shows() -> dict[tuple[str, int], list[int]]:
    rows = db.session.execute(
        select(Show.id, Show.starts_at, Show.ends_at, Space.buffer_minutes)
        .join(Space, Space.id == Show.space_id)
        .where(Show.status != "cancelled")
    )
    return {("show", row.id): list(quarters(row.starts_at, row.ends_at, row.buffer_minutes)) for row in rows}


def _ticks_of_walk_ins() -> dict[tuple[str, int], list[int]]:
    sitting = db.session.execute(
        select(WalkIn.id, WalkIn.starts_at, WalkIn.ends_at).where(WalkIn.left_at.is_(None))
    )
    return {("walk-in", row.id): list(quarters(row.starts_at, row.ends_at)) for row in sitting}


def _double_ticks() -> list[str]:
    rows = db.session.execute(select(Occupancy.space_id, Occupancy.tick, Occupancy.place))
    counted = Counter((row.space_id, row.tick, row.place) for row in rows)
    return [f"{count} holders own {key}" for key, count in counted.items() if count > 1]


def _double_bookings() -> list[str]:
    """Seen from the bookings alone, so that it stands even where the ticks are wrong."""
    load: Counter[tuple[int, int, int | None]] = Counter()
    room: dict[tuple[int, int, int | None], int] = {}
    for one in _live_bookings():
        for tick in _ticks_of(one):
            key = one.space_id, tick, one.place
            load[key] += 1
            room[key] = one.places if one.place is None else 1
    return [
        f"{count} live bookings at {datetime.fromtimestamp(key[1] * QUARTER, UTC)} in {key}"
        for key, count in load.items()
        if count > room[key]
    ]
