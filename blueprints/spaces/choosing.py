"""Touching a time: first where it begins, then where it ends, as plain links on the grid of a day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from markupsafe import Markup

from blueprints import formats
from blueprints.formats import clock, duration
from blueprints.lanes import pen
from blueprints.timeline import Axis, axis, interval_of, parse_clock, wall_clock
from domain.choices import HALF_HOUR, DayChoices
from domain.interval import Interval, local, local_day, moment_of, tick_of
from services.space_calendar import Day
from services.space_lines import AnySpace

DAYS_SHOWN = 7
SHORT_SPACE = 60
"""Where at most an hour can be booked, every quarter-hour is offered as an end."""

Link = Callable[..., str]
"""Makes the address of this page with another day, start, end."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the address of the page says so far; `fine` offers every quarter-hour, `wait` times that are full."""

    day: date | None
    start: str | None
    end: str | None
    fine: bool = False
    wait: bool = False

    @property
    def interval(self) -> Interval | None:
        """The whole wish, once there is one."""
        return interval_of(self.day, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to touch; without an address it can't be had, and one that `waits` is full but has a line."""

    label: str
    url: str | None
    detail: str = ""
    waits: bool = False


@dataclass(frozen=True, slots=True)
class DayTab:
    """One day above the grid."""

    url: str
    weekday: str
    number: int
    is_today: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """The grid of a day, and how far the choosing has come."""

    day: date
    announced: bool
    is_open: bool
    tabs: list[DayTab]
    earlier_url: str | None
    later_url: str | None
    axis: Axis
    lane: Markup
    start: datetime | None
    fine_url: str | None
    restart_url: str
    starts: Sequence[tuple[str, list[Choice]]]
    ends: Sequence[Choice]

    @property
    def any_start(self) -> bool:
        """Whether anything is left on this day."""
        return any(choice.url and not choice.waits for choice in self._all_starts)

    @property
    def any_line(self) -> bool:
        """Whether there is a full time that one can wait for."""
        return any(choice.waits for choice in self._all_starts)

    @property
    def _all_starts(self) -> list[Choice]:
        return [choice for _part, choices in self.starts for choice in choices]


@dataclass(frozen=True, slots=True)
class Chooser:
    """The grid, until the whole time is chosen; then that, and the way back."""

    space: AnySpace
    interval: Interval | None = None
    change_url: str | None = None
    grid: Grid | None = None


def chooser(
    day: Day, wish: Wish, link: Link, now: datetime, keep: timedelta | None = None, *, line: bool = False
) -> Chooser:
    """How far the choosing has come; `keep` is the length that a start brings along when a booking is moved.

    With `line` a full time can be touched too, to wait for it.
    """
    asked = wish if wish.day == day.day else Wish(None, None, None)
    if asked.interval is not None:
        return chosen(day.space, asked.interval, wish, link)
    start = parse_clock(day.day, asked.start)
    ends = _ends(day, start, wish, link) if start else []
    if ends:
        return Chooser(day.space, grid=_grid(day, wish, link, now, start, ends=ends))
    starts = _starts(day, day.lane.choices, wish.fine, link, keep, line=line)
    return Chooser(day.space, grid=_grid(day, wish, link, now, starts=starts))


def chosen(space: AnySpace, interval: Interval, wish: Wish, link: Link) -> Chooser:
    """The whole time; who changes it begins with its end, or where it cannot begin any more, anew."""
    back = link(day=wish.day, **_waits(wish), start=clock(interval.starts_at))
    return Chooser(space, interval, change_url=back)


def _grid(
    day: Day,
    wish: Wish,
    link: Link,
    now: datetime,
    start: datetime | None = None,
    *,
    starts: Sequence[tuple[str, list[Choice]]] = (),
    ends: Sequence[Choice] = (),
) -> Grid:
    tabs = _tabs(day, link, now)
    return Grid(
        day=day.day,
        announced=day.announced,
        is_open=bool(day.lane.openings),
        tabs=[tab for _day, tab in tabs],
        earlier_url=_jump(tabs[0][0] - timedelta(days=1), local_day(now), day.last_day, link),
        later_url=_jump(tabs[-1][0] + timedelta(days=1), local_day(now), day.last_day, link),
        axis=axis(day.axis, now),
        lane=pen().lane(day.space, day.lane.segments, linked=False),
        start=start,
        fine_url=None if wish.fine else link(day=day.day, fine=1),
        restart_url=link(day=day.day),
        starts=starts,
        ends=ends,
    )


def _jump(day: date, first: date, last: date, link: Link) -> str | None:
    return link(day=day) if first <= day <= last else None


def _tabs(day: Day, link: Link, now: datetime) -> list[tuple[date, DayTab]]:
    """Seven days in blocks counted from today, so that today is the first one of the first block."""
    today = local_day(now)
    first = day.day - timedelta(days=(day.day - today).days % DAYS_SHOWN)
    days = [first + timedelta(days=n) for n in range(DAYS_SHOWN)]
    return [
        (d, DayTab(link(day=d), formats.weekday(d), d.day, d == today, d == day.day))
        for d in days
        if d <= day.last_day
    ]


def _waits(wish: Wish) -> dict[str, int]:
    return {"wait": 1} if wish.wait else {}


def _starts(
    day: Day, choices: DayChoices, fine: bool, link: Link, keep: timedelta | None, *, line: bool
) -> list[tuple[str, list[Choice]]]:
    parts: dict[str, list[Choice]] = {_("上午"): [], _("下午"): [], _("晚上"): []}
    words = list(parts)
    for opening in day.lane.openings:
        for tick in opening.ticks():
            if not choices.horizon.admits(tick):
                continue
            can = choices.can_start(tick)
            opens_up = can and not choices.can_start(tick - 1)
            if fine or tick % HALF_HOUR == 0 or opens_up:
                hour = local(moment_of(tick)).hour
                word = words[0 if hour < 12 else 1 if hour < 18 else 2]
                parts[word].append(
                    _start(day.day, tick, choices, link, keep)
                    if can
                    else _taken(day.day, tick, choices, link if line else None)
                )
    return [(word, found) for word, found in parts.items() if found]


def _taken(day: date, tick: int, choices: DayChoices, link: Link | None) -> Choice:
    label = clock(moment_of(tick))
    if link is None or not choices.ends_in_line(tick):
        return Choice(label, None)
    return Choice(label, link(day=day, wait=1, start=label), waits=True)


def _start(day: date, tick: int, choices: DayChoices, link: Link, keep: timedelta | None) -> Choice:
    at = moment_of(tick)
    asked = {"day": day, "start": clock(at)}
    if keep is not None and tick_of(at + keep) in choices.ends(tick):
        asked["end"] = wall_clock(at + keep, day)
    return Choice(clock(at), link(**asked))


def _ends(day: Day, start: datetime, wish: Wish, link: Link) -> list[Choice]:
    choices, first = day.lane.choices, tick_of(start)
    offered = choices.ends_in_line(first) if wish.wait else choices.ends(first)
    if choices.rules.max_minutes > SHORT_SPACE:
        offered = [t for t in offered if (t - first) % HALF_HOUR == 0 or t == offered[-1]]
    return [
        Choice(
            label=wall_clock(moment_of(tick), day.day),
            url=link(
                day=day.day, **_waits(wish), start=clock(start), end=wall_clock(moment_of(tick), day.day)
            ),
            detail=duration((tick - first) * 15),
        )
        for tick in offered
    ]
