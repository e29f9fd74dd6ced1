"""What stands in one cell of an export, rid of what spreadsheets do to it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache, wraps
from typing import TypeVar

from domain.interval import ZONE
from domain.money import EMPTY_MARKS, MoneyError, parse_yuan
from domain.sales.problems import CellError, RowCode

PADDING = " \t\r\n\v\f\ufeff\u00a0\u3000\u200b\u200c\u200d\u2060"
MAX_ID = 64
MAX_TITLE, MAX_CODE, MAX_WORD = 500, 100, 100
MAX_QUANTITY = 100_000
FIRST_YEAR, LAST_YEAR = 2000, 2099
_AHEAD = timedelta(hours=8)
"""So far the community's clock has been ahead of UTC in all these years."""

_UNIT = re.compile(r"\((?:元|件|个|¥|rmb|cny)\)$")
_WRAPPED = ("=", "'")
_EXCEL_TEXT = re.compile(r'="(.*)"', re.DOTALL)
_SCIENTIFIC = re.compile(r"\d+(?:\.\d+)?[eE][+-]?\d+")
_EXCEL_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+\d+")
_IDENTIFIER = re.compile(rf"[0-9A-Za-z_-]{{1,{MAX_ID}}}")
_INTEGER = re.compile(r"(-?\d{1,9})(?:\.0+)?")
_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?", re.ASCII
)
_PLAIN_MOMENT = re.compile(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
_SAFE = re.compile(r"[0-9.,:/¥元年月日eE+\- ]{1,32}")
_PHONE = re.compile(r"[1１][3-9３-９]\d[ -]?\d{4}[ -]?\d{4}")
_REMEMBERED, _SHORT = 2_048, 200

T = TypeVar("T")


def _remembered(convert: Callable[[str], T]) -> Callable[[str], T]:
    """A file says the same again and again: short cells of those that were read last are not read anew."""
    known = lru_cache(_REMEMBERED)(convert)

    @wraps(convert)
    def read(cell: str) -> T:
        return known(cell) if len(cell) <= _SHORT else convert(cell)

    return read


class Precision(StrEnum):
    """How exact a platform wrote a time."""

    MINUTE = "minute"
    SECOND = "second"


def clean(raw: str) -> str:
    """The bare text of a cell.

    No padding, `="123"` and `'123` undone, a mark for empty (-, --, —, /) as "".
    """
    text = raw.strip(PADDING)
    if text.startswith(_WRAPPED):  # as hardly any is
        wrapped = _EXCEL_TEXT.fullmatch(text)
        if wrapped:
            text = wrapped[1].replace('""', '"').strip(PADDING)
        text = text.removeprefix("'").strip(PADDING)
    return "" if text in EMPTY_MARKS else text


def is_blank(row: Sequence[str]) -> bool:
    """Whether nothing at all stands in any of these cells."""
    return not "".join(row).strip(PADDING)


def fold(text: str) -> str:
    """One spelling for all the widths, blanks and letter cases of a header or a status word."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def header_key(text: str) -> str:
    """What a header is compared by: `商品总价(元)`, `商品总价（元）` and `商品总价` are one column."""
    return _UNIT.sub("", fold(clean(text)))


@_remembered
def title(cell: str) -> str:
    """A line of words such as a product's name or specification; raises CellError."""
    return _line(cell, MAX_TITLE)


def titles(cell: str) -> str:
    """Like `title`, for several goods in one cell: cut where a basket's would be too long; raises CellError."""
    line = " ".join(cell.split())
    return title(line if len(line) <= MAX_TITLE else f"{line[: MAX_TITLE - 1]}…")


@_remembered
def word(cell: str) -> str:
    """A short word such as a status or a source; raises CellError."""
    return _line(cell, MAX_WORD)


@_remembered
def state(cell: str) -> str:
    """The word for a state; one with a phone number in it is none, as in a shifted row. Raises CellError."""
    if _PHONE.search(cell):
        raise CellError(RowCode.CONTROL_CHARACTER)
    return word(cell)


def without_phones(text: str) -> str:
    """The text with *** in the place of mobile numbers, however they are grouped."""
    return _PHONE.sub("***", text)


@_remembered
def merchant_code(cell: str) -> str:
    """A code that a merchant made up; one that Excel turned into 6.9E+12 is lost, so it is refused."""
    if _EXCEL_SCIENTIFIC.fullmatch(unicodedata.normalize("NFKC", cell)):
        raise CellError(RowCode.ID_SCIENTIFIC, safe_detail(cell))
    return _line(cell, MAX_CODE)


def identifier(cell: str) -> str:
    """A number or key that a platform gave; 6.9E+18 is refused and never guessed back."""
    if cell.isdecimal() and cell.isascii() and len(cell) <= MAX_ID:  # as nearly all are
        return cell
    plain = unicodedata.normalize("NFKC", cell)
    if _SCIENTIFIC.fullmatch(plain):
        raise CellError(RowCode.ID_SCIENTIFIC, safe_detail(plain))
    if not _IDENTIFIER.fullmatch(plain):
        raise CellError(RowCode.ID_MALFORMED, safe_detail(plain))
    return plain


@_remembered
def quantity(cell: str) -> int:
    """A whole number of things, at least one; raises CellError."""
    match = _INTEGER.fullmatch(unicodedata.normalize("NFKC", cell))
    if match is None:
        raise CellError(RowCode.BAD_INTEGER, safe_detail(cell))
    if not 1 <= int(match[1]) <= MAX_QUANTITY:
        raise CellError(RowCode.BAD_QUANTITY, safe_detail(cell))
    return int(match[1])


@_remembered
def money(cell: str) -> int:
    """An amount that can't be negative, in fen; raises CellError."""
    try:
        fen = parse_yuan(cell)
    except MoneyError as error:
        raise CellError(RowCode.BAD_MONEY, safe_detail(cell)) from error
    if fen < 0:
        raise CellError(RowCode.NEGATIVE_MONEY, safe_detail(cell))
    return fen


@_remembered
def moment(cell: str) -> tuple[datetime, Precision]:
    """A wall-clock time of Asia/Shanghai, to the minute or second, as a UTC moment; raises CellError."""
    if _PLAIN_MOMENT.fullmatch(cell):  # as nearly all are written
        try:
            return datetime.fromisoformat(f"{cell}+00:00") - _AHEAD, Precision.SECOND
        except ValueError as error:
            raise CellError(RowCode.BAD_TIME, safe_detail(cell)) from error
    match = _MOMENT.fullmatch(unicodedata.normalize("NFKC", cell))
    if match is None:
        raise CellError(RowCode.BAD_TIME, safe_detail(cell))
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        wall = datetime(year, month, day, hour, minute, second, tzinfo=ZONE)
    except ValueError as error:
        raise CellError(RowCode.BAD_TIME, safe_detail(cell)) from error
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CellError(RowCode.BAD_TIME, safe_detail(cell))
    return wall.astimezone(UTC), Precision.MINUTE if match[6] is None else Precision.SECOND


def safe_detail(cell: str) -> str:
    """The cell if it can only be a figure or a time, else "": a shifted row may hold a name or a phone."""
    plain = unicodedata.normalize("NFKC", cell).strip(PADDING)
    digits = re.sub(r"\D", "", plain)
    like_a_phone = _PHONE.search(digits) or (len(digits) > 6 and not re.search(r"[.:/eE年]", plain))
    return plain if _SAFE.fullmatch(plain) and not like_a_phone else ""


def _line(cell: str, limit: int) -> str:
    line = " ".join(cell.split())
    if len(line) > limit:
        raise CellError(RowCode.TEXT_TOO_LONG, str(limit))
    if not line.isprintable() and any(unicodedata.category(character) == "Cc" for character in line):
        raise CellError(RowCode.CONTROL_CHARACTER)
    return line
