"""Sentences about keeping the house: spaces, hours, the calendar, closures; and what its days are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from blueprints.formats import stretch
from domain.spaces import Approval, DayKind, OpenOn, SpaceKind


def open_on_word(open_on: OpenOn) -> str:
    """What a kind of day or a weekday is called."""
    return {
        OpenOn.WEEKDAY: _("工作日"),
        OpenOn.WEEKEND: _("周末"),
        OpenOn.HOLIDAY: _("节假日"),
        OpenOn.MONDAY: _("周一"),
        OpenOn.TUESDAY: _("周二"),
        OpenOn.WEDNESDAY: _("周三"),
        OpenOn.THURSDAY: _("周四"),
        OpenOn.FRIDAY: _("周五"),
        OpenOn.SATURDAY: _("周六"),
        OpenOn.SUNDAY: _("周日"),
    }[open_on]


def day_kind_word(kind: DayKind) -> str:
    """What the calendar table makes of a date."""
    return {
        DayKind.WEEKDAY: _("调休上班"),
        DayKind.WEEKEND: _("按周末"),
        DayKind.HOLIDAY: _("放假"),
    }[kind]


def kind_word(kind: SpaceKind) -> str:
    """How the places of a space are given out."""
    return {
        SpaceKind.ROOM: _("一间房，整间预约"),
        SpaceKind.POOL: _("座位，一人一座"),
        SpaceKind.STUDIO: _("直播间，按展位"),
    }[kind]


def approval_word(approval: Approval) -> str:
    """Who decides on a booking."""
    return {
        Approval.NONE: _("马上确认"),
        Approval.CAPTAINS_AT_ONCE: _("楼长马上确认，住户要审核"),
        Approval.STAFF: _("都由工作人员审核"),
    }[approval]


SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "house_changed": lambda p: _("刚刚有人改过这里。下面是您填的内容，请对照最新的情况再保存一次。"),
    "bookings_in_the_way": lambda p: _(
        "这段时间有 %(count)s 个预约，请先定好每一个怎么办。", count=p["count"]
    ),
    "change_touches_bookings": lambda p: _(
        "有 %(count)s 个预约会落在新的规则之外。它们仍然有效，请看过再保存。", count=p["count"]
    ),
    "space_is_booked": lambda p: _("这里还有没结束的预约或直播，请先处理，再收起来。"),
    "space_code_invalid": lambda p: _("地址代码只用小写字母、数字和短横线，例如 reading-room。"),
    "space_code_taken": lambda p: _("这个地址代码已经用在另一个空间上。"),
    "space_name_missing": lambda p: _("请填写名称。"),
    "space_name_long": lambda p: _("名称最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "space_about_long": lambda p: _("介绍最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "space_figure_out_of_range": lambda p: _(
        "请填 %(minimum)s 到 %(maximum)s 之间的整数。", minimum=p["minimum"], maximum=p["maximum"]
    ),
    "room_has_one_place": lambda p: _("一间房只有 1 个位置；要分座位，请选“座位”。"),
    "capacity_missing": lambda p: _("请填写最多容纳几人。"),
    "studio_is_public": lambda p: _("直播间不能设为保密。"),
    "length_off_grid": lambda p: _("时长要是 15 分钟的倍数。"),
    "length_out_of_range": lambda p: _("最短时长要在 15 分钟到 24 小时之间。"),
    "longest_below_shortest": lambda p: _("最长时长不能短于最短时长，也不能超过 24 小时。"),
    "space_kind_stays": lambda p: _("空间的类型建好以后不能改，请另建一个空间。"),
    "places_held": lambda p: _(
        "%(time)s 已经有更多人预约，放不进 %(places)s 个位置。",
        time=stretch(p["interval"]),
        places=p["places"],
    ),
    "hours_off_grid": lambda p: _("时间要以 15 分钟为一格，例如 08:00 或 08:15。"),
    "hours_order": lambda p: _("结束时间要晚于开始时间，写成 08:00 这样；全天写 00:00 到 24:00。"),
    "hours_overlap": lambda p: _("同一天的几段时间不能重叠或相接。"),
    "hours_unreadable": lambda p: _("没有看懂这个时间，请写成 08:00 这样，开始和结束都要填。"),
    "calendar_name_missing": lambda p: _("请写明是什么日子，例如“春节”。"),
    "calendar_name_long": lambda p: _("名称最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "calendar_order": lambda p: _("最后一天不能早于第一天。"),
    "calendar_long": lambda p: _("一次最多填 %(days)s 天。", days=p["days"]),
    "calendar_out_of_range": lambda p: _(
        "只能填 %(first)s 年到 %(last)s 年的日子。", first=p["first"], last=p["last"]
    ),
    "calendar_no_change": lambda p: _("这些日子本来就是工作日，不用填。"),
    "closure_reason_missing": lambda p: _("请写明为什么停用，居民会看到。"),
    "closure_reason_long": lambda p: _("停用原因最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "closure_is_over": lambda p: _("这段时间已经过去了。"),
    "closure_too_far": lambda p: _("最多停用到 %(years)s 年以后。", years=p["years"]),
    "closure_space_missing": lambda p: _("请至少选一个空间。"),
    "show_in_the_way": lambda p: _("这段时间排了直播“%(title)s”，要先取消这场直播。", title=p["title"]),
    "photos_enough": lambda p: _("最多放 %(maximum)s 张照片，请先拿掉一张。", maximum=p["maximum"]),
    "space_not_private": lambda p: _("只有保密的空间才需要指定专人。"),
    "steward_unknown": lambda p: _("只能指定在岗的工作人员。"),
}
