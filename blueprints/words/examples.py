"""What notices look like: an example of everything that they can speak of, and each placeholder in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

EXAMPLE: Mapping[str, Any] = {
    "address": "0" * 64,
    "booking_id": 1,
    "booth": 3,
    "booths": [3, 4],
    "code": "already_excused",
    "count": 6,
    "day": "2026-11-20",
    "days": 30,
    "expires_at": "2026-11-23T12:00:00+08:00",
    "ends_at": "2026-11-24T17:00:00+08:00",
    "fen": 128800,
    "is_confirmed": True,
    "other_booth": 5,
    "paper": "business_licence",
    "params": {},
    "place": 2,
    "points": 3,
    "proposed_ends_at": "2026-11-25T17:00:00+08:00",
    "proposed_starts_at": "2026-11-25T15:00:00+08:00",
    "role": "captain",
    "space_en": "Tea room",
    "starts_at": "2026-11-24T15:00:00+08:00",
    "token": "token",
}
"""Every param of every kind, but for what is written in words: see `example`."""

OPTIONAL = frozenset({"because", "booths", "count", "days", "place", "points", "state", "word"})
"""The placeholders that the house may leave out; without the others nobody would know what a notice is about."""


def example() -> dict[str, Any]:
    """Params with which every kind of notice can be said."""
    return {
        **EXAMPLE,
        "name": _("值班群"),
        "product": _("安溪铁观音"),
        "reason": _("场地维修"),
        "shop": _("山腰茶行"),
        "show": _("金秋好物专场"),
        "space": _("楼院茶话室"),
        "title": _("金秋好物专场"),
        "word": _("最佳"),
    }


def placeholder_word(name: str) -> str:
    """What stands at a placeholder."""
    return {
        "because": _("为什么，没有写就空着"),
        "booth": _("展位号"),
        "booths": _("一并取消的展位，没有就空着"),
        "count": _("几次、几件"),
        "day": _("哪一天"),
        "days": _("还有几天"),
        "name": _("机器人的名字"),
        "other": _("对方的展位号"),
        "paper": _("哪样证照"),
        "place": _("候补第几位"),
        "points": _("记了几分，没有就空着"),
        "product": _("商品名称"),
        "reason": _("写下的原因"),
        "role": _("身份"),
        "shop": _("店名"),
        "show": _("直播的名称"),
        "space": _("空间的名称"),
        "state": _("现在怎么样"),
        "sum": _("金额"),
        "time": _("日期和时间"),
        "to": _("建议的日期和时间"),
        "until": _("到什么时候为止"),
        "word": _("哪个宣传词"),
    }.get(name, name)
