"""Writing down what became of each booth of a show, in the running order: attribution of sales reads it there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from domain.studio.booths import OnAir
from domain.studio.running import Airing, ItemKind, SkipReason, airing_of
from domain.studio.wrapping import Outcome
from models import Booking, RundownItem, Show, ShowRun


def items_of(session: Session, show_id: int) -> list[RundownItem]:
    """The running order of a show with the booths of each item."""
    found = session.scalars(
        select(RundownItem)
        .options(selectinload(RundownItem.slots))
        .where(RundownItem.show_id == show_id)
        .order_by(RundownItem.position, RundownItem.id)
        .execution_options(populate_existing=True)
    )
    return list(found)


def console_used(run: ShowRun | None, items: Sequence[RundownItem]) -> bool:
    """Whether the floor director kept the running order."""
    return (run is not None and run.started_at is not None) or any(
        item.state is not OnAir.WAITING for item in items
    )


def airings_of(items: Sequence[RundownItem]) -> dict[int, Airing]:
    """The on-air axis of each booth, by booking."""
    times: dict[int, list[Airing]] = defaultdict(list)
    for item in items:
        for slot in item.slots:
            times[slot.booking_id].append(
                Airing(item.state, item.started_at, item.ended_at, item.skip_reason)
            )
    return {booking_id: airing_of(found) for booking_id, found in times.items()}


def shared(items: Sequence[RundownItem], booking_id: int) -> bool:
    """Whether a booth was aired together with others every time."""
    mine = [item for item in items if any(slot.booking_id == booking_id for slot in item.slots)]
    return all(len(item.slots) > 1 for item in mine)


def write(
    session: Session,
    show: Show,
    bookings: Sequence[Booking],
    outcomes: Mapping[int, Outcome],
    now: datetime,
) -> None:
    """Bring the running order of a show, whose space is locked, to what became of its booths; no item stays open."""
    items = items_of(session, show.id)
    airings = airings_of(items)
    for item in items:
        _end(item, now)
    left: dict[tuple[datetime, Outcome], list[Booking]] = defaultdict(list)
    for booking in bookings:
        outcome = outcomes[booking.id]
        airing = airings.get(booking.id)
        if airing is not None and airing.state in (OnAir.DONE, OnAir.ON_AIR) and outcome is Outcome.AIRED:
            continue
        _take_out(items, booking.id)
        left[booking.starts_at, outcome].append(booking)
    for item in items:
        if item.kind is ItemKind.BOOTHS and not item.slots:
            session.delete(item)
        elif item.state is OnAir.WAITING:
            item.state, item.skip_reason, item.ended_at = OnAir.SKIPPED, SkipReason.NO_TIME, now
    session.flush()
    _add(session, show, left, 1 + max((item.position for item in items), default=0))
    _end_run(session, show)


def _end(item: RundownItem, now: datetime) -> None:
    """What nobody ended was over when its time was."""
    if item.state is OnAir.ON_AIR and item.started_at is not None:
        due = item.started_at + timedelta(seconds=item.planned_seconds + item.extra_seconds)
        item.state, item.ended_at = OnAir.DONE, max(item.started_at, min(due, now))


def _take_out(items: Sequence[RundownItem], booking_id: int) -> None:
    for item in items:
        for slot in [one for one in item.slots if one.booking_id == booking_id]:
            item.slots.remove(slot)


def _add(
    session: Session,
    show: Show,
    groups: Mapping[tuple[datetime, Outcome], Sequence[Booking]],
    position: int,
) -> None:
    """One item for the booths of a time with the same fate."""
    for (starts_at, outcome), bookings in sorted(groups.items()):
        aired = outcome is Outcome.AIRED
        item = RundownItem(
            show_id=show.id,
            position=position,
            kind=ItemKind.BOOTHS,
            planned_starts_at=starts_at,
            planned_seconds=show.slot_minutes * 60,
            state=OnAir.DONE if aired else OnAir.SKIPPED,
            skip_reason=outcome.skip_reason,
            started_at=starts_at if aired else None,
            ended_at=bookings[0].ends_at if aired else starts_at,
        )
        item.slots = [booking.booth_slot for booking in bookings if booking.booth_slot is not None]
        session.add(item)
        position += 1
    session.flush()


def _end_run(session: Session, show: Show) -> None:
    """The show is over: its run, if nobody began one, is that of what was aired."""
    done = [item for item in items_of(session, show.id) if item.state is OnAir.DONE]
    run = session.get(ShowRun, show.id, populate_existing=True)
    if run is None:
        run = ShowRun(show_id=show.id)
        session.add(run)
    starts = [item.started_at for item in done if item.started_at is not None]
    ends = [item.ended_at for item in done if item.ended_at is not None]
    run.started_at = run.started_at or min(starts, default=None)
    if run.started_at is not None and run.ended_at is None:
        run.ended_at = max([run.started_at, *ends])
    session.flush()
