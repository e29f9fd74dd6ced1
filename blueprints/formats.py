"""How times, lengths and money are written on screen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from flask import Flask
from flask_babel import get_locale
from flask_babel import gettext as _

from domain.interval import Interval, local, local_day
from domain.money import format_wan, format_yuan

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def is_english() -> bool:
    """Whether the reader asked for English."""
    locale = get_locale()
    return locale is not None and locale.language == "en"


def locale_code() -> str:
    """The reader's locale as people keep it: zh_Hans_CN or en."""
    return "en" if is_english() else "zh_Hans_CN"


def as_day(value: datetime | date) -> date:
    """The community's day of a moment; a date is its own."""
    return local_day(value) if isinstance(value, datetime) else value


def clock(moment: datetime) -> str:
    """14:30."""
    return local(moment).strftime("%H:%M")


def clock_end(interval: Interval) -> str:
    """The end of an interval; midnight reads 24:00."""
    text = clock(interval.ends_at)
    return "24:00" if text == "00:00" else text


def weekday(value: datetime | date) -> str:
    """周一 / Mon."""
    return (WEEKDAYS_EN if is_english() else WEEKDAYS)[as_day(value).weekday()]


def weekday_name(number: int) -> str:
    """周一 / Mon of a weekday's number; Monday is 0."""
    return (WEEKDAYS_EN if is_english() else WEEKDAYS)[number]


def day(value: datetime | date) -> str:
    """2026年11月23日 周一 / Mon 23 Nov 2026."""
    d = as_day(value)
    if is_english():
        return f"{weekday(d)} {d.day} {MONTHS_EN[d.month - 1]} {d.year}"
    return f"{d.year}年{d.month}月{d.day}日 {weekday(d)}"


def short_day(value: datetime | date) -> str:
    """11月23日 周一 / Mon 23 Nov."""
    d = as_day(value)
    if is_english():
        return f"{weekday(d)} {d.day} {MONTHS_EN[d.month - 1]}"
    return f"{d.month}月{d.day}日 {weekday(d)}"


def month(value: datetime | date) -> str:
    """11月 / Nov."""
    number = as_day(value).month
    return MONTHS_EN[number - 1] if is_english() else f"{number}月"


def year_month(value: date) -> str:
    """2026年11月 / Nov 2026."""
    return f"{MONTHS_EN[value.month - 1]} {value.year}" if is_english() else f"{value.year}年{value.month}月"


def listed(items: Iterable[object]) -> str:
    """甲、乙 / A, B."""
    return (", " if is_english() else "、").join(map(str, items))


def near_day(value: datetime | date, today: date) -> str:
    """今天, 明天, 昨天, else the short day."""
    distance = (as_day(value) - today).days
    if distance == 0:
        return _("今天")
    if distance == 1:
        return _("明天")
    return _("昨天") if distance == -1 else short_day(value)


def span(interval: Interval) -> str:
    """15:00–17:00."""
    return f"{clock(interval.starts_at)}–{clock_end(interval)}"


def moment(value: datetime) -> str:
    """2026年11月23日 周一 14:30."""
    return f"{day(value)} {clock(value)}"


def stretch(interval: Interval) -> str:
    """11月23日 周一 15:00–17:00; where it takes days, both days are named."""
    first, last = local_day(interval.starts_at), local_day(interval.ends_at - timedelta(seconds=1))
    if first == last:
        return f"{short_day(first)} {span(interval)}"
    end = clock_end(interval)
    return f"{short_day(first)} {clock(interval.starts_at)} – {short_day(last)} {end}"


def clock_on(value: datetime) -> str:
    """11月23日 周一 14:30, for a moment that a message names."""
    return f"{short_day(value)} {clock(value)}"


def duration(minutes: int) -> str:
    """30 分钟, 1 小时, 1.5 小时."""
    if minutes < 60:
        return _("%(minutes)s 分钟", minutes=minutes)
    return _("%(hours)s 小时", hours=f"{minutes / 60:g}")


def roughly(time: timedelta) -> str:
    """A stretch of time in its largest unit: 42 分钟, 3 小时, 2 天; under a minute it is 1 分钟."""
    minutes = max(1, int(time.total_seconds()) // 60)
    if minutes < 60:
        return _("%(count)s 分钟", count=minutes)
    if minutes < 48 * 60:
        return _("%(count)s 小时", count=minutes // 60)
    return _("%(count)s 天", count=minutes // (24 * 60))


def iso_local(value: datetime) -> str:
    """A moment in the form that links and forms carry: local wall time to the minute."""
    return local(value).strftime("%Y-%m-%dT%H:%M")


def summed(fen: int) -> str:
    """A sum in a summary: ¥1.29万, in English ¥12,900.00."""
    return format_yuan(fen) if is_english() else format_wan(fen)


FILTERS = {
    "clock": clock,
    "clock_end": clock_end,
    "weekday": weekday,
    "day": day,
    "short_day": short_day,
    "month": month,
    "year_month": year_month,
    "listed": listed,
    "as_day": as_day,
    "near_day": near_day,
    "span": span,
    "moment": moment,
    "stretch": stretch,
    "clock_on": clock_on,
    "duration": duration,
    "roughly": roughly,
    "iso_local": iso_local,
    "summed": summed,
    "yuan": format_yuan,
    "wan": format_wan,
}


def init_app(app: Flask) -> None:
    """Offer the formats to templates as filters."""
    app.jinja_env.filters.update(FILTERS)
