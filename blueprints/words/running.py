"""Sentences about a show while it is live, and after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "already_on_air": lambda p: _("已经有展位正在播，请按“下一个”。"),
    "nothing_on_air": lambda p: _("现在没有正在播的展位，请先按“开播”。"),
    "nothing_waiting": lambda p: _("后面没有要播的了，可以结束这场直播。"),
    "not_waiting": lambda p: _("这一项已经播过或跳过了，只有还没播的才能这样改。"),
    "item_unknown": lambda p: _("播出单里没有这一项，请重新选。"),
    "swap_with_itself": lambda p: _("请选另一项来互换。"),
    "place_unknown": lambda p: _("还没播的只有 %(maximum)s 项，请选其中一个位置。", maximum=p["maximum"]),
    "only_booths_repeat": lambda p: _("插播不能重播，请再插一次。"),
    "still_to_come": lambda p: _("这一项还没播，不用重播。"),
    "insert_title_missing": lambda p: _("请写一下插播什么。"),
    "insert_title_long": lambda p: _("插播的名称最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "insert_minutes": lambda p: _("插播要在 1 到 %(maximum)s 分钟之间。", maximum=p["maximum"]),
    "not_begun": lambda p: _("这场直播还没开播，不用结束。"),
    "show_has_ended": lambda p: _("这场直播已经结束了；按错了可以撤销。"),
    "show_wrapped_up": lambda p: _("这场直播已经收尾存档，不能再改。"),
    "run_too_early": lambda p: _("开播时间前 %(minutes)s 分钟内才能开播。", minutes=p["minutes"]),
    "skip_reason_missing": lambda p: _("请点一个跳过的原因。"),
    "nothing_to_undo": lambda p: _("没有可以撤销的操作。"),
    "booth_withdrawn": lambda p: _(
        "“%(product)s”不能播：%(shop)s已经退出这个展位。", product=p["product"], shop=p["shop"]
    ),
    "air_shop_stopped": lambda p: _(
        "“%(product)s”不能播：%(shop)s已被暂停，或者还没有通过核验。", product=p["product"], shop=p["shop"]
    ),
    "air_papers_missing": lambda p: _(
        "“%(product)s”不能播：%(shop)s的证照缺少或已经过期。", product=p["product"], shop=p["shop"]
    ),
    "air_papers_unreviewed": lambda p: _(
        "“%(product)s”不能播：%(shop)s的证照还没有审核通过。", product=p["product"], shop=p["shop"]
    ),
    "air_claims_refused": lambda p: _("“%(product)s”不能播：宣传没有通过审核。", product=p["product"]),
    "air_claims_unreviewed": lambda p: _("“%(product)s”不能播：宣传还没有审核。", product=p["product"]),
    "correction_missing": lambda p: _("请写清说错了什么、改成了什么。"),
    "correction_long": lambda p: _("每一栏最多 %(maximum)s 个字。", maximum=p["maximum"]),
}
