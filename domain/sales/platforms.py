"""How a platform's export is described: a table of facts for each, and the matching of headers to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from domain.sales.cells import fold, header_key
from domain.sales.lines import AfterSale, Level, LineStatus, Platform
from domain.sales.problems import FileCode, FileError


class Field(StrEnum):
    """The allow-list: what a row may tell us. Every other column, personal ones first, is dropped unread."""

    ORDER_NO = "order_no"
    SUB_ORDER_NO = "sub_order_no"
    CASE_NO = "case_no"
    TITLE = "title"
    SPEC = "spec"
    QUANTITY = "quantity"
    PRODUCT_ID = "platform_product_id"
    MERCHANT_CODE = "merchant_code"
    UNIT_PRICE = "unit_price"
    AMOUNT = "amount"
    FREIGHT = "freight"
    DUE = "due"
    REFUNDED = "refunded"
    REFUNDED_FREIGHT = "refunded_freight"
    STATUS = "status"
    AFTER_SALE = "after_sale"
    ORDERED_AT = "ordered_at"
    PAID_AT = "paid_at"
    COMPLETED_AT = "completed_at"
    REQUESTED_AT = "requested_at"
    REFUNDED_AT = "refunded_at"
    AUTHOR_ID = "author_id"
    AUTHOR_NAME = "author_name"
    TRAFFIC_SOURCE = "traffic_source"
    TRAFFIC_FORM = "traffic_form"
    SOLD_LIVE = "sold_live"


class Kind(StrEnum):
    """What the rows of an export are about."""

    ORDERS = "orders"
    AFTER_SALES = "after_sales"


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

    `code` is stable and may be stored. The keys of the word tables are spelled as `fold` leaves them; those of
    `refund_states` are order states that tell of a refund by themselves. A file with a header in `absent` is another
    layout's. `pending_words` stand where the platform fills a cell in later, `no_refund_words` in a refund's amount
    where there is none; a cell of a field in `live_words` that begins with one of them tells of a live.
    `joined_by`: the field that may hold several sub-orders with `;` between them.
    `whole_refunds`: a successful refund is always one of the whole line. `refund_needs_word`: a refund's amount counts
    only where a word says that it went back. `restates`: that amount may be money that never was in the one paid.
    """

    platform: Platform
    code: str
    name: str
    signature: frozenset[str]
    columns: tuple[Column, ...]
    key: tuple[Field, ...]
    order_states: Mapping[str, LineStatus]
    after_sale_states: Mapping[str, AfterSale]
    kind: Kind = Kind.ORDERS
    level: Level = Level.LINE
    absent: frozenset[str] = frozenset()
    refund_states: Mapping[str, AfterSale] = field(default_factory=dict)
    pending_words: frozenset[str] = frozenset()
    no_refund_words: frozenset[str] = frozenset()
    live_words: Mapping[Field, frozenset[str]] = field(default_factory=dict)
    joined_by: Field | None = None
    whole_refunds: bool = False
    refund_needs_word: bool = False
    restates: bool = False

    @property
    def headers(self) -> frozenset[str]:
        """Every header that this layout knows, as headers are compared."""
        return frozenset(header_key(header) for column in self.columns for header in column.headers)

    def column(self, wanted: Field) -> Column | None:
        """The column of a field, if this platform has one."""
        return next((column for column in self.columns if column.field is wanted), None)

    def fits(self, present: frozenset[str]) -> bool:
        """Whether a header row of these names, as headers are compared, can be this layout's."""
        return _keys(self.signature) <= present and not _keys(self.absent) & present

    def with_words(
        self, order_states: Mapping[str, LineStatus], after_sale_states: Mapping[str, AfterSale]
    ) -> Layout:
        """This layout with words that a person decided, in any spelling; the house's own keep their meaning."""
        return replace(
            self,
            order_states={fold(word): state for word, state in order_states.items()}
            | dict(self.order_states),
            after_sale_states={fold(word): state for word, state in after_sale_states.items()}
            | dict(self.after_sale_states),
        )


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where each field stands in the file at hand, and under which header."""

    width: int
    positions: Mapping[Field, int]
    headers: Mapping[Field, str]


def sniff(header: Sequence[str], layouts: Sequence[Layout]) -> Layout:
    """The layout that a header row belongs to, in any order and among extra columns; raises FileError."""
    present = _keys(header)
    ranked = _best_first([layout for layout in layouts if layout.fits(present)], present)
    if not ranked:
        raise FileError(FileCode.UNKNOWN_LAYOUT, platforms=names(layouts))
    if len(ranked) > 1 and len(ranked[0].headers & present) == len(ranked[1].headers & present):
        raise FileError(FileCode.AMBIGUOUS_LAYOUT, platforms=names(ranked))
    return ranked[0]


def chosen(platform: str, layouts: Sequence[Layout], header: Sequence[str] = ()) -> Layout:
    """Of the layouts of a platform that a person named, the one that the header row fits best.

    Raises FileError when nobody knows that platform.
    """
    present = _keys(header)
    ours = [layout for layout in layouts if layout.platform == platform]
    if not ours:
        raise FileError(FileCode.UNKNOWN_PLATFORM, platforms=names(layouts))
    return _best_first([layout for layout in ours if layout.fits(present)] or ours, present)[0]


def by_code(code: str, layouts: Sequence[Layout]) -> Layout:
    """The layout of a stored code; raises KeyError, since only the house itself makes codes."""
    return {layout.code: layout for layout in layouts}[code]


def names(layouts: Iterable[Layout]) -> list[str]:
    """What the platforms of these layouts are called, each once."""
    return list(dict.fromkeys(layout.name for layout in layouts))


def match_columns(header: Sequence[str], layout: Layout) -> ColumnMap:
    """Find the columns of a layout by name; raises FileError that names the missing or doubled ones."""
    keys = [header_key(name) for name in header]
    positions: dict[Field, int] = {}
    headers: dict[Field, str] = {}
    missing: list[str] = []
    for column in layout.columns:
        found = next((name for name in column.headers if header_key(name) in keys), None)
        if found is not None:
            if keys.count(header_key(found)) > 1:
                raise FileError(FileCode.DUPLICATE_COLUMN, platform=layout.name, column=found)
            positions[column.field] = keys.index(header_key(found))
            headers[column.field] = found
        elif column.required:
            missing.append(column.headers[0])
    if missing:
        raise FileError(FileCode.MISSING_COLUMNS, platform=layout.name, columns=missing)
    return ColumnMap(len(keys), positions, headers)


def _keys(header: Iterable[str]) -> frozenset[str]:
    return frozenset(header_key(name) for name in header)


def _best_first(layouts: Sequence[Layout], present: frozenset[str]) -> list[Layout]:
    return sorted(layouts, key=lambda layout: len(layout.headers & present), reverse=True)
