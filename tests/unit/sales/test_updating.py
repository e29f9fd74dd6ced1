"""Two readings of one line: the further one stays, in whatever order they come."""

from dataclasses import replace
from itertools import permutations, product

import pytest

from domain.sales.layouts.doudian import DOUDIAN
from domain.sales.lines import AfterSale, LineStatus, OrderLine, RefundBasis
from domain.sales.platforms import Layout
from domain.sales.updating import joined
from tests.support.exports import doudian_csv, doudian_row
from tests.support.reading import csv_export


def read(**cells: str) -> OrderLine:
    (line,) = csv_export(doudian_csv([doudian_row(1, **cells)]))
    assert isinstance(line, OrderLine)
    return line


def read_with(layouts: tuple[Layout, ...], **cells: str) -> OrderLine:
    (line,) = csv_export(doudian_csv([doudian_row(1, **cells)]), layouts=layouts)
    assert isinstance(line, OrderLine)
    return line


UNPAID = {"订单状态": "待支付", "支付完成时间": "-", "订单完成时间": "-"}
SHIPPED = {"订单状态": "已发货", "订单完成时间": "-"}
LIFE = [
    read(**UNPAID),
    read(**SHIPPED),
    read(**SHIPPED, 售后状态="售后处理中"),
    read(),
    read(售后状态="退款成功"),
    read(订单状态="已关闭", 售后状态="同意退款，退款成功"),
]


@pytest.mark.parametrize("order", list(permutations(range(len(LIFE)), 3)))
def test_the_order_of_the_files_does_not_matter(order: tuple[int, ...]) -> None:
    one, two, three = (LIFE[index] for index in order)
    forward, backward = joined(joined(one, two), three), joined(three, joined(two, one))

    furthest = LIFE[max(order)]
    for line in (forward, backward):
        assert (line.status, line.paid) == (furthest.status, furthest.paid)
        assert (line.refunded_fen, line.refund_basis) == (furthest.refunded_fen, furthest.refund_basis)


@pytest.mark.parametrize(("one", "two"), list(product(LIFE, LIFE)))
def test_a_reading_that_comes_again_changes_nothing(one: OrderLine, two: OrderLine) -> None:
    both = joined(one, two)

    assert joined(both, two) == both
    assert joined(both, one).status is both.status
    assert joined(both, one).after_sale_text == both.after_sale_text


def test_a_refund_stays_back_even_when_the_order_is_completed_later() -> None:
    line = joined(read(**SHIPPED, 售后状态="退款成功"), read())

    assert line.status is LineStatus.COMPLETED
    assert line.refund_basis is RefundBasis.ASSUMED_FULL
    assert line.refunded_fen == line.amount_fen


def test_a_column_that_was_left_out_takes_nothing_away() -> None:
    line = joined(read(), read(商品规格="", 流量体裁="", 商家编码=""))

    assert (line.spec, line.traffic_form, line.merchant_code) == ("100g*2袋", "直播", "ZC-100")
    assert line.live_evidence


def test_a_time_to_the_second_beats_one_to_the_minute() -> None:
    exact, rounded = read(订单提交时间="2026-06-06 13:41:25"), read(订单提交时间="2026/6/6 13:41")

    assert joined(exact, rounded).ordered_at == exact.ordered_at
    assert joined(rounded, exact).ordered_at == exact.ordered_at


def test_a_word_that_a_person_decided_is_ranked_by_its_meaning() -> None:
    learned = {"平台介入": AfterSale.OPEN, "平台结案": AfterSale.NONE}
    layouts = (DOUDIAN.with_words({}, learned),)
    opened, ended = (read_with(layouts, 售后状态=word) for word in ("平台介入", "平台结案"))
    for one, two in ((opened, ended), (ended, opened)):
        assert joined(one, two, learned).after_sale_text == "平台结案"
    for one, two in ((opened, read(售后状态="退款成功")), (read(售后状态="退款成功"), opened)):
        assert joined(one, two, learned).after_sale_text == "退款成功"


def test_a_word_that_nobody_knows_any_more_beats_only_none() -> None:
    forgotten = replace(read(), after_sale_text="某某状态")
    for one, two in ((forgotten, read()), (read(), forgotten)):
        assert joined(one, two).after_sale_text == "某某状态"
    for one, two in ((forgotten, read(售后状态="售后关闭")), (read(售后状态="售后关闭"), forgotten)):
        assert joined(one, two).after_sale_text == "售后关闭"
