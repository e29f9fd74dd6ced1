"""What counts of a line follows from all that was told of it, in whatever order it was told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.sales.lines import AfterSaleCase, CaseState, HeldLine, Level, OrderLine, Platform, RefundBasis
from domain.sales.problems import HeldCode
from domain.sales.refunds import Counted, Told, counted, released, told_of
from domain.sales.rows import Outcome
from domain.sales.updating import joined, joined_cases
from tests.support.exports import (
    ALL_COLUMNS,
    OUR_COLUMNS,
    KnownCases,
    KnownFile,
    case_lives,
    doudian_csv,
    doudian_row,
    lives,
    platform_csv,
    platform_row,
)
from tests.support.reading import csv_export

AMOUNT = 3990


def case(number: int, fen: int, state: CaseState = CaseState.REFUNDED) -> AfterSaleCase:
    return AfterSaleCase(
        Platform.DOUDIAN, str(number), "12", "11", fen, 0, state, "同意退款，退款成功", None, None, 2
    )


def told(basis: RefundBasis = RefundBasis.NONE, refunded: int = 0, *, paid: bool = True) -> Told:
    return Told(AMOUNT, paid, refunded, basis)


WHOLE = Counted(True, AMOUNT, RefundBasis.FULL)


@pytest.mark.parametrize(
    ("told", "cases", "expected"),
    [
        (told(), [], Counted(True, 0, RefundBasis.NONE)),
        (told(), [case(1, 1000)], Counted(True, 1000, RefundBasis.STATED)),
        (told(), [case(1, 1000), case(2, 500)], Counted(True, 1500, RefundBasis.STATED)),
        (told(), [case(1, 1000, CaseState.OPEN)], Counted(True, 0, RefundBasis.NONE)),
        (told(), [case(1, 1000, CaseState.CLOSED)], Counted(True, 0, RefundBasis.NONE)),
        (told(), [case(1, AMOUNT + 1)], Counted(True, AMOUNT, RefundBasis.STATED)),
        (told(RefundBasis.ASSUMED_FULL, AMOUNT), [case(1, 1000)], Counted(True, 1000, RefundBasis.STATED)),
        (told(RefundBasis.ASSUMED_FULL, AMOUNT), [case(1, 0)], Counted(True, 0, RefundBasis.STATED)),
        (
            told(RefundBasis.ASSUMED_FULL, AMOUNT),
            [case(1, 9, CaseState.OPEN)],
            Counted(True, AMOUNT, RefundBasis.ASSUMED_FULL),
        ),
        (told(RefundBasis.FULL, AMOUNT), [case(1, 1000)], WHOLE),
        (told(RefundBasis.STATED, 700), [case(1, 1000)], Counted(True, 1000, RefundBasis.STATED)),
        (told(RefundBasis.STATED, 1700), [case(1, 1000)], Counted(True, 1700, RefundBasis.STATED)),
        (told(RefundBasis.STATED, AMOUNT + 600), [], Counted(True, AMOUNT, RefundBasis.STATED)),
        (told(paid=False), [case(1, 1000)], Counted(False, 0, RefundBasis.NONE)),
    ],
)
def test_cases_state_what_the_order_export_could_not(
    told: Told, cases: list[AfterSaleCase], expected: Counted
) -> None:
    assert counted(told, cases, replaced=False) == expected
    assert counted(told, cases[::-1], replaced=False) == expected


def test_an_order_whose_lines_are_known_counts_nothing() -> None:
    whole = told(RefundBasis.FULL, AMOUNT)
    assert counted(whole, [], replaced=True) == Counted(False, 0, RefundBasis.NONE)
    assert counted(whole, [], replaced=False) == WHOLE


@pytest.mark.parametrize("codes", list(permutations(["taobao_orders", "taobao_items"])))
def test_an_order_that_came_whole_and_by_its_lines_counts_once(codes: tuple[str, ...]) -> None:
    files = [platform_csv(code, [platform_row(code, number) for number in (1, 2)]) for code in codes]
    lines = [line for data in files for line in csv_export(data) if isinstance(line, OrderLine)]
    assert len({line.line_key for line in lines}) == 4

    by_lines = {line.order_no for line in lines if line.level is Level.LINE}
    results = [
        counted(told_of(line), [], replaced=line.level is Level.ORDER and line.order_no in by_lines)
        for line in lines
    ]
    assert sum(line.amount_fen for line, one in zip(lines, results, strict=True) if one.paid) == 2 * AMOUNT


def read_one(**cells: str) -> OrderLine | HeldLine:
    (outcome,) = csv_export(doudian_csv([doudian_row(1, **cells)]))
    assert isinstance(outcome, OrderLine | HeldLine)
    return outcome


def test_a_partial_refund_is_released_by_a_case_that_tells_its_amount() -> None:
    held = read_one(售后状态="部分退款")
    assert isinstance(held, HeldLine)
    assert held.code is HeldCode.PARTIAL_REFUND
    assert released(held, []) is None
    assert released(held, [case(1, 1000, CaseState.OPEN)]) is None

    line = released(held, [case(1, 1000)])
    assert line is not None
    assert counted(told_of(line), [case(1, 1000)], replaced=False) == Counted(True, 1000, RefundBasis.STATED)


def test_no_case_releases_any_other_doubt() -> None:
    held = read_one(订单状态="质检中")
    assert isinstance(held, HeldLine)
    assert released(held, [case(1, 1000)]) is None


@pytest.mark.parametrize("after_sale", ["-", "退款成功", "已全额退款"])
def test_freight_that_only_one_export_told_of_is_taken_off_in_either_order(after_sale: str) -> None:
    row = doudian_row(1, 订单应付金额="45.90", 运费="6.00", 售后状态=after_sale)
    exact, rough = (
        line
        for columns in (ALL_COLUMNS, OUR_COLUMNS)
        for line in csv_export(doudian_csv([row], columns=columns))
        if isinstance(line, OrderLine)
    )
    assert (exact.amount_fen, rough.amount_fen) == (AMOUNT, 4590)
    for one, two in ((exact, rough), (rough, exact)):
        both = joined(one, two)
        assert both.amount_fen == AMOUNT
        result = counted(told_of(both), [], replaced=False)
        assert result.refunded_fen == (0 if after_sale == "-" else AMOUNT)


CASES = [
    case(1, 1000, CaseState.OPEN),
    case(1, 900, CaseState.CLOSED),
    case(1, 800),
    case(1, 850),
    replace(case(1, 850), freight_refund_fen=500),
]


@pytest.mark.parametrize("order", list(permutations(CASES, 3)))
def test_the_furthest_reading_of_a_case_stays_in_any_order(order: tuple[AfterSaleCase, ...]) -> None:
    one, two, three = order
    furthest = CASES[max(CASES.index(reading) for reading in order)]

    assert joined_cases(joined_cases(one, two), three) == furthest
    assert joined_cases(one, joined_cases(three, two)) == furthest
    assert joined_cases(furthest, one) == furthest


def books(files: Iterable[list[Outcome]]) -> dict[str, Counted]:
    """What counts of each line when these files come in one after another."""
    lines: dict[str, OrderLine] = {}
    cases: dict[str, AfterSaleCase] = {}
    for file in files:
        for found in file:
            if isinstance(found, OrderLine):
                known = lines.get(found.line_key)
                lines[found.line_key] = joined(known, found) if known else found
            elif isinstance(found, AfterSaleCase):
                before = cases.get(found.case_no)
                cases[found.case_no] = joined_cases(before, found) if before else found
    return {
        key: counted(told_of(line), [one for one in cases.values() if one.line_key == key], replaced=False)
        for key, line in lines.items()
    }


def expected(orders: KnownFile, after_sales: KnownCases) -> dict[str, int]:
    """What went back of each paid line, worked out from what was sold and what cases there were."""
    result = {}
    for line in orders.lines:
        cases = [one for one in after_sales.cases if one.line_no == line.line_key and one.done]
        closed = orders_closed(orders, line.line_key)
        stated = min(sum(one.refunded_fen for one in cases), line.amount_fen)
        result[line.line_key] = (line.refunded_fen if closed or not cases else stated) if line.paid else 0
    return result


def orders_closed(orders: KnownFile, line_key: str) -> bool:
    """Whether a refund of this line is certainly one of the whole line."""
    return any(line_key in row["子订单编号"] and row["订单状态"] == "已关闭" for row in orders.rows)


@settings(max_examples=40)
@given(data=st.data())
def test_orders_and_after_sales_meet_in_any_order_of_arrival(data: st.DataObject) -> None:
    order_files = data.draw(lives("doudian_orders", files=2))
    lines = [(line.order_no, line.line_key) for line in order_files[-1].lines]
    case_files = data.draw(case_lives(lines))

    wanted = expected(order_files[-1], case_files[-1])
    read = [list(csv_export(file.data)) for file in (*order_files, *case_files)]
    results = [books(order) for order in permutations(read)]
    assert all(result == results[0] for result in results)
    assert {key: line.refunded_fen for key, line in results[0].items()} == wanted
