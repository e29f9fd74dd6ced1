"""Workbooks hold the same orders as a CSV of the same rows, however they write their cells and wherever they lie."""

import dataclasses
import os
import tempfile
from contextlib import ExitStack
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from domain.interval import local
from domain.sales.layouts import LAYOUTS
from domain.sales.layouts.doudian import DOUDIAN
from domain.sales.lines import OrderLine
from domain.sales.problems import FileCode, FileError, RowCode, RowError
from domain.sales.reading import OrderExport
from services.sales import workbooks
from services.sales.files import open_records
from tests.support.exports import doudian_csv, doudian_row, known_exports
from tests.support.hostile import HEADER, ORDERS, ROWS, upload
from tests.support.reading import csv_export
from tests.support.workbooks import (
    DATE_STYLE,
    MAIN,
    SHEET_END,
    excel_workbook,
    orders_sheet,
    raw_workbook,
    sheet,
    text_row,
)

GOOD = raw_workbook(ORDERS)


def records(data):
    with open_records(upload(data)) as opened:
        return list(opened.records)


def outcomes(data):
    with open_records(upload(data)) as opened:
        return list(OrderExport(opened.records))


def cells(*written, **more):
    """What the cells of a sheet's second row are read as; the first row is long enough for all of them."""
    header = text_row(1, [f"列{n}" for n, _ in enumerate(written)])
    row = f'<row r="2">{"".join(written)}</row>'
    return records(raw_workbook(sheet(header, row), **more))[1][1]


class TestCells:
    def test_are_read_as_a_csv_would_have_them(self):
        read = cells(
            "<c><v>39.899999999999999</v></c>",
            '<c t="n"><v>123456789012345</v></c>',
            "<c><v>6917000000000000001</v></c>",
            '<c t="b"><v>1</v></c>',
            '<c t="e"><v>#N/A</v></c>',
            '<c t="str"><v>=1+1</v></c>',
            '<c t="d"><v>2026-06-06T20:01:00</v></c>',
            f'<c s="{DATE_STYLE}"><v>46179.834027777775</v></c>',
        )
        assert read == [
            "39.9",
            "123456789012345",
            "6.91700000000000E+18",
            "TRUE",
            "#N/A",
            "=1+1",
            "2026-06-06 20:01:00",
            "2026-06-06 20:01:00",
        ]

    def test_of_the_calendar_of_1904_are_four_years_later(self):
        assert cells(f'<c s="{DATE_STYLE}"><v>44717.5</v></c>', calendar='date1904="1"') == [
            "2026-06-06 12:00:00"
        ]

    def test_with_formulas_have_the_value_that_was_saved_or_none(self):
        read = cells(
            '<c><f>[1]Other!A1*2</f><v>7</v></c><c r="C2"><f>A1</f></c><c r="D2" t="str"><f>B1</f><v>x</v></c>'
        )
        assert read == ["7", "", "", "x"]

    def test_may_share_their_texts_with_runs_and_readings(self):
        shared = (
            f'<x:sst xmlns:x="{MAIN}"><x:si><x:r><x:t>头水</x:t></x:r><x:r><x:t>紫菜</x:t></x:r>'
            "<x:rPh><x:t>toushui</x:t></x:rPh></x:si><x:si><x:t>a_x000D_b</x:t></x:si><x:si/></x:sst>"
        )
        shares = [f'<c t="s"><v>{number}</v></c>' for number in (1, 0, 2, 0)]
        assert cells(*shares, shared=shared) == ["a\rb", "头水紫菜", "", "头水紫菜"]

    def test_may_be_written_with_prefixes(self):
        prefixed = (
            sheet(text_row(1, HEADER)).replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?")
        )
        prefixed = prefixed.replace("xmlns=", "xmlns:x=")
        assert records(raw_workbook(prefixed)) == [(1, HEADER)]

    def test_that_are_left_out_are_empty_and_rows_without_any_are_none(self):
        rows = records(
            raw_workbook(
                sheet(
                    text_row(3, ["a", "b", "c"]),
                    '<row r="5"/>',
                    text_row(6, ["", " "]),
                    text_row(9, ["", "x"]),
                )
            )
        )
        assert rows == [(3, ["a", "b", "c"]), (9, ["", "x", ""])]

    def test_that_come_after_the_rows_are_none(self):
        rules = "</sheetData><extLst><v>1</v><t>2</t></extLst></worksheet>"
        assert records(raw_workbook(ORDERS.replace(SHEET_END, rules))) == records(GOOD)


def same(found):
    """Without the places in the file: a CSV counts the lines within its cells."""
    return [
        dataclasses.replace(one, source_line=0) if isinstance(one, OrderLine) else type(one) for one in found
    ]


@hypothesis_settings(max_examples=10)
@given(export=known_exports(max_lines=5))
def test_the_same_rows_as_csv_and_as_workbook_are_the_same_orders(export):
    workbook = excel_workbook(
        export.columns, [[row.get(name) for name in export.columns] for row in export.rows]
    )
    assert same(outcomes(workbook)) == same(csv_export(export.data))


@hypothesis_settings(max_examples=10)
@given(export=known_exports(max_lines=5), data=st.data())
def test_real_dates_and_numbers_are_what_their_texts_are(export, data):
    columns = list(data.draw(st.permutations(export.columns)))
    texts, values = [], []
    for line in export.lines:
        when = line.ordered_at
        bare = line.row | {
            "商品数量": line.quantity,
            "订单应付金额": line.amount_fen / 100,
            "订单提交时间": bare_time(when),
        }
        told = {
            "商品数量": str(line.quantity),
            "订单应付金额": f"{line.amount_fen / 100:.2f}",
            "订单提交时间": f"{bare_time(when):%Y-%m-%d %H:%M:%S}",
        }
        texts.append(line.row | told)
        values.append([bare.get(name) for name in columns])
    expected = csv_export(doudian_csv(texts, columns=columns))
    assert same(outcomes(excel_workbook(columns, values))) == same(expected)


def bare_time(when):
    return local(when).replace(tzinfo=None)


def test_a_lost_id_is_rejected_with_the_row_of_the_sheet():
    header = list(doudian_row())
    rows = [list((doudian_row(n) | {"子订单编号": lost}).values()) for n, lost in ((1, "1"), (2, 6.9175e18))]
    line, error = outcomes(excel_workbook(header, rows))
    assert isinstance(line, OrderLine)
    assert error == RowError(3, "子订单编号", RowCode.ID_SCIENTIFIC, error.detail)


class TestSheets:
    def test_the_one_with_orders_is_read_wherever_it_stands(self):
        notes = sheet(text_row(1, ["导出说明"]), text_row(2, ["共 3 行"]))
        assert records(raw_workbook(notes, ORDERS, sheet())) == records(GOOD)

    def test_hidden_ones_do_not_count(self):
        assert records(raw_workbook(ORDERS, ORDERS, states={0: "veryHidden"})) == records(GOOD)

    def test_an_empty_table_of_orders_stands_back(self):
        assert records(raw_workbook(sheet(text_row(1, HEADER)), ORDERS)) == records(GOOD)

    def test_two_with_orders_are_refused_with_their_platforms(self):
        other = dataclasses.replace(DOUDIAN, name="另一家", signature=frozenset({"单号"}))
        head = [(1, HEADER), (2, ["1"])]
        with pytest.raises(FileError) as refused:
            workbooks.chosen_sheet([head, [(1, ["单号"]), (2, ["1"])]], [*LAYOUTS, other])
        assert refused.value.code == FileCode.SEVERAL_SHEETS
        assert refused.value.params == {"sheets": 2, "platforms": ["抖店", "另一家"]}


class TestUploads:
    """However an upload lies, the child reads it and its owner finds it as it was."""

    def streams(self, stack, tmp_path):
        path = tmp_path / "orders.csv"
        path.write_bytes(GOOD)
        yield upload(GOOD)
        yield stack.enter_context(path.open("rb"))
        for in_memory in (10, 10**6):
            spool = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=in_memory))  # noqa: SIM115  the stack closes it
            spool.write(GOOD)
            spool.seek(0)
            yield spool

    def test_in_memory_in_a_spool_or_in_a_file_are_the_same(self, tmp_path):
        with ExitStack() as stack:
            hashes = set()
            for stream in self.streams(stack, tmp_path):
                with open_records(stream) as opened:
                    assert list(opened.records) == records(GOOD)
                    assert (opened.file_format, opened.encoding) == ("xlsx", "xlsx")
                    hashes.add(opened.sha256())
                stream.seek(0)
                assert stream.read() == GOOD
            assert len(hashes) == 1

    def test_that_cannot_be_wound_back_are_read_as_well(self):
        reading, writing = os.pipe()
        os.write(writing, GOOD)
        os.close(writing)
        with os.fdopen(reading, "rb") as stream, open_records(stream) as opened:
            assert list(opened.records) == records(GOOD)

    def test_a_csv_comes_through_the_same_door_with_its_encoding(self):
        with open_records(upload(doudian_csv(ROWS))) as opened:
            assert len(list(opened.records)) == len(ROWS) + 1
            assert (opened.file_format, opened.encoding) == ("csv", "gb18030")


def test_every_order_of_a_large_sheet_arrives_with_its_row():
    found = outcomes(raw_workbook(orders_sheet([doudian_row(number) for number in range(1, 1_500)])))
    assert [line.source_line for line in found] == list(range(2, 1_501))
    assert {line.paid_at - line.ordered_at for line in found} == {timedelta(seconds=20)}
