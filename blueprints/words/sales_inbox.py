"""Sentences about what waits for a person in the inbox of sales."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from domain.money import format_yuan
from domain.sales.lines import AfterSale, LineStatus
from models.sales_inbox import WordAxis

Params = Mapping[str, Any]

SENTENCES: dict[str, Callable[[Params], str]] = {
    "word_meaning": lambda p: _("请选择这个词的意思。"),
    "word_decided": lambda p: _("这个词刚刚由别人定过了，意思不一样。请先在下面撤销，再重新选。"),
    "word_in_use": lambda p: _(
        "后来又有 %(count)s 行订单按这个意思入了账，不能撤销了。请先撤销那几次导入。", count=p["count"]
    ),
    "held_refund_range": lambda p: _(
        "退款金额要在 0 到实付金额 %(maximum)s 之间。", maximum=format_yuan(p["maximum"])
    ),
    "held_reason_long": lambda p: _("原因最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "held_overtaken": lambda p: _("后来的订单表已经说清楚了这一行，不用再定了。"),
    "held_built_on": lambda p: _("后来的订单表已经在这个决定上更新过，不能再改了。"),
    "held_not_decided": lambda p: _("这一行还没有定过，没有什么可撤销的。"),
    "title_malformed": lambda p: _("这个商品名称不能用来对应商品。"),
    "title_taken": lambda p: _("这个商品刚刚由别人定过了。请先在下面撤销，再重新选。"),
}


def meanings(axis: WordAxis) -> dict[str, str]:
    """What a word of this axis may mean, in the order in which it is offered."""
    if axis is WordAxis.STATUS:
        return {
            LineStatus.PAID.value: _("已付款"),
            LineStatus.SHIPPED.value: _("已发货"),
            LineStatus.COMPLETED.value: _("已完成"),
            LineStatus.CLOSED.value: _("已关闭"),
            LineStatus.UNPAID.value: _("未付款"),
        }
    return {
        AfterSale.NONE.value: _("没有售后"),
        AfterSale.OPEN.value: _("处理中"),
        AfterSale.PARTIAL.value: _("部分退款"),
        AfterSale.REFUNDED.value: _("已退款"),
        AfterSale.REFUNDED_IN_FULL.value: _("全额退款"),
    }


def axis_word(axis: WordAxis) -> str:
    """Which kind of word it is: 订单状态 or 售后状态."""
    return _("订单状态") if axis is WordAxis.STATUS else _("售后状态")
