"""How the booths of a show went on air, read from its running order."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.studio.running import Airing, airing_of
from models import RundownItem, RundownItemBooth


def of_show(session: Session, show_id: int) -> dict[int, Airing]:
    """The on-air axis of every booth that stands in the running order, by booking; empty before there is one."""
    times: dict[int, list[Airing]] = defaultdict(list)
    rows = session.execute(
        select(
            RundownItemBooth.booking_id,
            RundownItem.state,
            RundownItem.started_at,
            RundownItem.ended_at,
            RundownItem.skip_reason,
        )
        .join(RundownItem, RundownItem.id == RundownItemBooth.item_id)
        .where(RundownItem.show_id == show_id)
        .order_by(RundownItem.position, RundownItem.id)
    )
    for row in rows:
        times[row.booking_id].append(Airing(row.state, row.started_at, row.ended_at, row.skip_reason))
    return {booking_id: airing_of(found) for booking_id, found in times.items()}
