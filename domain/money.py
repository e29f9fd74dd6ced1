"""Money in integer fen: read from what people and platforms write, shown as ¥1,299.00."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from domain.errors import BadInput

# Fits a BIGINT with room for sums over a million lines.
MAX_FEN = 10**12
FEN_PER_WAN = 1_000_000
EMPTY_MARKS = frozenset({"", "-", "--", "—", "——", "–", "/", "N/A"})

_PADDING = " \t\r\n\ufeff\u00a0\u3000\u200b"
_MINUS_SIGNS = str.maketrans({"−": "-", "–": "-", "—": "-"})
_YUAN = re.compile(r"(?P<sign>-?)(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<cents>\d+))?")
_SCIENTIFIC = re.compile(r"-?\d+(?:\.\d+)?[eE][+-]?\d+")


class MoneyError(BadInput):
    """A text is no amount of money.

    Codes: money_empty, money_scientific, money_malformed, money_too_precise, money_too_large.
    """


def parse_yuan(text: str) -> int:
    """Read yuan ("¥1,299.90", "168.99\\t", "12元", full-width "￥１２") as fen; raises MoneyError."""
    padded = text.strip(_PADDING)
    if padded in EMPTY_MARKS:
        raise MoneyError("money_empty")
    bare = _without_currency(unicodedata.normalize("NFKC", padded).translate(_MINUS_SIGNS))
    if _SCIENTIFIC.fullmatch(bare):
        raise MoneyError("money_scientific")
    match = _YUAN.fullmatch(bare)
    if match is None:
        raise MoneyError("money_malformed")
    cents = (match["cents"] or "").rstrip("0")
    if len(cents) > 2:
        raise MoneyError("money_too_precise")
    if len(match["whole"]) > 20:
        raise MoneyError("money_too_large")
    fen = int(Decimal(f"{match['whole'].replace(',', '')}.{cents or '0'}") * 100)
    if fen > MAX_FEN:
        raise MoneyError("money_too_large")
    return -fen if match["sign"] else fen


def parse_yuan_or_none(text: str) -> int | None:
    """Like parse_yuan, but an empty cell or one of the marks for it (-, --, —, /) is None."""
    return None if text.strip(_PADDING) in EMPTY_MARKS else parse_yuan(text)


def format_yuan(fen: int) -> str:
    """Write fen as ¥1,299.00, a negative amount as -¥1,299.00."""
    yuan, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}¥{yuan:,}.{cents:02d}"


def format_wan(fen: int) -> str:
    """Write fen for a summary: ¥1.29万 from ¥10,000 on, never rounded up; like format_yuan below that."""
    if abs(fen) < FEN_PER_WAN:
        return format_yuan(fen)
    wan, hundredths = divmod(abs(fen) // (FEN_PER_WAN // 100), 100)
    tail = f".{hundredths:02d}".rstrip("0").rstrip(".")
    return f"{'-' if fen < 0 else ''}¥{wan:,}{tail}万"


def share_bp(part: int, whole: int) -> int | None:
    """How much of the whole a part is, in basis points rounded half up; None when there is no whole."""
    if whole == 0:
        return None
    return divide_half_up(part * 10_000, whole)


def divide_half_up(numerator: int, denominator: int) -> int:
    """Integer division rounded half away from zero; raises ZeroDivisionError."""
    quotient = (2 * abs(numerator) + abs(denominator)) // (2 * abs(denominator))
    return -quotient if (numerator < 0) != (denominator < 0) else quotient


def _without_currency(text: str) -> str:
    """Drop one currency sign before or after the minus and one 元 at the end."""
    text = text.removesuffix("元").strip(_PADDING)
    sign = "-" if text.startswith("-") else ""
    text = text[len(sign) :].strip(_PADDING)
    if text.startswith("¥"):
        text = text[1:].strip(_PADDING)
        if not sign and text.startswith("-"):
            return text
    return sign + text
