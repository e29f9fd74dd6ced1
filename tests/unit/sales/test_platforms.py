"""A platform is a table of facts: its export is known by its headers, in any order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.sales.cells import fold
from domain.sales.layouts import LAYOUTS
from domain.sales.layouts.doudian import DOUDIAN
from domain.sales.lines import AfterSale, LineStatus, OrderLine, Platform, RefundBasis
from domain.sales.platforms import Column, Field, Layout, chosen, match_columns, sniff
from domain.sales.problems import FileCode, FileError
from tests.support.exports import ALL_COLUMNS, OUR_COLUMNS, PERSONAL_COLUMNS
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


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_the_tables_of_words_are_spelled_as_words_are_compared(layout: Layout) -> None:
    for word in (*layout.order_states, *layout.after_sale_states, *layout.pending_words):
        assert fold(word) == word


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_no_layout_reads_a_personal_column(layout: Layout) -> None:
    assert not layout.headers & {fold(name) for name in PERSONAL_COLUMNS}


def test_another_platform_is_only_another_table() -> None:
    data = "单号,货品名,属性,件数,实付（元）,已退,状态,下单\nA1,紫菜,红;大,2,20.00,5.00,成交,2026/6/6 13:41\n"
    export = csv_export(data.encode("gb18030"), layouts=(DOUDIAN, MADE_UP))
    (line,) = list(export)
    assert isinstance(line, OrderLine)
    assert (line.line_key, line.amount_fen, line.refunded_fen) == ("A1|红;大", 2000, 500)
    assert line.refund_basis is RefundBasis.STATED
