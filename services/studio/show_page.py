"""A show as one person sees it: its grid, what they may know of its booths, and their place in its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from domain.people import Actor
from services import my_line
from services.studio import booth_states, sealing, shows
from services.studio.booth_states import BoothState
from services.studio.shows import BoothCell, ShowGrid
from services.unit_of_work import query


@dataclass(frozen=True, slots=True)
class ShowSeen:
    """The grid, the states of those booths that this person may know, by booking, and until when the file is kept.

    `place` is the id of their place in the line for any booth.
    """

    grid: ShowGrid
    states: Mapping[int, BoothState]
    place: int | None
    kept_until: datetime | None

    def state_of(self, cell: BoothCell) -> BoothState | None:
        """What this person may know of a booth slot."""
        return self.states.get(cell.booking.id) if cell.booking else None


@query
def look(session: Session, actor: Actor | None, show_id: int) -> ShowSeen:
    """One show for whoever looks; raises Missing."""
    grid = shows.show_with_booths(show_id, actor=actor)
    filled = [cell.booking for cell in grid.cells if cell.booking is not None]
    return ShowSeen(
        grid=grid,
        states=booth_states.of_show(actor, grid.show, filled),
        place=my_line.for_show(actor, show_id) if actor and actor.merchant_ids else None,
        kept_until=sealing.kept_until_of(session, show_id),
    )
