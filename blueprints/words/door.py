"""Sentences of the door: checking in, points, and seats without a booking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from blueprints.formats import clock
from domain.attendance import PointKind

SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "check_in_too_early": lambda p: _("还没到签到时间，%(time)s 起可以签到。", time=clock(p["opens_at"])),
    "check_in_over": lambda p: _("签到时间已过，这段时间已经放出来了。如果有误，请告诉工作人员。"),
    "booth_has_no_check_in": lambda p: _("展位不用签到，按开播时间到场就行。"),
    "pickup_number_unknown": lambda p: _("没有找到这个号码现在要签到的预约，请看看凭条，或者告诉工作人员。"),
    "excuse_reason_missing": lambda p: _("请写明为什么免记，这会记录下来。"),
    "already_excused": lambda p: _("这一次已经免记了。"),
    "not_a_pool": lambda p: _("这里不是按座位使用的，请直接预约。"),
    "not_open_now": lambda p: _("现在不开放。"),
    "nobody_walked_in": lambda p: _("没有走进来还坐着的人了。"),
}


def point_word(kind: PointKind) -> str:
    """What a point was given for."""
    return {
        PointKind.NO_SHOW: _("约了没有来"),
        PointKind.LATE_WITHDRAWAL: _("临近开播才退出"),
        PointKind.ABSENT: _("展位没有到场"),
    }[kind]
