"""Planning shows: one at a time, and changing what is said about one. Series are in services/studio/show_series.py."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.errors import BadInput, Forbidden, RuleViolation, SlotTaken, Violation
from domain.interval import Interval
from domain.people import Actor
from domain.spaces import WHOLE_ROOM
from domain.studio.planning import ShowWish, check_applications, clean_room, wish_violations
from domain.studio.shows import (
    Allotment,
    ApplicationsPhase,
    Rival,
    ShowStatus,
    StaleShow,
    StudioTaken,
    applications_phase,
    check_plan,
    check_start,
    clean_title,
    lock_moment,
)
from models import Booking, Draw, Host, Occupancy, Show, Space
from services import arbiter, opening, records, settings
from services.studio import draws
from services.studio.shows import load_show, load_studio
from services.unit_of_work import transaction

CHANGEABLE = frozenset(
    {"title", "host_ids", "platform", "room", "applications_open_at", "applications_close_at"}
)
"""What may be said anew; the window and the booths of a show stay what they were when shops looked at it."""
WINDOW = frozenset({"applications_open_at", "applications_close_at"})


@transaction
def create_show(session: Session, actor: Actor, wish: ShowWish, *, now: datetime) -> Show:
    """Plan a show, which holds the whole studio for its window.

    Raises Forbidden, BadInput, RuleViolation, and StudioTaken (a SlotTaken) naming the shows in the way.
    """
    require_staff(actor)
    studio = load_studio(session)
    wish = checked(studio, wish, now)
    arbiter.lock_spaces(session, [studio.id])
    openings = opening.during(session, studio, wish.plan.interval)
    if broken := wish_violations(wish, openings, settings.load(session).booth_lock_hours, now):
        raise RuleViolation(broken)
    return add_show(session, actor, studio, wish, now)


def require_staff(actor: Actor) -> None:
    """Only staff plan shows; raises Forbidden."""
    if not actor.is_staff:
        raise Forbidden


def checked(studio: Space, wish: ShowWish, now: datetime) -> ShowWish:
    """A wish in clean words that fits the studio; raises BadInput."""
    check_start(wish.starts_at, now)
    check_plan(wish.plan, studio.places)
    return replace(wish, title=clean_title(wish.title), room=clean_room(wish.room))


def add_show(
    session: Session,
    actor: Actor,
    studio: Space,
    wish: ShowWish,
    now: datetime,
    series_id: int | None = None,
) -> Show:
    """Insert a show that was checked and hold the studio, which must be locked; raises BadInput, StudioTaken."""
    show = _new_show(actor, studio, wish, now)
    show.series_id = series_id
    show.hosts = hosts_named(session, wish.host_ids)
    with session.begin_nested():
        session.add(show)
        session.flush()
        _hold_studio(session, studio, show)
    if show.allotment is Allotment.DRAW:
        draws.prepare(session, show, now)
    records.audit(session, actor, "show.created", show, now, title=show.title, layout=show.layout.value)
    return show


def _new_show(actor: Actor, studio: Space, wish: ShowWish, now: datetime) -> Show:
    plan = wish.plan
    show = Show(
        space_id=studio.id,
        title=wish.title,
        layout=plan.layout,
        status=ShowStatus.OPEN,
        starts_at=plan.interval.starts_at,
        ends_at=plan.interval.ends_at,
        booths=plan.booths,
        slots=plan.slots,
        slot_minutes=plan.slot_minutes,
        buffer_minutes=studio.buffer_minutes,
        allotment=wish.allotment,
        applications_open_at=wish.applications_open_at,
        applications_close_at=wish.applications_close_at,
        platform=wish.platform,
        room=wish.room,
        cancel_reason="",
        version=1,
        created_by_id=actor.id,
        created_at=now,
    )
    show.space = studio
    return show


def hosts_named(session: Session, ids: Collection[int]) -> list[Host]:
    """The hosts with these ids, archived ones left out; raises BadInput where one is missing."""
    if not ids:
        return []
    found = session.scalars(
        select(Host).where(Host.id.in_(set(ids)), Host.archived_at.is_(None)).order_by(Host.id)
    ).all()
    if len(found) != len(set(ids)):
        raise BadInput("host_unknown", field="host_ids")
    return list(found)


def _hold_studio(session: Session, studio: Space, show: Show) -> None:
    try:
        arbiter.hold(session, studio, show, show.interval, WHOLE_ROOM)
    except SlotTaken as taken:
        raise StudioTaken(taken.blocking, _rivals(session, studio, show.interval)) from taken


def _rivals(session: Session, studio: Space, window: Interval) -> list[Rival]:
    """The shows, and the rehearsals and other uses, that hold the studio in a window."""
    ticks = window.ticks(studio.buffer_minutes)
    here = (
        Occupancy.space_id == studio.id,
        Occupancy.place == WHOLE_ROOM,
        Occupancy.tick >= ticks.start,
        Occupancy.tick < ticks.stop,
    )
    shows = session.scalars(select(Show).where(Show.id.in_(select(Occupancy.show_id).where(*here))))
    uses = session.execute(
        select(Booking.starts_at, Booking.ends_at).where(
            Booking.id.in_(select(Occupancy.booking_id).where(*here))
        )
    )
    found = [Rival(show.id, show.title, show.interval) for show in shows]
    found += [Rival(None, "", Interval(use.starts_at, use.ends_at)) for use in uses]
    return sorted(found, key=lambda rival: rival.interval)


@transaction
def change_show(
    session: Session, actor: Actor, show_id: int, changes: Mapping[str, Any], *, version: int, now: datetime
) -> Show:
    """Say something anew about a show, of what is CHANGEABLE; its window and booths stay.

    Raises Forbidden, Missing, BadInput, StaleShow, RuleViolation for one that is cancelled, over or sealed.
    """
    if unknown := set(changes) - CHANGEABLE:
        raise ValueError(f"not to be changed: {sorted(unknown)}")
    show = locked_show(session, actor, show_id, version)
    must_be_open(show, now)
    given = dict(changes)
    host_ids = given.pop("host_ids", None)
    if host_ids is not None and {host.id for host in show.hosts} != set(host_ids):
        kept = [host for host in show.hosts if host.id in host_ids]  # one who left the house may stay named
        show.hosts = [*kept, *hosts_named(session, set(host_ids) - {host.id for host in kept})]
    values = _clean_changes(session, show, given, now)
    update_exactly_one(session, show, version, values)
    written = {name: _plain(value) for name, value in values.items()}
    records.audit(session, actor, "show.changed", show, now, **written)
    return show


def must_be_open(show: Show, now: datetime) -> None:
    """RuleViolation for a show that is cancelled, over, or sealed already because it ended early."""
    if show.status is ShowStatus.CANCELLED:
        raise RuleViolation([Violation("show_is_cancelled")])
    if show.wrapped_up_at is not None:
        raise RuleViolation([Violation("show_wrapped_up")])
    if show.ends_at <= now:
        raise RuleViolation([Violation("show_is_over")])


def locked_show(session: Session, actor: Actor, show_id: int, version: int) -> Show:
    """A show as staff saw it, with its studio locked; raises Forbidden, Missing, StaleShow."""
    require_staff(actor)
    show = load_show(session, show_id, actor)
    arbiter.lock_spaces(session, [show.space_id])
    show = load_show(session, show_id, actor)
    if show.version != version:
        raise StaleShow(show.id)
    return show


def update_exactly_one(session: Session, show: Show, version: int, values: Mapping[str, Any]) -> None:
    """Write to a show if it still stands as the asker saw it; raises StaleShow."""
    session.flush()
    changed = session.execute(
        update(Show)
        .where(Show.id == show.id, Show.version == version)
        .values(version=version + 1, **values)
        .returning(Show.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.refresh(show, ["version", *values])
    if len(changed) != 1:
        raise StaleShow(show.id)


def _clean_changes(session: Session, show: Show, given: dict[str, Any], now: datetime) -> dict[str, Any]:
    if "title" in given:
        given["title"] = clean_title(given["title"])
    if "room" in given:
        given["room"] = clean_room(given["room"])
    changed = {name: value for name, value in given.items() if getattr(show, name) != value}
    if WINDOW & changed.keys():
        _check_window(session, show, changed, now)
    return changed


def _check_window(session: Session, show: Show, changed: Mapping[str, Any], now: datetime) -> None:
    closes_at = changed.get("applications_close_at", show.applications_close_at)
    check_applications(
        changed.get("applications_open_at", show.applications_open_at),
        closes_at,
        show.allotment,
        lock_moment(show.starts_at, settings.load(session).booth_lock_hours),
    )
    if closes_at is not None and closes_at < now and "applications_close_at" in changed:
        raise RuleViolation([Violation("applications_over", field="applications_close_at")])
    if show.allotment is Allotment.DRAW:
        draw = session.get(Draw, show.id, populate_existing=True)
        if draw is not None and draw.closed_at is not None:
            raise RuleViolation([Violation("list_is_published", field="applications_close_at")])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


@transaction
def open_applications(session: Session, actor: Actor, show_id: int, *, version: int, now: datetime) -> Show:
    """Take applications from now on: until the set end, or to the lock where that has passed.

    Raises Forbidden, Missing, StaleShow, BadInput, RuleViolation.
    """
    show = locked_show(session, actor, show_id, version)
    phase = applications_phase(show.applications_open_at, show.applications_close_at, now)
    changes: dict[str, Any] = {"applications_open_at": None}
    if phase is ApplicationsPhase.CLOSED:
        changes["applications_close_at"] = None
    return change_show(actor, show_id, changes, version=version, now=now)


@transaction
def close_applications(session: Session, actor: Actor, show_id: int, *, version: int, now: datetime) -> Show:
    """Take no applications from now on; raises Forbidden, Missing, StaleShow, BadInput, RuleViolation."""
    show = locked_show(session, actor, show_id, version)
    changes: dict[str, Any] = {"applications_close_at": now}
    opens_at = show.applications_open_at
    if opens_at is not None and opens_at >= now:
        changes["applications_open_at"] = None
    return change_show(actor, show_id, changes, version=version, now=now)
