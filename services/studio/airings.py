"""How the booths of a show went on air, read from its running order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from domain.studio.booths import OnAir
from domain.studio.running import Airing, SkipReason, airing_of
from models import RundownItem, RundownItemBooth

# Put together once: doing it at every request costs more than running it.
_ITEMS = (
    select(
        RundownItemBooth.booking_id,
        RundownItem.state,
        RundownItem.started_at,
        RundownItem.ended_at,
        RundownItem.skip_reason,
    )
    .join(RundownItem, RundownItem.id == RundownItemBooth.item_id)
    .where(RundownItem.show_id.in_(bindparam("shows", expanding=True)))
    .order_by(RundownItem.position, RundownItem.id)
)


def of_show(session: Session, show_id: int) -> dict[int, Airing]:
    """The on-air axis of every booth that stands in the running order, by booking; empty before there is one."""
    return _of_shows(session, {show_id})


def spared(session: Session, show_ids: Collection[int]) -> set[int]:
    """The booths of shows that were skipped for another reason than that the shop stayed away, by booking.

    They are no use that a shop had: they count neither towards its month nor as a slot of its year.
    """
    return {
        booking_id
        for booking_id, airing in _of_shows(session, show_ids).items()
        if airing.state is OnAir.SKIPPED and airing.skip_reason is not SkipReason.ABSENT
    }


def _of_shows(session: Session, show_ids: Collection[int]) -> dict[int, Airing]:
    times: dict[int, list[Airing]] = defaultdict(list)
    rows = session.execute(_ITEMS, {"shows": list(show_ids)})
    for row in rows:
        times[row.booking_id].append(Airing(row.state, row.started_at, row.ended_at, row.skip_reason))
    return {booking_id: airing_of(found) for booking_id, found in times.items()}
