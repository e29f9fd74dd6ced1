"""Bytes become text in bounded memory; what is no CSV, or too much of one, is refused with its own code."""

from __future__ import annotations

import io
import zipfile

import pytest

from domain.sales.decoding import CHUNK, Limits
from domain.sales.lines import OrderLine
from domain.sales.problems import FileCode, FileError
from domain.sales.reading import CsvRecords, OrderExport
from domain.sales.rows import Outcome
from tests.support.exports import OUR_COLUMNS, doudian_csv, doudian_row
from tests.support.reading import csv_export


def read(data: bytes, limits: Limits | None = None, platform: str | None = None) -> list[Outcome]:
    return list(csv_export(data, platform=platform, limits=limits))


def refusal(data: bytes, limits: Limits | None = None) -> FileError:
    with pytest.raises(FileError) as refused:
        read(data, limits)
    return refused.value


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-8-sig", "utf-8"])
    def test_are_recognised(self, encoding: str) -> None:
        data = doudian_csv([doudian_row()], encoding=encoding)
        records = CsvRecords(io.BytesIO(data))
        export = OrderExport(records)
        assert records.encoding == ("gb18030" if encoding.startswith("gb") else "utf-8")
        (line,) = list(export)
        assert isinstance(line, OrderLine)
        assert line.title == "【泉港】头水紫菜 无沙干货"

    def test_with_a_mark_before_a_quoted_header_are_understood(self) -> None:
        header, row = (
            doudian_csv([doudian_row()], encoding="utf-8", columns=OUR_COLUMNS).decode().splitlines()
        )
        quoted = ",".join(f'"{name}"' for name in header.split(","))
        assert isinstance(read(f"\ufeff{quoted}\n{row}\n".encode())[0], OrderLine)

    def test_hold_where_a_character_lies_across_two_reads(self) -> None:
        rows = [doudian_row(number, 选购商品="泉港紫菜" * 30) for number in range(1, 300)]
        for encoding in ("gb18030", "utf-8-sig"):
            data = doudian_csv(rows, encoding=encoding)
            assert len(data) > 2 * CHUNK
            assert {line.title for line in read(data) if isinstance(line, OrderLine)} == {"泉港紫菜" * 30}

    def test_that_break_in_the_middle_refuse_the_file(self) -> None:
        data = doudian_csv([doudian_row(1), doudian_row(2)], encoding="utf-8", columns=OUR_COLUMNS)
        broken = data.replace("紫菜".encode(), b"\xff\xfe", 2)
        assert refusal(broken).code == FileCode.BAD_ENCODING
        assert refusal(broken).params == {"line": 2}


def zipped(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "x")
    return buffer.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


class TestForeignFiles:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", FileCode.EMPTY),
            (b"\xef\xbb\xbf\r\n \r\n", FileCode.EMPTY),
            (doudian_csv([doudian_row()], encoding="utf-16"), FileCode.UTF16),
            (doudian_csv([doudian_row()], encoding="utf-16-le"), FileCode.UTF16),
            (doudian_csv([doudian_row()], encoding="utf-16-be"), FileCode.UTF16),
            (zipped("orders.csv"), FileCode.ARCHIVE),
            (OLE + "EncryptedPackage".encode("utf-16-le"), FileCode.PASSWORD_PROTECTED),
            (OLE, FileCode.OLD_EXCEL),
            (b"\x1f\x8b\x08\x00rest", FileCode.ARCHIVE),
            (b"\x89PNG\r\n\x1a\n\x00\x00", FileCode.BINARY),
            (b"%PDF-1.7 ...", FileCode.BINARY),
            (bytes(range(256)) * 4, FileCode.BINARY),
            (bytes(400), FileCode.NUL),
            (b"\xff\xff\xff,\xff\n1,2\n", FileCode.BAD_ENCODING),
            ("姓名,电话\n陈小明,13800000001\n".encode(), FileCode.UNKNOWN_LAYOUT),
            (b'"a\n', FileCode.UNKNOWN_LAYOUT),
            (b"<html><table></table></html>", FileCode.UNKNOWN_LAYOUT),
            (doudian_csv([]), FileCode.HEADER_ONLY),
            (doudian_csv([]) + b"\r\n,,,\r\n", FileCode.HEADER_ONLY),
        ],
    )
    def test_are_refused_each_with_its_code(self, data: bytes, code: FileCode) -> None:
        assert refusal(data).code == code
        assert refusal(data).field == "file"

    def test_a_nul_deep_in_the_file_is_found_with_its_line(self) -> None:
        data = doudian_csv([doudian_row(number) for number in range(1, 400)], columns=OUR_COLUMNS)
        assert len(data) > CHUNK
        error = refusal(data + data.splitlines(keepends=True)[1].replace(b",1,", b",\x001,"))
        assert (error.code, error.params) == (FileCode.NUL, {"line": 401})

    def test_a_platform_that_was_named_must_be_that_of_the_file(self) -> None:
        with pytest.raises(FileError) as refused:
            read("单号,货品\n1,2\n".encode(), platform="doudian")
        assert refused.value.code == FileCode.MISSING_COLUMNS


class TestLimits:
    def test_too_many_bytes(self) -> None:
        data = doudian_csv([doudian_row(number) for number in range(1, 400)])
        assert refusal(data, Limits(max_bytes=CHUNK)).code == FileCode.TOO_LARGE

    def test_too_many_rows(self) -> None:
        data = doudian_csv([doudian_row(1), doudian_row(2)])
        assert len(read(data, Limits(max_rows=2))) == 2
        assert refusal(data, Limits(max_rows=1)).code == FileCode.TOO_MANY_ROWS

    def test_too_many_lines_even_if_nothing_stands_in_them(self) -> None:
        data = doudian_csv([doudian_row(1)], columns=OUR_COLUMNS) + b"\r\n" * 8
        assert len(read(data, Limits(max_lines=10))) == 1
        assert refusal(data + b"\r\n", Limits(max_lines=10)).code == FileCode.TOO_MANY_ROWS

    def test_too_many_cells(self) -> None:
        data = doudian_csv([doudian_row(1)], columns=OUR_COLUMNS) + b"," * 1000
        assert (refusal(data).code, refusal(data).params) == (FileCode.LINE_TOO_LONG, {"line": 3})

    def test_a_line_without_end(self) -> None:
        error = refusal(doudian_csv([]) + b"1" * 3 * CHUNK, Limits(max_line_bytes=CHUNK))
        assert (error.code, error.params) == (FileCode.LINE_TOO_LONG, {"line": 2})

    def test_a_quote_that_is_never_closed(self) -> None:
        rows = [doudian_row(number) for number in range(1, 200)]
        lines = doudian_csv(rows, columns=OUR_COLUMNS).splitlines(keepends=True)
        lines[2] = lines[2].replace(b",1,", b',"1,', 1)
        error = refusal(b"".join(lines))
        assert (error.code, error.params) == (FileCode.UNCLOSED_QUOTE, {"line": 3})
        assert refusal(b"".join(lines[:10])).code == FileCode.UNCLOSED_QUOTE

    def test_the_stream_stays_open_for_its_owner(self) -> None:
        stream = io.BytesIO(doudian_csv([doudian_row()]))
        list(CsvRecords(stream))
        assert not stream.closed
