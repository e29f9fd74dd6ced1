"""快手小店: the facts of its order export, one row per order, which holds one product.

What the amount is. 实付款 is what the buyer paid, 快递费 included, subsidies taken off; where 快递费 was
exported it is taken off, so that only the goods count.

What a row's refund is. The export tells the state of an after-sale and no amount; 订单备注 may speak of one,
but it is free text about a person and is never read. So a success is a refund of the whole line: certain on a
closed order, else assumed. 售后成功 is none of our words: it may be an exchange, so it is held.

What is paid. A row counts as paid when it has a 订单支付时间; without that column the order's state decides.

What tells of a live. 订单载体 says where the order was made. CPS达人 does not: a promoter also sells by video
and shelf.
"""

from __future__ import annotations

from domain.sales.lines import AfterSale, LineStatus, Platform
from domain.sales.platforms import Column, Field, Layout

_ORDER_STATES = {
    "待付款": LineStatus.UNPAID,
    "待支付": LineStatus.UNPAID,
    "已付款": LineStatus.PAID,
    "已支付": LineStatus.PAID,
    "待成团": LineStatus.PAID,
    "待发货": LineStatus.PAID,
    "部分发货": LineStatus.PAID,
    "已发货": LineStatus.SHIPPED,
    "待收货": LineStatus.SHIPPED,
    "已收货": LineStatus.SHIPPED,
    "已签收": LineStatus.SHIPPED,
    "交易成功": LineStatus.COMPLETED,
    "订单成功": LineStatus.COMPLETED,
    "已完成": LineStatus.COMPLETED,
    "交易关闭": LineStatus.CLOSED,
    "订单关闭": LineStatus.CLOSED,
    "已关闭": LineStatus.CLOSED,
    "交易失败": LineStatus.CLOSED,
    "订单失败": LineStatus.CLOSED,
    "已取消": LineStatus.CLOSED,
}

_AFTER_SALE_STATES = {
    "": AfterSale.NONE,
    "无": AfterSale.NONE,
    "无售后": AfterSale.NONE,
    "未发起售后": AfterSale.NONE,
    "售后关闭": AfterSale.NONE,
    "售后取消": AfterSale.NONE,
    "退款关闭": AfterSale.NONE,
    "退款失败": AfterSale.NONE,
    "换货成功": AfterSale.NONE,
    "补寄成功": AfterSale.NONE,
    "维修成功": AfterSale.NONE,
    "售后中": AfterSale.OPEN,
    "售后处理中": AfterSale.OPEN,
    "退款中": AfterSale.OPEN,
    "退款处理中": AfterSale.OPEN,
    "待商家处理": AfterSale.OPEN,
    "商家处理中": AfterSale.OPEN,
    "待卖家处理": AfterSale.OPEN,
    "待买家处理": AfterSale.OPEN,
    "待买家退货": AfterSale.OPEN,
    "待商家收货": AfterSale.OPEN,
    "待平台处理": AfterSale.OPEN,
    "平台处理中": AfterSale.OPEN,
    "平台介入中": AfterSale.OPEN,
    "部分退款": AfterSale.PARTIAL,
    "部分退款成功": AfterSale.PARTIAL,
    "已退款": AfterSale.REFUNDED,
    "退款成功": AfterSale.REFUNDED,
    "退货退款成功": AfterSale.REFUNDED,
    "全额退款": AfterSale.REFUNDED_IN_FULL,
    "全额退款成功": AfterSale.REFUNDED_IN_FULL,
}

KUAISHOU = Layout(
    platform=Platform.KUAISHOU,
    code="kuaishou_orders",
    name="快手小店",
    signature=frozenset({"实付款", "成交数量"}),
    columns=(
        Column(Field.ORDER_NO, ("订单号", "订单编号"), required=True),
        Column(Field.TITLE, ("商品名称",), required=True),
        Column(Field.SPEC, ("商品规格",)),
        Column(Field.QUANTITY, ("成交数量",), required=True),
        Column(Field.PRODUCT_ID, ("商品ID",)),
        Column(Field.MERCHANT_CODE, ("SKU编码",)),
        Column(Field.UNIT_PRICE, ("商品单价",)),
        Column(Field.AMOUNT, ("实付款",), required=True),
        Column(Field.FREIGHT, ("快递费",)),
        Column(Field.STATUS, ("订单状态",), required=True),
        Column(Field.AFTER_SALE, ("售后状态",), required=True),
        Column(Field.ORDERED_AT, ("订单创建时间",), required=True),
        Column(Field.PAID_AT, ("订单支付时间",)),
        Column(Field.AUTHOR_ID, ("CPS达人ID",)),
        Column(Field.AUTHOR_NAME, ("CPS达人昵称",)),
        Column(Field.TRAFFIC_FORM, ("订单载体",)),
    ),
    key=(Field.ORDER_NO,),
    order_states=_ORDER_STATES,
    after_sale_states=_AFTER_SALE_STATES,
    live_words={Field.TRAFFIC_FORM: frozenset({"直播"})},
)
