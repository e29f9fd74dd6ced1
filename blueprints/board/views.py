"""The board in words: the state of each space, its next free times, and the cards below."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from flask import get_template_attribute
from flask_babel import gettext as _
from markupsafe import Markup

from blueprints import formats
from blueprints.formats import clock
from blueprints.lanes import Pen, pen
from blueprints.pages import address
from blueprints.paging import Pager, pager
from blueprints.timeline import Axis, axis, clock_at, end_at
from domain.board import SegmentKind
from domain.interval import Interval, local_day, tick_of
from domain.policies import Closed
from domain.spaces import Approval, SpaceKind
from models import Booking
from services.board import Board, NextShow
from services.lanes import Lane
from services.space_lines import AnySpace

QUICK_STARTS = 3
IN_USE = frozenset({SegmentKind.BUSY, SegmentKind.MINE})
LIST = "list"
"""The view that says in words what the lanes draw."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where to go, and its word."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch in words: free from when to when, with how many seats; or taken, by what kind of hold."""

    kind: SegmentKind
    time: str
    detail: str
    url: str | None


@dataclass(frozen=True, slots=True)
class SpaceRow:
    """One space on the board: a lane on wide screens, a card on narrow ones; `notes` say why it is closed."""

    name: str
    url: str
    meta: str
    chip_text: str
    chip_tone: str | None
    lane: Markup
    mini: Markup
    quick: Markup
    notes: list[str]
    spells: list[Spell]


@dataclass(frozen=True, slots=True)
class Seats:
    """The free seats of a pool at this moment."""

    name: str
    free: int | None
    places: int
    book_url: str


@dataclass(frozen=True, slots=True)
class BoardPage:
    """Everything that the template shows."""

    day: date
    is_today: bool
    back: Link | None
    forth: Link | None
    axis: Axis
    rows: list[SpaceRow] | list[Markup]
    seats: list[Markup]
    next_show: NextShow | None
    my_next: Booking | None
    announced: bool
    as_list: bool
    other_view: Link
    pager: Pager | None


def board_page(board: Board, now: datetime, *, as_list: bool = False) -> BoardPage:
    """The board of a day as its page shows it."""
    today = local_day(now)
    is_today = board.day == today
    drawn_with = pen()
    locale = formats.locale_code()
    return BoardPage(
        day=board.day,
        is_today=is_today,
        back=_to(board, board.day - timedelta(days=1), today, as_list)
        if board.day > board.first_day
        else None,
        forth=_to(board, board.day + timedelta(days=1), today, as_list)
        if board.day < board.last_day
        else None,
        axis=axis(board.axis, now),
        rows=[_row(board, lane, now, drawn_with, locale, as_list=True) for lane in board.lanes]
        if as_list
        else _drawn(board, now, drawn_with, locale),
        seats=_seats(board, now, drawn_with, locale) if is_today else [],
        next_show=board.next_show,
        my_next=board.my_next,
        announced=board.announced,
        as_list=as_list,
        other_view=Link(
            _address(board, board.day, today, not as_list), _("看时间轴") if as_list else _("看列表")
        ),
        pager=pager(board.pages, "board.today", **_asked(board.day, today, as_list)),
    )


def _to(board: Board, day: date, today: date, as_list: bool) -> Link:
    return Link(_address(board, day, today, as_list), formats.near_day(day, today))


def _asked(day: date, today: date, as_list: bool) -> dict[str, str | None]:
    return {"day": None if day == today else day.isoformat(), "view": LIST if as_list else None}


def _address(board: Board, day: date, today: date, as_list: bool) -> str:
    """Another day or view of the same spaces."""
    return address("board.today", **_asked(day, today, as_list), **board.pages.asked)


def _drawn(board: Board, now: datetime, drawn_with: Pen, locale: str) -> list[Markup]:
    """The finished row of each space."""
    return _pictures(
        board.lanes,
        drawn_with.made_of,
        "board_row",
        lambda lane: _row(board, lane, now, drawn_with, locale, as_list=False),
    )


def _seats(board: Board, now: datetime, drawn_with: Pen, locale: str) -> list[Markup]:
    """The card of each pool."""

    def of_pool(lane: Lane) -> Seats:
        space, free = lane.space, board.seats_now(lane, now)
        return Seats(space.name_in(locale), free, space.places, drawn_with.form_url(space))

    pools = [lane for lane in board.lanes if lane.space.kind is SpaceKind.POOL]
    return _pictures(pools, drawn_with.made_of, "seats_card", of_pool)


def _pictures(
    lanes: Sequence[Lane], how: tuple[Hashable, ...], macro: str, shown: Callable[[Lane], object]
) -> list[Markup]:
    """What a macro makes of each lane. One that was kept brings its own along: it is of the same quarter-hour."""
    name = (macro, *how)
    missing = [lane for lane in lanes if name not in lane.pictures]
    if missing:
        draw = get_template_attribute("_macros/board.html", macro)
        for lane in missing:
            lane.pictures[name] = draw(shown(lane))
    return [lane.pictures[name] for lane in lanes]


def _row(board: Board, lane: Lane, now: datetime, drawn_with: Pen, locale: str, *, as_list: bool) -> SpaceRow:
    space = lane.space
    name = space.name_in(locale)
    text, tone = _state(board, lane, now)
    starts = lane.choices.next_starts(QUICK_STARTS)
    return SpaceRow(
        name=name,
        url=drawn_with.space_url(space),
        meta=meta(space),
        chip_text=text,
        chip_tone=tone,
        lane=Markup() if as_list else drawn_with.lane(space, lane.segments, f"{name} "),
        mini=Markup() if as_list else drawn_with.mini(lane.segments),
        quick=Markup() if as_list else drawn_with.quick(space, name, board.day, starts),
        notes=[_closed_note(gap, Interval.of_day(board.day)) for gap in lane.closures],
        spells=_spells(lane, drawn_with) if as_list else [],
    )


def _closed_note(gap: Closed, day: Interval) -> str:
    """Why a space can't be used, and from when to when where it is not the whole day."""
    if gap.interval.contains(day):
        return _("停用：%(reason)s", reason=gap.reason)
    part = Interval(max(gap.interval.starts_at, day.starts_at), min(gap.interval.ends_at, day.ends_at))
    return _("%(time)s 停用：%(reason)s", time=formats.span(part), reason=gap.reason)


def _spells(lane: Lane, drawn_with: Pen) -> list[Spell]:
    """Cells of free time joined again, and what is taken; what is over, closed or too short to book is left out."""
    spells: list[Spell] = []
    starts = lane.choices.starts()
    for (kind, _ref, label), run in groupby(lane.segments, key=lambda one: (one.kind, one.ref, one.label)):
        segments = list(run)
        if kind in (SegmentKind.PAST, SegmentKind.CLOSED):
            continue
        first, end = segments[0].first, segments[-1].end
        start = next((tick for tick in starts if first <= tick < end), None)
        if kind is SegmentKind.FREE and start is None:
            continue
        seats = min((free for one in segments for free in one.bars), default=None)
        spells.append(
            Spell(
                kind=kind,
                time=f"{clock_at(first)}–{end_at(end)}",
                detail=label if seats is None else drawn_with.fewest % {"free": seats},
                url=drawn_with.book_url(lane.space, start) if kind is SegmentKind.FREE and start else None,
            )
        )
    return spells


def meta(space: AnySpace) -> str:
    """How many fit in, and who decides, in one line."""
    if space.kind is SpaceKind.POOL:
        return _("%(places)s 座 · 随到随用", places=space.places)
    if space.kind is SpaceKind.STUDIO:
        return _("%(places)s 个展位 · 每位 15 分钟", places=space.places)
    if space.approval is Approval.NONE:
        return _("%(people)s 人 · 马上确认", people=space.capacity)
    if space.approval is Approval.CAPTAINS_AT_ONCE:
        return _("%(people)s 人 · 楼长马上确认", people=space.capacity)
    return _("%(people)s 人 · 需审核", people=space.capacity)


def _state(board: Board, lane: Lane, now: datetime) -> tuple[str, str | None]:
    """The chip of a space: its word and its tone."""
    if lane.space.kind is SpaceKind.STUDIO:
        return _studio_state(lane, now)
    if not lane.openings:
        return (_("停用") if lane.closures else _("当天不开放")), None
    if board.day != local_day(now):
        return _other_day_state(lane, now)
    if any(gap.interval.starts_at <= now < gap.interval.ends_at for gap in lane.closures):
        return _("停用中"), None
    if now < lane.openings[0].starts_at:
        return _("%(time)s 开门", time=clock(lane.openings[0].starts_at)), None
    if now >= lane.openings[-1].ends_at:
        return _("今天已关门"), None
    if lane.space.kind is SpaceKind.POOL:
        return _pool_state(board, lane, now)
    return _room_state(lane, now)


def _room_state(lane: Lane, now: datetime) -> tuple[str, str | None]:
    taken, present = False, tick_of(now)
    for segment in lane.segments:
        if segment.end <= present:
            continue
        if segment.kind is SegmentKind.FREE:
            if not taken:
                return _("现在空闲"), "jade"
            return _("占用到 %(time)s", time=clock_at(segment.first)), None
        if segment.kind is SegmentKind.CLOSED:
            return (_("今天没有空了"), None) if taken else (_("现在不开放"), None)
        taken = True
    return _("今天没有空了"), None


def _pool_state(board: Board, lane: Lane, now: datetime) -> tuple[str, str | None]:
    free = board.seats_now(lane, now)
    if free is None:
        return _("现在不开放"), None
    if free == 0:
        return _("坐满了"), "amber"
    return _("空 %(free)s / %(places)s 座", free=free, places=lane.space.places), "jade"


def _other_day_state(lane: Lane, now: datetime) -> tuple[str, str | None]:
    if lane.openings[-1].ends_at <= now:
        return _("已过去"), None
    if lane.choices.next_starts(1):
        return _("有空"), "jade"
    return _("约满了"), None


def _studio_state(lane: Lane, now: datetime) -> tuple[str, str | None]:
    for show in lane.shows:
        if show.starts_at <= now < show.ends_at:
            return _("正在直播"), "red"
        if show.starts_at > now:
            return _("%(time)s 直播", time=clock(show.starts_at)), "red"
    if any(one.kind in IN_USE and one.first <= tick_of(now) < one.end for one in lane.segments):
        return _("有人在用"), None
    return _("当天没有直播"), None
