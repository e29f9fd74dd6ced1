"""Sales: the order lines of platforms, what a batch would change of them, and how they stood before."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.sales.attribution import Tier
from domain.sales.cells import Precision
from domain.sales.lines import CaseState, Level, LineStatus, Platform
from models.base import Base, Fen, IntPk, enum_type, partial_index
from models.sales_imports import RowFate


class SaleColumns:
    """What is known of one order line; money in fen; only a `paid` line counts in any figure.

    `told_…` is what order exports say; `paid`, `refunded_fen` and `refund_basis` are what counts once after-sales cases
    and `replaced` are heeded (domain/sales/refunds.py): `replaced` is an order whose lines came in by themselves.
    `ordered_on` is the day in the community's calendar. With `attributed_by_id` a person chose tier, show and booth,
    and no rule overwrites them.
    """

    platform: Mapped[Platform] = mapped_column(enum_type(Platform, "platform"))
    line_key: Mapped[str] = mapped_column(String(700))
    order_no: Mapped[str] = mapped_column(String(64))
    level: Mapped[Level] = mapped_column(enum_type(Level, "level"), default=Level.LINE, server_default="line")
    title: Mapped[str] = mapped_column(String(500))
    spec: Mapped[str | None] = mapped_column(String(500))
    quantity: Mapped[int]
    platform_product_id: Mapped[str | None] = mapped_column(String(64))
    merchant_code: Mapped[str | None] = mapped_column(String(100))
    amount_fen: Mapped[Fen]
    told_paid: Mapped[bool]
    told_refunded_fen: Mapped[Fen]
    told_basis: Mapped[str] = mapped_column(String(20))
    replaced: Mapped[bool] = mapped_column(default=False, server_default=false())
    paid: Mapped[bool]
    refunded_fen: Mapped[Fen]
    refund_basis: Mapped[str] = mapped_column(String(20))
    status: Mapped[LineStatus] = mapped_column(enum_type(LineStatus, "status"))
    status_text: Mapped[str] = mapped_column(String(100))
    after_sale_text: Mapped[str | None] = mapped_column(String(100))
    ordered_at: Mapped[datetime]
    ordered_on: Mapped[date]
    ordered_precision: Mapped[Precision] = mapped_column(enum_type(Precision, "ordered_precision"))
    paid_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    author_id: Mapped[str | None] = mapped_column(String(100))
    author_name: Mapped[str | None] = mapped_column(String(100))
    traffic_source: Mapped[str | None] = mapped_column(String(100))
    traffic_form: Mapped[str | None] = mapped_column(String(100))
    live_evidence: Mapped[bool]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    tier: Mapped[Tier | None] = mapped_column(enum_type(Tier, "tier"))
    show_id: Mapped[int | None] = mapped_column(ForeignKey("show.id"))
    booth_booking_id: Mapped[int | None] = mapped_column(ForeignKey("booth_slot.booking_id"))
    rule_version: Mapped[str | None] = mapped_column(String(20))
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    attributed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    attributed_at: Mapped[datetime | None]
    attribution_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")


class Sale(SaleColumns, Base):
    """One order line of a platform, as all its imports together tell it."""

    __tablename__ = "sale"
    __table_args__ = (
        UniqueConstraint("platform", "line_key"),
        CheckConstraint(
            "quantity >= 0 AND amount_fen >= 0 AND refunded_fen >= 0 AND told_refunded_fen >= 0",
            name="not_negative",
        ),
        CheckConstraint("tier IS NULL OR show_id IS NOT NULL OR tier = 'none'", name="tier_has_show"),
        CheckConstraint("NOT paid OR (told_paid AND NOT replaced)", name="counts_as_told"),
        CheckConstraint(
            "(attributed_by_id IS NULL) = (attributed_at IS NULL)"
            " AND (attributed_by_id IS NULL OR attribution_reason <> '')",
            name="attributed_by",
        ),
        Index("ix_sale_product_id_ordered_at", "product_id", "ordered_at"),
        Index("ix_sale_product_id_ordered_on", "product_id", "ordered_on"),
        partial_index("ix_sale_show_id_ordered_at", "show_id", "ordered_at", where="show_id IS NOT NULL"),
        Index("ix_sale_ordered_at", "ordered_at"),
        Index("ix_sale_ordered_on", "ordered_on"),
        Index("ix_sale_platform_order_no", "platform", "order_no"),
        Index("ix_sale_first_import_id", "first_import_id"),
        Index("ix_sale_last_import_id", "last_import_id"),
    )

    id: Mapped[IntPk]
    first_import_id: Mapped[int] = mapped_column(ForeignKey("sales_import.id"))
    last_import_id: Mapped[int] = mapped_column(ForeignKey("sales_import.id"))
    updated_at: Mapped[datetime]

    show: Mapped[Any] = relationship("Show", lazy="raise")


class SaleDraft(SaleColumns, Base):
    """What applying a staged import would make of one order line: a new sale, or `sale_id` with these columns.

    Gone once it is applied. A line that is in the file twice has one draft. That product, show and booth are there is
    asked of the sale that it becomes, once for each line instead of twice.
    """

    __tablename__ = "sale_draft"
    __table_args__ = (
        UniqueConstraint("import_id", "line_key"),
        Index("ix_sale_draft_sale_id", "sale_id"),
        CheckConstraint("(fate = 'inserted') = (sale_id IS NULL)", name="fate_of_sale"),
    )

    import_id: Mapped[int] = mapped_column(
        ForeignKey("sales_import.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fate: Mapped[RowFate] = mapped_column(enum_type(RowFate, "fate"))
    sale_id: Mapped[int | None] = mapped_column(ForeignKey("sale.id"))
    product_id: Mapped[int | None] = mapped_column()
    show_id: Mapped[int | None] = mapped_column()
    booth_booking_id: Mapped[int | None] = mapped_column()


class SaleBefore(SaleColumns, Base):
    """How a sale stood before an import updated it, so that the import can be undone."""

    __tablename__ = "sale_before"
    __table_args__ = (Index("ix_sale_before_sale_id", "sale_id"),)

    import_id: Mapped[int] = mapped_column(
        ForeignKey("sales_import.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    sale_id: Mapped[int] = mapped_column(ForeignKey("sale.id"), primary_key=True, autoincrement=False)
    previous_import_id: Mapped[int] = mapped_column(ForeignKey("sales_import.id"))


class AfterSaleColumns:
    """One after-sales case of an order line (抖店 售后单); money in fen, freight apart from goods."""

    platform: Mapped[Platform] = mapped_column(enum_type(Platform, "platform"))
    case_no: Mapped[str] = mapped_column(String(64))
    line_key: Mapped[str] = mapped_column(String(700))
    order_no: Mapped[str | None] = mapped_column(String(64))
    refund_fen: Mapped[Fen]
    freight_refund_fen: Mapped[Fen]
    state: Mapped[CaseState] = mapped_column(enum_type(CaseState, "state"))
    state_text: Mapped[str] = mapped_column(String(100))
    requested_at: Mapped[datetime | None]
    refunded_at: Mapped[datetime | None]


class AfterSale(AfterSaleColumns, Base):
    """An after-sales case; its line may not have come in yet."""

    __tablename__ = "after_sale"
    __table_args__ = (
        UniqueConstraint("platform", "case_no"),
        CheckConstraint("refund_fen >= 0 AND freight_refund_fen >= 0", name="not_negative"),
        Index("ix_after_sale_platform_line_key", "platform", "line_key"),
        Index("ix_after_sale_last_import_id", "last_import_id"),
    )

    id: Mapped[IntPk]
    first_import_id: Mapped[int] = mapped_column(ForeignKey("sales_import.id"))
    last_import_id: Mapped[int] = mapped_column(ForeignKey("sales_import.id"))
    updated_at: Mapped[datetime]


class AfterSaleDraft(AfterSaleColumns, Base):
    """What applying a staged after-sales file would make of one case; `before` is how it stood, for the undoing."""

    __tablename__ = "after_sale_draft"
    __table_args__ = (UniqueConstraint("import_id", "case_no"),)

    import_id: Mapped[int] = mapped_column(
        ForeignKey("sales_import.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fate: Mapped[RowFate] = mapped_column(enum_type(RowFate, "fate"))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
