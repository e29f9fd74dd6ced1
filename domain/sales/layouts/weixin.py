"""微信小店: the facts of its order export, one row per product and specification of an order.

What the amount is. 商品实际价格(总共) is what the buyer paid for all pieces of this row, discounts and vouchers
taken off; freight stands apart (订单运费) and is not in it. 订单实际支付金额 is that of the whole order, with
freight, and is repeated in each of its rows: it is never read.

What a row's refund is. 商品已退款金额 is what has gone back so far, whatever the state of a later case, so it
counts as stated. Where that column was not exported, the words decide as on other platforms.

What is paid. A row counts as paid when it has a 支付时间; without that column the order's state decides. 已取消
is both an order that was never paid and one whose goods were all refunded.

The key. Nothing numbers the rows of an order, so product and specification tell them apart; the specification
may be empty. What tells of a live: 带货方式.
"""

from __future__ import annotations

from domain.sales.lines import AfterSale, LineStatus, Platform
from domain.sales.platforms import Column, Field, Layout

_ORDER_STATES = {
    "待付款": LineStatus.UNPAID,
    "待支付": LineStatus.UNPAID,
    "已付款": LineStatus.PAID,
    "礼物待收下": LineStatus.PAID,
    "待收下礼物": LineStatus.PAID,
    "待成团": LineStatus.PAID,
    "凑单买凑团中": LineStatus.PAID,
    "待发货": LineStatus.PAID,
    "部分发货": LineStatus.PAID,
    "已发货": LineStatus.SHIPPED,
    "待收货": LineStatus.SHIPPED,
    "已收货": LineStatus.COMPLETED,
    "完成": LineStatus.COMPLETED,
    "已完成": LineStatus.COMPLETED,
    "交易完成": LineStatus.COMPLETED,
    "交易成功": LineStatus.COMPLETED,
    "已取消": LineStatus.CLOSED,
    "订单取消": LineStatus.CLOSED,
    "交易取消": LineStatus.CLOSED,
    "已关闭": LineStatus.CLOSED,
    "交易关闭": LineStatus.CLOSED,
}

_AFTER_SALE_STATES = {
    "": AfterSale.NONE,
    "无": AfterSale.NONE,
    "无售后": AfterSale.NONE,
    "用户取消申请": AfterSale.NONE,
    "用户已取消": AfterSale.NONE,
    "售后取消": AfterSale.NONE,
    "售后关闭": AfterSale.NONE,
    "退货退款关闭": AfterSale.NONE,
    "商家打款失败,客服关闭售后": AfterSale.NONE,
    "商家换货成功": AfterSale.NONE,
    "换货成功": AfterSale.NONE,
    "换货完成": AfterSale.NONE,
    "售后中": AfterSale.OPEN,
    "售后处理中": AfterSale.OPEN,
    "商家受理中": AfterSale.OPEN,
    "商家处理中": AfterSale.OPEN,
    "待商家受理": AfterSale.OPEN,
    "待商家处理": AfterSale.OPEN,
    "商家拒绝退款": AfterSale.OPEN,
    "商家拒绝退货退款": AfterSale.OPEN,
    "待买家退货": AfterSale.OPEN,
    "待用户退货": AfterSale.OPEN,
    "待商家收货": AfterSale.OPEN,
    "商家逾期未退款": AfterSale.OPEN,
    "待用户确认": AfterSale.OPEN,
    "待用户处理商家协商": AfterSale.OPEN,
    "待用户处理商家代发起的售后申请": AfterSale.OPEN,
    "物流线上拦截中": AfterSale.OPEN,
    "退款中": AfterSale.OPEN,
    "平台处理中": AfterSale.OPEN,
    "平台退款中": AfterSale.OPEN,
    "平台退款失败": AfterSale.OPEN,
    "部分退款": AfterSale.PARTIAL,
    "已部分退款": AfterSale.PARTIAL,
    "已退款": AfterSale.REFUNDED,
    "退款完成": AfterSale.REFUNDED,
    "退款成功": AfterSale.REFUNDED,
    "退货退款完成": AfterSale.REFUNDED,
    "退货退款成功": AfterSale.REFUNDED,
    "已全额退款": AfterSale.REFUNDED_IN_FULL,
}

WEIXIN = Layout(
    platform=Platform.WEIXIN,
    code="weixin_orders",
    name="微信小店",
    signature=frozenset({"商品编码(平台)", "商品实际价格(总共)"}),
    columns=(
        Column(Field.ORDER_NO, ("订单号",), required=True),
        Column(Field.TITLE, ("商品名称",), required=True),
        Column(Field.SPEC, ("商品属性",), required=True),
        Column(Field.QUANTITY, ("商品数量",), required=True),
        Column(Field.PRODUCT_ID, ("商品编码(平台)",), required=True),
        Column(Field.MERCHANT_CODE, ("商品编码(自定义)", "SKU编码(自定义)")),
        Column(Field.UNIT_PRICE, ("商品价格(单件)", "商品价格")),
        Column(Field.AMOUNT, ("商品实际价格(总共)",), required=True),
        Column(Field.REFUNDED, ("商品已退款金额",)),
        Column(Field.STATUS, ("订单状态",), required=True),
        Column(Field.AFTER_SALE, ("商品售后",), required=True),
        Column(Field.ORDERED_AT, ("订单下单时间", "下单时间"), required=True),
        Column(Field.PAID_AT, ("支付时间",)),
        Column(Field.COMPLETED_AT, ("订单确认收货时间",)),
        Column(Field.AUTHOR_NAME, ("带货账号昵称", "带货人昵称")),
        Column(Field.TRAFFIC_FORM, ("带货方式",)),
    ),
    key=(Field.ORDER_NO, Field.PRODUCT_ID, Field.SPEC),
    order_states=_ORDER_STATES,
    after_sale_states=_AFTER_SALE_STATES,
    live_words={Field.TRAFFIC_FORM: frozenset({"直播"})},
)
