"""Rows that are like an earlier one come to the same whether or not it is remembered."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.sales.alike import Alike
from domain.sales.layouts import LAYOUTS
from domain.sales.lines import OrderLine
from domain.sales.picking import PickedRow, Picker
from domain.sales.platforms import Field, by_code, match_columns
from domain.sales.rows import Outcome
from tests.support.exports import OUR_COLUMNS, SHEETS, doudian_csv, doudian_row, order_files
from tests.support.reading import csv_export

ROWS = [
    doudian_row(1),
    doudian_row(2),
    doudian_row(3, 支付完成时间="-", 订单状态="已关闭"),
    doudian_row(4),
    doudian_row(5, 支付完成时间="", 订单状态="待支付"),
    doudian_row(6, 订单提交时间="2026/6/6 13:41"),
    doudian_row(7, 子订单编号="6.9E+18"),
    doudian_row(8, 订单提交时间="昨天"),
    doudian_row(9, 商品规格="50g"),
    doudian_row(10, 子订单编号="1;2", 商品数量="1;1", 选购商品="甲;乙", 订单应付金额="1;2"),
]


def read(data: bytes) -> list[Outcome]:
    return list(csv_export(data))


def read_whole(data: bytes) -> list[Outcome]:
    """Every row by itself, as if nothing were remembered."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Alike, "line", lambda _self, _row: None)
        return read(data)


def numbers(outcomes: list[Outcome]) -> list[int]:
    return [one.source_line for one in outcomes if isinstance(one, OrderLine)]


def test_a_file_comes_to_the_same() -> None:
    data = doudian_csv(ROWS)
    known = read(data)

    assert known == read_whole(data)
    assert numbers(known) == numbers(read_whole(data))
    assert [one.goods is not None for one in known if isinstance(one, OrderLine)].count(True) == 3


def test_it_would_not_if_rows_were_held_to_be_alike_too_easily(monkeypatch: pytest.MonkeyPatch) -> None:
    data = doudian_csv(ROWS)
    whole = read_whole(data)
    monkeypatch.setattr(Alike, "_words", lambda _self, _row: "anything")

    assert read(data) != whole


@settings(max_examples=30)
@given(data=st.data(), code=st.sampled_from(sorted(SHEETS)))
def test_any_file_of_any_platform_comes_to_the_same_when_it_comes_twice(data: Any, code: str) -> None:
    file = data.draw(order_files(code))
    header, *lines = file.data.split(b"\r\n")
    twice = b"\r\n".join([header, *lines[:-1], *lines])

    assert read(twice) == read_whole(twice)


class TestTheDoor:
    columns = match_columns(OUR_COLUMNS, by_code("doudian_orders", LAYOUTS))

    def pick(self, picker: Picker, **cells: str) -> PickedRow:
        row = doudian_row(1, **cells)
        picked = picker.pick(2, [row.get(name, "") for name in OUR_COLUMNS])
        assert isinstance(picked, PickedRow)
        return picked

    def test_a_cell_that_is_not_what_its_column_says_is_looked_at_closely(self) -> None:
        picker = Picker(self.columns)
        assert self.pick(picker).plain
        assert not self.pick(picker, 商品数量="张三").plain
        assert not self.pick(picker, 订单状态="13812345678").plain
        assert self.pick(picker).plain

    def test_a_cell_is_cleaned_the_second_time_as_the_first(self) -> None:
        picker = Picker(self.columns)
        first, second = (self.pick(picker, 选购商品='="紫菜"', 商品规格="-") for _ in range(2))
        assert first.cells == second.cells
        at = list(self.columns.positions).index(Field.TITLE)
        assert first.cells[at] == "紫菜"

    def test_what_is_remembered_does_not_grow_with_the_file(self) -> None:
        picker = Picker(self.columns)
        for number in range(3_000):
            self.pick(picker, 选购商品=f"紫菜 {number}", 主订单编号=str(10**18 + number))
        assert 1_000 <= picker.remembered < 1_100
