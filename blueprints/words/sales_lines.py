"""Sentences about order lines and the booth they are counted for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from domain.sales.attribution import Tier

Params = Mapping[str, Any]

SENTENCES: dict[str, Callable[[Params], str]] = {
    "attribution_tier_missing": lambda p: _("请选择算在哪一档。"),
    "attribution_booth_missing": lambda p: _("请选择是哪个展位卖出的，或选“不算直播”。"),
    "attribution_reason_missing": lambda p: _("请写明理由。"),
    "attribution_reason_long": lambda p: _("理由最多 %(maximum)s 个字。", maximum=p["maximum"]),
}


def tier_name(tier: Tier) -> str:
    """A 播出时段内."""
    return {
        Tier.IN_WINDOW: _("A 播出时段内"),
        Tier.TAIL: _("B 刚播完"),
        Tier.SAME_SHOW: _("C 同一场"),
        Tier.LONG_TAIL: _("D 下播一天内"),
        Tier.NONE: _("不算直播"),
    }[tier]


def tier_rule(tier: Tier) -> str:
    """What a tier stands for, in one sentence."""
    return {
        Tier.IN_WINDOW: _("商品正在播的时候下的单。"),
        Tier.TAIL: _("商品播完以后 15 分钟内下的单。"),
        Tier.SAME_SHOW: _("在同一场直播里，或下播后 30 分钟内下的单。"),
        Tier.LONG_TAIL: _("下播后 24 小时内下的单，而且订单写明来自直播。"),
        Tier.NONE: _("不算给任何展位。"),
    }[tier]
