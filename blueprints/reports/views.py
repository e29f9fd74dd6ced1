"""A report in words: a few large figures with a sentence each, the hours at which more is wanted, and choices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from blueprints import formats
from blueprints.reports.heat import Heat, of_use, of_wishes
from blueprints.words.reports import hour_of_week, hours, people, percent, waited, why_word
from domain.reports import FEWEST, Days, Why
from models import ReportFile
from models.reports import FileStatus
from services.reports.reached import ReachedIn
from services.reports.report import Report, SpaceReport, month_days, year_days
from services.reports.waits import Wait
from services.reports.wanted import Gap


@dataclass(frozen=True, slots=True)
class Figure:
    """One large number, what it counts, and a plain sentence about it."""

    value: str
    label: str
    says: str


def title_of(days: Days) -> str:
    """2026年, 2026年11月, or the two days."""
    if days == year_days(days.first.year):
        return _("%(year)s年", year=days.first.year)
    if days == month_days(days.first.replace(day=1)):
        return formats.year_month(days.first)
    if days.first == days.last:
        return formats.day(days.first)
    return f"{formats.day(days.first)} – {formats.day(days.last)}"


def said(asked: dict[str, str]) -> str:
    """A month or a year as its address names it."""
    if "year" in asked:
        return _("%(year)s年", year=asked["year"])
    return formats.year_month(date.fromisoformat(f"{asked['month']}-01"))


def figures_of(report: Report) -> list[Figure]:
    """The whole house in five numbers."""
    sums, came = report.totals, report.reached
    residents = _(
        "来自 %(homes)s 户、%(buildings)s 栋楼；第一次来的有 %(first)s 人",
        homes=people(came.households),
        buildings=people(came.buildings),
        first=people(came.first_timers),
    )
    return [
        Figure(percent(sums.used_share), _("开着的时间里有人用"), _most_used(report)),
        Figure(people(came.people), _("位住户来过"), residents if came.people else _("还没有住户来过")),
        Figure(
            percent(sums.no_show_rate), _("约了没有来"), _absent(sums.no_shows, sums.expected, sums.excused)
        ),
        Figure(f"{sums.refused:,}", _("次想约没约上"), _in_vain(report.gaps, sums.refused)),
        _waiting(report.waits.whole),
    ]


def figures_of_space(one: SpaceReport) -> list[Figure]:
    """One space in as many; of a private one, nobody is counted."""
    used = one.usage
    found = [
        Figure(
            percent(used.used_share),
            _("开着的时间里有人用"),
            _use(used.open_minutes, used.booked_minutes, used.used_minutes),
        )
    ]
    if not one.is_private:
        found.append(Figure(people(one.reached.people), _("位住户来过"), _homes(one.reached)))
    if used.space.needs_check_in:
        expected = used.came + used.no_shows
        found.append(
            Figure(
                percent(used.no_show_rate), _("约了没有来"), _absent(used.no_shows, expected, used.excused)
            )
        )
    reasons = max(one.demand.by_reason, key=lambda why: one.demand.by_reason[why], default=None)
    mostly = _("多数是因为%(why)s", why=why_word(reasons)) if reasons else _("没有人扑空")
    found.append(Figure(f"{one.demand.count:,}", _("次想约没约上"), mostly))
    if one.wait is not None:
        found.append(_waiting(one.wait))
    return found


def _most(report: Report) -> tuple[str, str] | None:
    """The space that was used most, and how much; None where nothing was."""
    used = [(part, one) for one in report.spaces if (part := one.usage.used_share)]
    if not used:
        return None
    part, one = max(used, key=lambda item: item[0])
    return one.usage.space.name_in(formats.locale_code()), percent(part)


def _most_used(report: Report) -> str:
    most = _most(report)
    if most is None:
        return _("还没有人用过")
    return _(
        "%(count)s 个空间的平均；最多的是%(space)s，%(share)s",
        count=sum(one.usage.used_share is not None for one in report.spaces),
        space=most[0],
        share=most[1],
    )


def _homes(reached: ReachedIn) -> str:
    if not reached.people:
        return _("还没有住户来过")
    return _("来自 %(homes)s 户", homes=people(reached.households))


def _use(opened: int, booked: int, used: int) -> str:
    return _(
        "开放 %(open)s，约出去 %(booked)s，真正用了 %(used)s",
        open=hours(opened),
        booked=hours(booked),
        used=hours(used),
    )


def _absent(no_shows: int, expected: int, excused: int) -> str:
    if not expected:
        return _("还没有要签到的预约")
    said = _("该来 %(expected)s 次，%(absent)s 次没有来", expected=f"{expected:,}", absent=no_shows)
    return said + _("，其中 %(excused)s 次已谅解", excused=excused) if excused else said


def _in_vain(gaps: list[Gap], count: int) -> str:
    if gaps:
        return _(
            "最多的是%(when)s的%(space)s",
            when=hour_of_week(gaps[0].weekday, gaps[0].hour),
            space=_name(gaps[0]),
        )
    return _("没有哪个时段特别紧张") if count else _("没有人扑空")


def _waiting(wait: Wait | None) -> Figure:
    if wait is None:
        return Figure("–", _("等审核结果"), _("没有要审核的预约"))
    said = _(
        "一半人在这以内；审核了 %(count)s 次，九成在 %(ninety)s 内，最久 %(longest)s",
        count=f"{wait.count:,}",
        ninety=waited(wait.ninety),
        longest=waited(wait.longest),
    )
    return Figure(waited(wait.median), _("等审核结果"), said)


def _name(gap: Gap) -> str:
    return gap.space.name_in(formats.locale_code())


def gap_sentences(gaps: list[Gap]) -> list[str]:
    """Where opening more would help, hour by hour, the most wanted first."""
    return [
        _(
            "%(when)s想用%(space)s，%(count)s 次没约上：%(why)s",
            when=hour_of_week(gap.weekday, gap.hour),
            space=_name(gap),
            count=gap.count,
            why=why_word(gap.why),
        )
        for gap in gaps
    ]


def sentences_of(report: Report) -> list[str]:
    """The three sentences of the printed page: how full, who came, what was missing."""
    sums, came, heat = report.totals, report.reached, use_of(report, None)
    used, most = _("开着的时间里，平均 %(share)s 真正有人用。", share=percent(sums.used_share)), _most(report)
    if most is not None:
        used += _("用得最多的是%(space)s，%(share)s。", space=most[0], share=most[1])
    if heat is not None and most is not None:
        used += _("一周里最热闹的是%(when)s。", when=heat.peak)
    who = _(
        "%(people)s 位住户来过 %(visits)s 次，来自 %(homes)s 户、%(buildings)s 栋楼，其中 %(first)s 位是第一次来。",
        people=people(came.people),
        visits=f"{came.visits:,}",
        homes=people(came.households),
        buildings=people(came.buildings),
        first=people(came.first_timers),
    )
    if not came.people:
        who = _("还没有住户来过。")
    if sums.walk_ins:
        who += _("另有 %(count)s 人次没有预约，直接来坐坐。", count=f"{sums.walk_ins:,}")
    return [used, who, _missing(report)]


def _missing(report: Report) -> str:
    count = report.totals.refused
    if not count:
        return _("想约的都约上了，没有人扑空。")
    said = _("有 %(count)s 次想约没约上。", count=f"{count:,}")
    if not report.gaps:
        return said
    most = report.gaps[0]
    return said + _(
        "要多开的话，先看%(when)s的%(space)s：%(times)s 次，%(why)s。",
        when=hour_of_week(most.weekday, most.hour),
        space=_name(most),
        times=most.count,
        why=why_word(most.why),
    )


def use_of(report: Report, one: SpaceReport | None) -> Heat | None:
    """The picture of use, of one space or of all that are not private; a private one has none."""
    if one is not None:
        return None if one.is_private else of_use(one.usage.shares_on)
    return of_use(report.used_on)


def wishes_of(report: Report, one: SpaceReport | None) -> Heat | None:
    """The picture of what was wanted in vain."""
    if one is not None:
        return None if one.is_private else of_wishes(one.demand.grid)
    return of_wishes(report.wanted_on)


def reasons_of(report: Report, one: SpaceReport | None) -> list[tuple[str, int]]:
    """Why times could not be had, and how often, the most frequent first."""
    found: dict[Why, int] = {}
    for each in [one] if one is not None else report.spaces:
        for why, count in each.demand.by_reason.items():
            found[why] = found.get(why, 0) + count
    return [(why_word(why), count) for why, count in sorted(found.items(), key=lambda item: -item[1])]


def busiest_hours_of_asking(report: Report) -> list[tuple[int, Wait]]:
    """How long was waited by the hour at which was asked; hours with fewer than three decisions say nothing."""
    return [(hour, wait) for hour, wait in sorted(report.waits.by_hour.items()) if wait.count >= FEWEST]


def months_back(last: date, count: int) -> list[date]:
    """So many months, the latest first."""
    found = [last]
    while len(found) < count:
        year, month = found[-1].year, found[-1].month
        found.append(date(year - 1, 12, 1) if month == 1 else date(year, month - 1, 1))
    return found


def file_chip(found: ReportFile) -> tuple[str, str, str]:
    """How far a file of bookings has come: word, colour, icon."""
    return {
        FileStatus.MAKING: (_("正在做"), "amber", "clock"),
        FileStatus.READY: (_("做好了"), "jade", "check"),
        FileStatus.FAILED: (_("没做成"), "red", "warning"),
    }[found.status]
