"""A wish for a time that is taken already is refused at a look, so that its asker does not queue with those who write.

Nothing is granted here, and only that is refused which `booking.ask` would refuse with the same words: of a space with
one place, to somebody who breaks no rule. All else is left to the arbiter.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from domain.errors import SlotTaken
from domain.interval import Interval
from domain.people import Actor
from domain.policies import HELD_TO_LIMITS
from services import alternatives, asking, idempotency, making, seats, space_lines
from services.reports import demand
from services.unit_of_work import query


@query
def refuse_what_is_taken(
    session: Session,
    actor: Actor,
    key: str | None,
    space_code: str,
    interval: Interval,
    party_size: int,
    now: datetime,
) -> None:
    """Refuse somebody who books for themselves, or return and leave it to `booking.ask`.

    What was asked with this key before has its answer, which may be the very booking that is in the way: so the key is
    looked up last. Raises SlotTaken with the nearest free choices; Missing.
    """
    space = space_lines.by_code(session, space_code)
    booker = making.booker_for(session, actor, None)
    looked_at = alternatives.around(asking.looked_at(interval))
    known = asking.wishes(session, asking.Asker.of(actor, booker), space, looked_at, now)
    if known.violations(interval, party_size):
        return
    blocking = seats.in_the_way(session, space, interval)
    if not blocking or not idempotency.is_new(session, actor, key):
        return
    counted = booker.role in HELD_TO_LIMITS
    busy = known.own_times if counted else asking.own_times(session, booker.id, interval, now)
    found = alternatives.nearest(session, space, interval, party_size, now, busy, facts=known.facts)
    with demand.noted(booker.id, space.id, interval, now):
        raise SlotTaken(blocking, found)
