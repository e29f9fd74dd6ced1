"""People's own data in words: what each part is called, what stands in its columns, and how values read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from blueprints.formats import clock, day
from blueprints.words import notices
from blueprints.words.people import role_word
from domain.people import Role
from services.privacy.exporting import Data, Row

MOST = 50
"""How many rows of a part the page shows; the file has all."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of somebody's data as the page shows it: each row a list of names and values."""

    title: str
    count: int
    rows: list[list[tuple[str, str]]]


def parts_of(data: Data) -> list[Part]:
    """Every part that has anything, the newest rows first."""
    return [
        Part(title, len(rows), [_line(table, row) for row in reversed(_shown(table, rows))])
        for table, title in _titles().items()
        if (rows := data.content[table])
    ]


def _shown(table: str, rows: list[Row]) -> list[Row]:
    """The newest rows; what somebody did is written for programs, and stands in the file alone."""
    return [] if table == "audit_event" else rows[-MOST:]


def _titles() -> dict[str, str]:
    return {
        "person": _("账号"),
        "contact": _("联系方式"),
        "channel_choice": _("通知选择"),
        "merchant_member": _("店铺"),
        "booking": _("预约"),
        "series": _("定期预约"),
        "waitlist_entry": _("候补"),
        "booth_application": _("展位报名"),
        "penalty_point": _("没有来的记录"),
        "refused_demand": _("没有约到的时间"),
        "notice": _("通知"),
        "private_file": _("证照文件"),
        "calendar_feed": _("日历地址"),
        "login_session": _("登录"),
        "api_token": _("程序令牌"),
        "audit_event": _("操作记录"),
    }


def _names() -> dict[str, str]:
    return {
        "name": _("姓名"),
        "phone": _("手机"),
        "role": _("身份"),
        "building": _("楼栋"),
        "unit": _("单元"),
        "room": _("房号"),
        "captain_of": _("负责的楼栋"),
        "verified_at": _("核实"),
        "created_at": _("时间"),
        "disabled_at": _("停用"),
        "email": _("邮箱"),
        "email_confirmed_at": _("邮箱确认"),
        "topic": _("内容"),
        "channel": _("方式"),
        "is_on": _("要不要"),
        **_names_of_bookings(),
        "points": _("分数"),
        "excused_at": _("免记"),
        "excuse_reason": _("免记原因"),
        "asked_at": _("时间"),
        "read_at": _("已读"),
        "expires_at": _("到期"),
        "revoked_at": _("退出"),
        "label": _("名称"),
        "at": _("时间"),
        "size": _("大小"),
    }


def _names_of_bookings() -> dict[str, str]:
    return {
        "merchant": _("店铺"),
        "space": _("空间"),
        "show": _("场次"),
        "product": _("商品"),
        "starts_at": _("开始"),
        "ends_at": _("结束"),
        "status": _("状态"),
        "purpose": _("用途"),
        "party_size": _("人数"),
        "decided_at": _("审核"),
        "decision_reason": _("原因"),
        "checked_in_at": _("签到"),
        "left_at": _("离开"),
        "first_day": _("第一天"),
        "rank": _("排名"),
    }


def _line(table: str, row: Row) -> list[tuple[str, str]]:
    if table == "notice":
        return [
            (_("时间"), value_of("created_at", row["created_at"])),
            (_("内容"), notices.sentence(row["kind"], row["params"])),
        ]
    names = _names() | ({"created_at": _("注册")} if table == "person" else {})
    return [
        (names[key], value_of(key, value))
        for key, value in row.items()
        if key in names and value not in (None, "")
    ]


def value_of(key: str, value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return _("要") if value else _("不要")
    if key == "role":
        return role_word(Role(value))
    if key == "status":
        return _states().get(value, str(value))
    if key.endswith(("_at", "_day")) or key == "at":
        return _moment(str(value))
    return str(value)


def _moment(text: str) -> str:
    if "T" not in text:
        return day(date.fromisoformat(text))
    moment = datetime.fromisoformat(text)
    return f"{day(moment)} {clock(moment)}"


def _states() -> dict[str, str]:
    return {
        "offered": _("为您保留"),
        "pending": _("待审核"),
        "confirmed": _("已确认"),
        "checked_in": _("已签到"),
        "completed": _("已结束"),
        "declined": _("未通过"),
        "cancelled": _("已取消"),
        "expired": _("已过期"),
        "no_show": _("未到场"),
        "waiting": _("候补中"),
        "fulfilled": _("已排到"),
        "withdrawn": _("已退出"),
        "lapsed": _("已过期"),
        "applied": _("已报名"),
        "allotted": _("已分到"),
        "waitlisted": _("候补中"),
        "passed_over": _("没有分到"),
    }
