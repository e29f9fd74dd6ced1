"""抖店: the facts of its order export (订单导出), one row per sub-order, and of its after-sales export (售后单).

What a row's refund is. The order export tells the state of an after-sale, not its amount; the amounts stand in
a file of their own (售后单). So, until that file has been read:

- 已全额退款, or a success on a closed order (已关闭): the whole line is refunded (`RefundBasis.FULL`);
- a success on an order that is not closed: the whole line as well, marked `ASSUMED_FULL`, so that income is
  never overstated and the after-sales file may correct it;
- 部分退款: the amount is not known, the row is held;
- an after-sale still open, closed without result, or an exchange: nothing is refunded;
- any other word: the row is held.

What is paid. A row counts as paid when it has a 支付完成时间. Closed without one, it was cancelled before
payment and counts for nothing. Where that column was not exported, the order's state decides, and a closed
order without any after-sale was never paid.

What the amount is. 订单应付金额 is what the buyer paid for this line: the goods and 运费, all discounts taken
off. Where 运费 was exported it is taken off as well; where several sub-orders are joined in one row it must be
joined alike, or be nothing.

After-sales. One row per case (售后单号) of a sub-order (商品单号). Money went back where the state says so;
退商品金额 is what counts, 退运费金额 does not, as the freight that was paid doesn't either. A successful case
without any 退商品金额 is held; one of 0.00 gave only freight back.
"""

from __future__ import annotations

from domain.sales.lines import AfterSale, LineStatus, Platform
from domain.sales.platforms import Column, Field, Kind, Layout

_ORDER_STATES = {
    "待确认": LineStatus.UNPAID,
    "待支付": LineStatus.UNPAID,
    "待付款": LineStatus.UNPAID,
    "已支付": LineStatus.PAID,
    "待发货": LineStatus.PAID,
    "备货中": LineStatus.PAID,
    "部分发货": LineStatus.PAID,
    "已发货": LineStatus.SHIPPED,
    "已完成": LineStatus.COMPLETED,
    "已关闭": LineStatus.CLOSED,
    "已取消": LineStatus.CLOSED,
}

_AFTER_SALE_STATES = {
    "": AfterSale.NONE,
    "无": AfterSale.NONE,
    "售后关闭": AfterSale.NONE,
    "拒绝售后申请": AfterSale.NONE,
    "退货后拒绝退款": AfterSale.NONE,
    "换货成功": AfterSale.NONE,
    "补寄/换货成功": AfterSale.NONE,
    "补寄成功": AfterSale.NONE,
    "维修成功": AfterSale.NONE,
    "补寄/换货,待买家收货": AfterSale.OPEN,
    "售后处理中": AfterSale.OPEN,
    "售后待处理": AfterSale.OPEN,
    "待商家处理": AfterSale.OPEN,
    "待买家退货处理": AfterSale.OPEN,
    "待退货": AfterSale.OPEN,
    "待商家收货": AfterSale.OPEN,
    "待收退货": AfterSale.OPEN,
    "待买家退货": AfterSale.OPEN,
    "待商家发货": AfterSale.OPEN,
    "换货待买家收货": AfterSale.OPEN,
    "补寄待用户收货": AfterSale.OPEN,
    "退款中": AfterSale.OPEN,
    "仲裁中": AfterSale.OPEN,
    "同意退款,退款中": AfterSale.OPEN,
    "同意退款,退款失败": AfterSale.OPEN,
    "部分退款": AfterSale.PARTIAL,
    "部分退款成功": AfterSale.PARTIAL,
    "退款成功": AfterSale.REFUNDED,
    "已退款": AfterSale.REFUNDED,
    "同意退款,退款成功": AfterSale.REFUNDED,
    "全额退款": AfterSale.REFUNDED_IN_FULL,
    "已全额退款": AfterSale.REFUNDED_IN_FULL,
}

DOUDIAN = Layout(
    platform=Platform.DOUDIAN,
    code="doudian_orders",
    name="抖店",
    signature=frozenset({"子订单编号", "选购商品"}),
    columns=(
        Column(Field.ORDER_NO, ("主订单编号",), required=True),
        Column(Field.SUB_ORDER_NO, ("子订单编号",), required=True, per_line=True),
        Column(Field.TITLE, ("选购商品",), required=True, per_line=True),
        Column(Field.SPEC, ("商品规格",), per_line=True),
        Column(Field.QUANTITY, ("商品数量",), required=True, per_line=True),
        Column(Field.PRODUCT_ID, ("商品ID",), per_line=True),
        Column(Field.MERCHANT_CODE, ("商家编码",), per_line=True),
        Column(Field.UNIT_PRICE, ("商品单价", "商品金额"), per_line=True),
        Column(Field.AMOUNT, ("订单应付金额",), required=True, per_line=True),
        Column(Field.FREIGHT, ("运费",), per_line=True),
        Column(Field.STATUS, ("订单状态",), required=True),
        Column(Field.AFTER_SALE, ("售后状态",), required=True, per_line=True),
        Column(Field.ORDERED_AT, ("订单提交时间",), required=True),
        Column(Field.PAID_AT, ("支付完成时间",)),
        Column(Field.COMPLETED_AT, ("订单完成时间",)),
        Column(Field.AUTHOR_ID, ("达人ID",)),
        Column(Field.AUTHOR_NAME, ("达人昵称",)),
        Column(Field.TRAFFIC_SOURCE, ("流量来源",)),
        Column(Field.TRAFFIC_FORM, ("流量体裁",)),
    ),
    key=(Field.SUB_ORDER_NO,),
    order_states=_ORDER_STATES,
    after_sale_states=_AFTER_SALE_STATES,
    pending_words=frozenset({"数据将于第二天更新"}),
    live_words={
        Field.TRAFFIC_FORM: frozenset({"直播"}),
        Field.TRAFFIC_SOURCE: frozenset({"直播"}),
    },
    joined_by=Field.SUB_ORDER_NO,
)

DOUDIAN_AFTER_SALES = Layout(
    platform=Platform.DOUDIAN,
    code="doudian_after_sales",
    name="抖店",
    kind=Kind.AFTER_SALES,
    signature=frozenset({"售后单号", "商品单号"}),
    columns=(
        Column(Field.CASE_NO, ("售后单号",), required=True),
        Column(Field.ORDER_NO, ("订单号", "主订单编号"), required=True),
        Column(Field.SUB_ORDER_NO, ("商品单号", "子订单编号"), required=True),
        Column(Field.REFUNDED, ("退商品金额",), required=True),
        Column(Field.REFUNDED_FREIGHT, ("退运费金额",)),
        Column(Field.AFTER_SALE, ("售后状态",), required=True),
        Column(Field.REQUESTED_AT, ("售后申请时间",)),
        Column(Field.REFUNDED_AT, ("商家退款时间", "售后完结时间")),
    ),
    key=(Field.CASE_NO,),
    order_states={},
    after_sale_states=_AFTER_SALE_STATES,
)
