"""Money is read into integer fen, exactly or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import (
    MAX_FEN,
    MoneyError,
    divide_half_up,
    format_wan,
    format_yuan,
    parse_yuan,
    parse_yuan_or_none,
    share_bp,
)
from tests.support.exports import quirky_money


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1299", 129900),
        ("¥1,299.90", 129990),
        ("￥１，２９９．９０", 129990),
        ("168.99\t", 16899),
        ("12元", 1200),
        (" 0.5 ", 50),
        ("0", 0),
        ("12.3000", 1230),
        ("-12.30", -1230),
        ("−12.30", -1230),
        ("-¥12.30", -1230),
        ("¥-12.30", -1230),
        ("\ufeff1,234,567.89", 123456789),
    ],
)
def test_an_amount_is_read_to_the_fen(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "money_empty"),
        ("--", "money_empty"),
        ("6.9E+18", "money_scientific"),
        ("1e3", "money_scientific"),
        ("12.345", "money_too_precise"),
        ("1,29.90", "money_malformed"),
        ("1299,90", "money_malformed"),
        ("12.", "money_malformed"),
        (".5", "money_malformed"),
        ("¥¥12", "money_malformed"),
        ("--12", "money_malformed"),
        ("-¥-12", "money_malformed"),
        ("2万元", "money_malformed"),
        ("12 34", "money_malformed"),
        ("nan", "money_malformed"),
        ("十二", "money_malformed"),
        ("9" * 15, "money_too_large"),
        ("9" * 5000, "money_too_large"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_code(text: str, code: str) -> None:
    with pytest.raises(MoneyError) as refused:
        parse_yuan(text)
    assert refused.value.code == code


@pytest.mark.parametrize("mark", ["", " ", "-", "--", "—", "/", "\t"])
def test_a_mark_for_empty_is_no_amount_at_all(mark: str) -> None:
    assert parse_yuan_or_none(mark) is None


@given(st.integers(-MAX_FEN, MAX_FEN))
def test_what_is_shown_can_be_read_again(fen: int) -> None:
    assert parse_yuan(format_yuan(fen)) == fen


@given(st.integers(0, MAX_FEN).flatmap(lambda fen: st.tuples(st.just(fen), quirky_money(fen))))
def test_every_way_of_writing_an_amount_means_the_same(case: tuple[int, str]) -> None:
    fen, text = case
    assert parse_yuan(text.removeprefix("'").removeprefix('="').removesuffix('"')) == fen


@pytest.mark.parametrize(
    ("fen", "shown"),
    [(0, "¥0.00"), (5, "¥0.05"), (129900, "¥1,299.00"), (-129900, "-¥1,299.00"), (2_000_000, "¥20,000.00")],
)
def test_yuan_are_shown_with_grouping_and_cents(fen: int, shown: str) -> None:
    assert format_yuan(fen) == shown


@pytest.mark.parametrize(
    ("fen", "shown"),
    [
        (999_999, "¥9,999.99"),
        (1_000_000, "¥1万"),
        (1_299_900, "¥1.29万"),
        (1_999_999, "¥1.99万"),
        (2_000_000, "¥2万"),
        (12_500_000, "¥12.5万"),
        (-2_050_000, "-¥2.05万"),
    ],
)
def test_a_summary_never_rounds_up_to_a_target_that_is_not_reached(fen: int, shown: str) -> None:
    assert format_wan(fen) == shown


@pytest.mark.parametrize(
    ("numerator", "denominator", "quotient"),
    [(5, 2, 3), (-5, 2, -3), (4, 3, 1), (-4, 3, -1), (0, 7, 0), (5, -2, -3)],
)
def test_division_rounds_halves_away_from_zero(numerator: int, denominator: int, quotient: int) -> None:
    assert divide_half_up(numerator, denominator) == quotient


def test_a_share_of_nothing_is_unknown() -> None:
    assert share_bp(0, 0) is None
    assert share_bp(1, 3) == 3333
