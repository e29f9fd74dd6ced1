"""Real-looking order exports of 快手小店: one row per order."""

from __future__ import annotations

from tests.support.exports.common import Cells, Fen, Id
from tests.support.exports.sheets import Back, Facts, Sheet, State

OUR_COLUMNS = (
    "订单号",
    "订单创建时间",
    "订单支付时间",
    "订单状态",
    "实付款",
    "快递费",
    "成交数量",
    "售后状态",
    "订单载体",
    "商品名称",
    "商品ID",
    "商品规格",
    "SKU编码",
    "商品单价",
    "CPS达人ID",
    "CPS达人昵称",
)
PERSONAL_COLUMNS = (
    "买家留言",
    "订单备注",
    "收货人姓名",
    "收货人电话",
    "收货地址-街道",
    "收货地址",
    "实名姓名",
    "账号明细",
)
OTHER_COLUMNS = ("店铺优惠", "平台补贴", "支付方式", "渠道", "快递公司", "快递单号", "团长ID", "旗帜颜色")


def _cells(line: Facts) -> Cells:
    return {
        "订单号": Id(line.order_no),
        "订单创建时间": line.ordered_at,
        "订单支付时间": line.paid_at,
        "订单状态": line.state.status,
        "实付款": Fen(line.whole_fen),
        "快递费": Fen(line.freight_fen),
        "成交数量": str(line.quantity),
        "售后状态": line.state.after_sale or None,
        "订单载体": "直播" if line.live else "商品卡",
        "商品名称": line.title,
        "商品ID": Id("21234567890123"),
        "商品规格": line.spec,
        "SKU编码": None,
        "商品单价": Fen(line.goods_fen + line.discount_fen),
        "CPS达人ID": "12345",
        "CPS达人昵称": "聚福主播",
    }


KUAISHOU_SHEET = Sheet(
    code="kuaishou_orders",
    ours=OUR_COLUMNS,
    optional=frozenset(
        {
            "订单支付时间",
            "快递费",
            "订单载体",
            "商品ID",
            "商品规格",
            "SKU编码",
            "商品单价",
            "CPS达人ID",
            "CPS达人昵称",
        }
    ),
    personal=PERSONAL_COLUMNS,
    others=OTHER_COLUMNS,
    quantity="成交数量",
    key=lambda line: line.order_no,
    cells=_cells,
    states=(
        State("交易成功"),
        State("交易成功", "售后关闭"),
        State("已收货", "售后处理中"),
        State("已发货"),
        State("待发货", "无"),
        State("待付款", paid=False),
        State("交易关闭", paid=False),
        State("交易关闭", "退款成功", back=Back.WHOLE),
        State("交易成功", "退款成功", back=Back.WHOLE),
        State("交易成功", "部分退款", held=True),
        State("交易成功", "售后成功", held=True),
        State("待质检", held=True),
    ),
    life=(
        State("待付款", paid=False),
        State("待发货"),
        State("已发货"),
        State("交易成功"),
        State("交易成功", "退款成功", back=Back.WHOLE),
        State("交易关闭", "退款成功", back=Back.WHOLE),
    ),
    freight="快递费",
    tells_live="订单载体",
)
