"""What staff say about a show before and after it is planned: where, by whom, and when applications are taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import BadInput, Violation
from domain.interval import Interval
from domain.sales.lines import Platform
from domain.studio.shows import (
    DEFAULT_BOOTHS,
    DEFAULT_MARKET_SLOTS,
    SLOT_MINUTES,
    Allotment,
    Layout,
    ShowPlan,
    lock_moment,
    show_violations,
)

MAX_ROOM = 200
MAX_CANCEL_REASON = 200


@dataclass(frozen=True, slots=True)
class ShowWish:
    """A show as staff want it; `slots` counts those of a market, `room` is its address or number on the platform."""

    title: str
    starts_at: datetime
    layout: Layout
    booths: int = DEFAULT_BOOTHS
    slots: int | None = None
    slot_minutes: int = SLOT_MINUTES
    allotment: Allotment = Allotment.FIRST_COME
    applications_open_at: datetime | None = None
    applications_close_at: datetime | None = None
    platform: Platform | None = None
    room: str = ""
    host_ids: tuple[int, ...] = ()

    @property
    def plan(self) -> ShowPlan:
        """Its layout; a rundown has one slot, a market ten unless said otherwise."""
        slots = 1 if self.layout is Layout.RUNDOWN else self.slots
        if slots is None:
            slots = DEFAULT_MARKET_SLOTS
        return ShowPlan(self.layout, self.starts_at, self.booths, slots, self.slot_minutes)

    def at(self, starts_at: datetime) -> ShowWish:
        """The same show at another start; the window of applications keeps its distance."""
        moved = starts_at - self.starts_at
        opens, closes = self.applications_open_at, self.applications_close_at
        return replace(
            self,
            starts_at=starts_at,
            applications_open_at=opens + moved if opens else None,
            applications_close_at=closes + moved if closes else None,
        )


def clean_room(text: str) -> str:
    """The address or number of the live room without stray white space; raises BadInput."""
    cleaned = " ".join(text.split())
    if len(cleaned) > MAX_ROOM:
        raise BadInput("room_long", field="room", maximum=MAX_ROOM)
    return cleaned


def clean_cancel_reason(text: str) -> str:
    """Why a show is off, as everybody will read it; raises BadInput."""
    cleaned = " ".join(text.split())
    if not cleaned:
        raise BadInput("cancel_reason_missing", field="reason")
    if len(cleaned) > MAX_CANCEL_REASON:
        raise BadInput("cancel_reason_long", field="reason", maximum=MAX_CANCEL_REASON)
    return cleaned


def check_applications(
    opens_at: datetime | None, closes_at: datetime | None, allotment: Allotment, locks_at: datetime
) -> None:
    """A window of applications that makes sense: it closes after it opened and by the lock; raises BadInput."""
    if closes_at is None and allotment is Allotment.DRAW:
        raise BadInput("draw_needs_close", field="applications_close_at")
    last = closes_at or locks_at
    if last > locks_at:
        raise BadInput("applications_close_late", field="applications_close_at", locks_at=locks_at)
    if opens_at is not None and opens_at >= last:
        raise BadInput("applications_order", field="applications_open_at", closes_at=last)


def wish_violations(
    wish: ShowWish, openings: Sequence[Interval], lock_hours: int, now: datetime
) -> list[Violation]:
    """What speaks against a show at its time; raises BadInput for a window of applications without sense."""
    check_applications(
        wish.applications_open_at,
        wish.applications_close_at,
        wish.allotment,
        lock_moment(wish.starts_at, lock_hours),
    )
    found = show_violations(wish.plan.interval, openings, now)
    closes_at = wish.applications_close_at
    if closes_at is not None and closes_at <= now:
        found.append(Violation("applications_over", field="applications_close_at"))
    return found
