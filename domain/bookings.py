"""The life of a booking: its states and the only ways from one to the next."""

from __future__ import annotations

from enum import StrEnum


class BookingStatus(StrEnum):
    """Where a booking stands; the live ones own ticks."""

    OFFERED = "offered"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    COMPLETED = "completed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NO_SHOW = "no_show"


LIVE = frozenset(
    {BookingStatus.OFFERED, BookingStatus.PENDING, BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN}
)

SHOWN = LIVE | {BookingStatus.COMPLETED}
"""What calendars show: whatever holds its time, and what was really used."""

BOOKED = LIVE - {BookingStatus.OFFERED}
"""What somebody has asked for and counts on; an offer still waits for a yes."""

TRANSITIONS: dict[BookingStatus, frozenset[BookingStatus]] = {
    BookingStatus.OFFERED: frozenset(
        {BookingStatus.PENDING, BookingStatus.CONFIRMED, BookingStatus.CANCELLED, BookingStatus.EXPIRED}
    ),
    BookingStatus.PENDING: frozenset(
        {BookingStatus.CONFIRMED, BookingStatus.DECLINED, BookingStatus.CANCELLED, BookingStatus.EXPIRED}
    ),
    BookingStatus.CONFIRMED: frozenset(
        {
            BookingStatus.CHECKED_IN,
            BookingStatus.COMPLETED,
            BookingStatus.CANCELLED,
            BookingStatus.NO_SHOW,
        }
    ),
    BookingStatus.CHECKED_IN: frozenset({BookingStatus.COMPLETED}),
    BookingStatus.COMPLETED: frozenset(),
    BookingStatus.DECLINED: frozenset(),
    BookingStatus.CANCELLED: frozenset(),
    BookingStatus.EXPIRED: frozenset(),
    BookingStatus.NO_SHOW: frozenset(),
}

WAYS_BACK: dict[BookingStatus, frozenset[BookingStatus]] = {
    BookingStatus.PENDING: frozenset({BookingStatus.PENDING}),
    BookingStatus.CONFIRMED: frozenset({BookingStatus.PENDING, BookingStatus.CONFIRMED}),
    BookingStatus.DECLINED: frozenset({BookingStatus.PENDING}),
}
"""What a decision that is taken back leads to, from the state that it made; for nothing else."""


def may_return(current: BookingStatus, before: BookingStatus) -> bool:
    """Whether a decision that led from the one to the other can be taken back."""
    return before in WAYS_BACK.get(current, frozenset())


def may_become(current: BookingStatus, target: BookingStatus) -> bool:
    """Whether the one may follow the other."""
    return target in TRANSITIONS[current]
