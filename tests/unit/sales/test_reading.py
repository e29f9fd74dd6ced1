"""An export is read row by row: whole lines, held lines or rejections, with the file's own line numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.sales.cells import Precision
from domain.sales.layouts.doudian import DOUDIAN
from domain.sales.lines import AfterSale, HeldLine, LineStatus, OrderLine, RefundBasis
from domain.sales.platforms import Column, Field
from domain.sales.problems import FileCode, FileError, HeldCode, RowCode, RowError
from domain.sales.rows import MOST_JOINED, Outcome
from tests.support.exports import (
    ALL_COLUMNS,
    OUR_COLUMNS,
    SHEETS,
    canaries,
    doudian_csv,
    doudian_row,
    write_csv,
)
from tests.support.reading import csv_export


def read(data: bytes) -> list[Outcome]:
    return list(csv_export(data))


def read_line(**cells: str) -> OrderLine:
    (line,) = read(doudian_csv([doudian_row(1, **cells)]))
    assert isinstance(line, OrderLine)
    return line


def rejected(**cells: str) -> RowError:
    (error,) = read(doudian_csv([doudian_row(1, **cells)]))
    assert isinstance(error, RowError)
    return error


class TestAWholeRow:
    def test_becomes_a_line_in_the_words_of_the_house(self) -> None:
        line = read_line(
            订单应付金额="¥1,299.90", 商品数量="3", 订单提交时间="2026/6/6 13:41", 流量来源="直播推荐"
        )
        assert line.line_key == "6917500000000000001"
        assert line.order_no == "6917000000000000001"
        assert (line.amount_fen, line.quantity, line.unit_price_fen) == (129990, 3, 3990)
        assert (line.status, line.paid, line.refund_basis) == (LineStatus.COMPLETED, True, RefundBasis.NONE)
        assert (line.ordered_at.isoformat(), line.ordered_precision) == (
            "2026-06-06T05:41:00+00:00",
            Precision.MINUTE,
        )
        assert (line.author_id, line.traffic_source, line.traffic_form) == (None, "直播推荐", "直播")
        assert (line.live_evidence, line.source_line) == (True, 2)

    def test_may_lack_every_optional_column(self) -> None:
        optional = {
            "商品规格",
            "商品ID",
            "商家编码",
            "商品单价",
            "支付完成时间",
            "订单完成时间",
            "达人ID",
            "流量体裁",
        }
        columns = [name for name in OUR_COLUMNS if name not in optional]
        (line,) = read(doudian_csv([doudian_row()], columns=columns))
        assert isinstance(line, OrderLine)
        assert (line.paid, line.platform_product_id, line.paid_at) == (True, None, None)

    @pytest.mark.parametrize("form", ["短视频", "商品卡", "-", "数据将于第二天更新", "非直播"])
    def test_without_a_trace_of_a_live_has_no_live_evidence(self, form: str) -> None:
        assert read_line(流量体裁=form).live_evidence is False

    def test_keeps_no_word_that_the_platform_has_yet_to_fill_in(self) -> None:
        assert read_line(流量体裁="数据将于第二天更新").traffic_form is None
        assert read_line(流量体裁="商品卡").traffic_form == "商品卡"

    def test_is_held_whole_for_an_unknown_status(self) -> None:
        (held,) = read(doudian_csv([doudian_row(1, 订单状态="质检中")]))
        assert isinstance(held, HeldLine)
        assert (held.line, held.code, held.column, held.text) == (
            2,
            HeldCode.UNKNOWN_STATUS,
            "订单状态",
            "质检中",
        )
        assert (held.order.status, held.order.paid, held.order.amount_fen) == (
            LineStatus.UNKNOWN,
            False,
            3990,
        )

    def test_with_a_word_that_a_person_has_explained_counts(self) -> None:
        learned = DOUDIAN.with_words({"质检中": LineStatus.PAID}, {"平台介入": AfterSale.REFUNDED})
        rows = [doudian_row(1, 订单状态="质检中"), doudian_row(2, 售后状态="平台介入")]
        lines = list(csv_export(doudian_csv(rows), layouts=(learned,)))
        told = [(line.paid, line.refunded_fen) for line in lines if isinstance(line, OrderLine)]
        assert told == [(True, 0), (True, 3990)]


class TestARejectedRow:
    @pytest.mark.parametrize(
        ("column", "cell", "code"),
        [
            ("子订单编号", "6.9E+18", RowCode.ID_SCIENTIFIC),
            ("主订单编号", "6.9E+18", RowCode.ID_SCIENTIFIC),
            ("商品ID", "3.56E+18", RowCode.ID_SCIENTIFIC),
            ("子订单编号", "-", RowCode.REQUIRED),
            ("选购商品", "—", RowCode.REQUIRED),
            ("订单应付金额", "", RowCode.REQUIRED),
            ("订单应付金额", "免费", RowCode.BAD_MONEY),
            ("订单应付金额", "-3.00", RowCode.NEGATIVE_MONEY),
            ("商品数量", "0", RowCode.BAD_QUANTITY),
            ("订单提交时间", "昨天", RowCode.BAD_TIME),
            ("支付完成时间", "46179.57", RowCode.BAD_TIME),
            ("订单状态", "", RowCode.REQUIRED),
        ],
    )
    def test_names_its_line_column_and_reason(self, column: str, cell: str, code: RowCode) -> None:
        error = rejected(**{column: cell})
        assert (error.line, error.column, error.code) == (2, column, code)

    def test_with_a_comma_too_many_shows_nothing_of_what_stands_there(self) -> None:
        data = doudian_csv([doudian_row(1), doudian_row(2)], encoding="utf-8").decode()
        shifted = data.replace("鸟笼路1号", "鸟笼路1号,多一格").encode()
        error, line = read(shifted)
        assert error == RowError(
            2, None, RowCode.CELL_COUNT, f"{len(doudian_row()) + 1}/{len(doudian_row())}"
        )
        assert isinstance(line, OrderLine)

    def test_that_was_cut_off_is_not_read_by_half(self) -> None:
        data = doudian_csv([doudian_row(1)], columns=OUR_COLUMNS).removesuffix(",直播\r\n".encode("gb18030"))
        (error,) = read(data)
        assert isinstance(error, RowError)
        assert error.code is RowCode.CELL_COUNT

    def test_with_broken_quotes_does_not_take_its_neighbours_along(self) -> None:
        data = doudian_csv(
            [doudian_row(1), doudian_row(2, 商品规格="X"), doudian_row(3)], columns=OUR_COLUMNS
        )
        first, broken, last = read(data.replace(b",X,", b',"X"X,'))
        assert isinstance(first, OrderLine)
        assert broken == RowError(3, None, RowCode.MALFORMED_QUOTES)
        assert isinstance(last, OrderLine)
        assert last.source_line == 4


JOINED = {
    "子订单编号": "11;12",
    "选购商品": "紫菜;海带",
    "商品数量": "1;2",
    "订单应付金额": "10.00;20.00",
    "商品规格": "-",
    "商品ID": "-",
    "商家编码": "-",
    "商品单价": "-",
}


class TestJoinedSubOrders:
    def test_are_taken_apart_when_every_cell_is_joined_alike(self) -> None:
        row = doudian_row(1, **JOINED) | {"售后状态": "-;已全额退款"}
        first, second = read(doudian_csv([row]))
        assert isinstance(first, OrderLine)
        assert isinstance(second, OrderLine)
        assert (first.line_key, first.title, first.amount_fen, first.refunded_fen) == ("11", "紫菜", 1000, 0)
        assert (second.line_key, second.quantity, second.refunded_fen) == ("12", 2, 2000)
        assert first.order_no == second.order_no

    @pytest.mark.parametrize(
        ("column", "cell"),
        [("订单应付金额", "30.00"), ("选购商品", "紫菜"), ("商品数量", "1;1;1"), ("售后状态", "退款成功")],
    )
    def test_are_rejected_when_a_cell_does_not_tell_them_apart(self, column: str, cell: str) -> None:
        (error,) = read(doudian_csv([doudian_row(1, **JOINED) | {column: cell}]))
        assert error == RowError(2, "子订单编号", RowCode.JOINED_SUB_ORDERS, "2")

    @pytest.mark.parametrize(("count", "lines"), [(MOST_JOINED, MOST_JOINED), (MOST_JOINED + 1, 0)])
    def test_are_not_so_many_that_a_small_file_becomes_a_huge_one(self, count: int, lines: int) -> None:
        each = {"选购商品": "紫菜", "商品数量": "1", "订单应付金额": "10.00"}
        cells = {name: ";".join([cell] * count) for name, cell in each.items()}
        numbers = ";".join(str(number) for number in range(count))
        found = read(doudian_csv([doudian_row(1, **JOINED | cells | {"子订单编号": numbers})]))
        assert sum(isinstance(one, OrderLine) for one in found) == lines
        assert lines or found == [RowError(2, "子订单编号", RowCode.JOINED_SUB_ORDERS, str(count))]

    def test_may_have_cells_that_are_empty_for_some_or_all_of_them(self) -> None:
        row = doudian_row(1, **JOINED) | {"售后状态": ";已全额退款", "商品规格": ";", "运费": "0.00"}
        first, second = read(doudian_csv([row], columns=ALL_COLUMNS))
        assert isinstance(first, OrderLine)
        assert isinstance(second, OrderLine)
        assert (first.refunded_fen, second.refunded_fen, second.spec) == (0, 2000, None)

    def test_share_no_freight_unless_each_has_its_own(self) -> None:
        row = doudian_row(1, **JOINED) | {"运费": "6.00"}
        assert read(doudian_csv([row])) == [RowError(2, "子订单编号", RowCode.JOINED_SUB_ORDERS, "2")]
        lines = read(doudian_csv([row | {"运费": "6.00;0.00"}]))
        assert [line.amount_fen for line in lines if isinstance(line, OrderLine)] == [400, 2000]

    @pytest.mark.parametrize("key", ["11;", "11；11", ";11"])
    def test_that_are_only_one_are_no_doubt(self, key: str) -> None:
        assert read_line(子订单编号=key, 选购商品="紫菜;家庭装").line_key == "11"

    def test_are_all_rejected_when_one_of_them_is(self) -> None:
        row = doudian_row(1, **JOINED) | {"商品数量": "1;0"}
        (error,) = read(doudian_csv([row]))
        assert isinstance(error, RowError)
        assert error.code is RowCode.BAD_QUANTITY


class TestASecondTable:
    def test_with_the_same_header_is_read_on_and_its_header_is_a_rejected_row(self) -> None:
        one, two = (doudian_csv([doudian_row(number)], columns=OUR_COLUMNS) for number in (1, 2))
        first, repeated, last = read(one + two)
        assert isinstance(first, OrderLine)
        assert repeated == RowError(3, None, RowCode.REPEATED_HEADER)
        assert isinstance(last, OrderLine)

    @pytest.mark.parametrize("code", sorted(SHEETS))
    def test_of_another_platform_refuses_the_file(self, code: str) -> None:
        data = doudian_csv([doudian_row(1)], columns=ALL_COLUMNS)
        other = write_csv([], SHEETS[code].columns[::-1])
        with pytest.raises(FileError) as refused:
            read(data + other)
        assert (refused.value.code, refused.value.params) == (FileCode.MIXED_PLATFORMS, {"line": 4})

    def test_of_the_same_platform_with_other_columns_refuses_the_file_as_well(self) -> None:
        moved = doudian_csv([doudian_row(2)], columns=OUR_COLUMNS[::-1])
        with pytest.raises(FileError) as refused:
            read(doudian_csv([doudian_row(1)], columns=OUR_COLUMNS) + moved)
        assert refused.value.code == FileCode.MIXED_PLATFORMS


class TestLineNumbers:
    def test_are_those_of_the_file_across_blank_lines_and_line_breaks_in_cells(self) -> None:
        rows = [doudian_row(number, 商品数量="0") for number in (1, 2)]
        data = doudian_csv(rows, encoding="utf-8", newline="\n").decode()
        header, first, rest_of_first, second, rest_of_second = data.splitlines()
        assert "留言1叽喳" in first
        text = f"\n{header}\n\n{first}\n{rest_of_first}\n,,,\n{second}\n{rest_of_second}"
        assert [error.line for error in read(text.encode()) if isinstance(error, RowError)] == [4, 7]


def test_nothing_of_the_buyer_is_left_in_any_outcome() -> None:
    rows = [doudian_row(1), doudian_row(2, 订单状态="质检中"), doudian_row(3, 商品数量="0")]
    data = doudian_csv(rows, columns=ALL_COLUMNS)
    assert all(text.encode("gb18030") in data for text in canaries(1)), "the canaries must be in the file"
    seen = repr(read(data))
    assert not [text for number in (1, 2, 3) for text in canaries(number) if text in seen]


@pytest.mark.mutant
def test_a_layout_that_read_a_personal_column_would_be_seen_to_do_so() -> None:
    others = tuple(column for column in DOUDIAN.columns if column.field is not Field.SPEC)
    leaky = replace(DOUDIAN, columns=(*others, Column(Field.SPEC, ("收件人",))))
    seen = repr(list(csv_export(doudian_csv([doudian_row(1)]), layouts=(leaky,))))
    assert canaries(1)[0] in seen
