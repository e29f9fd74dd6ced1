"""Reports as tables: the columns and their headings; services/sheets.py writes them down."""

from __future__ import annotations

from flask_babel import gettext as _

from blueprints import formats
from blueprints.reports import views
from blueprints.words.reports import clock_hour, people, why_word
from domain.reports import HOURS, WEEKDAYS
from services.reports.report import Report, SpaceReport
from services.reports.waits import Wait
from services.sheets import Cell, Column, Kind, Sheet

Row = tuple[Cell, ...]


def title_of(report: Report) -> str:
    """空间使用 2026年11月."""
    return _("空间使用 %(days)s", days=views.title_of(report.days))


def all_of(report: Report) -> list[Sheet]:
    """Every table of a report."""
    return [
        spaces_of(report),
        *([_use(report)] if report.spaces else []),
        _wishes(report),
        _waits(report),
        _residents(report),
    ]


def spaces_of(report: Report) -> Sheet:
    """One row for each space, and their sum."""
    count = Kind.COUNT
    columns = (
        Column(_("空间"), width=26),
        Column(_("开放（分钟）"), count, 11),
        Column(_("约出去（分钟）"), count, 12),
        Column(_("用了（分钟）"), count, 11),
        Column(_("使用率（%）"), count, 10),
        Column(_("预约"), count, 7),
        Column(_("来了"), count, 7),
        Column(_("没来"), count, 7),
        Column(_("已谅解"), count, 7),
        Column(_("取消"), count, 7),
        Column(_("未通过"), count, 8),
        Column(_("过期"), count, 7),
        Column(_("直播"), count, 7),
        Column(_("直接来坐"), count, 9),
        Column(_("想约没约上"), count, 11),
        Column(_("来过的住户"), count, 11),
        Column(_("来过的户数"), count, 11),
    )
    rows = [_space(one) for one in report.spaces]
    sums = report.totals
    last: Row = (
        _("合计"), sums.open_minutes, sums.booked_minutes, sums.used_minutes, _percent(sums.used_share), sums.bookings,
        sums.came, sums.no_shows, sums.excused, sums.cancelled, sums.declined, sums.expired, sums.shows, sums.walk_ins,
        sums.refused, _people(report.reached.people), _people(report.reached.households),
    )  # fmt: skip
    return Sheet(_("空间"), title_of(report), columns, rows, last)


def _space(one: SpaceReport) -> Row:
    used = one.usage
    return (
        used.space.name_in(formats.locale_code()), used.open_minutes, used.booked_minutes, used.used_minutes,
        _percent(used.used_share), used.bookings, used.came, used.no_shows, used.excused, used.cancelled, used.declined,
        used.expired, used.shows, used.walk_ins, one.demand.count,
        None if one.is_private else _people(one.reached.people),
        None if one.is_private else _people(one.reached.households),
    )  # fmt: skip


def _percent(part: float | None) -> int | None:
    return None if part is None else round(part * 100)


def _people(count: int) -> Cell:
    """As a number where it may be told."""
    told = people(count)
    return count if told == f"{count:,}" else told


def _use(report: Report) -> Sheet:
    """Space by space, the used part of each open hour of the week; the house first, private ones left out."""
    weekdays = [formats.weekday_name(number) for number in range(WEEKDAYS)]
    columns = (
        Column(_("空间"), width=26),
        Column(_("时间"), width=14),
        *(Column(name, Kind.COUNT, 8) for name in weekdays),
    )
    whole = [(_("全部（平均）"), report.used_on)]
    each = [
        (one.usage.space.name_in(formats.locale_code()), one.usage.shares_on)
        for one in report.spaces
        if not one.is_private
    ]
    rows: list[Row] = []
    for name, parts_of in [*whole, *each]:
        for hour in range(HOURS):
            parts = [_percent(parts_of.get((day, hour))) for day in range(WEEKDAYS)]
            if any(part is not None for part in parts):
                rows.append((name, clock_hour(hour), *parts))
    return Sheet(_("使用率（%）"), title_of(report), columns, rows)


def _wishes(report: Report) -> Sheet:
    """Each hour of the week and reason at which a space was wanted in vain; of a private one only the sum."""
    columns = (
        Column(_("空间"), width=26),
        Column(_("星期"), width=8),
        Column(_("时间"), width=14),
        Column(_("原因"), width=24),
        Column(_("次数"), Kind.COUNT, 8),
    )
    rows: list[Row] = []
    for one in report.spaces:
        name = one.usage.space.name_in(formats.locale_code())
        if one.is_private:
            rows += [(name, None, None, None, one.demand.count)] if one.demand.count else []
            continue
        for (weekday, hour), reasons in sorted(one.demand.on.items()):
            rows += [
                (name, formats.weekday_name(weekday), clock_hour(hour), why_word(why), count)
                for why, count in reasons.items()
            ]
    sums: Row = (_("合计"), None, None, None, report.totals.refused)
    return Sheet(_("想约没约上"), title_of(report), columns, rows, sums)


def _waits(report: Report) -> Sheet:
    """How long was waited for a yes or no: of all, by space, and by the hour at which was asked; minutes."""
    columns = (
        Column(_("什么"), width=26),
        Column(_("审核次数"), Kind.COUNT, 10),
        Column(_("一半人在这以内（分钟）"), Kind.COUNT, 14),
        Column(_("九成人在这以内（分钟）"), Kind.COUNT, 14),
        Column(_("最久（分钟）"), Kind.COUNT, 12),
    )
    rows = [_wait(_("全部"), report.waits.whole)] if report.waits.whole else []
    rows += [
        _wait(one.usage.space.name_in(formats.locale_code()), one.wait)
        for one in report.spaces
        if one.wait is not None
    ]
    rows += [
        _wait(_("%(hour)s 提出的", hour=clock_hour(hour)), wait)
        for hour, wait in views.busiest_hours_of_asking(report)
    ]
    return Sheet(_("等审核"), title_of(report), columns, rows)


def _wait(name: str, wait: Wait) -> Row:
    return name, wait.count, wait.median, wait.ninety, wait.longest


def _residents(report: Report) -> Sheet:
    """Whom the house reached, in numbers."""
    came = report.reached
    rows: list[Row] = [
        (_("来过的住户"), _people(came.people)),
        (_("来过的户数"), _people(came.households)),
        (_("来过的楼栋"), _people(came.buildings)),
        (_("其中已核实"), _people(came.verified)),
        (_("其中第一次来"), _people(came.first_timers)),
        (_("来的次数"), came.visits),
        (_("其中别人代约的"), _people(came.proxied)),
        (_("没有预约直接来坐的人次"), report.totals.walk_ins),
    ]
    return Sheet(
        _("住户"), title_of(report), (Column(_("项目"), width=30), Column(_("人数"), Kind.COUNT, 10)), rows
    )
