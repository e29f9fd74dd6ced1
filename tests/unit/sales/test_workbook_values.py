"""What stands in a workbook's cell becomes the text that a CSV would have."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sales import cells
from domain.sales.problems import CellError, FileCode, RowCode
from domain.sales.workbook.limits import CODES
from domain.sales.workbook.values import is_date, iso_moment, moment, number, unescape


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("0", "0"),
        ("39.9", "39.9"),
        ("39.899999999999999", "39.9"),
        ("1234567.8899999999", "1234567.89"),
        ("12.0", "12"),
        ("-3.5", "-3.5"),
        ("1E-3", "0.001"),
        ("1.2E+3", "1200"),
        ("999999999999999", "999999999999999"),
        ("123456789012345", "123456789012345"),
        ("1e999", "1e999"),
        ("nan", "nan"),
        ("", ""),
        ("12,5", "12,5"),
    ],
)
def test_numbers_are_written_as_people_do(raw, text):
    assert number(raw) == text


@given(st.integers(0, 10**15 - 1))
def test_a_whole_number_of_up_to_15_digits_keeps_every_digit(whole):
    assert number(str(whole)) == str(whole)
    assert number(f"{whole:.16G}") == str(whole)


@given(st.integers(0, 10**10))
def test_money_comes_out_to_the_fen_however_a_double_shows_it(fen):
    assert cells.money(number(repr(fen / 100))) == fen
    assert cells.money(number(f"{fen / 100:.17g}")) == fen


@given(st.integers(10**15, 10**25))
def test_an_id_that_was_kept_as_a_number_is_lost_and_refused(lost):
    for raw in (str(lost), f"{lost:.16G}", repr(float(lost))):
        with pytest.raises(CellError) as refused:
            cells.identifier(number(raw))
        assert refused.value.code is RowCode.ID_SCIENTIFIC


def bare(year, month, day):
    """A wall clock's midnight."""
    return datetime(year, month, day)  # noqa: DTZ001  as a cell has it


@given(st.datetimes(bare(1900, 3, 1), bare(2199, 12, 31)))
def test_day_numbers_give_their_second_back_in_both_calendars(when):
    when = when.replace(microsecond=0)
    for start, since_1904 in ((bare(1899, 12, 30), False), (bare(1904, 1, 1), True)):
        days = (when - start) / timedelta(days=1)
        if days >= 0:
            assert moment(repr(days), since_1904=since_1904) == f"{when:%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("46179.834027777775", "2026-06-06 20:01:00"),
        ("1", "1900-01-01 00:00:00"),
        ("59", "1900-02-28 00:00:00"),
        ("61", "1900-03-01 00:00:00"),
        ("-1", "-1"),
        ("9999999", "9999999"),
        ("soon", "soon"),
    ],
)
def test_a_day_number_is_a_wall_clock_time_or_stays_what_it_is(raw, text):
    assert moment(raw, since_1904=False) == text


def test_a_date_that_is_written_out_is_spaced_like_one_of_a_csv():
    assert iso_moment("2026-06-06T20:01:00Z") == "2026-06-06 20:01:00"
    assert iso_moment("2026-06-06") == "2026-06-06 00:00:00"


@pytest.mark.parametrize(
    ("code", "dates"),
    [
        ("yyyy-mm-dd hh:mm:ss", True),
        ('yyyy"年"m"月"d"日"', True),
        ("[$-804]yyyy/m/d", True),
        ("[h]:mm", True),
        ("0.00", False),
        ("General", False),
        ("@", False),
        ('0.00"yuan paid"', False),
        ("[Red]0.00", False),
        ("#,##0_d", False),
        (r"0\d", False),
        ("0.00E+00", False),
    ],
)
def test_a_format_of_ones_own_is_a_date_by_its_letters(code, dates):
    assert is_date(164, code) is dates


@pytest.mark.parametrize(
    ("number_of_format", "dates"), [(0, False), (2, False), (14, True), (22, True), (58, True)]
)
def test_a_built_in_format_is_a_date_by_its_number(number_of_format, dates):
    assert is_date(number_of_format, None) is dates


def test_what_xml_cannot_hold_comes_back_and_halves_of_characters_do_not():
    assert unescape("a_x000D_b_x005F_x000D_") == "a\rb_x000D_"
    assert unescape("_xD800_") == "_xD800_"


def test_every_way_in_which_a_workbook_is_refused_is_one_of_a_file():
    assert set(FileCode) >= CODES
