"""What holds or closes places of spaces, in few queries however many spaces there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, bindparam, exists, func, select
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from domain.bookings import SHOWN, BookingStatus
from domain.interval import Interval
from domain.policies import Closed, SpaceRules
from domain.spaces import SpaceKind
from domain.studio.shows import ShowStatus
from models import Booking, BoothSlot, Show, WalkIn
from services import figures
from services.space_lines import AnySpace

SHORTEST_REACH = 24 * 60
"""Bookings made by staff may be longer than the space usually allows, but never than a day; in minutes."""
_BOOKING, _SLOT, _WALK_IN = Booking.__table__.c, BoothSlot.__table__.c, WalkIn.__table__.c
_SHOW = Show.__table__.c
COLUMNS = (
    _BOOKING.id,
    _BOOKING.space_id,
    _BOOKING.starts_at,
    _BOOKING.ends_at,
    _BOOKING.status,
    _BOOKING.purpose,
    _BOOKING.booker_id,
    _BOOKING.created_by_id,
    _BOOKING.buffer_minutes,
    _BOOKING.proposed_starts_at,
    _BOOKING.proposed_ends_at,
)
BookingRow = Row[
    int,
    int,
    datetime,
    datetime,
    BookingStatus,
    str,
    int,
    int,
    int,
    datetime | None,
    datetime | None,
]


class ShowLine(NamedTuple):
    """A show as calendars read it, under the names of the model."""

    id: int
    space_id: int
    title: str
    status: ShowStatus
    starts_at: datetime
    ends_at: datetime
    buffer_minutes: int

    @property
    def interval(self) -> Interval:
        """The window that the show holds."""
        return Interval(self.starts_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class Holdings:
    """Everything that holds or closes a place of some spaces in a window, by space."""

    bookings: dict[int, list[BookingRow]] = field(default_factory=dict)
    walk_ins: dict[int, list[Interval]] = field(default_factory=dict)
    shows: dict[int, list[ShowLine]] = field(default_factory=dict)
    closures: Mapping[int, Sequence[Closed]] = field(default_factory=dict)
    rules: Mapping[int, SpaceRules] = field(default_factory=dict)


# Statements are put together once, of tables rather than of models: that costs more than running them.
_OF_SPACES = _BOOKING.space_id.in_(bindparam("spaces", expanding=True))
_HERE = (
    _BOOKING.space_id.in_(bindparam("spaces", expanding=True)),
    _BOOKING.starts_at > bindparam("since"),
    _BOOKING.starts_at < bindparam("until"),
)
# Times that are only proposed are few, and have an index of their own.
_PROPOSED = (
    _BOOKING.proposed_starts_at > bindparam("since"),
    _BOOKING.proposed_starts_at < bindparam("until"),
)


def _bookings(*more: ColumnElement[bool]) -> CompoundSelect[*tuple[Any, ...]]:
    """The bookings of some spaces in a window, and those of any space that are proposed to be moved there.

    One that has both its times there comes twice. Which states are shown is looked at afterwards: asked for it, SQLite
    goes by the state and reads the bookings of years.
    """
    return select(*COLUMNS).where(*_HERE, *more).union_all(select(*COLUMNS).where(*_PROPOSED, *more))


_BOOKINGS = _bookings()
_BOOKINGS_BUT_BOOTHS = _bookings(~exists().where(_SLOT.booking_id == _BOOKING.id))
_WALK_INS = select(_WALK_IN.space_id, _WALK_IN.starts_at, _WALK_IN.ends_at).where(
    _WALK_IN.space_id.in_(bindparam("spaces", expanding=True)),
    _WALK_IN.starts_at > bindparam("since"),
    _WALK_IN.starts_at < bindparam("until"),
    _WALK_IN.left_at.is_(None),
)
_SHOWS = (
    select(*(_SHOW[name] for name in ShowLine._fields))
    .where(
        _SHOW.space_id.in_(bindparam("spaces", expanding=True)),
        _SHOW.starts_at > bindparam("since"),
        _SHOW.starts_at < bindparam("until"),
        _SHOW.ends_at > bindparam("begins"),
        _SHOW.status != ShowStatus.CANCELLED,
    )
    .order_by(_SHOW.starts_at)
)
_IS_OWNED = (_BOOKING.id == _SLOT.booking_id, _BOOKING.status.in_(SHOWN))
_OWNED = (
    select(_SLOT.show_id, func.count())
    .where(*_IS_OWNED, _SLOT.show_id.in_(bindparam("shows", expanding=True)))
    .group_by(_SLOT.show_id)
)


def load(
    session: Session,
    spaces: Sequence[AnySpace],
    window: Interval,
    closures: Mapping[int, Sequence[Closed]] | None = None,
    rules: Mapping[int, SpaceRules] | None = None,
) -> Holdings:
    """What holds a place of these spaces in a window, in few queries however many spaces there are.

    Booths are left out: they lie within their show. `rules` are those of the spaces, where the caller has them.
    """
    if rules is None:
        rules = figures.rules_by_space(session, spaces)
    # As far for one space as for many: nothing of it may hang on which others are asked for beside it.
    reaches = (max(rules[one.id].max_minutes, SHORTEST_REACH) + one.buffer_minutes for one in spaces)
    since = window.starts_at - timedelta(minutes=max(reaches, default=SHORTEST_REACH))
    within = {"since": since, "until": window.ends_at}
    kinds: dict[SpaceKind, list[int]] = {kind: [] for kind in SpaceKind}
    for space in spaces:
        kinds[space.kind].append(space.id)
    shown = _BOOKINGS_BUT_BOOTHS if kinds[SpaceKind.STUDIO] else _BOOKINGS
    wanted = within | {"spaces": [space.id for space in spaces]}
    rows = {row.id: row for row in session.execute(shown, wanted) if row.status in SHOWN}
    bookings: dict[int, list[BookingRow]] = defaultdict(list)
    for row in sorted(rows.values(), key=lambda one: (one.starts_at, one.id)):
        bookings[row.space_id].append(row)
    walk_ins: dict[int, list[Interval]] = defaultdict(list)
    if pools := kinds[SpaceKind.POOL]:
        for space_id, starts_at, ends_at in session.execute(_WALK_INS, within | {"spaces": pools}):
            walk_ins[space_id].append(Interval(starts_at, ends_at))
    shows: dict[int, list[ShowLine]] = defaultdict(list)
    if studios := kinds[SpaceKind.STUDIO]:
        for row in session.execute(_SHOWS, within | {"begins": window.starts_at, "spaces": studios}):
            shows[row.space_id].append(ShowLine._make(row))
    return Holdings(bookings, walk_ins, shows, closures or {}, rules)


def booths_owned(show_id: ColumnElement[int]) -> ColumnElement[int]:
    """How many booth slots of a show somebody has, as a part of a statement that reads it."""
    return select(func.count()).where(*_IS_OWNED, _SLOT.show_id == show_id).scalar_subquery()


def free_booths(session: Session, shows: Iterable[Show]) -> dict[int, int]:
    """How many booth slots of each show nobody has yet, in one query."""
    known = {show.id: show for show in shows}
    if not known:
        return {}
    owned = {show_id: count for show_id, count in session.execute(_OWNED, {"shows": list(known)})}
    return {show_id: max(0, show.plan.size - owned.get(show_id, 0)) for show_id, show in known.items()}
