"""The figures of the house in words: what each is for, and how it is written and typed."""

from __future__ import annotations

from flask_babel import gettext as _

from domain.money import format_yuan
from domain.settings import FIGURES, FigureGroup, Unit, typed_figure


def group_word(group: FigureGroup) -> str:
    """The heading over a group of figures."""
    return {
        FigureGroup.BOOKING: _("预约"),
        FigureGroup.DOOR: _("签到和爽约"),
        FigureGroup.STUDIO: _("直播间"),
        FigureGroup.SALES: _("销售"),
        FigureGroup.DESK: _("前台和平板"),
        FigureGroup.TELLING: _("通知"),
        FigureGroup.KEEPING: _("资料保存多久"),
    }[group]


def figure_word(key: str) -> str:
    """What a figure is for."""
    return {
        "max_upcoming_bookings": _("一个人最多同时约几次"),
        "max_week_minutes": _("一个人一周最多约多久"),
        "offer_minutes": _("候补空出来，为人保留多久"),
        "offer_minutes_today": _("当天的候补，保留多久"),
        "check_in_opens_minutes": _("开始前多久可以签到"),
        "check_in_grace_minutes": _("开始后多久还没签到算没来"),
        "no_show_limit": _("没来几次暂停预约（0 = 不暂停）"),
        "no_show_fade_days": _("没来的记录多久不再算"),
        "no_show_pause_days": _("暂停预约多久"),
        "booth_monthly_quota": _("一家店一个月最多几个展位"),
        "booth_lock_hours": _("开播前多久锁定展位"),
        "withdrawal_free_hours": _("开播前多久以外退出不记分"),
        "late_withdrawal_points": _("临时退出记几分"),
        "absent_points": _("没来直播记几分"),
        "wrap_up_hours": _("直播结束多久自动收尾"),
        "studio_min_minutes": _("直播间彩排最短"),
        "studio_max_minutes": _("直播间彩排最长"),
        "yearly_target_fen": _("每户一年增收目标"),
        "platform_fee_bp": _("平台扣点"),
        "staged_import_days": _("导入的文件等几天没入账就作废"),
        "undo_seconds": _("审核后多久可以撤回（0 = 不能撤回）"),
        "idle_lock_minutes": _("共用平板多久没人碰就锁屏"),
        "reset_pin_minutes": _("重设密码的口令多久有效"),
        "evening_reminder_minute": _("前一天晚上几点提醒"),
        "hour_reminder_minutes": _("开始前多久再提醒（0 = 不提醒）"),
        "quiet_starts_minute": _("夜里几点起不打扰"),
        "quiet_ends_minute": _("早上几点起恢复"),
        "delivery_tries": _("一条通知最多试发几次"),
        "records_years": _("直播档案保存几年（法规至少 3 年）"),
        "notices_kept_days": _("站内通知保存多久"),
        "messages_kept_days": _("发出的消息保存多久"),
        "purposes_kept_days": _("预约用途保存多久"),
        "demand_kept_days": _("没约上的记录保存多久"),
        "signups_kept_days": _("没人核实的注册保存多久"),
    }[key]


def unit_word(unit: Unit) -> str:
    """What stands behind the field."""
    return {
        Unit.COUNT: _("次"),
        Unit.POINTS: _("分"),
        Unit.SECONDS: _("秒"),
        Unit.MINUTES: _("分钟"),
        Unit.HOURS: _("小时"),
        Unit.DAYS: _("天"),
        Unit.YEARS: _("年"),
        Unit.TIME_OF_DAY: "",
        Unit.YUAN: _("元"),
        Unit.PERCENT: "%",
    }[unit]


def said(key: str, value: int) -> str:
    """A figure as people say it, with its unit."""
    unit = FIGURES[key].unit
    if unit is Unit.YUAN:
        return format_yuan(value)
    if unit is Unit.PERCENT:
        return f"{typed_figure(key, value)}%"
    return f"{typed_figure(key, value)} {unit_word(unit)}".strip()


def bounds(key: str) -> str:
    """Within which bounds a figure makes sense."""
    figure = FIGURES[key]
    return _(
        "%(figure)s：请填 %(least)s 到 %(most)s 之间的数。",
        figure=figure_word(key),
        least=said(key, figure.least),
        most=said(key, figure.most),
    )
