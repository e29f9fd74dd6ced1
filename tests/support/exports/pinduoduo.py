"""Real-looking order exports of 拼多多: one row per order."""

from __future__ import annotations

from tests.support.exports.common import Cells, Fen, Id
from tests.support.exports.sheets import Back, Facts, Sheet, State

OUR_COLUMNS = (
    "商品",
    "订单号",
    "订单状态",
    "邮费(元)",
    "用户实付金额(元)",
    "商品数量(件)",
    "支付时间",
    "确认收货时间",
    "商品id",
    "商品规格",
    "商家编码-商品维度",
    "售后状态",
    "订单成交时间",
    "是否直播间成交",
)
PERSONAL_COLUMNS = (
    "收货人",
    "手机",
    "街道/镇",
    "详细地址",
    "买家留言",
    "商家备注",
    "用户购买手机号",
    "支付ID",
)
OTHER_COLUMNS = (
    "商品总价(元)",
    "店铺优惠折扣(元)",
    "平台优惠折扣(元)",
    "商家实收金额(元)",
    "样式ID",
    "发货时间",
    "快递单号",
    "省",
    "是否直播间引导成交",
    "是否抽奖或0元试用",
)


def _cells(line: Facts) -> Cells:
    return {
        "商品": line.title,
        "订单号": Id(line.order_no),
        "订单状态": line.state.status,
        "邮费(元)": Fen(line.freight_fen),
        "用户实付金额(元)": Fen(line.whole_fen),
        "商品数量(件)": f"{line.quantity}\t",
        "支付时间": line.paid_at,
        "确认收货时间": None,
        "商品id": Id("621234567890"),
        "商品规格": line.spec,
        "商家编码-商品维度": None,
        "售后状态": line.state.after_sale or None,
        "订单成交时间": line.ordered_at,
        "是否直播间成交": "是" if line.live else "否",
    }


_QUIET = "无售后或售后取消"

PINDUODUO_SHEET = Sheet(
    code="pinduoduo_orders",
    ours=OUR_COLUMNS,
    optional=frozenset(
        {"邮费(元)", "支付时间", "确认收货时间", "商品id", "商品规格", "商家编码-商品维度", "是否直播间成交"}
    ),
    personal=PERSONAL_COLUMNS,
    others=OTHER_COLUMNS,
    quantity="商品数量(件)",
    key=lambda line: line.order_no,
    cells=_cells,
    states=(
        State("已收货", _QUIET),
        State("已发货，待收货", "售后处理中"),
        State("已发货,待签收", _QUIET),
        State("待发货", _QUIET),
        State("待付款", _QUIET, paid=False),
        State("已取消", _QUIET, paid=False),
        State("未发货，退款成功", "退款成功", back=Back.WHOLE),
        State("已收货，退款成功", _QUIET, back=Back.WHOLE),
        State("已发货，退款成功", "退款成功", back=Back.WHOLE),
        State("已收货", "部分退款成功", held=True),
        State("已收货", "平台介入", held=True),
        State("待核销", _QUIET, held=True),
    ),
    life=(
        State("待付款", _QUIET, paid=False),
        State("待发货", _QUIET),
        State("已发货，待收货", "售后处理中"),
        State("已收货", _QUIET),
        State("已收货，退款成功", "退款成功", back=Back.WHOLE),
    ),
    freight="邮费(元)",
    tells_live="是否直播间成交",
)
