"""A held row that is read anew with its word known comes to what it would have come to at once."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.sales.deciding import decided, decided_case
from domain.sales.layouts import LAYOUTS
from domain.sales.lines import AfterSaleCase, CaseState, HeldLine, LineStatus, OrderLine, RefundBasis
from domain.sales.platforms import by_code
from domain.sales.rows import RowParser
from tests.support.exports import SHEETS, doudian_case_row, doudian_csv, doudian_row, order_files
from tests.support.exports.doudian import CASE_COLUMNS
from tests.support.reading import csv_export


def knowing_nothing(layout):
    return replace(layout, order_states={}, refund_states={})


@settings(max_examples=30)
@given(data=st.data(), code=st.sampled_from(sorted(SHEETS)))
def test_any_row_of_any_platform(data, code):
    file = data.draw(order_files(code))
    layout = by_code(code, LAYOUTS)
    blind = csv_export(file.data, layouts=[knowing_nothing(layout)])
    outcomes = list(blind)
    assert not [one for one in outcomes if isinstance(one, OrderLine)]

    parser = RowParser(layout, blind.columns.headers)
    anew = [parser.read_anew(one.line, one.cells) if isinstance(one, HeldLine) else one for one in outcomes]

    assert anew == list(csv_export(file.data, layouts=[layout]))


def test_a_case_too():
    data = doudian_csv([doudian_case_row(1)], columns=CASE_COLUMNS)
    layout = by_code("doudian_after_sales", LAYOUTS)
    blind = csv_export(data, layouts=[replace(layout, after_sale_states={})])
    [held] = list(blind)
    assert isinstance(held, HeldLine)

    anew = RowParser(layout, blind.columns.headers).read_anew(held.line, held.cells)

    assert [anew] == list(csv_export(data, layouts=[layout]))
    assert isinstance(anew, AfterSaleCase)


def test_only_cells_that_may_be_kept_are():
    [held] = list(csv_export(doudian_csv([doudian_row(1, 订单状态="神秘状态")])))
    assert isinstance(held, HeldLine)
    assert set(held.cells) <= {
        "order_no", "sub_order_no", "title", "spec", "quantity", "platform_product_id", "merchant_code",
        "unit_price", "amount", "freight", "status", "after_sale", "ordered_at", "paid_at", "completed_at",
        "author_id", "author_name", "traffic_source", "traffic_form",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("paid", "refunded", "expected"),
    [
        (True, 0, (LineStatus.PAID, True, 0, RefundBasis.NONE)),
        (True, 500, (LineStatus.PAID, True, 500, RefundBasis.STATED)),
        (False, 500, (LineStatus.UNPAID, False, 0, RefundBasis.NONE)),
    ],
)
def test_what_a_decision_makes_of_a_line_whose_status_nobody_knows(paid, refunded, expected):
    [held] = list(csv_export(doudian_csv([doudian_row(1, 订单状态="神秘状态")])))
    assert isinstance(held, HeldLine)
    assert isinstance(held.order, OrderLine)

    line = decided(held.order, paid=paid, refunded_fen=refunded)

    assert (line.status, line.paid, line.refunded_fen, line.refund_basis) == expected


@pytest.mark.parametrize(("refunded", "state"), [(0, CaseState.CLOSED), (500, CaseState.REFUNDED)])
def test_what_a_decision_makes_of_a_case(refunded, state):
    [case] = list(csv_export(doudian_csv([doudian_case_row(1)], columns=CASE_COLUMNS)))
    assert isinstance(case, AfterSaleCase)

    done = decided_case(case, refunded_fen=refunded)

    assert (done.state, done.refund_fen) == (state, refunded)
