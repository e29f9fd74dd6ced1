"""The nearest free choices that a refusal offers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from domain.availability import nearest_free
from domain.errors import Alternative
from domain.interval import Interval, moment_of, subtract, tick_of
from domain.people import Role
from domain.policies import TIME_RULES, Ask, Limits, violations
from domain.spaces import SpaceKind
from models import Space
from services import opening, seats

REACH = timedelta(days=3)
MOST = 3
NO_LIMITS = Limits(max_upcoming=1, max_week_minutes=1)


def nearest(
    session: Session,
    space: Space,
    wanted: Interval,
    party_size: int,
    now: datetime,
    busy: Sequence[Interval] = (),
    own: Sequence[Interval] = (),
) -> list[Alternative]:
    """Up to three: the same space nearby in time, and a space like it at the very time; none while one is busy.

    `own` is what a booking that moves holds itself: that counts as free, and it stays in its space.
    """
    near = [(space, found) for found in elsewhen(session, space, wanted, now, busy=busy, own=own)]
    elsewhere = not own and not any(one.overlaps(wanted) for one in busy)
    like = _like_it(session, space, wanted, party_size, now) if elsewhere else []
    chosen = near[: MOST - 1] + like if like else near[:MOST]
    return [Alternative(found_space.code, interval) for found_space, interval in chosen]


def around(wanted: Interval, reach: timedelta = REACH) -> Interval:
    """Where another time is looked for, and what has to be known of the openings."""
    return Interval(wanted.starts_at - reach - timedelta(days=1), wanted.ends_at + reach + timedelta(days=1))


def elsewhen(
    session: Session,
    space: Space,
    wanted: Interval,
    now: datetime,
    *,
    busy: Sequence[Interval] = (),
    own: Sequence[Interval] = (),
    gaps: Sequence[Interval] = (),
    openings: list[Interval] | None = None,
    reach: timedelta = REACH,
    most: int = MOST,
) -> list[Interval]:
    """The nearest free times of the same space and length; `gaps` are times that are about to be closed.

    `openings` are those of the time `around`, where the caller has them already.
    """
    looked_at = around(wanted, reach)
    openings = subtract(opening.during(session, space, looked_at) if openings is None else openings, gaps)
    taken = seats.taken_of(session, space, looked_at.ticks())
    ours = {tick for one in own for tick in one.ticks()}
    full = {tick for tick, count in taken.items() if count - (tick in ours) >= space.own_places}
    busy_ticks = {tick for one in busy for tick in one.ticks()}

    def allowed(interval: Interval) -> bool:
        is_open = any(opening.contains(interval) for opening in openings)
        stays = any(one.starts_at == interval.starts_at for one in own)
        if stays or not is_open or not busy_ticks.isdisjoint(interval.ticks()):
            return False
        return not violations(_bare_ask(space, interval, openings, now), TIME_RULES)

    return nearest_free(
        wanted,
        full=full,
        openings=_from(openings, moment_of(tick_of(now))),
        buffer_minutes=space.buffer_minutes,
        allowed=allowed,
        reach=reach,
        most=most,
    )


def _from(openings: Sequence[Interval], moment: datetime) -> list[Interval]:
    """What is left of openings from a moment on."""
    return [Interval(max(one.starts_at, moment), one.ends_at) for one in openings if one.ends_at > moment]


def _bare_ask(space: Space, interval: Interval, openings: list[Interval], now: datetime) -> Ask:
    return Ask(
        interval=interval,
        party_size=1,
        now=now,
        rules=space.rules(),
        openings=openings,
        limits=NO_LIMITS,
        booker_role=Role.STAFF,
        booker_verified=True,
        upcoming_count=0,
        week_minutes=0,
    )


def _like_it(
    session: Session, space: Space, wanted: Interval, party_size: int, now: datetime
) -> list[tuple[Space, Interval]]:
    """The first space like this one that is free at that very time, in three questions however many there are."""
    if space.kind is not SpaceKind.ROOM:
        return []
    others = session.scalars(
        select(Space)
        .options(selectinload(Space.hours))
        .where(
            Space.kind == space.kind,
            Space.id != space.id,
            Space.is_private.is_(False),
            Space.archived_at.is_(None),
            Space.capacity >= party_size,
            Space.min_minutes <= wanted.minutes,
            Space.max_minutes >= wanted.minutes,
        )
        .order_by(Space.position, Space.id)
    ).all()
    openings = opening.of_each_during(session, others, wanted)
    longest = max((other.buffer_minutes for other in others), default=0)
    taken = seats.taken_of_each(session, others, wanted.ticks(longest))
    free = (
        other
        for other in others
        if not violations(_bare_ask(other, wanted, openings[other.id], now), TIME_RULES)
        and taken[other.id].isdisjoint(wanted.ticks(other.buffer_minutes))
    )
    return [(other, wanted) for other in islice(free, 1)]
