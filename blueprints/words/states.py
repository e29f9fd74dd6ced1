"""The states of bookings and booth slots: always a word, a colour and an icon."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

STATES = {
    "pending": (_l("等待审核"), "amber", "clock"),
    "asked": (_l("待审核"), "amber", "clock"),
    "held": (_l("保留中"), "amber", "clock"),
    "offered": (_l("为您保留"), "amber", "bell"),
    "waitlisted": (_l("候补中"), "amber", "clock"),
    "confirmed": (_l("已确认"), "jade", "check"),
    "checked_in": (_l("已签到"), "jade", "pin"),
    "completed": (_l("已结束"), None, "check"),
    "declined": (_l("未通过"), "red", "cross"),
    "cancelled": (_l("已取消"), None, "cross"),
    "withdrawn": (_l("已退出"), None, "cross"),
    "expired": (_l("已过期"), None, "clock"),
    "no_show": (_l("未到场"), "red", "warning"),
    "absent": (_l("未到场"), "red", "warning"),
}
