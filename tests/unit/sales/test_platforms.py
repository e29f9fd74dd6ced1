"""A platform is a table of facts: its export is known by its headers, in any order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.sales.cells import fold, header_key
from domain.sales.layouts import LAYOUTS
from domain.sales.layouts.doudian import DOUDIAN, DOUDIAN_AFTER_SALES
from domain.sales.layouts.taobao import TAOBAO_ITEMS, TAOBAO_ORDERS
from domain.sales.lines import AfterSale, LineStatus, OrderLine, Platform, RefundBasis
from domain.sales.platforms import Column, Field, Kind, Layout, by_code, chosen, match_columns, sniff
from domain.sales.problems import FileCode, FileError
from tests.support.exports import (
    ALL_COLUMNS,
    CASE_COLUMNS,
    CASE_PERSONAL,
    OUR_COLUMNS,
    PERSONAL_COLUMNS,
    SHEETS,
)
from tests.support.reading import csv_export

MADE_UP = Layout(
    platform=Platform.DOUDIAN,
    code="made_up",
    name="一家新平台",
    signature=frozenset({"单号", "货品名"}),
    columns=(
        Column(Field.ORDER_NO, ("单号",), required=True),
        Column(Field.TITLE, ("货品名",), required=True),
        Column(Field.SPEC, ("属性",), required=True),
        Column(Field.QUANTITY, ("件数",), required=True),
        Column(Field.AMOUNT, ("实付(元)",), required=True),
        Column(Field.REFUNDED, ("已退",)),
        Column(Field.STATUS, ("状态",), required=True),
        Column(Field.ORDERED_AT, ("下单",), required=True),
    ),
    key=(Field.ORDER_NO, Field.SPEC),
    order_states={"成交": LineStatus.COMPLETED},
    after_sale_states={"": AfterSale.NONE},
)


def refusal(header: tuple[str, ...], layout: Layout = DOUDIAN) -> FileError:
    with pytest.raises(FileError) as refused:
        match_columns(header, layout)
    return refused.value


def test_doudian_is_known_by_its_headers_in_any_order() -> None:
    assert sniff(tuple(reversed(ALL_COLUMNS)), LAYOUTS) is DOUDIAN


def test_headers_are_known_in_spite_of_bom_blanks_and_width() -> None:
    header = ["\ufeff主订单编号", " 子订单编号\t", '="选购商品"', *OUR_COLUMNS[3:]]
    assert match_columns(header, sniff(header, LAYOUTS)).positions[Field.ORDER_NO] == 0
    assert match_columns(["商品id" if name == "商品ID" else name for name in OUR_COLUMNS], DOUDIAN).positions[
        Field.PRODUCT_ID
    ]


def test_an_unknown_header_is_refused_without_repeating_it() -> None:
    with pytest.raises(FileError) as refused:
        sniff(["陈小明", "13800000001"], LAYOUTS)
    assert refused.value.code == FileCode.UNKNOWN_LAYOUT
    assert refused.value.params == {"platforms": ["抖店", "快手小店", "微信小店", "拼多多", "淘宝"]}


def test_a_missing_column_is_named() -> None:
    header = tuple(name for name in ALL_COLUMNS if name not in {"售后状态", "订单应付金额"})
    assert refusal(header).code == FileCode.MISSING_COLUMNS
    assert refusal(header).params == {"platform": "抖店", "columns": ["订单应付金额", "售后状态"]}


def test_a_column_of_ours_that_stands_twice_is_named() -> None:
    assert refusal((*ALL_COLUMNS, "订单应付金额")).code == FileCode.DUPLICATE_COLUMN
    assert refusal((*ALL_COLUMNS, "订单应付金额")).params["column"] == "订单应付金额"


def test_a_column_that_nobody_reads_may_stand_twice() -> None:
    match_columns((*ALL_COLUMNS, "收件人"), DOUDIAN)


def test_the_first_alias_of_a_column_is_taken() -> None:
    header = ("商品金额", *OUR_COLUMNS)
    assert match_columns(header, DOUDIAN).headers[Field.UNIT_PRICE] == "商品单价"
    renamed = tuple("商品金额" if name == "商品单价" else name for name in OUR_COLUMNS)
    assert match_columns(renamed, DOUDIAN).headers[Field.UNIT_PRICE] == "商品金额"


def test_two_layouts_that_fit_alike_are_not_guessed_between() -> None:
    with pytest.raises(FileError) as refused:
        sniff(ALL_COLUMNS, (DOUDIAN, replace(DOUDIAN, name="另一个")))
    assert refused.value.code == FileCode.AMBIGUOUS_LAYOUT


def test_a_platform_that_nobody_knows_cannot_be_chosen() -> None:
    assert chosen("doudian", LAYOUTS) is DOUDIAN
    with pytest.raises(FileError) as refused:
        chosen("ebay", LAYOUTS)
    assert refused.value.code == FileCode.UNKNOWN_PLATFORM


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.code)
def test_the_tables_of_words_are_spelled_as_words_are_compared(layout: Layout) -> None:
    tables = (layout.order_states, layout.after_sale_states, layout.refund_states)
    for word in (
        *(word for table in tables for word in table),
        *layout.pending_words,
        *layout.no_refund_words,
    ):
        assert fold(word) == word


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.code)
def test_no_layout_reads_a_personal_column(layout: Layout) -> None:
    sheets = [sheet.personal for sheet in SHEETS.values()]
    personal = {header_key(name) for names in (*sheets, PERSONAL_COLUMNS, CASE_PERSONAL) for name in names}
    assert not layout.headers & personal


# The headers of docs, as public importers and fixtures have them.
KNOWN_HEADERS = {
    "doudian_orders": (
        "主订单编号 子订单编号 选购商品 商品规格 商品数量 商品ID 商家编码 商品金额 订单应付金额"
        " 运费 订单提交时间 支付完成时间 订单完成时间 发货时间 订单状态 售后状态 取消原因 达人ID"
        " 达人昵称 流量来源 流量体裁"
    ),
    "doudian_after_sales": (
        "售后单号 订单号 商品单号 商品ID 退商品金额（元） 退运费金额（元） 售后状态 售后申请时间 商家退款时间"
    ),
    "kuaishou_orders": (
        "订单号 订单创建时间 订单支付时间 订单状态 实付款 快递费 成交数量 售后状态 订单备注"
        " 商品名称 商品ID 商品规格 SKU编码 商品单价 CPS达人ID CPS达人昵称"
    ),
    "weixin_orders": (
        "订单号 订单下单时间 支付时间 订单状态 商品总价 订单实际支付金额 带货方式 带货账号昵称"
        " 商品名称 商品编码(平台) 商品编码(自定义) SKU编码(自定义) 商品属性 商品实际价格(总共)"
        " 商品数量 商品售后 商品已退款金额"
    ),
    "pinduoduo_orders": (
        "商品 订单号 订单状态 商品总价(元) 邮费(元) 用户实付金额(元) 商家实收金额(元)"
        " 商品数量(件) 商品id 商品规格 样式ID 售后状态 订单成交时间"
    ),
    "taobao_orders": (
        "订单编号 买家应付货款 买家实付金额 订单状态 订单创建时间 订单付款时间 商品标题 宝贝总数量 退款金额"
    ),
    "taobao_items": (
        "子订单编号 主订单编号 商品标题 价格 购买数量 商家编码 买家应付货款 买家实际支付金额"
        " 订单状态 退款状态 退款金额 订单创建时间 订单付款时间"
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.code)
def test_the_headers_that_are_known_of_each_export_are_matched(layout: Layout) -> None:
    header = KNOWN_HEADERS[layout.code].split()
    assert sniff(header, LAYOUTS) is layout
    assert match_columns(header, layout).width == len(header)


def test_codes_are_told_apart_and_lead_back() -> None:
    codes = [layout.code for layout in LAYOUTS]
    assert len(set(codes)) == len(codes)
    assert set(codes) == {*SHEETS, "doudian_after_sales"}
    assert [by_code(code, LAYOUTS) for code in codes] == list(LAYOUTS)
    assert [layout for layout in LAYOUTS if layout.kind is Kind.AFTER_SALES] == [DOUDIAN_AFTER_SALES]


@pytest.mark.parametrize(
    "written", ["商品总价(元)", "商品总价（元）", " 商品总价 ( 元 )", "商品总价", '="商品总价(元)"']
)
def test_a_unit_behind_a_header_may_stand_or_not(written: str) -> None:
    assert header_key(written) == "商品总价"


def test_only_units_are_left_out_of_a_header() -> None:
    assert header_key("商品编码(平台)") == header_key("商品编码（平台）") != header_key("商品编码(自定义)")


@pytest.mark.parametrize(
    ("platform", "header", "layout"),
    [
        ("doudian", ALL_COLUMNS, DOUDIAN),
        ("doudian", CASE_COLUMNS, DOUDIAN_AFTER_SALES),
        ("taobao", SHEETS["taobao_orders"].columns, TAOBAO_ORDERS),
        ("taobao", SHEETS["taobao_items"].columns, TAOBAO_ITEMS),
        ("taobao", ("订单编号", "宝贝标题"), TAOBAO_ORDERS),
        ("taobao", ("主订单编号", "标题", "购买数量"), TAOBAO_ITEMS),
        ("doudian", (), DOUDIAN),
    ],
)
def test_of_a_named_platform_the_layout_that_fits_best_is_taken(
    platform: str, header: tuple[str, ...], layout: Layout
) -> None:
    assert chosen(platform, LAYOUTS, header) is layout


def test_a_file_of_sub_orders_that_repeats_the_order_number_is_no_file_of_orders() -> None:
    header = (*SHEETS["taobao_items"].ours, *SHEETS["taobao_orders"].ours)
    assert not TAOBAO_ORDERS.fits(frozenset(header_key(name) for name in header))
    assert sniff(header, LAYOUTS) is TAOBAO_ITEMS


def test_words_that_a_person_decided_are_known_in_any_spelling_and_bend_no_other() -> None:
    learned = DOUDIAN.with_words(
        {"已签收，待评价": LineStatus.SHIPPED, "已完成": LineStatus.CLOSED}, {" 平台介入 ": AfterSale.OPEN}
    )
    assert learned.order_states["已签收,待评价"] is LineStatus.SHIPPED
    assert learned.order_states["已完成"] is LineStatus.COMPLETED
    assert learned.after_sale_states["平台介入"] is AfterSale.OPEN
    assert "平台介入" not in DOUDIAN.after_sale_states
    assert learned.code == DOUDIAN.code


def test_another_platform_is_only_another_table() -> None:
    data = "单号,货品名,属性,件数,实付（元）,已退,状态,下单\nA1,紫菜,红;大,2,20.00,5.00,成交,2026/6/6 13:41\n"
    export = csv_export(data.encode("gb18030"), layouts=(DOUDIAN, MADE_UP))
    (line,) = list(export)
    assert isinstance(line, OrderLine)
    assert (line.line_key, line.amount_fen, line.refunded_fen) == ("A1|红;大", 2000, 500)
    assert line.refund_basis is RefundBasis.STATED
