"""What may be reported as income, which state follows which, and what a shop may declare."""

from datetime import date
from itertools import product

import pytest

from domain.errors import BadInput
from domain.sales.declaring import Declared, parse_percent
from domain.sales.income import (
    MAX_AMOUNT_FEN,
    IncomeFacts,
    IncomeKind,
    IncomeStatus,
    check_proofs,
    correction,
    first_day,
    may_become,
)

TODAY = date(2026, 11, 23)


def facts(**changes):
    values = {"kind": IncomeKind.IN_SHOP, "sold_on": TODAY, "amount_fen": 100} | changes
    return IncomeFacts(**values)


def test_what_is_possible_passes_and_its_note_is_tidied():
    assert facts(note="  三张\n券 ", quantity=3).checked(TODAY) == facts(note="三张 券", quantity=3)
    assert facts(amount_fen=MAX_AMOUNT_FEN).checked(TODAY).amount_fen == MAX_AMOUNT_FEN


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"amount_fen": 0}, "income_amount_zero", "amount"),
        ({"amount_fen": -1}, "income_amount_zero", "amount"),
        ({"amount_fen": MAX_AMOUNT_FEN + 1}, "income_amount_large", "amount"),
        ({"sold_on": date(2026, 11, 24)}, "income_day_future", "sold_on"),
        ({"sold_on": date(2025, 12, 31)}, "income_day_old", "sold_on"),
        ({"quantity": 0}, "income_quantity", "quantity"),
        ({"quantity": 100_001}, "income_quantity", "quantity"),
        ({"note": "字" * 201}, "income_note_long", "note"),
    ],
)
def test_what_is_not_is_refused_at_its_field(changes, code, field):
    with pytest.raises(BadInput, match=code) as refusal:
        facts(**changes).checked(TODAY)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (TODAY, date(2026, 1, 1)),
        (date(2027, 3, 31), date(2026, 1, 1)),
        (date(2027, 4, 1), date(2027, 1, 1)),
    ],
)
def test_the_last_year_may_be_reported_until_the_end_of_march(today, first):
    assert first_day(today) == first


@pytest.mark.parametrize(("count", "is_good"), [(0, False), (1, True), (5, True), (6, False)])
def test_a_report_has_one_to_five_proofs(count, is_good):
    if is_good:
        check_proofs(count)
    else:
        with pytest.raises(BadInput):
            check_proofs(count)


def test_what_was_accepted_or_withdrawn_moves_no_more():
    allowed = {pair for pair in product(IncomeStatus, IncomeStatus) if may_become(*pair)}

    submitted, accepted = IncomeStatus.SUBMITTED, IncomeStatus.ACCEPTED
    returned, withdrawn = IncomeStatus.RETURNED, IncomeStatus.WITHDRAWN
    assert allowed == {
        (submitted, accepted), (submitted, returned), (submitted, withdrawn),
        (returned, submitted), (returned, withdrawn),
    }  # fmt: skip


def test_a_correction_is_the_difference_and_never_goes_below_nothing():
    assert correction(500, 200) == -300
    assert correction(500, 0) == -500
    assert correction(0, 700) == 700
    for new, code in ((-1, "income_below_zero"), (500, "income_same"), (MAX_AMOUNT_FEN + 1, "income_amount")):
        with pytest.raises(BadInput, match=code):
            correction(500, new)


@pytest.mark.parametrize(
    ("text", "basis_points"),
    [("30", 3000), ("12.5", 1250), (" 12.05 % ", 1205), ("３０％", 3000), ("100", 10_000), ("", None)],
)
def test_a_margin_is_read_as_people_write_it(text, basis_points):
    assert parse_percent(text) == basis_points


@pytest.mark.parametrize("text", ["abc", "-3", "1e2", "12.345", "0", "100.01", "0.00", "三成"])
def test_what_is_no_margin_is_refused(text):
    with pytest.raises(BadInput, match="margin"):
        parse_percent(text)


def test_a_baseline_says_where_it_is_known_from():
    assert Declared(3000, 800_000, " 2025 年 月均 ").checked() == Declared(3000, 800_000, "2025 年 月均")
    assert Declared(None, None, "没有数").checked() == Declared(None)
    assert Declared(None, 0, "还没开店").checked().baseline_fen == 0
    for declared, code in (
        (Declared(0), "margin_range"),
        (Declared(10_001), "margin_range"),
        (Declared(None, 800_000), "baseline_note_missing"),
        (Declared(None, 800_000, "字" * 201), "baseline_note_long"),
        (Declared(None, -1, "x"), "baseline_range"),
    ):
        with pytest.raises(BadInput, match=code):
            declared.checked()
