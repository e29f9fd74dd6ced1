"""Text that leaves in a table: no spreadsheet may take what somebody typed for a formula."""

from __future__ import annotations

import re
from decimal import Decimal

_LEADS_A_FORMULA = re.compile(r"[\t\r\n]|[\s\ufeff\u200b]*[=+\-@＝＋－＠]")
"""[OWASP, CSV injection] Spreadsheets pass over blanks in front and read full-width signs like the plain ones."""


def plain_cell(value: object) -> str:
    """A cell as text; one that begins like a formula gets an apostrophe in front, numbers don't."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, int | float | Decimal):
        return text
    return f"'{text}" if _LEADS_A_FORMULA.match(text) else text
