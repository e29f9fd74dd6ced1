"""Real-looking order exports of 微信小店: one row per product and specification of an order."""

from __future__ import annotations

from tests.support.exports.common import Cells, Fen, Id
from tests.support.exports.sheets import Back, Facts, Sheet, State

OUR_COLUMNS = (
    "订单号",
    "订单下单时间",
    "支付时间",
    "订单状态",
    "带货方式",
    "带货账号昵称",
    "商品名称",
    "商品编码(平台)",
    "商品编码(自定义)",
    "商品属性",
    "商品价格(单件)",
    "商品实际价格(总共)",
    "商品数量",
    "商品售后",
    "商品已退款金额",
)
PERSONAL_COLUMNS = (
    "收件人姓名",
    "收件人手机",
    "收件人地址",
    "买家备注",
    "商家备注",
    "交易单号",
    "礼物单号",
)
OTHER_COLUMNS = (
    "商品总价",
    "订单实际支付金额",
    "订单运费",
    "省",
    "市",
    "支付方式",
    "技术服务费",
    "快递单号",
    "是否预售",
)


def _cells(line: Facts) -> Cells:
    back = line.refunded_fen
    return {
        "订单号": Id(line.order_no),
        "订单下单时间": line.ordered_at,
        "支付时间": line.paid_at,
        "订单状态": line.state.status,
        "带货方式": "直播" if line.live else "橱窗",
        "带货账号昵称": "聚福主播",
        "商品名称": line.title,
        "商品编码(平台)": Id("10000123456789"),
        "商品编码(自定义)": None,
        "商品属性": line.spec or None,
        "商品价格(单件)": Fen(line.goods_fen + line.discount_fen),
        "商品实际价格(总共)": Fen(line.goods_fen),
        "商品数量": str(line.quantity),
        "商品售后": line.state.after_sale or None,
        "商品已退款金额": Fen(back) if back else None,
    }


WEIXIN_SHEET = Sheet(
    code="weixin_orders",
    ours=OUR_COLUMNS,
    optional=frozenset({"支付时间", "带货方式", "带货账号昵称", "商品编码(自定义)", "商品价格(单件)"}),
    personal=PERSONAL_COLUMNS,
    others=OTHER_COLUMNS,
    quantity="商品数量",
    key=lambda line: f"{line.order_no}|10000123456789|{line.spec}",
    cells=_cells,
    states=(
        State("已完成"),
        State("已完成", "用户取消申请"),
        State("已发货", "商家受理中"),
        State("部分发货"),
        State("待发货", "无"),
        State("待付款", paid=False),
        State("已取消", paid=False),
        State("已取消", "退款完成", back=Back.WHOLE),
        State("已完成", "退货退款完成", back=Back.PART),
        State("已完成", "用户取消申请", back=Back.PART),
        State("已完成", "赔付完成", held=True),
        State("鉴定中", held=True),
    ),
    life=(
        State("待付款", paid=False),
        State("待发货"),
        State("已发货", "商家受理中"),
        State("已完成", "退款完成", back=Back.PART),
        State("已取消", "退款完成", back=Back.WHOLE),
    ),
    has_lines=True,
    tells_live="带货方式",
)
