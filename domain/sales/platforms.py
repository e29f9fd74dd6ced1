"""How a platform's export is described: a table of facts for each, and the matching of headers to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from domain.sales.cells import clean, fold
from domain.sales.lines import AfterSale, LineStatus, Platform
from domain.sales.problems import FileCode, FileError


class Field(StrEnum):
    """The allow-list: what a row may tell us. Every other column, personal ones first, is dropped unread."""

    ORDER_NO = "order_no"
    SUB_ORDER_NO = "sub_order_no"
    TITLE = "title"
    SPEC = "spec"
    QUANTITY = "quantity"
    PRODUCT_ID = "platform_product_id"
    MERCHANT_CODE = "merchant_code"
    UNIT_PRICE = "unit_price"
    AMOUNT = "amount"
    REFUNDED = "refunded"
    STATUS = "status"
    AFTER_SALE = "after_sale"
    ORDERED_AT = "ordered_at"
    PAID_AT = "paid_at"
    COMPLETED_AT = "completed_at"
    AUTHOR_ID = "author_id"
    AUTHOR_NAME = "author_name"
    TRAFFIC_SOURCE = "traffic_source"
    TRAFFIC_FORM = "traffic_form"


class Level(StrEnum):
    """What one row of an export stands for: a line of an order, or a whole order with all its goods."""

    LINE = "line"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a layout: the headers that it goes by, best first.

    `required`: the header must be in the file. `per_line`: where several sub-orders are joined in one row
    by `;`, this cell must be joined in the same way.
    """

    field: Field
    headers: tuple[str, ...]
    required: bool = False
    per_line: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The facts of one export: what to recognise it by, its columns, key, status words and traces of a live.

    The keys of the word tables are spelled as `fold` leaves them. `pending_words` stand where the platform
    fills a cell in later; a cell of a field in `live_words` that begins with one of them tells of a live.
    `joined_by`: the field that may hold several sub-orders with `;` between them.
    """

    platform: Platform
    name: str
    signature: frozenset[str]
    columns: tuple[Column, ...]
    key: tuple[Field, ...]
    order_states: Mapping[str, LineStatus]
    after_sale_states: Mapping[str, AfterSale]
    pending_words: frozenset[str] = frozenset()
    live_words: Mapping[Field, frozenset[str]] = field(default_factory=dict)
    joined_by: Field | None = None

    @property
    def headers(self) -> frozenset[str]:
        """Every header that this layout knows, folded."""
        return frozenset(fold(header) for column in self.columns for header in column.headers)

    def column(self, wanted: Field) -> Column | None:
        """The column of a field, if this platform has one."""
        return next((column for column in self.columns if column.field is wanted), None)


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where each field stands in the file at hand, and under which header."""

    width: int
    positions: Mapping[Field, int]
    headers: Mapping[Field, str]


def sniff(header: Sequence[str], layouts: Sequence[Layout]) -> Layout:
    """The layout that a header row belongs to, in any order and among extra columns; raises FileError."""
    present = {fold(clean(name)) for name in header}
    fitting = [layout for layout in layouts if {fold(name) for name in layout.signature} <= present]
    if not fitting:
        raise FileError(FileCode.UNKNOWN_LAYOUT, platforms=[layout.name for layout in layouts])
    ranked = sorted(fitting, key=lambda layout: len(layout.headers & present), reverse=True)
    if len(ranked) > 1 and len(ranked[0].headers & present) == len(ranked[1].headers & present):
        raise FileError(FileCode.AMBIGUOUS_LAYOUT, platforms=[layout.name for layout in ranked])
    return ranked[0]


def chosen(platform: str, layouts: Sequence[Layout]) -> Layout:
    """The layout that a person named; raises FileError when nobody knows that platform."""
    for layout in layouts:
        if layout.platform == platform:
            return layout
    raise FileError(FileCode.UNKNOWN_PLATFORM, platforms=[layout.name for layout in layouts])


def match_columns(header: Sequence[str], layout: Layout) -> ColumnMap:
    """Find the columns of a layout by name; raises FileError that names the missing or doubled ones."""
    names = [fold(clean(name)) for name in header]
    positions: dict[Field, int] = {}
    headers: dict[Field, str] = {}
    missing: list[str] = []
    for column in layout.columns:
        found = next((name for name in column.headers if fold(name) in names), None)
        if found is not None:
            if names.count(fold(found)) > 1:
                raise FileError(FileCode.DUPLICATE_COLUMN, platform=layout.name, column=found)
            positions[column.field] = names.index(fold(found))
            headers[column.field] = found
        elif column.required:
            missing.append(column.headers[0])
    if missing:
        raise FileError(FileCode.MISSING_COLUMNS, platform=layout.name, columns=missing)
    return ColumnMap(len(names), positions, headers)
