"""The nearest free choices that a refusal offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from domain.availability import nearest_free
from domain.errors import Alternative
from domain.interval import Interval, moment_of, subtract, tick_of
from domain.people import Role
from domain.policies import TIME_RULES, Ask, Limits, violations
from domain.spaces import DayKind, SpaceKind, openings_during
from models import Closure, Space
from services import opening, seats, space_lines
from services.rule_facts import Facts
from services.space_lines import AnySpace

REACH = timedelta(days=3)
MOST = 3
NO_LIMITS = Limits(max_upcoming=1, max_week_minutes=1)
_SPACE, _CLOSURE = Space.__table__.c, Closure.__table__.c
_FREE_THEN = space_lines.named_by(
    select(_SPACE.id)
    .where(
        _SPACE.archived_at.is_(None),
        _SPACE.kind == SpaceKind.ROOM,
        _SPACE.id != bindparam("but"),
        _SPACE.is_private.is_(False),
        _SPACE.capacity >= bindparam("people"),
        _SPACE.min_minutes <= bindparam("minutes"),
        _SPACE.max_minutes >= bindparam("minutes"),
        ~seats.own_place_is_held(bindparam("first"), bindparam("end")),
        ~exists().where(
            _CLOSURE.space_id == _SPACE.id,
            _CLOSURE.ends_at > bindparam("starts_at"),
            _CLOSURE.starts_at < bindparam("ends_at"),
            _CLOSURE.lifted_at.is_(None),
        ),
    )
    .order_by(_SPACE.position, _SPACE.id)
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
    .correlate(None)
    .scalar_subquery()
)
"""Rooms that neither a holder nor a closure keeps anybody out of at a time; their hours are another question."""
FIRST_LOOK, ALL_OTHERS = 4, 1_000_000
"""How many of them are looked at: most often one of the first is open then."""


def nearest(
    session: Session,
    space: AnySpace,
    wanted: Interval,
    party_size: int,
    now: datetime,
    busy: Sequence[Interval] = (),
    own: Sequence[Interval] = (),
    facts: Facts | None = None,
) -> list[Alternative]:
    """Up to three: the same space nearby in time, and a space like it at the very time; none while one is busy.

    `own` is what a booking that moves holds itself: that counts as free, and it stays in its space. `facts` are those
    of the space in the time `around`, where the caller has them already.
    """
    looked_at = around(wanted)
    if facts is None:
        known = opening.calendar_of(session, looked_at)
        openings = opening.during(session, space, looked_at, known)
    else:
        known, closures = facts.calendar, [closed.interval for closed in facts.closures]
        openings = subtract(openings_during(looked_at, space.opening_rules(), known), closures)
    times = elsewhen(session, space, wanted, now, busy=busy, own=own, openings=openings)
    near = [Alternative(space.code, time) for time in times]
    elsewhere = space.kind is SpaceKind.ROOM and not own and not any(one.overlaps(wanted) for one in busy)
    like = _like_it(session, space, wanted, party_size, now, known) if elsewhere else None
    return [*near[: MOST - 1], Alternative(like.code, wanted)] if like else near[:MOST]


def around(wanted: Interval, reach: timedelta = REACH) -> Interval:
    """Where another time is looked for, and what has to be known of the openings."""
    return Interval(wanted.starts_at - reach - timedelta(days=1), wanted.ends_at + reach + timedelta(days=1))


def elsewhen(
    session: Session,
    space: AnySpace,
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


def _bare_ask(space: AnySpace, interval: Interval, openings: list[Interval], now: datetime) -> Ask:
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
    session: Session,
    space: AnySpace,
    wanted: Interval,
    party_size: int,
    now: datetime,
    known: Mapping[date, DayKind],
) -> AnySpace | None:
    """The first room like this one that is free at that very time, in few questions however many there are."""
    ticks = wanted.ticks()
    asked = {
        "but": space.id, "people": party_size, "minutes": wanted.minutes, "first": ticks.start, "end": ticks.stop,
        "starts_at": wanted.starts_at, "ends_at": wanted.ends_at,
    }  # fmt: skip
    for skipped, most in ((0, FIRST_LOOK), (FIRST_LOOK, ALL_OTHERS)):
        others = space_lines.read(session, _FREE_THEN, asked | {"skipped": skipped, "most": most})
        for other in others:
            openings = openings_during(wanted, other.opening_rules(), known)
            if not violations(_bare_ask(other, wanted, openings, now), TIME_RULES):
                return other
        if len(others) < most:
            break
    return None
