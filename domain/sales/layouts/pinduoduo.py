"""拼多多: the facts of its order export, one row per order, which holds one product.

What the amount is. 用户实付金额 is what the buyer paid, 邮费 included, the shop's and the platform's discounts
taken off; 邮费 is taken off where it was exported. 商家实收金额 also holds what the platform pays the shop: it
is no price that a buyer paid, and is never read.

What a row's refund is. The order's state tells of a refund as well as 售后状态 does (未发货，退款成功); an
amount mostly does not stand in the file, and then a success is one of the whole order. A partial refund without
an amount is held.

What is paid. A row counts as paid when it has a 支付时间; that column is optional, and without it the order's
state decides: an order that was cancelled without any refund was never paid.

What tells of a live: 是否直播间成交. 是否直播间引导成交 is not read: such an order was not made in the live.
"""

from __future__ import annotations

from domain.sales.lines import AfterSale, LineStatus, Platform
from domain.sales.platforms import Column, Field, Layout

_REFUND_STATES = {
    f"{stage},退款成功": AfterSale.REFUNDED
    for stage in ("未发货", "未成交", "未成团", "待发货", "已发货", "已签收", "已收货", "已取消", "交易关闭")
}

_ORDER_STATES = {
    "待付款": LineStatus.UNPAID,
    "待支付": LineStatus.UNPAID,
    "未付款": LineStatus.UNPAID,
    "已支付": LineStatus.PAID,
    "待成团": LineStatus.PAID,
    "已支付,待成团": LineStatus.PAID,
    "待分享": LineStatus.PAID,
    "已成团": LineStatus.PAID,
    "已成团,待发货": LineStatus.PAID,
    "待发货": LineStatus.PAID,
    "已发货": LineStatus.SHIPPED,
    "已发货,待签收": LineStatus.SHIPPED,
    "已发货,待收货": LineStatus.SHIPPED,
    "待收货": LineStatus.SHIPPED,
    "已签收": LineStatus.SHIPPED,
    "已收货": LineStatus.COMPLETED,
    "交易成功": LineStatus.COMPLETED,
    "已完成": LineStatus.COMPLETED,
    "已取消": LineStatus.CLOSED,
    "交易已取消": LineStatus.CLOSED,
    "交易关闭": LineStatus.CLOSED,
    **dict.fromkeys(_REFUND_STATES, LineStatus.CLOSED),
}

_AFTER_SALE_STATES = {
    "": AfterSale.NONE,
    "无": AfterSale.NONE,
    "无售后": AfterSale.NONE,
    "售后取消": AfterSale.NONE,
    "无售后或售后取消": AfterSale.NONE,
    "无售后/取消售后": AfterSale.NONE,
    "买家撤销": AfterSale.NONE,
    "平台拒绝退款,退款关闭": AfterSale.NONE,
    "商家拒绝退款,退款关闭": AfterSale.NONE,
    "买家逾期未处理,退款失败": AfterSale.NONE,
    "换货补寄成功": AfterSale.NONE,
    "换货补寄失败": AfterSale.NONE,
    "售后处理中": AfterSale.OPEN,
    "退款中": AfterSale.OPEN,
    "买家申请退款,待商家处理": AfterSale.OPEN,
    "退货退款,待商家处理": AfterSale.OPEN,
    "商家同意退款,退款中": AfterSale.OPEN,
    "驳回退款,待用户处理": AfterSale.OPEN,
    "已同意退货退款,待用户发货": AfterSale.OPEN,
    "平台处理中": AfterSale.OPEN,
    "退货完成,待退款": AfterSale.OPEN,
    "换货补寄待用户确认完成": AfterSale.OPEN,
    "部分退款成功": AfterSale.PARTIAL,
    "退款成功": AfterSale.REFUNDED,
    **_REFUND_STATES,
}

PINDUODUO = Layout(
    platform=Platform.PINDUODUO,
    code="pinduoduo_orders",
    name="拼多多",
    signature=frozenset({"用户实付金额", "订单成交时间"}),
    columns=(
        Column(Field.ORDER_NO, ("订单号",), required=True),
        Column(Field.TITLE, ("商品", "商品名称"), required=True),
        Column(Field.SPEC, ("商品规格",)),
        Column(Field.QUANTITY, ("商品数量(件)",), required=True),
        Column(Field.PRODUCT_ID, ("商品id",)),
        Column(Field.MERCHANT_CODE, ("商家编码-商品维度", "商家编码-规格维度", "商家编码")),
        Column(Field.AMOUNT, ("用户实付金额(元)",), required=True),
        Column(Field.FREIGHT, ("邮费(元)",)),
        Column(Field.REFUNDED, ("退款金额(元)",)),
        Column(Field.STATUS, ("订单状态",), required=True),
        Column(Field.AFTER_SALE, ("售后状态",), required=True),
        Column(Field.ORDERED_AT, ("订单成交时间",), required=True),
        Column(Field.PAID_AT, ("支付时间",)),
        Column(Field.COMPLETED_AT, ("确认收货时间",)),
        Column(Field.SOLD_LIVE, ("是否直播间成交",)),
    ),
    key=(Field.ORDER_NO,),
    order_states=_ORDER_STATES,
    after_sale_states=_AFTER_SALE_STATES,
    refund_states=_REFUND_STATES,
    live_words={Field.SOLD_LIVE: frozenset({"是"})},
    whole_refunds=True,
)
