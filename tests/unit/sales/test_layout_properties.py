"""Every layout, in any order of columns, encoding and quirks: the lines and totals that were known beforehand."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.sales.layouts import LAYOUTS
from domain.sales.lines import HeldLine, OrderLine
from domain.sales.platforms import Column, Field, by_code, sniff
from domain.sales.problems import FileCode, FileError, RowError
from domain.sales.rows import Outcome
from domain.sales.updating import joined
from tests.support.exports import (
    SHEETS,
    KnownFile,
    Sold,
    canaries,
    lives,
    order_files,
    platform_csv,
    platform_facts,
    platform_row,
    write_csv,
)
from tests.support.reading import csv_export

pytestmark = pytest.mark.slow

every_layout = pytest.mark.parametrize("code", sorted(SHEETS))
few = settings(max_examples=25)


def read(data: bytes) -> list[Outcome]:
    return list(csv_export(data))


def lines_of(outcomes: Iterable[Outcome]) -> list[OrderLine]:
    return [outcome for outcome in outcomes if isinstance(outcome, OrderLine)]


def stored(files: Iterable[list[Outcome]]) -> dict[str, OrderLine]:
    """What is left when these files come in one after another."""
    kept: dict[str, OrderLine] = {}
    for outcomes in files:
        for line in lines_of(outcomes):
            kept[line.line_key] = joined(kept[line.line_key], line) if line.line_key in kept else line
    return kept


def totals(lines: Iterable[OrderLine]) -> tuple[int, int, int]:
    paid = [line for line in lines if line.paid]
    return (
        sum(line.amount_fen for line in paid),
        sum(line.refunded_fen for line in paid),
        len({line.order_no for line in paid}),
    )


def known_totals(file: KnownFile) -> tuple[int, int, int]:
    return file.gmv_fen, file.refunded_fen, file.orders


def as_sold(line: OrderLine) -> Sold:
    return Sold(
        line.line_key,
        line.order_no,
        line.quantity,
        line.amount_fen if line.paid else 0,
        line.paid,
        line.refunded_fen,
        line.ordered_at,
        line.live_evidence,
    )


@every_layout
@few
@given(data=st.data())
def test_every_line_comes_out_as_it_was_sold(code: str, data: st.DataObject) -> None:
    file = data.draw(order_files(code))
    outcomes = read(file.data)

    sold = [replace(line, amount_fen=line.amount_fen if line.paid else 0) for line in file.lines]
    assert [as_sold(line) for line in lines_of(outcomes)] == sold
    assert totals(lines_of(outcomes)) == known_totals(file)
    assert sum(isinstance(outcome, HeldLine) for outcome in outcomes) == file.held
    assert sum(isinstance(outcome, RowError) for outcome in outcomes) == file.rejected
    assert len(outcomes) == len(file.lines) + file.held + file.rejected


@every_layout
@few
@given(data=st.data())
def test_rows_may_be_shuffled_split_and_written_in_another_way(code: str, data: st.DataObject) -> None:
    file = data.draw(order_files(code))
    chance = random.Random(data.draw(st.integers(0, 999)))
    rows = chance.sample(file.rows, len(file.rows))
    columns = chance.sample(file.columns, len(file.columns))
    cut = chance.randint(0, len(rows))
    halves = [write_csv(half, columns, "utf-8", "\n") for half in (rows[:cut], rows[cut:]) if half]

    whole, parts = stored([read(file.data)]), stored(map(read, halves))
    assert parts == whole
    assert totals(parts.values()) == known_totals(file)


@every_layout
@few
@given(data=st.data())
def test_later_exports_with_refunds_come_to_the_last_one_in_any_order(code: str, data: st.DataObject) -> None:
    files = data.draw(lives(code))

    for order in permutations([read(file.data) for file in files]):
        kept = stored(order)
        assert totals(kept.values()) == known_totals(files[-1])
        again = stored([*order, order[0], order[-1]])
        assert totals(again.values()) == totals(kept.values())


@every_layout
@few
@given(data=st.data())
def test_a_file_is_known_by_its_headers_and_refused_as_another_platforms(
    code: str, data: st.DataObject
) -> None:
    file = data.draw(order_files(code, max_orders=1))
    assert sniff(file.columns, LAYOUTS) is by_code(code, LAYOUTS)

    other = data.draw(st.sampled_from([layout for layout in LAYOUTS if not code.startswith(layout.platform)]))
    with pytest.raises(FileError) as refused:
        csv_export(file.data, platform=other.platform)
    assert refused.value.code == FileCode.MISSING_COLUMNS
    with pytest.raises(FileError) as unknown:
        csv_export(file.data, layouts=(other,))
    assert unknown.value.code == FileCode.UNKNOWN_LAYOUT


@every_layout
@few
@given(data=st.data())
def test_nothing_of_a_buyer_is_left_in_any_outcome(code: str, data: st.DataObject) -> None:
    file = data.draw(order_files(code))
    seen = repr(read(file.data))

    assert not [text for text in file.canaries if text in seen]
    assert not any(f"另{number}" in seen for number in range(100))


@every_layout
@pytest.mark.mutant
def test_a_layout_that_read_a_personal_column_would_be_seen_to_do_so(code: str) -> None:
    layout, name = by_code(code, LAYOUTS), SHEETS[code].personal[0]
    others = [column for column in layout.columns if column.field is not Field.TITLE]
    leaky = replace(layout, columns=(*others, Column(Field.TITLE, (name,))))
    data = platform_csv(code, [platform_row(code, 7)])

    assert canaries(7)[0] in repr(list(csv_export(data, layouts=(leaky,))))
    assert canaries(7)[0] not in repr(read(data))


@every_layout
@pytest.mark.mutant
def test_a_join_that_took_the_last_reading_would_be_seen_to_do_so(code: str) -> None:
    sheet = SHEETS[code]
    first, last = (replace(platform_facts(code), state=state) for state in (sheet.life[1], sheet.life[-1]))
    files = [read(platform_csv(code, [sheet.row(line)])) for line in (last, first)]

    naive = {line.line_key: line for outcomes in files for line in lines_of(outcomes)}
    assert totals(naive.values()) == (3990, 0, 1)
    assert totals(stored(files).values()) == (3990, 3990, 1)
