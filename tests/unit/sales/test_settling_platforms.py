"""What each platform's rows come to where they differ: freight, refunds that only restate, words without amounts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.sales.layouts import LAYOUTS
from domain.sales.layouts.doudian import DOUDIAN
from domain.sales.layouts.kuaishou import KUAISHOU
from domain.sales.layouts.pinduoduo import PINDUODUO
from domain.sales.layouts.taobao import TAOBAO_ITEMS, TAOBAO_ORDERS
from domain.sales.layouts.weixin import WEIXIN
from domain.sales.lines import HeldLine, Level, OrderLine, RefundBasis
from domain.sales.platforms import Field, Kind, Layout
from domain.sales.problems import HeldCode
from domain.sales.settling import Evidence, Settlement, settle
from tests.support.exports import platform_csv, platform_row
from tests.support.reading import csv_export

ORDERS = [layout for layout in LAYOUTS if layout.kind is Kind.ORDERS]


def settled(
    layout: Layout,
    status: str,
    after_sale: str = "",
    *,
    paid: int,
    due: int | None = None,
    freight: int = 0,
    refunded: int | None = None,
    paid_at: bool = True,
    paid_column: bool = True,
) -> Settlement:
    return settle(Evidence(status, after_sale, paid, refunded, paid_at, paid_column, freight, due), layout)


def sums(result: Settlement) -> tuple[int, int, RefundBasis]:
    assert (result.paid, result.held) == (True, None), result
    return result.amount_fen, result.refunded_fen, result.basis


class TestFreight:
    @pytest.mark.parametrize(
        ("layout", "status"),
        [
            (DOUDIAN, "已完成"),
            (KUAISHOU, "交易成功"),
            (PINDUODUO, "已收货"),
            (TAOBAO_ORDERS, "交易成功"),
        ],
    )
    def test_is_taken_off_what_was_paid(self, layout: Layout, status: str) -> None:
        assert sums(settled(layout, status, paid=4590, freight=600)) == (3990, 0, RefundBasis.NONE)

    def test_that_is_more_than_was_paid_holds_the_row(self) -> None:
        result = settled(KUAISHOU, "交易成功", paid=500, freight=600)
        assert (result.held, result.doubtful, result.paid) == (
            HeldCode.FREIGHT_EXCEEDS_AMOUNT,
            Field.FREIGHT,
            False,
        )

    @pytest.mark.parametrize("paid", [0, 500])
    def test_of_an_order_that_was_never_paid_is_no_doubt(self, paid: int) -> None:
        result = settled(KUAISHOU, "待付款", paid=paid, freight=600, paid_at=False)
        assert (result.paid, result.held) == (False, None)

    def test_is_whatever_was_paid_beyond_what_the_goods_cost(self) -> None:
        assert sums(settled(TAOBAO_ITEMS, "交易成功", paid=4590, due=3990)) == (3990, 0, RefundBasis.NONE)

    def test_that_went_back_with_the_goods_is_not_counted_as_a_refund(self) -> None:
        result = settled(TAOBAO_ORDERS, "交易关闭", paid=4590, freight=600, due=3990, refunded=4590)
        assert sums(result) == (3990, 3990, RefundBasis.STATED)


class TestWordsWithoutAmounts:
    def test_of_kuaishou_are_certain_on_a_closed_order_only(self) -> None:
        assert sums(settled(KUAISHOU, "交易关闭", "退款成功", paid=100)) == (100, 100, RefundBasis.FULL)
        assert sums(settled(KUAISHOU, "交易成功", "退款成功", paid=100)) == (
            100,
            100,
            RefundBasis.ASSUMED_FULL,
        )
        assert settled(KUAISHOU, "交易成功", "售后成功", paid=100).held is HeldCode.UNKNOWN_AFTER_SALE

    @pytest.mark.parametrize("status", ["未发货，退款成功", "已收货,退款成功", "已取消，退款成功"])
    @pytest.mark.parametrize("after_sale", ["退款成功", "无售后或售后取消", "售后处理中", ""])
    def test_of_pinduoduo_may_stand_in_the_state_of_the_order(self, status: str, after_sale: str) -> None:
        for column in (True, False):
            result = settled(PINDUODUO, status, after_sale, paid=100, paid_at=column, paid_column=column)
            assert sums(result) == (100, 100, RefundBasis.FULL)

    def test_of_pinduoduo_mean_the_whole_order_even_if_it_goes_on(self) -> None:
        assert sums(settled(PINDUODUO, "已收货", "退款成功", paid=100)) == (100, 100, RefundBasis.FULL)
        assert settled(PINDUODUO, "已收货", "部分退款成功", paid=100).held is HeldCode.PARTIAL_REFUND
        partial = settled(PINDUODUO, "已收货", "部分退款成功", paid=100, refunded=30)
        assert sums(partial) == (100, 30, RefundBasis.STATED)

    def test_with_an_amount_of_nothing_hold_the_row(self) -> None:
        result = settled(WEIXIN, "已完成", "退款完成", paid=100, refunded=0)
        assert (result.held, result.doubtful) == (HeldCode.REFUND_WITHOUT_AMOUNT, Field.REFUNDED)


class TestAnAmountThatWentBack:
    def test_counts_in_weixin_whatever_became_of_a_later_case(self) -> None:
        assert sums(settled(WEIXIN, "已完成", "用户取消申请", paid=100, refunded=30)) == (
            100,
            30,
            RefundBasis.STATED,
        )

    def test_is_only_asked_for_in_taobao_until_a_word_says_that_it_went(self) -> None:
        asked = {"paid": 100, "due": 100, "refunded": 30}
        waiting = "买家已经申请退款，等待卖家同意"
        assert sums(settled(TAOBAO_ITEMS, "交易成功", waiting, **asked)) == (100, 0, RefundBasis.NONE)
        assert sums(settled(TAOBAO_ITEMS, "交易成功", "退款关闭", **asked)) == (100, 0, RefundBasis.NONE)
        assert sums(settled(TAOBAO_ITEMS, "交易成功", "退款成功", **asked)) == (100, 30, RefundBasis.STATED)

    def test_beyond_all_that_was_paid_holds_the_row(self) -> None:
        for layout in (WEIXIN, TAOBAO_ORDERS):
            result = settled(layout, "交易成功", paid=100, due=100, refunded=101)
            assert result.held is HeldCode.REFUND_EXCEEDS_AMOUNT


class TestARefundThatRestates:
    def test_a_discount_is_not_subtracted(self) -> None:
        for layout in (TAOBAO_ORDERS, TAOBAO_ITEMS):
            result = settled(layout, "交易成功", paid=9000, due=10_000, refunded=1000)
            assert sums(result) == (9000, 0, RefundBasis.NONE)

    @pytest.mark.parametrize("cent", [-1, 0, 1])
    def test_a_discount_does_so_to_the_fen(self, cent: int) -> None:
        result = settled(TAOBAO_ORDERS, "交易成功", paid=9000, due=10_000, refunded=1000 + cent)
        assert result.refunded_fen == 0

    def test_nothing_else_counts(self) -> None:
        result = settled(TAOBAO_ORDERS, "交易成功", paid=9000, due=10_000, refunded=500)
        assert sums(result) == (9000, 500, RefundBasis.STATED)

    def test_a_discount_beside_freight_is_seen_as_well(self) -> None:
        result = settled(TAOBAO_ORDERS, "交易成功", paid=9600, due=10_000, freight=600, refunded=1000)
        assert sums(result) == (9000, 0, RefundBasis.NONE)

    def test_what_a_real_refund_has_left_gives_back_what_was_paid(self) -> None:
        result = settled(TAOBAO_ITEMS, "交易成功", "退款成功", paid=7000, due=10_000, refunded=3000)
        assert sums(result) == (10_000, 3000, RefundBasis.STATED)

    @pytest.mark.parametrize(("freight", "refunded"), [(0, 3700), (500, 3700), (500, 4200), (0, 3500)])
    def test_on_a_closed_order_of_which_nothing_is_left(self, freight: int, refunded: int) -> None:
        result = settled(TAOBAO_ORDERS, "交易关闭", paid=0, due=3700, freight=freight, refunded=refunded)
        back = min(refunded, 3700)
        assert sums(result) == (back, back, RefundBasis.STATED)

    def test_on_a_closed_order_at_half_price_gives_all_of_it_back(self) -> None:
        result = settled(TAOBAO_ORDERS, "交易关闭", paid=5000, due=10_000, refunded=5000)
        assert sums(result) == (5000, 5000, RefundBasis.STATED)

    def test_and_may_be_all_that_was_paid_holds_the_row(self) -> None:
        result = settled(TAOBAO_ITEMS, "交易成功", "退款成功", paid=5000, due=10_000, refunded=5000)
        assert (result.held, result.doubtful) == (HeldCode.REFUND_AMBIGUOUS, Field.REFUNDED)

    def test_is_subtracted_by_a_layout_that_knows_no_better(self) -> None:
        naive = replace(TAOBAO_ORDERS, restates=False)
        assert settled(naive, "交易成功", paid=9000, due=10_000, refunded=1000).refunded_fen == 1000


@pytest.mark.parametrize("layout", ORDERS, ids=lambda layout: layout.code)
def test_an_unknown_word_is_held_and_never_defaulted(layout: Layout) -> None:
    result = settled(layout, "某某状态", paid=100)
    assert (result.held, result.paid, result.amount_fen) == (HeldCode.UNKNOWN_STATUS, False, 100)
    if layout.column(Field.AFTER_SALE) is not None:
        known = next(word for word, state in layout.order_states.items() if state == "completed")
        assert settled(layout, known, "某某售后", paid=100).held is HeldCode.UNKNOWN_AFTER_SALE


def read(code: str, /, **cells: str) -> OrderLine:
    (line,) = csv_export(platform_csv(code, [platform_row(code, **cells)]))
    assert isinstance(line, OrderLine), line
    return line


class TestKeys:
    def test_of_an_order_and_of_its_only_line_differ_though_their_numbers_do_not(self) -> None:
        whole, line = read("taobao_orders"), read("taobao_items")
        assert whole.order_no == line.order_no
        assert (whole.level, line.level) == (Level.ORDER, Level.LINE)
        assert (whole.line_key, line.line_key) == (f"order|{whole.order_no}", line.order_no)

    def test_of_weixin_hold_product_and_specification_which_may_be_empty(self) -> None:
        bare = read("weixin_orders", 商品属性="-")
        assert bare.line_key == "5000000000000000001|10000123456789|"
        assert read("weixin_orders", 商品属性="红色;大号").line_key.endswith("|红色;大号")


class TestTracesOfALive:
    @pytest.mark.parametrize(
        ("code", "cells", "live"),
        [
            ("kuaishou_orders", {"订单载体": "直播间"}, True),
            ("kuaishou_orders", {"订单载体": "短视频"}, False),
            ("weixin_orders", {"带货方式": "直播"}, True),
            ("weixin_orders", {"带货方式": "短视频"}, False),
            ("pinduoduo_orders", {"是否直播间成交": "是"}, True),
            ("pinduoduo_orders", {"是否直播间成交": "否", "是否直播间引导成交": "是"}, False),
            ("taobao_items", {}, False),
        ],
    )
    def test_are_only_what_the_row_says(self, code: str, cells: dict[str, str], live: bool) -> None:
        assert read(code, **cells).live_evidence is live

    def test_a_promoter_is_none(self) -> None:
        line = read("kuaishou_orders", 订单载体="-")
        assert (line.author_name, line.live_evidence) == ("聚福主播", False)


def test_the_titles_of_a_whole_order_are_cut_and_that_of_a_line_is_rejected() -> None:
    assert read("taobao_orders", 宝贝标题="很长的标题，" * 100).title.endswith("…")
    (rejected,) = csv_export(platform_csv("taobao_items", [platform_row("taobao_items", 标题="很长" * 300)]))
    assert not isinstance(rejected, OrderLine | HeldLine)


def test_words_in_place_of_an_amount_are_no_amount() -> None:
    assert read("taobao_items", 退款金额="无退款申请").refund_basis is RefundBasis.NONE
