"""Sentences about shows, booths and products."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "show_not_open": lambda p: _("这场直播还没有开放或已经取消。"),
    "show_locked": lambda p: _("开播前 %(hours)s 小时展位就锁定了，不能再订。", hours=p["hours"]),
    "merchant_twice_at_once": lambda p: _("您的店在这个时间已经有一个展位了。"),
    "product_twice": lambda p: _("这件商品在这场直播里已经有展位了。"),
    "booth_quota": lambda p: _("每家店每月最多订 %(maximum)s 个展位。", maximum=p["maximum"]),
    "booth_unknown": lambda p: _("这场直播只有 %(booths)s 个展位。", booths=p["booths"]),
    "slot_unknown": lambda p: _("请选择这场直播里的一个时段。"),
    "booths_out_of_range": lambda p: _("展位数要在 1 到 %(maximum)s 之间。", maximum=p["maximum"]),
    "slots_out_of_range": lambda p: _("时段数要在 1 到 %(maximum)s 之间。", maximum=p["maximum"]),
    "slot_length": lambda p: _("每个时段的长度要是 15 分钟的倍数。"),
}
