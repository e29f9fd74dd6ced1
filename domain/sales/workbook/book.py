"""What a workbook says of itself: its visible sheets, which cell styles are dates, when its calendar begins."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from domain.sales.workbook import limits as no
from domain.sales.workbook.limits import Refused, WorkbookLimits
from domain.sales.workbook.package import Package
from domain.sales.workbook.strings import SharedStrings
from domain.sales.workbook.values import is_date

_TRUE = ("1", "true", "on")


@dataclass(frozen=True, slots=True)
class Book:
    """All that is needed to read the sheets; `sheets` are the members of those that can be seen, in order."""

    sheets: tuple[str, ...]
    date_styles: frozenset[str]
    since_1904: bool
    strings: SharedStrings


def open_book(package: Package, limits: WorkbookLimits) -> Book:
    """Read everything but the sheets, and survey those; raises Refused."""
    parts = _parts(package)
    sheets, since_1904 = _visible(package, parts)
    if not sheets:
        raise Refused(no.EMPTY)
    if len(sheets) > limits.max_sheets:
        raise Refused(no.TOO_HEAVY)
    by_kind = dict(parts.values())
    styles, strings = by_kind.get("styles", ""), by_kind.get("sharedStrings", "")
    has_strings = package.holds(strings)
    package.survey([*sheets, strings] if has_strings else sheets)
    return Book(
        sheets=sheets,
        date_styles=_date_styles(package, styles) if package.holds(styles) else frozenset(),
        since_1904=since_1904,
        strings=SharedStrings(package.chunks(strings) if has_strings else None, limits),
    )


def _parts(package: Package) -> dict[str, tuple[str, str]]:
    """Kind and member by relationship; whatever lies outside of the file is left alone."""
    folder, name = posixpath.split(package.main)
    parts: dict[str, tuple[str, str]] = {}
    for tag, attributes in package.elements(f"{folder}/_rels/{name}.rels".lstrip("/")):
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = posixpath.join("/", folder, attributes.get("Target", ""))
            parts[attributes.get("Id", "")] = (kind, posixpath.normpath(target).lstrip("/"))
    return parts


def _visible(package: Package, parts: dict[str, tuple[str, str]]) -> tuple[tuple[str, ...], bool]:
    sheets: list[str] = []
    since_1904 = False
    for tag, attributes in package.elements(package.main):
        if tag == "workbookPr":
            since_1904 = attributes.get("date1904", "").lower() in _TRUE
        if tag == "sheet" and attributes.get("state", "visible") == "visible":
            kind, target = parts.get(attributes.get("id", ""), ("", ""))
            if kind == "worksheet":
                sheets.append(target)
    return tuple(sheets), since_1904


def _date_styles(package: Package, member: str) -> frozenset[str]:
    """The numbers, as cells write them, of the styles that show a date."""
    codes: dict[str, str] = {}
    dates: set[str] = set()
    among_cells, number = False, 0
    for tag, attributes in package.elements(member):
        if tag == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag in ("cellXfs", "cellStyles", "cellStyleXfs", "dxfs"):
            among_cells = tag == "cellXfs"
        elif tag == "xf" and among_cells:
            known = attributes.get("numFmtId", "0")
            if is_date(int(known) if known.isdecimal() else 0, codes.get(known)):
                dates.add(str(number))
            number += 1
    return frozenset(dates)
