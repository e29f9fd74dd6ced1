"""Payment and refund follow from known words only; every doubt holds the row."""

from __future__ import annotations

import pytest

from domain.sales.layouts.doudian import DOUDIAN
from domain.sales.lines import LineStatus, RefundBasis
from domain.sales.platforms import Field
from domain.sales.problems import HeldCode
from domain.sales.settling import Evidence, Settlement, settle

AMOUNT = 3990


def settled(
    status: str,
    after_sale: str = "",
    *,
    paid_at: bool = True,
    paid_column: bool = True,
    refunded: int | None = None,
) -> Settlement:
    return settle(Evidence(status, after_sale, AMOUNT, refunded, paid_at, paid_column), DOUDIAN)


@pytest.mark.parametrize("status", ["备货中", "待发货", "已支付", "部分发货", "已发货", "已完成"])
def test_a_paid_order_counts_whole(status: str) -> None:
    result = settled(status)
    assert (result.paid, result.refunded_fen, result.held) == (True, 0, None)


@pytest.mark.parametrize("status", ["待支付", "待确认", "已关闭", "已取消"])
def test_an_order_without_payment_counts_for_nothing(status: str) -> None:
    result = settled(status, paid_at=False)
    assert (result.paid, result.refunded_fen, result.held) == (False, 0, None)


@pytest.mark.parametrize(
    "after_sale", ["售后待处理", "待商家处理", "待买家退货处理", "待收退货", "退款中", "同意退款，退款失败"]
)
def test_an_open_after_sale_refunds_nothing_yet(after_sale: str) -> None:
    assert settled("已发货", after_sale) == Settlement(LineStatus.SHIPPED, AMOUNT, paid=True)


@pytest.mark.parametrize("after_sale", ["售后关闭", "补寄/换货成功", "退货后拒绝退款", "无"])
def test_an_after_sale_without_refund_refunds_nothing(after_sale: str) -> None:
    assert settled("已完成", after_sale) == Settlement(LineStatus.COMPLETED, AMOUNT, paid=True)


@pytest.mark.parametrize("after_sale", ["退款成功", "已退款", "同意退款,退款成功", "已全额退款", "全额退款"])
def test_a_closed_and_refunded_line_is_refunded_in_full(after_sale: str) -> None:
    assert settled("已关闭", after_sale) == Settlement(
        LineStatus.CLOSED, AMOUNT, True, AMOUNT, RefundBasis.FULL
    )


@pytest.mark.parametrize(
    ("after_sale", "basis"), [("退款成功", RefundBasis.ASSUMED_FULL), ("已全额退款", RefundBasis.FULL)]
)
def test_a_success_on_an_order_that_goes_on_is_assumed_to_be_full(
    after_sale: str, basis: RefundBasis
) -> None:
    assert settled("已完成", after_sale) == Settlement(LineStatus.COMPLETED, AMOUNT, True, AMOUNT, basis)


@pytest.mark.parametrize(
    ("status", "after_sale", "paid_at", "code", "doubtful"),
    [
        ("已签收待评价", "", True, HeldCode.UNKNOWN_STATUS, Field.STATUS),
        ("已完成", "平台介入", True, HeldCode.UNKNOWN_AFTER_SALE, Field.AFTER_SALE),
        ("已完成", "售后成功", True, HeldCode.UNKNOWN_AFTER_SALE, Field.AFTER_SALE),
        ("已完成", "部分退款", True, HeldCode.PARTIAL_REFUND, Field.AFTER_SALE),
        ("已完成", "", False, HeldCode.PAYMENT_TIME_MISSING, Field.PAID_AT),
        ("已关闭", "退款成功", False, HeldCode.PAYMENT_TIME_MISSING, Field.PAID_AT),
        ("待支付", "", True, HeldCode.STATUS_CONTRADICTS_PAYMENT, Field.STATUS),
        ("已关闭", "", True, HeldCode.CLOSED_WITHOUT_REFUND, Field.AFTER_SALE),
        ("已关闭", "售后关闭", True, HeldCode.CLOSED_WITHOUT_REFUND, Field.AFTER_SALE),
    ],
)
def test_a_doubt_holds_the_row_and_counts_nothing(
    status: str, after_sale: str, paid_at: bool, code: HeldCode, doubtful: Field
) -> None:
    result = settled(status, after_sale, paid_at=paid_at)
    assert (result.held, result.doubtful) == (code, doubtful)
    assert (result.paid, result.refunded_fen) == (False, 0)


@pytest.mark.parametrize(
    ("status", "after_sale", "paid"),
    [("已完成", "", True), ("待支付", "", False), ("已关闭", "", False), ("已关闭", "退款成功", True)],
)
def test_without_a_column_of_payment_times_the_state_decides(
    status: str, after_sale: str, paid: bool
) -> None:
    result = settled(status, after_sale, paid_at=False, paid_column=False)
    assert (result.paid, result.held) == (paid, None)


def test_a_stated_refund_is_taken_as_stated() -> None:
    assert settled("已完成", "退款成功", refunded=1000) == Settlement(
        LineStatus.COMPLETED, AMOUNT, True, 1000, RefundBasis.STATED
    )
    assert settled("已完成", "部分退款", refunded=1).refunded_fen == 1
    assert settled("已完成", "退款成功", refunded=AMOUNT + 1).held is HeldCode.REFUND_EXCEEDS_AMOUNT
