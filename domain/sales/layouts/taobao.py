"""淘宝/千牛: the facts of its two exports, one with a row per order and one with a row per sub-order (宝贝明细).

What the amount is. 买家实际支付金额 is what the buyer paid; in the order export 买家应付邮费 is taken off it,
and in both nothing beyond 买家应付货款 counts, since that is freight. An order whose lines are known from the
other export counts nothing itself (domain/sales/refunds.py); its key can never be that of a line.

What a row's refund is. 退款金额 is not always money that went back after payment:

- it may only restate a discount: 应付 − 实付 comes to 退款 to the fen, and no word tells of a refund. Nothing
  is subtracted;
- 实付 may be what was left after a refund: the same sum, but the order is closed or 退款状态 says 退款成功.
  Then the buyer had paid both together, and the refund is real. The net amount is 实付 in either case, never
  less;
- where a refund word stands beside it and 退款 is also all that was paid, the row could be either: it is held;
- else it counts as stated. In the export of sub-orders it may be only asked for, so that it counts for a
  success or a closed order and for nothing else.

What is paid. A row counts as paid when it has a 订单付款时间; without that column the order's state decides.
The exports say nothing of a live.
"""

from __future__ import annotations

from domain.sales.lines import AfterSale, Level, LineStatus, Platform
from domain.sales.platforms import Column, Field, Layout

_ORDER_STATES = {
    "等待买家付款": LineStatus.UNPAID,
    "待付款": LineStatus.UNPAID,
    "没有创建支付宝交易": LineStatus.UNPAID,
    "定金未付尾款未付": LineStatus.UNPAID,
    "买家已付款": LineStatus.PAID,
    "等待卖家发货": LineStatus.PAID,
    "买家已付款,等待卖家发货": LineStatus.PAID,
    "待发货": LineStatus.PAID,
    "卖家部分发货": LineStatus.PAID,
    "部分发货": LineStatus.PAID,
    "卖家已发货": LineStatus.SHIPPED,
    "已发货": LineStatus.SHIPPED,
    "卖家已发货,等待买家确认": LineStatus.SHIPPED,
    "卖家已发货,等待买家确认收货": LineStatus.SHIPPED,
    "等待买家确认收货": LineStatus.SHIPPED,
    "买家已签收": LineStatus.SHIPPED,
    "交易成功": LineStatus.COMPLETED,
    "交易关闭": LineStatus.CLOSED,
    "交易被淘宝关闭": LineStatus.CLOSED,
    "付款以后用户退款成功,交易自动关闭": LineStatus.CLOSED,
    "付款以前,卖家或买家主动关闭交易": LineStatus.CLOSED,
}

_REFUND_WORDS = {
    "": AfterSale.NONE,
    "无": AfterSale.NONE,
    "无退款": AfterSale.NONE,
    "无退款申请": AfterSale.NONE,
    "没有退款": AfterSale.NONE,
    "没有申请退款": AfterSale.NONE,
    "退款关闭": AfterSale.NONE,
    "退款中": AfterSale.OPEN,
    "退款待处理": AfterSale.OPEN,
    "等待卖家同意": AfterSale.OPEN,
    "等待买家退货": AfterSale.OPEN,
    "买家已经申请退款,等待卖家同意": AfterSale.OPEN,
    "卖家已经同意退款,等待买家退货": AfterSale.OPEN,
    "买家已经退货,等待卖家确认收货": AfterSale.OPEN,
    "卖家拒绝退款": AfterSale.OPEN,
    "卖家不同意协议,等待买家修改": AfterSale.OPEN,
    "部分退款": AfterSale.PARTIAL,
    "部分退款成功": AfterSale.PARTIAL,
    "退款成功": AfterSale.REFUNDED,
    "退款完成": AfterSale.REFUNDED,
    "退款完结": AfterSale.REFUNDED,
    "全额退款": AfterSale.REFUNDED_IN_FULL,
}

_NO_REFUND = frozenset({"无退款申请", "没有申请退款", "无退款", "无"})
_TITLES = ("宝贝标题", "商品标题")
_PAID = ("买家实际支付金额", "买家实付金额")

TAOBAO_ORDERS = Layout(
    platform=Platform.TAOBAO,
    code="taobao_orders",
    name="淘宝",
    level=Level.ORDER,
    signature=frozenset({"订单编号", "买家应付货款"}),
    absent=frozenset({"子订单编号"}),
    columns=(
        Column(Field.ORDER_NO, ("订单编号",), required=True),
        Column(Field.TITLE, _TITLES, required=True),
        Column(Field.QUANTITY, ("宝贝总数量",), required=True),
        Column(Field.DUE, ("买家应付货款",), required=True),
        Column(Field.FREIGHT, ("买家应付邮费",)),
        Column(Field.AMOUNT, _PAID, required=True),
        Column(Field.REFUNDED, ("退款金额",)),
        Column(Field.STATUS, ("订单状态",), required=True),
        Column(Field.ORDERED_AT, ("订单创建时间",), required=True),
        Column(Field.PAID_AT, ("订单付款时间",)),
        Column(Field.COMPLETED_AT, ("确认收货时间",)),
    ),
    key=(Field.ORDER_NO,),
    order_states=_ORDER_STATES,
    after_sale_states=_REFUND_WORDS,
    no_refund_words=_NO_REFUND,
    restates=True,
)

TAOBAO_ITEMS = Layout(
    platform=Platform.TAOBAO,
    code="taobao_items",
    name="淘宝",
    signature=frozenset({"子订单编号", "买家应付货款"}),
    columns=(
        Column(Field.SUB_ORDER_NO, ("子订单编号",), required=True, per_line=True),
        Column(Field.ORDER_NO, ("主订单编号",), required=True),
        Column(Field.TITLE, ("标题", "商品标题", "宝贝标题"), required=True, per_line=True),
        Column(Field.SPEC, ("商品属性",), per_line=True),
        Column(Field.QUANTITY, ("购买数量",), required=True, per_line=True),
        Column(Field.PRODUCT_ID, ("商品ID", "宝贝ID"), per_line=True),
        Column(Field.MERCHANT_CODE, ("商家编码",), per_line=True),
        Column(Field.UNIT_PRICE, ("价格", "商品价格"), per_line=True),
        Column(Field.DUE, ("买家应付货款",), required=True, per_line=True),
        Column(Field.AMOUNT, _PAID, required=True, per_line=True),
        Column(Field.STATUS, ("订单状态",), required=True),
        Column(Field.AFTER_SALE, ("退款状态",), required=True, per_line=True),
        Column(Field.REFUNDED, ("退款金额",), per_line=True),
        Column(Field.ORDERED_AT, ("订单创建时间",), required=True),
        Column(Field.PAID_AT, ("订单付款时间",)),
        Column(Field.COMPLETED_AT, ("确认收货时间",)),
    ),
    key=(Field.SUB_ORDER_NO,),
    order_states=_ORDER_STATES,
    after_sale_states=_REFUND_WORDS,
    no_refund_words=_NO_REFUND,
    joined_by=Field.SUB_ORDER_NO,
    refund_needs_word=True,
    restates=True,
)
