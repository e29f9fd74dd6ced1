"""Sentences about series: rules that are not understood, dates that are skipped, and a rule in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints.formats import day, listed, short_day, weekday_name
from domain.recurrence import Frequency, OnWeekday, Rule

Params = Mapping[str, Any]

SENTENCES: dict[str, Callable[[Params], str]] = {
    "rule_long": lambda p: _("重复的规则最多 %(maximum)s 个字符。", maximum=p["maximum"]),
    "rule_unknown_part": lambda p: _("重复的规则里有不认识的部分：%(part)s", part=p["part"]),
    "rule_part_invalid": lambda p: _("重复的规则里 %(part)s 写得不对。", part=p["part"]),
    "rule_without_end": lambda p: _("请写明约到哪一天，或者一共几次。"),
    "rule_two_ends": lambda p: _("“到哪一天”和“一共几次”只能选一样。"),
    "rule_too_many": lambda p: _("一个系列最多 %(maximum)s 次。", maximum=p["maximum"]),
    "rule_too_long": lambda p: _("一个系列最长一年，请早一点结束。"),
    "rule_empty": lambda p: _("按这样重复，一天也没有，请再看看日期。"),
    "series_no_day": lambda p: _("请至少选一天。"),
    "series_day_unknown": lambda p: _("%(day)s 不在这个系列里。", day=short_day(p["day"])),
    "series_day_missing": lambda p: _("请选从哪一天起。"),
    "series_nothing_left": lambda p: _("没有可以改的了：已经开始的、单独改过的都保持原样。"),
    "not_chosen": lambda p: _("没有选这一天。"),
}

SKIPPED = {
    "not_chosen": _l("当时没有选"),
    "slot_taken": _l("当时有人约了"),
    "quota_count": _l("当时名额不够"),
    "quota_hours": _l("当时名额不够"),
    "closed": _l("当时停用"),
    "closed_that_day": _l("当时不开放"),
    "outside_hours": _l("当时不开放"),
    "too_far": _l("当时还不能约这么远"),
    "overlaps_own": _l("和您别的预约冲突"),
}
"""Why a date was skipped, in a few words; only the code was kept."""


def why_skipped(code: str) -> str:
    """What was in the way of a skipped date when the series was booked."""
    return str(SKIPPED.get(code, _("当时不符合使用规则")))


def rule_in_words(rule: Rule) -> str:
    """每周二、周四 / every week on Tue, Thu; its end is told by `end_in_words`."""
    days = listed(_weekday(one) for one in rule.on_weekdays)
    if rule.frequency is Frequency.MONTHLY:
        return _monthly(rule, days)
    if rule.frequency is Frequency.WEEKLY:
        every = _("每周") if rule.interval == 1 else _("每 %(count)s 周", count=rule.interval)
    else:
        every = _("每天") if rule.interval == 1 else _("每 %(count)s 天", count=rule.interval)
    return _("%(every)s的%(days)s", every=every, days=days) if days else every


def _monthly(rule: Rule, days: str) -> str:
    every = _("每月") if rule.interval == 1 else _("每 %(count)s 个月", count=rule.interval)
    numbers = listed(
        _("%(day)s 日", day=number) if number > 0 else _("倒数第 %(day)s 日", day=-number)
        for number in rule.month_days
    )
    wanted = listed(part for part in (numbers, days) if part)
    return _("%(every)s的%(days)s", every=every, days=wanted) if wanted else every


def _weekday(one: OnWeekday) -> str:
    name = weekday_name(one.weekday)
    if not one.nth:
        return name
    if one.nth == -1:
        return _("最后一个%(weekday)s", weekday=name)
    if one.nth < 0:
        return _("倒数第 %(nth)s 个%(weekday)s", nth=-one.nth, weekday=name)
    return _("第 %(nth)s 个%(weekday)s", nth=one.nth, weekday=name)


def end_in_words(rule: Rule) -> str:
    """到 2027年3月1日 周一 / 一共 12 次."""
    if rule.until is not None:
        return _("到 %(day)s", day=day(rule.until))
    return _("一共 %(count)s 次", count=rule.count)
