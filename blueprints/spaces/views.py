"""A space in plain words, and its week."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from blueprints import formats
from blueprints.board.views import Link
from blueprints.formats import duration
from blueprints.lanes import pen
from blueprints.timeline import Axis, Mark, axis, now_mark
from blueprints.words.house import open_on_word
from domain.interval import TICK, local_day
from domain.policies import Closed
from domain.settings import HouseSettings
from domain.spaces import DAYS_OF_THE_WEEK, KINDS_OF_DAY, Approval, Hours, OpenOn, SpaceKind
from services.space_calendar import Day, Week
from services.space_lines import AnySpace

ICONS = {
    "pavilion": "chat",
    "tea-room": "tea",
    "mediation-room": "scale",
    "rest-station": "seat",
    "studio": "camera",
}
KIND_ICONS = {SpaceKind.ROOM: "building", SpaceKind.POOL: "seat", SpaceKind.STUDIO: "camera"}


@dataclass(frozen=True, slots=True)
class WeekDay:
    """One day of the week grid."""

    url: str
    weekday: str
    number: int
    note: str
    is_today: bool
    is_chosen: bool
    cells: Markup
    now_offset: int | None


@dataclass(frozen=True, slots=True)
class WeekPage:
    """The week of a space, and the ways to the weeks beside it."""

    axis: Axis
    days: list[WeekDay]
    title: str
    back: Link | None
    forth: Link | None
    announced: bool


def icon_of(space: AnySpace) -> str:
    """The picture of a space."""
    return ICONS.get(space.code, KIND_ICONS[space.kind])


def hours_lines(space: AnySpace) -> list[str]:
    """When it is open: one line per kind of day, or a single one where all are alike, then the weekdays that differ."""
    return _hours_lines(tuple(space.opening_rules()))


def _hours_lines(hours: tuple[Hours, ...]) -> list[str]:
    known = {open_on: _openings_of(hours, open_on) for open_on in OpenOn}
    kinds = {known[one] for one in KINDS_OF_DAY}
    own = [one for one in DAYS_OF_THE_WEEK if any(h.open_on is one for h in hours)]
    if len(kinds) == 1 and known[OpenOn.WEEKDAY]:
        lines = [_("每天 %(hours)s 开放", hours=known[OpenOn.WEEKDAY])]
    elif not any(kinds) and own:
        lines = []  # single weekdays alone are open: that the others are not needs no three lines
    else:
        lines = [_hours_line(one, known[one]) for one in KINDS_OF_DAY]
    return lines + [_hours_line(one, known[one]) for one in own]


def _openings_of(hours: tuple[Hours, ...], open_on: OpenOn) -> str:
    return formats.listed(
        _span(h.opens_minute, h.closes_minute)
        for h in hours
        if h.open_on is open_on and h.opens_minute < h.closes_minute
    )


def _hours_line(open_on: OpenOn, hours: str) -> str:
    day = open_on_word(open_on)
    return _("%(day)s %(hours)s 开放", day=day, hours=hours) if hours else _("%(day)s不开放", day=day)


def _span(first: int, end: int) -> str:
    return f"{first // 60:02d}:{first % 60:02d}–{end // 60:02d}:{end % 60:02d}"


def closure_lines(closures: Iterable[Closed], now: datetime) -> list[str]:
    """What is closed and why, one sentence each; what is over is left out."""
    return [
        _("停用：%(reason)s，到 %(until)s", reason=one.reason, until=_end_of(one))
        if one.interval.starts_at <= now
        else _("%(time)s 停用：%(reason)s", time=formats.stretch(one.interval), reason=one.reason)
        for one in closures
        if one.interval.ends_at > now
    ]


def _end_of(closed: Closed) -> str:
    last = local_day(closed.interval.ends_at - TICK)
    return f"{formats.short_day(last)} {formats.clock_end(closed.interval)}"


def rule_lines(space: AnySpace, house: HouseSettings) -> list[str]:
    """The rules of a space, one plain sentence each."""
    if space.kind is SpaceKind.STUDIO:
        return [
            _("商户按展位预约，一个展位讲一件商品"),
            _("每个展位 %(length)s", length=duration(space.max_minutes)),
            _(
                "没有直播的时间可以约来排练、拍视频，一次 %(shortest)s到 %(longest)s",
                shortest=duration(house.studio_min_minutes),
                longest=duration(house.studio_max_minutes),
            ),
            _("最多提前 %(days)s 天预约", days=space.advance_days),
            approval_line(space.approval),
        ]
    lines = [
        _("最多 %(people)s 人", people=space.capacity),
        _(
            "一次 %(shortest)s到 %(longest)s",
            shortest=duration(space.min_minutes),
            longest=duration(space.max_minutes),
        ),
        _("最多提前 %(days)s 天预约", days=space.advance_days),
        _("最晚提前 %(length)s预约", length=duration(space.lead_minutes))
        if space.lead_minutes
        else _("随到随约，不用提前"),
        approval_line(space.approval),
    ]
    if space.buffer_minutes:
        lines.append(_("每次用完留 %(length)s打扫", length=duration(space.buffer_minutes)))
    if space.is_private:
        lines.append(_("谁在用、谈什么都保密，别人只看到“占用”"))
    return lines


def approval_line(approval: Approval) -> str:
    """Who decides on a booking."""
    return {
        Approval.NONE: _("马上确认，不用审核"),
        Approval.CAPTAINS_AT_ONCE: _("楼长预约马上确认，住户预约由工作人员审核"),
        Approval.STAFF: _("提交后由工作人员审核"),
    }[approval]


def week_page(week: Week, now: datetime) -> WeekPage:
    """The week grid with its links."""
    first, last = week.days[0].day, week.days[-1].day
    return WeekPage(
        axis=axis(week.days[0].axis, now),
        days=[_week_day(week, day, now) for day in week.days],
        title=f"{formats.short_day(first)} – {formats.short_day(last)}",
        back=_week_link(week, first - timedelta(days=1), _("上一周")) if first > week.first_day else None,
        forth=_week_link(week, last + timedelta(days=1), _("下一周")) if last < week.last_day else None,
        announced=all(day.announced for day in week.days),
    )


def _week_link(week: Week, day: date, label: str) -> Link:
    return Link(url_for("spaces.one", code=week.space.code, day=day.isoformat()), label)


def _cells(week: Week, day: Day, prefix: str) -> Markup:
    """The cells of a day. A lane that was kept brings its own along: it is of the same quarter-hour."""
    drawn_with = pen()
    name = ("cells", prefix, *drawn_with.made_of)
    cells: Markup | None = day.lane.pictures.get(name)
    if cells is None:
        cells = day.lane.pictures[name] = drawn_with.cells(week.space, day.lane.segments, prefix)
    return cells


def _week_day(week: Week, day: Day, now: datetime) -> WeekDay:
    mark: Mark | None = now_mark(day.axis, now)
    weekday = formats.weekday(day.day)
    return WeekDay(
        url=f"{pen().space_url(week.space)}?day={day.day.isoformat()}",
        weekday=weekday,
        number=day.day.day,
        note="" if day.lane.openings else _("停用") if day.lane.closures else _("休"),
        is_today=day.day == local_day(now),
        is_chosen=day.day == week.chosen,
        cells=_cells(week, day, f"{weekday}{day.day.day} "),
        now_offset=mark.offset if mark else None,
    )
