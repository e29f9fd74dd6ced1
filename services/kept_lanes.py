"""The lanes of calendars, made anew only of spaces of which something has changed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from domain.choices import horizon_of
from domain.interval import Interval, local_day, on_grid
from domain.people import Actor
from domain.policies import Closed, SpaceRules
from services import figures, opening, space_lines
from services.holdings import Holdings, load
from services.kept import Shelf, shelf
from services.lanes import Lane, lane_of
from services.opening import KnownDays
from services.space_lines import Listed, SpaceLine


@dataclass(frozen=True, slots=True)
class Open:
    """A space on some days, whoever looks: when it is open, what closes it, and what is known of the calendar."""

    space: SpaceLine
    revision: int
    rules: SpaceRules
    days: Sequence[date]
    openings: Mapping[date, list[Interval]]
    closures: Sequence[Closed]
    known: KnownDays


class Wish(NamedTuple):
    """The lane of a space on a day, over a window."""

    open: Open
    day: date
    window: Interval


def of_days(session: Session, listed: Sequence[Listed], days: Sequence[date]) -> list[Open]:
    """When these spaces are open on consecutive days, in their order.

    A change of the calendar raises the revision of every space: what one of them knows of it is still true.
    """
    kept = shelf(session)
    found: dict[int, Open] = {
        one.id: there
        for one in listed
        if (there := kept.get((one.id, days[0], days[-1]), one.revision)) is not None
    }
    missing = {one.id: one.revision for one in listed if one.id not in found}
    if missing:
        known = next((one.known for one in found.values()), None)
        for made in _read(session, missing, days, known):
            found[made.space.id] = made
            kept.put((made.space.id, days[0], days[-1]), made.revision, made)
    return [found[one.id] for one in listed if one.id in found]


def _read(
    session: Session, revisions: Mapping[int, int], days: Sequence[date], known: KnownDays | None
) -> list[Open]:
    spaces = space_lines.of_ids(session, list(revisions))
    whole = Interval(Interval.of_day(days[0]).starts_at, Interval.of_day(days[-1]).ends_at)
    closures = opening.closures(session, revisions, whole)
    known = known or opening.known_days(session, days[0], days[-1])
    openings = opening.on_days(session, spaces, days, closures, known.kinds)
    rules = figures.rules_by_space(session, spaces)
    return [
        Open(
            space=space,
            revision=revisions[space.id],
            rules=rules[space.id],
            days=days,
            openings=openings[space.id],
            closures=closures.get(space.id, ()),
            known=known,
        )
        for space in spaces
    ]


def lanes_of(session: Session, wishes: Sequence[Wish], viewer: Actor | None, now: datetime) -> list[Lane]:
    """The lane of each wish as this viewer may see it; bookings are read only of spaces whose lane is missing."""
    kept = shelf(session)
    names = [_name(wish, viewer, now) for wish in wishes]
    lanes = [_kept(kept, name, wish.open.revision, viewer) for name, wish in zip(names, wishes, strict=True)]
    missing = [number for number, lane in enumerate(lanes) if lane is None]
    if missing:
        holdings = _holdings(session, [wishes[number] for number in missing])
        for number in missing:
            wish = wishes[number]
            one = wish.open
            lane = lane_of(one.space, wish.window, one.openings[wish.day], holdings, viewer, now)
            whose = _whose(lane, viewer)
            is_told = whose is not None or (viewer is not None and viewer.is_staff)
            if _lasts(wish, lane, now, is_told=is_told):
                kept.put((*names[number], whose), one.revision, lane)
            lanes[number] = lane
    return [lane for lane in lanes if lane is not None]


def _name(wish: Wish, viewer: Actor | None, now: datetime) -> tuple[Hashable, ...]:
    """Everything beside the revision and the viewer's own bookings that a lane is made of."""
    by_staff = viewer is not None and viewer.is_staff
    horizon = horizon_of(wish.open.rules, now, by_staff=by_staff)
    return wish.open.space.id, wish.open.days[0], wish.open.days[-1], wish.window, horizon, by_staff


def _kept(kept: Shelf, name: tuple[Hashable, ...], revision: int, viewer: Actor | None) -> Lane | None:
    """The lane of this viewer, or that of strangers if they are one to this space."""
    own: Lane | None = kept.get((*name, viewer.id), revision) if viewer else None
    if own is not None:
        return own
    lane: Lane | None = kept.get((*name, None), revision)
    return lane if lane is not None and _whose(lane, viewer) is None else None


def _whose(lane: Lane, viewer: Actor | None) -> int | None:
    return viewer.id if viewer is not None and viewer.id in lane.people else None


def _lasts(wish: Wish, lane: Lane, now: datetime, *, is_told: bool) -> bool:
    """Whether a lane stays the same until something changes or the next quarter-hour begins.

    What bookings were for is forgotten after some days without a change of the space: past days are read each time
    for those who are told of it.
    """
    if is_told and wish.day < local_day(now):
        return False
    times = [gap.interval for gap in wish.open.closures] + [show.interval for show in lane.shows]
    return all(on_grid(edge) for time in times for edge in (time.starts_at, time.ends_at))


def _holdings(session: Session, wishes: Sequence[Wish]) -> Holdings:
    opens = {wish.open.space.id: wish.open for wish in wishes}
    window = Interval(
        min(wish.window.starts_at for wish in wishes), max(wish.window.ends_at for wish in wishes)
    )
    return load(
        session,
        [one.space for one in opens.values()],
        window,
        {space_id: one.closures for space_id, one in opens.items()},
        {space_id: one.rules for space_id, one in opens.items()},
    )
