"""Whatever the columns' order, encoding and quirks: the same lines, the same totals, nothing personal."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sales.lines import OrderLine
from domain.sales.metrics import SaleFacts, Totals, totals
from domain.sales.problems import FileError
from tests.support.exports import FIRST_ORDER, KnownExport, doudian_csv, known_exports
from tests.support.reading import csv_export

pytestmark = pytest.mark.slow


def lines_of(data: bytes) -> list[OrderLine]:
    outcomes = list(csv_export(data))
    lines = [outcome for outcome in outcomes if isinstance(outcome, OrderLine)]
    assert len(lines) == len(outcomes), outcomes
    return lines


def totals_of(lines: list[OrderLine]) -> Totals:
    facts = [
        SaleFacts(
            line.order_no, line.quantity, line.amount_fen, line.refunded_fen, line.paid, line.ordered_at
        )
        for line in lines
    ]
    return totals(facts, FIRST_ORDER)


@given(known_exports())
def test_every_line_comes_out_as_it_went_in(export: KnownExport) -> None:
    read = [
        (
            line.line_key,
            line.order_no,
            line.quantity,
            line.amount_fen,
            line.paid,
            line.refunded_fen,
            line.ordered_at,
        )
        for line in lines_of(export.data)
    ]
    assert read == [
        (
            line.line_key,
            line.order_no,
            line.quantity,
            line.amount_fen,
            line.paid,
            line.refunded_fen,
            line.ordered_at,
        )
        for line in export.lines
    ]


@given(known_exports())
def test_the_totals_are_those_known_beforehand(export: KnownExport) -> None:
    result = totals_of(lines_of(export.data))
    assert (result.gmv_fen, result.refunded_fen, result.orders) == (
        export.gmv_fen,
        export.refunded_fen,
        export.orders,
    )
    assert result.net_fen == export.gmv_fen - export.refunded_fen


@given(known_exports(), st.sampled_from(["gb18030", "utf-8-sig", "utf-8"]), st.randoms(use_true_random=False))
def test_order_of_columns_encoding_and_line_ends_change_nothing(
    export: KnownExport, encoding: str, chance: random.Random
) -> None:
    columns = chance.sample(export.columns, len(export.columns))
    again = doudian_csv(export.rows, encoding=encoding, columns=columns, newline="\n")
    assert lines_of(again) == lines_of(export.data)


@given(known_exports(min_lines=2), st.data())
def test_a_file_split_in_two_has_the_same_lines(export: KnownExport, data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(export.rows) - 1))
    halves = [doudian_csv(rows, columns=export.columns) for rows in (export.rows[:cut], export.rows[cut:])]
    together = [line for half in halves for line in lines_of(half)]
    assert together == lines_of(export.data)
    assert totals_of(together) == totals_of(lines_of(export.data))


@given(known_exports(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_total(export: KnownExport, chance: random.Random) -> None:
    shuffled = chance.sample(export.rows, len(export.rows))
    assert totals_of(lines_of(doudian_csv(shuffled))) == totals_of(lines_of(export.data))


@given(known_exports())
def test_no_canary_is_ever_seen_again(export: KnownExport) -> None:
    seen = repr(list(csv_export(export.data)))
    assert not [text for text in export.canaries if text in seen]


@given(st.binary(max_size=2000))
def test_no_bytes_at_all_bring_the_reader_down(junk: bytes) -> None:
    for data in (junk, doudian_csv([]) + junk):
        with suppress(FileError):
            assert not [line for line in csv_export(data) if isinstance(line, OrderLine)]
