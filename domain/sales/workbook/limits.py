"""How much of a workbook is read at most, and how it says no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

BROKEN = "file_workbook_broken"
TOO_HEAVY = "file_workbook_too_heavy"
OTHER_KIND = "file_workbook_kind"
ARCHIVE = "file_archive"
PASSWORD = "file_password_protected"  # noqa: S105 - a code, not a password
TOO_MANY_ROWS = "file_too_many_rows"
LINE_TOO_LONG = "file_line_too_long"
EMPTY = "file_empty"
NUL = "file_nul"
CODES = frozenset(
    {BROKEN, TOO_HEAVY, OTHER_KIND, ARCHIVE, PASSWORD, TOO_MANY_ROWS, LINE_TOO_LONG, EMPTY, NUL}
)


class Refused(Exception):
    """A workbook that is not read; `code` is one of domain.sales.problems.FileCode."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class WorkbookLimits:
    """What a workbook may cost; figures behind them in docs/decisions/0014-reading-workbooks.md.

    Sizes in bytes, times in seconds. `max_inflated` and `max_ratio` are counted while unpacking, whatever the file
    says about itself; a file may always unpack to `any_ratio_up_to`, and
    each part that is neither sheet nor shared texts to `max_small`. `max_tags` bounds the time that parsing takes.
    `resident` is what the child may hold, looked at after each piece; `memory`, well above it, its whole address space:
    an interpreter that can't get memory at all may try for ever. `cpu` is its computing time; `waiting` how long the
    parent waits for it, all waits added up.
    """

    max_rows: int = 120_000
    max_lines: int = 480_000
    max_cells: int = 1_000
    max_line_bytes: int = 256 * 1024
    max_cell: int = 32_767
    max_sheets: int = 50
    max_inflated: int = 512 * 1024**2
    max_ratio: int = 200
    any_ratio_up_to: int = 32 * 1024**2
    max_small: int = 8 * 1024**2
    max_tags: int = 40_000_000
    max_tag_bytes: int = 1024**2
    max_strings: int = 4_000_000
    max_strings_bytes: int = 64 * 1024**2
    resident: int = 128 * 1024**2
    memory: int = 256 * 1024**2
    cpu: int = 90
    waiting: float = 120.0
