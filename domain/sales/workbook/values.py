"""What stands in a cell, as a CSV would have it: ids whole or visibly lost, decimals bare, times spelled out."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from math import isinf

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NUMBER = re.compile(r"-?\d*\.?\d+(?:[eE][+-]?\d+)?", re.ASCII)
_SHORT = re.compile(r"-?(?:0|[1-9]\d{0,14})", re.ASCII)
_NO_DATE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)
# 27-36 and 50-58 are dates where Office speaks Chinese, Japanese or Korean.
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_LAST_DAY = 2_958_466
_START_OF_1900, _START_OF_1904 = datetime(1899, 12, 31), datetime(1904, 1, 1)  # noqa: DTZ001  a cell has no zone
_LOST_FROM = 10**15


def unescape(text: str) -> str:
    """Undo how Office writes what XML can't: _x000D_ is a carriage return, _x005F_ an underscore."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def number(raw: str) -> str:
    """A number as digits; from 16 digits on in scientific form, for a spreadsheet keeps only 15 of them.

    What is no number is given back as it stands, for its reader to reject.
    """
    if _SHORT.fullmatch(raw):
        return raw
    if len(raw) > 60 or not _NUMBER.fullmatch(raw):
        return raw
    value = float(raw)
    if isinf(value):
        return raw
    if abs(value) >= _LOST_FROM:
        return f"{value:.14E}"
    if abs(value) < 1e-15:
        return "0"
    # 15 digits are all that is true of a double: 39.899999999999999 was 39.9.
    return format(Decimal(f"{value:.15g}"), "f")


def moment(raw: str, *, since_1904: bool) -> str:
    """A day number with its fraction as YYYY-MM-DD HH:MM:SS; what is none is given back as a number."""
    if len(raw) > 60 or not _NUMBER.fullmatch(raw):
        return raw
    days = float(raw)
    if not 0 <= days < _LAST_DAY - 1462 * since_1904:
        return number(raw)
    # Wall clocks, as the cells have them. The day numbers of 1900 hold a 29 February that never was.
    start = _START_OF_1904 if since_1904 else _START_OF_1900 - timedelta(days=days >= 60)
    return f"{start + timedelta(seconds=round(days * 86_400)):%Y-%m-%d %H:%M:%S}"


def iso_moment(raw: str) -> str:
    """A date that is written out, 2026-06-06T20:00:00Z, as a CSV would have it."""
    text = raw.replace("T", " ").removesuffix("Z")
    return f"{text} 00:00:00" if len(text) == 10 else text


def is_date(format_id: int, code: str | None) -> bool:
    """Whether a number format shows a date or a time; `code` is that of a format of the workbook's own."""
    if code is None:
        return format_id in _BUILT_IN_DATES
    return bool(_DATE.search(_NO_DATE.sub("", code.split(";")[0]))) and code.casefold() != "general"


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if 0xD800 <= code <= 0xDFFF else chr(code)
