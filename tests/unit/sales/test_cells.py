"""A cell is rid of what spreadsheets do to it, and refused where its content is lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.sales import cells
from domain.sales.cells import Precision
from domain.sales.problems import CellError, RowCode


@pytest.mark.parametrize(
    ("raw", "bare"),
    [
        ("\t6917000000000000001", "6917000000000000001"),
        ('="6917000000000000001"', "6917000000000000001"),
        ("'13800000001", "13800000001"),
        ("168.99\t", "168.99"),
        ("\ufeff主订单编号", "主订单编号"),
        ("\u3000紫菜\u200b", "紫菜"),
        ('="\t42"', "42"),
        ("=SUM(A1)", "=SUM(A1)"),
        ("-", ""),
        ("--", ""),
        ("—", ""),
        ("/", ""),
        ("\t-\t", ""),
        ('=""', ""),
        ("a-b", "a-b"),
    ],
)
def test_a_cell_is_cleaned(raw: str, bare: str) -> None:
    assert cells.clean(raw) == bare


@pytest.mark.parametrize("spelling", ["同意退款，退款成功", "同意退款,退款成功", " 同意退款， 退款成功 "])
def test_status_words_are_one_word_in_every_width(spelling: str) -> None:
    assert cells.fold(spelling) == "同意退款,退款成功"


@pytest.mark.parametrize("cell", ["6.9E+18", "6.917E+18", "7e18", "６.９Ｅ+18"])
def test_an_id_that_excel_spoilt_is_refused_and_never_guessed(cell: str) -> None:
    with pytest.raises(CellError) as refused:
        cells.identifier(cell)
    assert refused.value.code is RowCode.ID_SCIENTIFIC


@pytest.mark.parametrize("cell", ["6917.0", "69 17", "六九", "6917,000", "x" * 65])
def test_an_id_is_letters_and_figures_only(cell: str) -> None:
    with pytest.raises(CellError) as refused:
        cells.identifier(cell)
    assert refused.value.code is RowCode.ID_MALFORMED


def test_a_merchant_code_may_be_anything_but_what_excel_spoilt() -> None:
    assert cells.merchant_code("海带/500g 1E5") == "海带/500g 1E5"
    assert cells.merchant_code("1E5") == "1E5"
    with pytest.raises(CellError):
        cells.merchant_code("6.92E+12")


@pytest.mark.parametrize(
    ("cell", "moment", "precision"),
    [
        ("2026/6/6 13:41", datetime(2026, 6, 6, 5, 41, tzinfo=UTC), Precision.MINUTE),
        ("2026-06-06 13:41:22", datetime(2026, 6, 6, 5, 41, 22, tzinfo=UTC), Precision.SECOND),
        ("2026/06/06 00:00:00", datetime(2026, 6, 5, 16, 0, tzinfo=UTC), Precision.SECOND),
        ("2026年6月6日 13：41", datetime(2026, 6, 6, 5, 41, tzinfo=UTC), Precision.MINUTE),
        ("2026-06-06T13:41:22.0", datetime(2026, 6, 6, 5, 41, 22, tzinfo=UTC), Precision.SECOND),
    ],
)
def test_a_time_is_read_on_the_clock_of_shanghai(cell: str, moment: datetime, precision: Precision) -> None:
    assert cells.moment(cell) == (moment, precision)


@pytest.mark.parametrize(
    "cell",
    [
        "2026/6/6",
        "46179.57",
        "2026-13-01 10:00",
        "2026-02-30 10:00",
        "2026-06-06 24:00",
        "1970-01-01 08:00:00",
        "6/6/26 13:41",
    ],
)
def test_what_is_no_time_is_refused(cell: str) -> None:
    with pytest.raises(CellError) as refused:
        cells.moment(cell)
    assert refused.value.code is RowCode.BAD_TIME


@pytest.mark.parametrize(("cell", "quantity"), [("1", 1), ("２", 2), ("3.0", 3), ("100000", 100_000)])
def test_a_quantity_is_a_whole_number(cell: str, quantity: int) -> None:
    assert cells.quantity(cell) == quantity


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1.5", RowCode.BAD_INTEGER),
        ("两件", RowCode.BAD_INTEGER),
        ("0", RowCode.BAD_QUANTITY),
        ("-1", RowCode.BAD_QUANTITY),
        ("100001", RowCode.BAD_QUANTITY),
    ],
)
def test_what_is_no_quantity_is_refused(cell: str, code: RowCode) -> None:
    with pytest.raises(CellError) as refused:
        cells.quantity(cell)
    assert refused.value.code is code


@pytest.mark.parametrize(("cell", "code"), [("-1.00", RowCode.NEGATIVE_MONEY), ("12.345", RowCode.BAD_MONEY)])
def test_an_amount_of_a_row_is_positive_and_exact(cell: str, code: RowCode) -> None:
    with pytest.raises(CellError) as refused:
        cells.money(cell)
    assert refused.value.code is code


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("6.9E+18", "6.9E+18"),
        ("2026/13/1 10:00", "2026/13/1 10:00"),
        ("1.5", "1.5"),
        ("金丝雀", ""),
        ("13800000001", ""),
        ("138-0000-0001", ""),
        ("+86 138 0000 0001", ""),
        ("0595-87654321", ""),
        ("350505199001011234", ""),
    ],
)
def test_a_refused_cell_is_shown_only_if_it_can_be_nobodys_name_or_number(cell: str, shown: str) -> None:
    assert cells.safe_detail(cell) == shown


def test_words_are_kept_to_one_line_of_bounded_length() -> None:
    assert cells.title("泉港  紫菜\n100g") == "泉港 紫菜 100g"
    with pytest.raises(CellError) as refused:
        cells.title("菜" * 501)
    assert refused.value.code is RowCode.TEXT_TOO_LONG
    with pytest.raises(CellError) as refused:
        cells.title("紫\x07菜")
    assert refused.value.code is RowCode.CONTROL_CHARACTER
