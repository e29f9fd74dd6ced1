"""What was done to what, as the trail says it: the thing and the deed, each a word of its own."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_pgettext as _p

from blueprints.words.deeds import DEEDS

THINGS: Mapping[str, LazyString] = {
    "after_sale": _p("记录", "售后"),
    "application": _p("记录", "展位申请"),
    "booking": _p("记录", "预约"),
    "booth": _p("记录", "展位"),
    "calendar": _p("记录", "日历"),
    "check": _p("记录", "开播检查"),
    "claim_word": _p("记录", "宣传用词"),
    "closure": _p("记录", "停用"),
    "draw": _p("记录", "抽签"),
    "feed": _p("记录", "日历订阅"),
    "held_row": _p("记录", "待定的订单行"),
    "host": _p("记录", "主播"),
    "income": _p("记录", "线下收入"),
    "merchant": _p("记录", "商户"),
    "offer": _p("记录", "候补名额"),
    "paper": _p("记录", "证照"),
    "person": _p("记录", "账号"),
    "point": _p("记录", "扣分"),
    "product": _p("记录", "商品"),
    "run": _p("记录", "直播进行"),
    "sale": _p("记录", "销售"),
    "sales_import": _p("记录", "销售导入"),
    "sales_word": _p("记录", "平台用词"),
    "sample": _p("记录", "样品"),
    "series": _p("记录", "系列预约"),
    "show": _p("记录", "直播"),
    "show_series": _p("记录", "系列直播"),
    "space": _p("记录", "空间"),
    "statement": _p("记录", "对账单"),
    "swap": _p("记录", "换展位"),
    "token": _p("记录", "接口口令"),
    "waitlist": _p("记录", "候补"),
    "walk_in": _p("记录", "进店"),
    "contact": _p("记录", "联系方式"),
    "decline_reason": _p("记录", "退回的原因"),
    "delivery": _p("记录", "送出的消息"),
    "device": _p("记录", "共用平板"),
    "webhook": _p("记录", "群机器人"),
    "words": _p("记录", "消息的写法"),
    "erasure": _p("记录", "资料清除"),
    "report_file": _p("记录", "预约明细"),
    "report_sum": _p("记录", "报表存的数"),
    "sales_total": _p("记录", "销售存的数"),
}
"""The things of the trail, by the first half of an action."""


def action_word(action: str) -> str:
    """预约 · 通过; a word that isn't known stands as it was written."""
    thing, _dot, deed = action.partition(".")
    return f"{THINGS.get(thing, thing)} · {DEEDS.get(deed, deed)}"


def detail_word(key: str) -> str:
    """What a line of the detail is about."""
    known = {
        "after": _("之后"),
        "before": _("之前"),
        "reason": _("原因"),
        "space": _("空间"),
        "status": _("状态"),
        "to": _("改到"),
        "overridden": _("破例的规则"),
        "bookings": _("预约编号"),
    }
    return known.get(key, key)
