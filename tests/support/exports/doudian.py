"""Real-looking exports of 抖店: single rows, and generated files whose totals are known beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from tests.support.exports.common import (
    FIRST_ORDER,
    Cells,
    Fen,
    Id,
    Row,
    canaries,
    personal,
    write_csv,
)
from tests.support.exports.sheets import Back, Facts, Sheet, State

OUR_COLUMNS = (
    "主订单编号",
    "子订单编号",
    "选购商品",
    "商品规格",
    "商品数量",
    "商品ID",
    "商家编码",
    "商品单价",
    "订单应付金额",
    "订单提交时间",
    "支付完成时间",
    "订单完成时间",
    "订单状态",
    "售后状态",
    "达人ID",
    "达人昵称",
    "流量来源",
    "流量体裁",
)
PERSONAL_COLUMNS = (
    "收件人",
    "收件人手机号",
    "省",
    "市",
    "区",
    "街道",
    "详细地址",
    "买家昵称",
    "买家留言",
    "商家备注",
    "支付流水号",
)
OTHER_COLUMNS = (
    "运费",
    "优惠总金额",
    "支付方式",
    "APP渠道",
    "发货时间",
    "取消原因",
    "旗帜颜色",
    "仓库名称",
    "快递信息",
)
ALL_COLUMNS = OUR_COLUMNS + PERSONAL_COLUMNS + OTHER_COLUMNS


def doudian_row(number: int = 1, /, **cells: str) -> Row:
    """A paid, finished row; `number` makes it unique, keywords replace cells (`订单状态="已关闭"`)."""
    ordered = FIRST_ORDER + timedelta(minutes=number % 100_000)
    row = {
        "主订单编号": str(6917_000_000_000_000_000 + number),
        "子订单编号": str(6917_500_000_000_000_000 + number),
        "选购商品": "【泉港】头水紫菜 无沙干货",
        "商品规格": "100g*2袋",
        "商品数量": "1",
        "商品ID": "3561234567890123456",
        "商家编码": "ZC-100",
        "商品单价": "39.90",
        "订单应付金额": "39.90",
        "订单提交时间": f"{ordered:%Y-%m-%d %H:%M:%S}",
        "支付完成时间": f"{ordered + timedelta(seconds=20):%Y-%m-%d %H:%M:%S}",
        "订单完成时间": f"{ordered + timedelta(days=6):%Y-%m-%d %H:%M:%S}",
        "订单状态": "已完成",
        "售后状态": "-",
        "达人ID": "-",
        "达人昵称": "-",
        "流量来源": "小店自卖",
        "流量体裁": "直播",
        "运费": "0.00",
        "支付方式": "支付宝",
        "APP渠道": "抖音",
    }
    return row | personal_cells(number) | cells


def personal_cells(number: int) -> Row:
    """What a real export tells of the buyer; every cell holds a canary of `canaries(number)`."""
    name, phone, address, message, payment = canaries(number)
    return {
        "收件人": name,
        "收件人手机号": phone,
        "省": "福建省",
        "市": "泉州市",
        "区": "泉港区",
        "街道": "山腰街道",
        "详细地址": address,
        "买家昵称": f"昵称{name}",
        "买家留言": f'{message},请"尽快"发货;\n谢谢',
        "商家备注": f"{name}的老客户 {phone}",
        "支付流水号": payment,
    }


def doudian_csv(
    rows: Iterable[Mapping[str, str]],
    *,
    encoding: str = "gb18030",
    columns: Sequence[str] | None = None,
    newline: str = "\r\n",
) -> bytes:
    """A file of these rows as 抖店 writes it; `columns` are their order, by default that of an export."""
    known = list(rows)
    header = (
        list(columns)
        if columns is not None
        else [name for name in ALL_COLUMNS if not known or name in known[0]]
    )
    return write_csv(known, header, encoding, newline)


def _cells(line: Facts) -> Cells:
    done = line.ordered_at + timedelta(days=6) if line.state.status == "已完成" else None
    return {
        "主订单编号": Id(line.order_no),
        "子订单编号": Id(line.line_no),
        "选购商品": line.title,
        "商品规格": line.spec,
        "商品数量": str(line.quantity),
        "商品ID": Id("3561234567890123456"),
        "商家编码": None,
        "商品单价": Fen(line.goods_fen + line.discount_fen),
        "订单应付金额": Fen(line.whole_fen),
        "运费": Fen(line.freight_fen),
        "订单提交时间": line.ordered_at,
        "支付完成时间": line.paid_at,
        "订单完成时间": done,
        "订单状态": line.state.status,
        "售后状态": line.state.after_sale or None,
        "达人ID": None,
        "达人昵称": None,
        "流量来源": "小店自卖",
        "流量体裁": "直播" if line.live else "商品卡",
    }


DOUDIAN_SHEET = Sheet(
    code="doudian_orders",
    ours=(*OUR_COLUMNS, "运费"),
    optional=frozenset(
        {"商品规格", "商品ID", "商家编码", "商品单价", "支付完成时间", "订单完成时间", "达人ID", "达人昵称"}
        | {"流量来源", "流量体裁", "运费"}
    ),
    personal=PERSONAL_COLUMNS,
    others=tuple(name for name in OTHER_COLUMNS if name != "运费"),
    quantity="商品数量",
    key=lambda line: line.line_no,
    cells=_cells,
    states=(
        State("已完成"),
        State("已完成", "售后关闭"),
        State("已完成", "补寄/换货成功"),
        State("已发货", "待商家收货"),
        State("备货中", "售后待处理"),
        State("已完成", "已全额退款", back=Back.WHOLE),
        State("已完成", "退款成功", back=Back.WHOLE),
        State("已关闭", "同意退款，退款成功", back=Back.WHOLE),
        State("已关闭", paid=False),
        State("待支付", paid=False),
        State("已完成", "部分退款", held=True),
        State("质检中", held=True),
        State("已关闭", "平台介入", held=True),
    ),
    life=(
        State("待支付", paid=False),
        State("备货中"),
        State("已发货"),
        State("已完成"),
        State("已完成", "退款成功", back=Back.WHOLE),
        State("已关闭", "同意退款，退款成功", back=Back.WHOLE),
    ),
    freight="运费",
    per_line=frozenset(
        {"子订单编号", "选购商品", "商品规格", "商品数量", "商品ID", "商家编码", "商品单价", "订单应付金额"}
        | {"运费", "售后状态"}
    ),
    has_lines=True,
    tells_live="流量体裁",
)

CASE_COLUMNS = (
    "售后单号",
    "订单号",
    "商品单号",
    "商品ID",
    "退商品金额（元）",
    "退运费金额（元）",
    "售后状态",
    "售后申请时间",
    "商家退款时间",
)
CASE_PERSONAL = ("买家昵称", "收件人", "收件人手机号", "退货地址", "售后说明", "退款账号")
CASE_OTHERS = ("售后类型", "退支付优惠（元）", "退税费金额（元）", "退款方式", "售后原因", "物流单号")


def doudian_case_row(number: int = 1, /, **cells: str) -> Row:
    """A refunded case of the line that `doudian_row(number)` is; keywords replace cells, amounts without their unit."""
    asked = FIRST_ORDER + timedelta(days=2, minutes=number % 100_000)
    row = {
        "售后单号": str(7_100_000_000_000_000_000 + number),
        "订单号": str(6917_000_000_000_000_000 + number),
        "商品单号": str(6917_500_000_000_000_000 + number),
        "商品ID": "3561234567890123456",
        "退商品金额（元）": "10.00",
        "退运费金额（元）": "0.00",
        "售后状态": "同意退款，退款成功",
        "售后申请时间": f"{asked:%Y-%m-%d %H:%M:%S}",
        "商家退款时间": f"{asked + timedelta(days=1):%Y-%m-%d %H:%M:%S}",
    }
    units = {"退商品金额": "退商品金额（元）", "退运费金额": "退运费金额（元）"}
    return (
        dict.fromkeys(CASE_OTHERS, f"另{number}")
        | personal(CASE_PERSONAL, number)
        | row
        | {units.get(name, name): cell for name, cell in cells.items()}
    )
