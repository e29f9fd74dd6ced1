"""Everything that can be wrong with an export, each with a stable code that a sentence belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.errors import BadInput


class FileCode(StrEnum):
    """Why a whole file is refused; nothing of it may be kept."""

    EMPTY = "file_empty"
    HEADER_ONLY = "file_header_only"
    TOO_LARGE = "file_too_large"
    TOO_MANY_ROWS = "file_too_many_rows"
    LINE_TOO_LONG = "file_line_too_long"
    UNCLOSED_QUOTE = "file_unclosed_quote"
    UTF16 = "file_utf16"
    NUL = "file_nul"
    BINARY = "file_binary"
    BAD_ENCODING = "file_bad_encoding"
    PASSWORD_PROTECTED = "file_password_protected"  # noqa: S105 - a code, not a password
    WORKBOOK_KIND = "file_workbook_kind"
    WORKBOOK_BROKEN = "file_workbook_broken"
    WORKBOOK_TOO_HEAVY = "file_workbook_too_heavy"
    SEVERAL_SHEETS = "file_several_sheets"
    OLD_EXCEL = "file_old_excel"
    ARCHIVE = "file_archive"
    UNKNOWN_LAYOUT = "file_unknown_layout"
    AMBIGUOUS_LAYOUT = "file_ambiguous_layout"
    MISSING_COLUMNS = "file_missing_columns"
    DUPLICATE_COLUMN = "file_duplicate_column"
    UNKNOWN_PLATFORM = "file_unknown_platform"
    MIXED_PLATFORMS = "file_mixed_platforms"


class RowCode(StrEnum):
    """Why one row is rejected."""

    MALFORMED_QUOTES = "row_malformed_quotes"
    CELL_COUNT = "row_cell_count"
    REPEATED_HEADER = "row_repeated_header"
    JOINED_SUB_ORDERS = "row_joined_sub_orders"
    REQUIRED = "row_required"
    ID_SCIENTIFIC = "row_id_scientific"
    ID_MALFORMED = "row_id_malformed"
    TEXT_TOO_LONG = "row_text_too_long"
    CONTROL_CHARACTER = "row_control_character"
    BAD_INTEGER = "row_bad_integer"
    BAD_QUANTITY = "row_bad_quantity"
    BAD_MONEY = "row_bad_money"
    NEGATIVE_MONEY = "row_negative_money"
    BAD_TIME = "row_bad_time"


class HeldCode(StrEnum):
    """Why a row that could be read waits for a person."""

    UNKNOWN_STATUS = "held_unknown_status"
    UNKNOWN_AFTER_SALE = "held_unknown_after_sale"
    PARTIAL_REFUND = "held_partial_refund"
    PAYMENT_TIME_MISSING = "held_payment_time_missing"
    STATUS_CONTRADICTS_PAYMENT = "held_status_contradicts_payment"
    CLOSED_WITHOUT_REFUND = "held_closed_without_refund"
    REFUND_EXCEEDS_AMOUNT = "held_refund_exceeds_amount"
    REFUND_WITHOUT_AMOUNT = "held_refund_without_amount"
    REFUND_AMBIGUOUS = "held_refund_ambiguous"
    FREIGHT_EXCEEDS_AMOUNT = "held_freight_exceeds_amount"


class FileError(BadInput):
    """A file that can't be imported at all; `params` fill the sentence of its code."""

    def __init__(self, code: FileCode, **params: Any) -> None:
        super().__init__(code.value, field="file", **params)


class CellError(Exception):
    """A cell that can't be read; `detail` is safe to show."""

    def __init__(self, code: RowCode, detail: str = "") -> None:
        super().__init__(code.value)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class RowError:
    """One rejected row: the file's line, the column's header, why, and what stood there if safe to show."""

    line: int
    column: str | None
    code: RowCode
    detail: str = ""
