"""Real-looking exports of 淘宝/千牛: one with a row per order, one with a row per sub-order.

What 买家实际支付金额 and 退款金额 of a row are depends on its `shape`: in "left" the amount paid is what is left after
the refund; in "restated" the amount refunded is only the discount once more.
"""

from __future__ import annotations

from tests.support.exports.common import Cells, Fen, Id
from tests.support.exports.sheets import Back, Facts, Sheet, State

ORDER_COLUMNS = (
    "订单编号",
    "买家应付货款",
    "买家应付邮费",
    "买家实际支付金额",
    "订单状态",
    "订单创建时间",
    "订单付款时间",
    "宝贝标题",
    "宝贝总数量",
    "退款金额",
    "确认收货时间",
)
ITEM_COLUMNS = (
    "子订单编号",
    "主订单编号",
    "标题",
    "价格",
    "购买数量",
    "商品属性",
    "商家编码",
    "买家应付货款",
    "买家实际支付金额",
    "订单状态",
    "退款状态",
    "退款金额",
    "订单创建时间",
    "订单付款时间",
)
PERSONAL_COLUMNS = (
    "买家会员名",
    "买家支付宝账号",
    "买家留言",
    "收货人姓名",
    "收货地址",
    "联系电话",
    "联系手机",
    "修改后的收货地址",
    "支付单号",
)
OTHER_COLUMNS = (
    "总金额",
    "返点积分",
    "运送方式",
    "物流单号",
    "订单备注",
    "店铺名称",
    "卖家服务费",
    "套餐信息",
)


def _due_fen(line: Facts) -> int:
    return line.goods_fen + (0 if line.state.shape == "left" else line.discount_fen)


def _paid_fen(line: Facts) -> int:
    if not line.state.paid:
        return 0
    if line.state.shape == "left":
        return 0 if line.state.back is Back.WHOLE else line.goods_fen - line.refunded_fen
    return line.whole_fen


def _refund(line: Facts) -> Fen | str:
    if line.state.shape == "restated":
        return Fen(line.discount_fen)
    if line.state.shape == "asked":
        return Fen(line.part_fen)
    return Fen(line.refunded_fen) if line.refunded_fen else "无退款申请"


def _order_cells(line: Facts) -> Cells:
    return {
        "订单编号": Id(line.order_no),
        "买家应付货款": Fen(_due_fen(line)),
        "买家应付邮费": Fen(line.freight_fen),
        "买家实际支付金额": Fen(_paid_fen(line)),
        "订单状态": line.state.status,
        "订单创建时间": line.ordered_at,
        "订单付款时间": line.paid_at,
        "宝贝标题": f"{line.title}，{line.spec}",
        "宝贝总数量": str(line.quantity),
        "退款金额": _refund(line),
        "确认收货时间": None,
    }


def _item_cells(line: Facts) -> Cells:
    return {
        "子订单编号": Id(line.line_no),
        "主订单编号": Id(line.order_no),
        "标题": line.title,
        "价格": Fen(line.goods_fen + line.discount_fen),
        "购买数量": str(line.quantity),
        "商品属性": line.spec,
        "商家编码": None,
        "买家应付货款": Fen(_due_fen(line)),
        "买家实际支付金额": Fen(_paid_fen(line)),
        "订单状态": line.state.status,
        "退款状态": line.state.after_sale or None,
        "退款金额": _refund(line),
        "订单创建时间": line.ordered_at,
        "订单付款时间": line.paid_at,
    }


TAOBAO_ORDERS_SHEET = Sheet(
    code="taobao_orders",
    ours=ORDER_COLUMNS,
    optional=frozenset({"买家应付邮费", "订单付款时间", "确认收货时间"}),
    personal=PERSONAL_COLUMNS,
    others=OTHER_COLUMNS,
    quantity="宝贝总数量",
    key=lambda line: f"order|{line.order_no}",
    cells=_order_cells,
    states=(
        State("交易成功"),
        State("交易成功", shape="restated"),
        State("交易成功", back=Back.PART),
        State("卖家已发货，等待买家确认"),
        State("买家已付款，等待卖家发货", back=Back.PART),
        State("等待买家付款", paid=False),
        State("交易关闭", paid=False),
        State("交易关闭", back=Back.WHOLE),
        State("交易关闭", back=Back.WHOLE, shape="left"),
        State("交易冻结", held=True),
    ),
    life=(
        State("等待买家付款", paid=False),
        State("买家已付款，等待卖家发货"),
        State("交易成功", shape="restated"),
        State("交易成功", back=Back.PART),
        State("交易关闭", back=Back.WHOLE),
    ),
    freight="买家应付邮费",
)

_NONE = "没有申请退款"

TAOBAO_ITEMS_SHEET = Sheet(
    code="taobao_items",
    ours=ITEM_COLUMNS,
    optional=frozenset({"价格", "商品属性", "商家编码", "订单付款时间"}),
    personal=PERSONAL_COLUMNS,
    others=(*OTHER_COLUMNS, "外部系统编号"),
    quantity="购买数量",
    key=lambda line: line.line_no,
    cells=_item_cells,
    states=(
        State("交易成功", _NONE),
        State("交易成功", _NONE, shape="restated"),
        State("交易成功", "退款成功", back=Back.PART),
        State("交易成功", "退款成功", back=Back.PART, shape="left"),
        State("交易成功", "退款关闭", shape="asked"),
        State("卖家已发货，等待买家确认", "买家已经申请退款，等待卖家同意", shape="asked"),
        State("买家已付款，等待卖家发货", _NONE),
        State("等待买家付款", _NONE, paid=False),
        State("交易关闭", _NONE, paid=False),
        State("交易关闭", "退款成功", back=Back.WHOLE),
        State("交易关闭", "退款成功", back=Back.WHOLE, shape="left"),
        State("交易成功", "小二介入", held=True),
        State("交易冻结", _NONE, held=True),
    ),
    life=(
        State("等待买家付款", _NONE, paid=False),
        State("买家已付款，等待卖家发货", _NONE),
        State("卖家已发货，等待买家确认", "买家已经申请退款，等待卖家同意", shape="asked"),
        State("交易成功", "退款成功", back=Back.PART),
        State("交易关闭", "退款成功", back=Back.WHOLE),
    ),
    per_line=frozenset(
        {"子订单编号", "标题", "价格", "购买数量", "商品属性", "商家编码", "买家应付货款", "买家实际支付金额"}
        | {"退款状态", "退款金额"}
    ),
    has_lines=True,
)
