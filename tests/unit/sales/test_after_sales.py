"""An after-sales file of 抖店 becomes cases: what went back of which line, and nothing of anybody's person."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.sales.layouts.doudian import DOUDIAN_AFTER_SALES
from domain.sales.lines import AfterSale, AfterSaleCase, CaseState, HeldLine
from domain.sales.problems import HeldCode, RowCode, RowError
from domain.sales.rows import Outcome
from tests.support.exports import (
    CASE_COLUMNS,
    CASE_OTHERS,
    CASE_PERSONAL,
    KnownCases,
    canaries,
    case_files,
    doudian_case_row,
    write_csv,
)
from tests.support.reading import csv_export

COLUMNS = CASE_COLUMNS + CASE_PERSONAL + CASE_OTHERS


def read(**cells: str) -> Outcome:
    (outcome,) = csv_export(write_csv([doudian_case_row(1, **cells)], COLUMNS))
    return outcome


def test_a_refunded_case_tells_its_line_and_amount() -> None:
    found = read(退商品金额="¥1,010.50", 退运费金额="6.00")
    assert isinstance(found, AfterSaleCase)
    assert (found.case_no, found.order_no, found.line_key) == (
        "7100000000000000001",
        "6917000000000000001",
        "6917500000000000001",
    )
    assert (found.refund_fen, found.freight_refund_fen, found.state) == (101050, 600, CaseState.REFUNDED)
    assert found.requested_at is not None
    assert found.refunded_at is not None
    assert found.requested_at < found.refunded_at


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("待商家处理", CaseState.OPEN),
        ("待买家退货", CaseState.OPEN),
        ("售后关闭", CaseState.CLOSED),
        ("补寄/换货成功", CaseState.CLOSED),
        ("退款成功", CaseState.REFUNDED),
        ("部分退款成功", CaseState.REFUNDED),
    ],
)
def test_its_state_follows_from_a_known_word(word: str, state: CaseState) -> None:
    found = read(售后状态=word)
    assert isinstance(found, AfterSaleCase)
    assert (found.state, found.state_text) == (state, word)


def test_an_unknown_word_holds_the_case_open_until_it_is_learned() -> None:
    held = read(售后状态="极速处理")
    assert isinstance(held, HeldLine)
    assert (held.code, held.column, held.text) == (HeldCode.UNKNOWN_AFTER_SALE, "售后状态", "极速处理")
    assert isinstance(held.order, AfterSaleCase)
    assert held.order.state is CaseState.OPEN

    learned = (DOUDIAN_AFTER_SALES.with_words({}, {"极速处理": AfterSale.REFUNDED}),)
    (found,) = csv_export(write_csv([doudian_case_row(1, 售后状态="极速处理")], COLUMNS), layouts=learned)
    assert isinstance(found, AfterSaleCase)
    assert found.state is CaseState.REFUNDED


def test_a_success_without_an_amount_is_held_and_one_of_nothing_gave_freight_back() -> None:
    held, freight = read(退商品金额="-"), read(退商品金额="0.00", 退运费金额="6.00")
    assert isinstance(held, HeldLine)
    assert (held.code, held.column) == (HeldCode.REFUND_WITHOUT_AMOUNT, "退商品金额")
    assert isinstance(freight, AfterSaleCase)
    assert (freight.refund_fen, freight.freight_refund_fen) == (0, 600)


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("售后单号", "7.1E+18", RowCode.ID_SCIENTIFIC),
        ("商品单号", "", RowCode.REQUIRED),
        ("退商品金额", "-1.00", RowCode.NEGATIVE_MONEY),
        ("售后申请时间", "昨天", RowCode.BAD_TIME),
        ("售后状态", "", RowCode.REQUIRED),
    ],
)
def test_a_row_that_cannot_be_read_is_rejected(column: str, cell: str, code: RowCode) -> None:
    error = read(**{column: cell})
    assert isinstance(error, RowError)
    assert (error.line, error.column, error.code) == (2, column, code)


@settings(max_examples=40)
@given(data=st.data())
def test_every_case_comes_out_as_it_was_and_nothing_of_a_buyer_with_it(data: st.DataObject) -> None:
    file: KnownCases = data.draw(case_files([("11", "12"), ("11", "13"), ("21", "22")]))
    outcomes = list(csv_export(file.data))

    cases = [outcome for outcome in outcomes if isinstance(outcome, AfterSaleCase)]
    assert [(one.case_no, one.line_key, one.order_no, one.refund_fen) for one in cases] == [
        (one.case_no, one.line_no, one.order_no, one.goods_fen) for one in file.cases
    ]
    assert sum(one.refund_fen for one in cases if one.state is CaseState.REFUNDED) == file.refunded_fen
    assert len(outcomes) - len(cases) == sum(isinstance(one, HeldLine) for one in outcomes) == file.held
    seen = repr(outcomes)
    assert not [text for number in range(1, 20) for text in canaries(number) if text in seen]
