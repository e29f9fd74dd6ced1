"""No cell of a table that leaves is taken for a formula, and numbers stay numbers."""

from decimal import Decimal

import pytest

from domain.plain_cells import plain_cell


def test_no_cell_is_taken_for_a_formula() -> None:
    assert [plain_cell(one) for one in ("=1+1", "+86", "-", "@x", "茶", None, 5)] == [
        "'=1+1",
        "'+86",
        "'-",
        "'@x",
        "茶",
        "",
        "5",
    ]


@pytest.mark.parametrize(
    "first", ["\n", "\t", "\r", "＝", "＋", "－", "＠", " =", "\u3000@", "\ufeff+", " \t-"]
)
def test_neither_is_one_that_begins_with_a_blank_or_in_full_width(first) -> None:
    assert plain_cell(f"{first}1+1") == f"'{first}1+1"


def test_numbers_are_no_formulas_however_they_begin() -> None:
    assert [plain_cell(one) for one in (-5, -0.5, Decimal("-86.00"))] == ["-5", "-0.5", "-86.00"]
    assert plain_cell("-86.00") == "'-86.00"
