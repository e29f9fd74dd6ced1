"""Keeping the spaces: create, edit, put in order, archive. Bookings that exist stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from domain.errors import BadInput, InTheWay, Missing, Violation
from domain.house import SpaceFacts, clean_code, clean_facts, clean_hours
from domain.interval import Interval
from domain.people import Actor
from domain.policies import Closed
from domain.spaces import Equipment, Hours, SpaceKind
from domain.studio.shows import ShowStatus
from models import Booking, OpeningHours, Show, Space, SpaceEquipment
from services import arbiter, opening, reading, records
from services.house import looking, seats
from services.house.looking import Touched
from services.unit_of_work import query, transaction

AHEAD = timedelta(days=366)
FIGURES = tuple(name for name in SpaceFacts.__dataclass_fields__ if name not in ("equipment", "kind"))


@query
def everything(session: Session, actor: Actor) -> list[Space]:
    """All spaces, the archived ones too, with their pictures, in the order of the house; raises Forbidden."""
    looking.require_admin(actor)
    return list(
        session.scalars(
            select(Space)
            .options(selectinload(Space.hours), selectinload(Space.photos))
            .order_by(Space.archived_at.is_not(None), Space.position, Space.id)
        )
    )


@query
def one(session: Session, actor: Actor, code: str) -> Space:
    """A space with all that belongs to it, archived or not; raises Forbidden, Missing."""
    looking.require_admin(actor)
    return looking.whole_space(session, code)


def facts_of(space: Space) -> SpaceFacts:
    """What is known of a space, loaded with its equipment."""
    return SpaceFacts(
        kind=space.kind,
        equipment=frozenset(Equipment(one.code) for one in space.equipment),
        **{name: getattr(space, name) for name in FIGURES},
    )


@transaction
def create(
    session: Session, actor: Actor, code: str, facts: SpaceFacts, now: datetime, hours: Sequence[Hours] = ()
) -> Space:
    """Add a space; without hours it can't be booked yet. Raises Forbidden, BadInput, RuleViolation."""
    looking.require_admin(actor)
    facts = clean_facts(facts)
    space = Space(
        code=clean_code(code),
        kind=facts.kind,
        position=(session.scalar(select(func.max(Space.position))) or 0) + 1,
        equipment=[SpaceEquipment(code=one) for one in sorted(facts.equipment)],
        hours=[
            OpeningHours(open_on=h.open_on, opens_minute=h.opens_minute, closes_minute=h.closes_minute)
            for h in clean_hours(hours)
        ],
        photos=[],
        **{name: getattr(facts, name) for name in FIGURES},
    )
    try:
        with session.begin_nested():
            session.add(space)
            session.flush()
    except IntegrityError as error:
        raise BadInput("space_code_taken", field="code") from error
    records.audit(session, actor, "space.created", space, now, after=_written(facts))
    return space


@query
def in_use(session: Session, code: str, now: datetime) -> tuple[Space, list[Closed]]:
    """A space for everybody, with all that belongs to it and what closes it from now on; raises Missing."""
    space = looking.whole_space(session, code)
    if space.archived_at is not None:
        raise Missing
    ahead = Interval(now, now + AHEAD)
    return space, opening.closures(session, [space.id], ahead).get(space.id, [])


@query
def touched_by(session: Session, actor: Actor, code: str, facts: SpaceFacts, now: datetime) -> list[Touched]:
    """The coming bookings that lie outside of such facts and stay valid all the same; raises Forbidden, Missing."""
    looking.require_admin(actor)
    return _touched(session, looking.whole_space(session, code), facts, now)


def _touched(session: Session, space: Space, facts: SpaceFacts, now: datetime) -> list[Touched]:
    changed = [name for name in ("capacity", "min_minutes", "max_minutes") if _differs(space, facts, name)]
    if not changed or space.kind is SpaceKind.STUDIO:
        return []
    found = []
    for booking in looking.live_from(session, [space.id], None, now):
        broken = tuple(one for one in _broken(booking, facts) if one.field in changed)
        if broken:
            found.append(Touched(booking, broken))
    return found


def _differs(space: Space, facts: SpaceFacts, name: str) -> bool:
    return bool(getattr(space, name) != getattr(facts, name))


def _broken(booking: Booking, facts: SpaceFacts) -> list[Violation]:
    broken = []
    if facts.capacity is not None and booking.party_size > facts.capacity:
        broken.append(Violation("too_many_people", {"capacity": facts.capacity}, "capacity"))
    if any(time.minutes < facts.min_minutes for time in booking.times):
        broken.append(Violation("too_short", {"minutes": facts.min_minutes}, "min_minutes"))
    if any(time.minutes > facts.max_minutes for time in booking.times):
        broken.append(Violation("too_long", {"minutes": facts.max_minutes}, "max_minutes"))
    return broken


@transaction
def edit(
    session: Session,
    actor: Actor,
    code: str,
    facts: SpaceFacts,
    *,
    version: int,
    now: datetime,
    confirmed: Sequence[int] | None = None,
) -> Space:
    """Change what a space is; `confirmed` names the bookings that were seen to fall outside of it.

    The buffer counts for new bookings only. Raises Forbidden, Missing, Changed, RuleViolation, and InTheWay with
    every booking that was not seen.
    """
    looking.require_admin(actor)
    facts = clean_facts(facts)
    space = looking.locked_space(session, code, version)
    before = facts_of(space)
    if facts.kind is not space.kind:
        raise BadInput("space_kind_stays", field="kind")
    looking.refuse_unless_seen(_touched(session, space, facts, now), confirmed)
    if facts.places < space.places:
        seats.make_do_with(session, space, facts.places, now)
    for name in FIGURES:
        setattr(space, name, getattr(facts, name))
    kept = [one for one in space.equipment if one.code in facts.equipment]
    known = {one.code for one in kept}
    space.equipment = [*kept, *(SpaceEquipment(code=one) for one in sorted(facts.equipment - known))]
    space.version += 1
    records.audit(session, actor, "space.edited", space, now, **_difference(before, facts))
    return space


def _difference(before: SpaceFacts, after: SpaceFacts) -> dict[str, dict[str, Any]]:
    old, new = _written(before), _written(after)
    changed = [name for name in old if old[name] != new[name]]
    return {"before": {name: old[name] for name in changed}, "after": {name: new[name] for name in changed}}


def _written(facts: SpaceFacts) -> dict[str, Any]:
    return asdict(facts) | {"equipment": sorted(facts.equipment)}


@transaction
def shift_in_order(session: Session, actor: Actor, code: str, *, up: bool, now: datetime) -> None:
    """Swap a space with the one before or after it; raises Forbidden, Missing."""
    looking.require_admin(actor)
    ids = list(session.scalars(select(Space.id)))
    arbiter.lock_spaces(session, ids)
    space = looking.whole_space(session, code)
    in_use = Space.archived_at.is_(None)
    order = list(session.scalars(select(Space).where(in_use).order_by(Space.position, Space.id)))
    place = next((n for n, other in enumerate(order) if other.id == space.id), None)
    if place is None:
        return
    target = place - 1 if up else place + 1
    if not 0 <= target < len(order):
        return
    order[place], order[target] = order[target], order[place]
    for number, other in enumerate(order, 1):
        other.position = number
    records.audit(session, actor, "space.ordered", space, now, before=place + 1, after=target + 1)


@query
def blocks_archiving(session: Session, actor: Actor, code: str, now: datetime) -> list[Booking]:
    """The live bookings that keep a space from being archived; raises Forbidden, Missing."""
    looking.require_admin(actor)
    return looking.live_from(session, [looking.whole_space(session, code).id], None, now)


@transaction
def archive(session: Session, actor: Actor, code: str, *, now: datetime) -> Space:
    """Take a space out of use; it can be brought back. Raises Forbidden, Missing, and InTheWay while it is booked."""
    looking.require_admin(actor)
    space = looking.locked_space(session, code)
    live = looking.live_from(session, [space.id], None, now)
    if live or session.scalar(select(Show.id).where(_coming_show(space, now)).limit(1)) is not None:
        raise InTheWay([booking.id for booking in live], "space_is_booked")
    if space.archived_at is None:
        space.archived_at = now
        space.version += 1
        records.audit(session, actor, "space.archived", space, now)
    return space


def _coming_show(space: Space, now: datetime) -> ColumnElement[bool]:
    planned: ColumnElement[bool] = or_(Show.status == ShowStatus.OPEN, Show.status == ShowStatus.DRAFT)
    return (Show.space_id == space.id) & (Show.ends_at > now) & planned


@transaction
def restore(session: Session, actor: Actor, code: str, *, now: datetime) -> Space:
    """Bring an archived space back into use; raises Forbidden, Missing."""
    looking.require_admin(actor)
    space = looking.locked_space(session, code)
    if space.archived_at is not None:
        space.archived_at = None
        space.version += 1
        records.audit(session, actor, "space.restored", space, now)
    return space


@query
def bookings_named(session: Session, actor: Actor, ids: Sequence[int]) -> list[Booking]:
    """The bookings that a refusal named, for listing them; raises Forbidden."""
    looking.require_staff(actor)
    wanted = select(Booking).options(*reading.booking_options()).where(Booking.id.in_(ids))
    return list(session.scalars(wanted.order_by(Booking.starts_at, Booking.id)).unique())
