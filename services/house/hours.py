"""The opening hours of a space, by kind of day and by single weekday."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from domain.house import clean_hours
from domain.people import Actor
from domain.spaces import Hours
from models import OpeningHours, Space
from services import records
from services.house import looking
from services.house.looking import Touched
from services.unit_of_work import query, transaction


@query
def touched_by(
    session: Session, actor: Actor, code: str, hours: Sequence[Hours], now: datetime
) -> list[Touched]:
    """The coming bookings that lie outside of such hours and stay valid all the same; raises Forbidden, Missing."""
    looking.require_admin(actor)
    return _touched(session, looking.whole_space(session, code), hours, now)


def _touched(session: Session, space: Space, hours: Sequence[Hours], now: datetime) -> list[Touched]:
    # Shows were checked when they were planned, and their booths lie within them.
    live = [one for one in looking.live_from(session, [space.id], None, now) if one.booth_slot is None]
    before = {one.booking.id for one in looking.outside_of(session, space.opening_rules(), live)}
    return [one for one in looking.outside_of(session, hours, live) if one.booking.id not in before]


@transaction
def set_hours(
    session: Session,
    actor: Actor,
    code: str,
    hours: Sequence[Hours],
    *,
    version: int,
    now: datetime,
    confirmed: Sequence[int] | None = None,
) -> Space:
    """Replace all hours of a space; `confirmed` names the bookings that were seen to fall outside of them.

    Raises Forbidden, Missing, Changed, BadInput, and InTheWay with every booking that was not seen.
    """
    looking.require_admin(actor)
    hours = clean_hours(hours)
    space = looking.locked_space(session, code, version)
    looking.refuse_unless_seen(_touched(session, space, hours, now), confirmed)
    before = space.opening_rules()
    if before == hours:
        return space
    space.hours.clear()
    session.flush()  # the old lines go before the new ones come: a start may stand in both
    space.hours.extend(
        OpeningHours(open_on=h.open_on, opens_minute=h.opens_minute, closes_minute=h.closes_minute)
        for h in hours
    )
    space.version += 1
    records.audit(
        session, actor, "space.hours_set", space, now, before=_written(before), after=_written(hours)
    )
    return space


def _written(hours: Sequence[Hours]) -> list[list[Any]]:
    return [[h.open_on.value, h.opens_minute, h.closes_minute] for h in hours]
