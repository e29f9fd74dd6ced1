"""Closing spaces for a while: what it would hit, closing with a word on each booking, and lifting it again.

The spaces are locked before the bookings are listed and until the closure stands, so that nobody slips in between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from domain.errors import BadInput, InTheWay, Missing, RuleViolation, Violation
from domain.house import LONGEST_REASON
from domain.interval import Interval
from domain.people import Actor
from domain.spaces import SpaceKind
from domain.studio.shows import ShowStatus
from models import Booking, Closure, Show, Space, WalkIn
from services import arbiter, records
from services.house import calling, looking, settling
from services.house.settling import Choice, Decision
from services.studio import cancelling
from services.unit_of_work import query, transaction

LONGEST_YEARS = 5
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """A booking that lies within a planned closure, and what may be done with it."""

    booking: Booking
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a closure would hit; shows have to be dealt with first, whoever sits there is asked to leave."""

    spaces: list[Space]
    interval: Interval
    hits: list[Hit]
    shows: list[Show]
    walk_ins: int


@query
def plan_closure(
    session: Session, actor: Actor, codes: Sequence[str], interval: Interval, now: datetime
) -> Plan:
    """Everything that a closure would hit, with the choices for each booking; raises Forbidden, Missing, BadInput."""
    looking.require_staff(actor)
    spaces = _spaces(session, codes)
    _check_time(interval, now)
    ids = [space.id for space in spaces]
    bookings = _hit(session, ids, interval, now)
    return Plan(
        spaces=spaces,
        interval=interval,
        hits=[
            Hit(booking, choices) for booking, choices in settling.choices(session, bookings, interval, now)
        ],
        shows=_shows(session, ids, interval, now),
        walk_ins=len(_sitting(session, ids, interval, now)),
    )


@transaction
def close(
    session: Session,
    actor: Actor,
    codes: Sequence[str],
    interval: Interval,
    reason: str,
    decisions: Mapping[int, Decision],
    *,
    now: datetime,
    cancel_shows: Mapping[int, int] | None = None,
) -> list[Closure]:
    """Close spaces, and do with each booking in the way what was decided; all of it or nothing.

    `cancel_shows` names the shows to be cancelled, each with its version as it was seen. Raises Forbidden, Missing,
    BadInput, RuleViolation with every show in the way that is not named so or has begun, InTheWay with every booking on
    which nothing was decided as it stands now, SlotTaken or RuleViolation where a move can't be.
    """
    looking.require_staff(actor)
    reason = clean_reason(reason)
    spaces = _spaces(session, codes)
    _check_time(interval, now)
    ids = [space.id for space in spaces]
    arbiter.lock_spaces(session, ids)
    shows = _all_named(_shows(session, ids, interval, now), cancel_shows or {})
    hit = _hit(session, ids, interval, now)
    if not all(settling.is_decided(one, decisions.get(one.id), interval) for one in hit):
        raise InTheWay([one.id for one in hit])
    made = _close_each(session, actor, spaces, interval, reason, now)
    booths = [one for show in shows for one in cancelling.call_off(session, actor, show, reason, now)]
    for walk_in in _sitting(session, ids, interval, now):
        space = next(space for space in spaces if space.id == walk_in.space_id)
        settling.see_out(session, actor, space, walk_in, interval, now)
    settling.settle(session, actor, hit, decisions, interval, reason, now)
    for closure in made:
        calling.note(session, actor, closure, [*hit, *booths])
        ended = [one.id for one in hit if one.space_id == closure.space_id]
        records.audit(
            session, actor, "closure.made", closure, now, reason=reason, bookings=ended, **_written(closure)
        )
    return made


def _all_named(shows: Sequence[Show], named: Mapping[int, int]) -> Sequence[Show]:
    """The shows, if each may be cancelled as it stands; raises RuleViolation."""
    unnamed = [show for show in shows if named.get(show.id) != show.version]
    if unnamed:
        raise RuleViolation([Violation("show_in_the_way", {"title": show.title}) for show in unnamed])
    return shows


def _close_each(
    session: Session, actor: Actor, spaces: Sequence[Space], interval: Interval, reason: str, now: datetime
) -> list[Closure]:
    """One row per space, however long it takes; from here on the rules and the waiting line know of it."""
    made = [
        Closure(
            space_id=space.id,
            starts_at=interval.starts_at,
            ends_at=interval.ends_at,
            reason=reason,
            created_by_id=actor.id,
            created_at=now,
            space=space,
        )
        for space in spaces
    ]
    session.add_all(made)
    session.flush()
    return made


def _written(closure: Closure) -> dict[str, str]:
    return {
        "space": closure.space.code,
        "starts_at": closure.starts_at.isoformat(),
        "ends_at": closure.ends_at.isoformat(),
    }


@transaction
def lift(session: Session, actor: Actor, closure_id: int, *, now: datetime) -> Closure:
    """End a closure early or take a planned one back; a job serves the waiting line. Raises Forbidden, Missing."""
    looking.require_staff(actor)
    space_id = session.scalar(select(Closure.space_id).where(Closure.id == closure_id))
    if space_id is None:
        raise Missing
    arbiter.lock_spaces(session, [space_id])
    closure = session.scalars(
        select(Closure)
        .options(joinedload(Closure.space))
        .where(Closure.id == closure_id)
        .execution_options(populate_existing=True)
    ).one()
    if closure.lifted_at is None and closure.ends_at > now:
        closure.lifted_at, closure.lifted_by_id = now, actor.id
        records.audit(session, actor, "closure.lifted", closure, now, space=closure.space.code)
    return closure


@query
def coming(session: Session, actor: Actor, now: datetime) -> list[Closure]:
    """The closures that are in force or to come, the next first; raises Forbidden."""
    looking.require_staff(actor)
    found = session.scalars(
        select(Closure)
        .options(joinedload(Closure.space))
        .where(Closure.ends_at > now, Closure.lifted_at.is_(None))
        .order_by(Closure.starts_at, Closure.id)
        .limit(MOST_SHOWN)
    )
    return list(found)


@query
def closable(session: Session, actor: Actor) -> list[Space]:
    """The spaces that can be closed, in the order of the house; raises Forbidden."""
    looking.require_staff(actor)
    in_use = Space.archived_at.is_(None)
    return list(session.scalars(select(Space).where(in_use).order_by(Space.position, Space.id)))


def clean_reason(reason: str) -> str:
    """What everybody will read; raises BadInput."""
    cleaned = " ".join(reason.split())
    if not cleaned:
        raise BadInput("closure_reason_missing", field="reason")
    if len(cleaned) > LONGEST_REASON:
        raise BadInput("closure_reason_long", field="reason", maximum=LONGEST_REASON)
    return cleaned


def _check_time(interval: Interval, now: datetime) -> None:
    if interval.ends_at <= now:
        raise BadInput("closure_is_over", field="last")
    if interval.ends_at.year - now.year > LONGEST_YEARS:
        raise BadInput("closure_too_far", field="last", years=LONGEST_YEARS)


def _spaces(session: Session, codes: Sequence[str]) -> list[Space]:
    if not codes:
        raise BadInput("closure_space_missing", field="spaces")
    found = session.scalars(
        select(Space)
        .options(selectinload(Space.hours))
        .where(Space.code.in_(set(codes)), Space.archived_at.is_(None))
        .order_by(Space.id)
    ).all()
    if len(found) != len(set(codes)):
        raise Missing
    return list(found)


def _hit(session: Session, ids: Sequence[int], interval: Interval, now: datetime) -> list[Booking]:
    """Every live booking with a time in the closure; booths belong to their shows, which are named instead."""
    return [
        booking
        for booking in looking.live_from(session, ids, interval, now)
        if booking.booth_slot is None and any(time.overlaps(interval) for time in booking.times)
    ]


def _shows(session: Session, ids: Sequence[int], interval: Interval, now: datetime) -> list[Show]:
    """The shows in the way that are not over."""
    return list(
        session.scalars(
            select(Show)
            .options(selectinload(Show.hosts))
            .join(Space, Space.id == Show.space_id)
            .where(
                Show.space_id.in_(ids),
                Space.kind == SpaceKind.STUDIO,
                Show.status != ShowStatus.CANCELLED,
                Show.starts_at < interval.ends_at,
                Show.ends_at > max(interval.starts_at, now),
            )
            .order_by(Show.starts_at)
            .execution_options(populate_existing=True)
        )
    )


def _sitting(session: Session, ids: Sequence[int], interval: Interval, now: datetime) -> list[WalkIn]:
    """Who walked in and would still sit there."""
    return list(
        session.scalars(
            select(WalkIn).where(
                WalkIn.space_id.in_(ids),
                WalkIn.left_at.is_(None),
                WalkIn.ends_at > max(now, interval.starts_at),
                WalkIn.starts_at < interval.ends_at,
            )
        )
    )
