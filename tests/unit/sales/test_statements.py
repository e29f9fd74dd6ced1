"""Statements as arithmetic: whatever happens to the books, what is locked and what is added later sums up to them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.interval import at_local
from domain.sales.statements import (
    Cell,
    Sums,
    differences,
    fees_of,
    last_due,
    locks_at,
    may_lock,
    month_after,
    month_before,
    months_to_lock,
    next_to_lock,
    rows_of,
    three_lines,
    total,
)

MONTHS = [date(2026, month, 1) for month in (8, 9, 10, 11)]
OCTOBER, NOVEMBER = MONTHS[2], MONTHS[3]

cells = st.builds(Cell, st.sampled_from(MONTHS), st.integers(1, 3), st.integers(1, 2))
amounts = st.integers(0, 10**9)
sums = st.builds(Sums, st.integers(1, 40), st.integers(1, 99), amounts, amounts)
books = st.dictionaries(cells, sums, max_size=8)
changes = st.lists(st.tuples(cells, st.none() | sums), max_size=6)
"""Refunds, late orders, re-attributions and undone imports are all the same to a cell: it has another sum, or none."""
histories = st.lists(st.tuples(changes, st.sampled_from(MONTHS)), max_size=8)


def written_after(statements):
    written = {}
    for rows in statements:
        for cell, row in rows.items():
            written[cell] = written.get(cell, Sums()) + row
    return {cell: row for cell, row in written.items() if row}


def play(start, history):
    """Books that change, and a month that is locked after each change, in the order of the calendar or not."""
    now, statements = dict(start), []
    for steps, month in history:
        for cell, row in steps:
            if row is None:
                now.pop(cell, None)
            else:
                now[cell] = row
        statements.append(rows_of(month, now, written_after(statements)))
    return now, statements


@given(books, histories)
def test_what_was_locked_and_what_was_added_later_sum_up_to_the_books_to_the_fen(start, history):
    now, statements = play(start, history)

    statements.append(rows_of(MONTHS[-1], now, written_after(statements)))

    assert written_after(statements) == {cell: row for cell, row in now.items() if row}
    net = total(row for rows in statements for row in rows.values()).net_fen
    assert net == total(now.values()).net_fen


@given(books, histories, st.sampled_from(MONTHS))
def test_locking_twice_changes_nothing(start, history, month):
    now, statements = play(start, history)
    statements.append(rows_of(month, now, written_after(statements)))

    assert rows_of(month, now, written_after(statements)) == {}


@given(books, st.permutations(MONTHS))
def test_the_order_of_locking_does_not_matter_for_the_sums(start, order):
    statements = []
    for month in order:
        statements.append(rows_of(month, start, written_after(statements)))

    assert written_after(statements) == start


@given(books, histories)
def test_a_month_whose_statement_comes_first_holds_its_own_sums(start, history):
    now, _ = play(start, history)
    own = {cell: row for cell, row in rows_of(NOVEMBER, now, {}).items() if cell.month == NOVEMBER}

    assert own == {cell: row for cell, row in now.items() if cell.month == NOVEMBER and row}


def test_a_later_refund_is_a_negative_row_of_the_month_it_belongs_to():
    cell = Cell(OCTOBER, 1, 1)
    written = {cell: Sums(5, 5, 50_000, 0)}

    assert differences({cell: Sums(5, 5, 50_000, 8_600)}, written) == {cell: Sums(0, 0, 0, 8_600)}
    assert rows_of(date(2026, 9, 1), {cell: Sums(5, 5, 50_000, 8_600)}, written) == {}


def test_a_month_is_locked_on_the_sixteenth_of_the_next_by_the_clock_of_the_community():
    assert locks_at(OCTOBER) == at_local(date(2026, 11, 16), 0)
    assert locks_at(OCTOBER) == datetime(2026, 11, 15, 16, 0, tzinfo=UTC)
    assert locks_at(date(2026, 12, 1)) == at_local(date(2027, 1, 16), 0)
    assert not may_lock(OCTOBER, locks_at(OCTOBER) - timedelta(microseconds=1))
    assert may_lock(OCTOBER, locks_at(OCTOBER))


@given(st.datetimes(datetime(2001, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  hypothesis adds it
def test_the_last_due_month_may_be_locked_and_the_one_after_it_may_not(now):
    assert may_lock(last_due(now), now)
    assert not may_lock(month_after(last_due(now)), now)


@given(st.dates(date(2001, 1, 1), date(2199, 1, 1)).map(lambda day: day.replace(day=1)))
def test_the_month_before_the_next_is_the_month(month):
    assert month_before(month_after(month)) == month
    assert month_after(month) - timedelta(days=1) < month_after(month)


@pytest.mark.parametrize(
    ("locked", "sold", "to_lock", "takes"),
    [
        (None, [], [], NOVEMBER),
        (None, [NOVEMBER], [], NOVEMBER),
        (None, [OCTOBER, MONTHS[0]], [MONTHS[0], OCTOBER], MONTHS[0]),
        (MONTHS[1], [MONTHS[0], OCTOBER], [OCTOBER], OCTOBER),
        (MONTHS[0], [MONTHS[0], NOVEMBER], [], OCTOBER),
        (OCTOBER, [MONTHS[0], OCTOBER], [], NOVEMBER),
        (OCTOBER, [NOVEMBER], [], NOVEMBER),
    ],
)
def test_a_month_gets_no_statement_of_its_own_once_a_later_one_is_locked(locked, sold, to_lock, takes):
    assert months_to_lock(locked, sold, OCTOBER) == to_lock
    assert next_to_lock(locked, sold, OCTOBER) == takes


def test_the_three_lines_stand_side_by_side_and_are_never_added():
    lines = three_lines(100_000, margin_bp=3000, fee_bp=500, reported_fen=7_000)

    assert (lines.net_fen, lines.estimated_fen, lines.reported_fen) == (100_000, 25_000, 7_000)
    assert three_lines(100_000, margin_bp=0, fee_bp=500, reported_fen=0).estimated_fen is None
    assert (fees_of(-10_050, 100), fees_of(0, 100)) == (-101, 0)
