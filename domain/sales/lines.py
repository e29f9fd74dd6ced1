"""What an export becomes: order lines that count, after-sales cases, and held lines that wait for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.sales.cells import Precision
from domain.sales.problems import HeldCode


class Platform(StrEnum):
    """The selling platforms; which of their exports can be read is in domain/sales/platforms.py."""

    DOUDIAN = "doudian"
    KUAISHOU = "kuaishou"
    WEIXIN = "weixin"
    PINDUODUO = "pinduoduo"
    TAOBAO = "taobao"


class LineStatus(StrEnum):
    """Where an order line stands, in the words of the house."""

    UNPAID = "unpaid"
    PAID = "paid"
    SHIPPED = "shipped"
    COMPLETED = "completed"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Level(StrEnum):
    """What one row of an order export stands for: one line of an order, or an order with all its goods."""

    LINE = "line"
    ORDER = "order"


class AfterSale(StrEnum):
    """What the after-sale words of a row say."""

    NONE = "none"
    OPEN = "open"
    PARTIAL = "partial"
    REFUNDED = "refunded"
    REFUNDED_IN_FULL = "refunded_in_full"


class CaseState(StrEnum):
    """Where an after-sales case stands: `closed` without any refund."""

    OPEN = "open"
    REFUNDED = "refunded"
    CLOSED = "closed"


class RefundBasis(StrEnum):
    """Where `refunded_fen` comes from; `assumed_full` may be corrected by the after-sales file."""

    NONE = "none"
    STATED = "stated"
    FULL = "full"
    ASSUMED_FULL = "assumed_full"


ORDER_KEY = "order|"
"""How the key of a whole order begins, so that it never meets the key of one of its lines."""


@dataclass(slots=True, unsafe_hash=True)
class OrderLine:
    """One line of an order; money in fen, times aware in UTC; only a `paid` line counts in any figure.

    `amount_fen` is what the buyer paid for the goods, without freight wherever the row allows to take it off.
    `source_line` is the line of the file and no part of the identity: `(platform, line_key)` is. What tells it from
    another line of the same goods comes first (`OWN`); lines with the very same `goods` have all else in common, and a
    line that is changed (`replace`) has none. Nobody else changes one; it is not frozen because a frozen one takes ten
    times as long to make, and a file has a hundred thousand.
    """

    line_key: str
    order_no: str
    ordered_at: datetime
    ordered_precision: Precision
    paid_at: datetime | None
    completed_at: datetime | None
    source_line: int = field(compare=False)
    platform: Platform
    title: str
    spec: str | None
    quantity: int
    platform_product_id: str | None
    merchant_code: str | None
    unit_price_fen: int | None
    amount_fen: int
    paid: bool
    refunded_fen: int
    refund_basis: RefundBasis
    status: LineStatus
    status_text: str
    after_sale_text: str | None
    author_id: str | None
    author_name: str | None
    traffic_source: str | None
    traffic_form: str | None
    live_evidence: bool
    goods: object = field(default=None, init=False, compare=False, repr=False)

    @property
    def level(self) -> Level:
        """Whether this is one line of an order or, where the export has no lines, the order itself."""
        return Level.ORDER if self.line_key.startswith(ORDER_KEY) else Level.LINE


OWN = 7
"""So many of an OrderLine's fields, the first ones, are a line's own: its numbers and times."""


@dataclass(frozen=True, slots=True)
class AfterSaleCase:
    """One case of an after-sales export; money in fen, times aware in UTC; `(platform, case_no)` is its identity.

    `line_key` is that of the order line which the case is about; freight that was refunded counts in no figure,
    since freight that was paid does not either.
    """

    platform: Platform
    case_no: str
    line_key: str
    order_no: str
    refund_fen: int
    freight_refund_fen: int
    state: CaseState
    state_text: str
    requested_at: datetime | None
    refunded_at: datetime | None
    source_line: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A row that was read whole but waits for a person; until then `order` is unpaid and refunds nothing.

    `column` is the header of the cell in question and `text` the word that stood there. `order` is a case where the
    file is an after-sales export; it is open then. `cells` are those that the row was read from, so that it can be read
    anew once a word of it is known.
    """

    line: int
    code: HeldCode
    column: str
    text: str
    order: OrderLine | AfterSaleCase
    cells: Mapping[str, str] = field(default_factory=dict, compare=False)
