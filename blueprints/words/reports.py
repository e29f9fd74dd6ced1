"""Reports: the sentence of every code, and how figures and reasons are said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _

from blueprints import formats
from domain.reports import FEWEST, Why, few

SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "report_days_order": lambda p: _("结束那天要在开始那天之后。"),
    "report_days_many": lambda p: _("一次最多看 %(maximum)s 天。", maximum=p["maximum"]),
    "report_file_broken": lambda p: _("这个表没有做成，是系统的问题。请再做一次。"),
    "report_file_long": lambda p: _("预约太多，一张表装不下。请选短一点的时间。"),
}


def why_word(why: Why) -> str:
    """Why somebody could not have a time, in a few words."""
    return {
        Why.FULL: _("已经约满"),
        Why.CLOSURE: _("临时停用"),
        Why.HOURS: _("不在开放时间"),
        Why.NOTICE: _("约得太晚或太早"),
        Why.LIMITS: _("超过每人的次数或时长"),
        Why.SIZE: _("人数太多"),
    }[why]


def people(count: int) -> str:
    """A number of people or households; one or two are not told, so that nobody can be guessed."""
    return _("少于 %(fewest)s", fewest=FEWEST) if few(count) else f"{count:,}"


def percent(share: float | None) -> str:
    """38%, under one in a hundred with a decimal; a dash where there is nothing to measure."""
    if share is None:
        return "–"
    return f"{share * 100:.1f}%" if 0 < share < 0.01 else f"{share * 100:.0f}%"


def hours(minutes: int) -> str:
    """1,234 小时, under ten hours with a decimal."""
    number = f"{minutes / 60:,.0f}" if minutes >= 600 else f"{minutes / 60:g}"[:4].rstrip(".")
    return _("%(hours)s 小时", hours=number)


def waited(minutes: int) -> str:
    """42 分钟, 3 小时, 2 天."""
    return formats.roughly(timedelta(minutes=minutes))


def clock_hour(hour: int) -> str:
    """15:00–16:00."""
    return f"{hour}:00–{hour + 1}:00"


def hour_of_week(weekday: int, hour: int) -> str:
    """周六 15:00–16:00."""
    return f"{formats.weekday_name(weekday)} {clock_hour(hour)}"


def states() -> dict[str, str]:
    """How a booking stands, for a table."""
    return {
        "offered": _("等本人回答"),
        "pending": _("待审核"),
        "confirmed": _("已确认"),
        "checked_in": _("已签到"),
        "completed": _("来过"),
        "declined": _("未通过"),
        "cancelled": _("已取消"),
        "expired": _("已过期"),
        "no_show": _("没来"),
    }


def headings() -> list[str]:
    """The headings of a table of bookings."""
    return [
        _("编号"),
        _("空间"),
        _("日期"),
        _("开始"),
        _("结束"),
        _("状态"),
        _("人数"),
        _("预约人"),
        _("手机号"),
        _("别人代约"),
        _("提出时间"),
    ]
