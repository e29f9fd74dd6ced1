"""Imports of platform order exports, their staged lines, and the sales that came of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.sales.attribution import Tier
from domain.sales.cells import Precision
from domain.sales.lines import LineStatus, Platform
from models.base import Base, Fen, IntPk, enum_type


class ImportStatus(StrEnum):
    """How far an import has come."""

    STAGING = "staging"
    STAGED = "staged"
    APPLYING = "applying"
    APPLIED = "applied"
    FAILED = "failed"


class RowFate(StrEnum):
    """What became of one row of a file."""

    INSERTED = "inserted"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    HELD = "held"
    REJECTED = "rejected"


class SalesImport(Base):
    """One uploaded export; the file itself is not kept, only its hash and what was read from it.

    Until it is applied the counts are what applying it would do. `gmv_fen` and `refunded_fen` are those of its paid
    lines; `unknown_products` are the most frequent ones without a product of ours.
    """

    __tablename__ = "sales_import"
    __table_args__ = (
        CheckConstraint(
            "read_count = inserted + updated + unchanged + held + rejected OR status IN ('staging', 'failed')",
            name="reconciles",
        ),
        Index("ix_sales_import_created_at", "created_at"),
    )

    id: Mapped[IntPk]
    status: Mapped[ImportStatus] = mapped_column(enum_type(ImportStatus, "status"))
    platform: Mapped[Platform] = mapped_column(enum_type(Platform, "platform"))
    file_name: Mapped[str] = mapped_column(String(120), default="")
    file_sha256: Mapped[str] = mapped_column(String(64))
    encoding: Mapped[str] = mapped_column(String(20))
    show_id: Mapped[int | None] = mapped_column(ForeignKey("show.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    read_count: Mapped[int] = mapped_column(default=0)
    inserted: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    unmatched: Mapped[int] = mapped_column(default=0)
    gmv_fen: Mapped[Fen] = mapped_column(default=0)
    refunded_fen: Mapped[Fen] = mapped_column(default=0)
    first_ordered_at: Mapped[datetime | None]
    last_ordered_at: Mapped[datetime | None]
    unknown_products: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)

    show: Mapped[Any] = relationship("Show", lazy="raise")
    created_by: Mapped[Any] = relationship("Person", lazy="raise")


class SalesImportLine(Base):
    """One row of a staged export without its personal columns: a line to apply, a held one, or a rejection."""

    __tablename__ = "sales_import_line"

    import_id: Mapped[int] = mapped_column(
        ForeignKey("sales_import.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[int]
    fate: Mapped[RowFate] = mapped_column(enum_type(RowFate, "fate"))
    code: Mapped[str] = mapped_column(String(40), default="")
    column_name: Mapped[str] = mapped_column(String(60), default="")
    text: Mapped[str] = mapped_column(String(120), default="")
    order: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class Sale(Base):
    """One order line of a platform; money in fen; only a paid line counts in any figure."""

    __tablename__ = "sale"
    __table_args__ = (
        UniqueConstraint("platform", "line_key"),
        CheckConstraint("quantity >= 0 AND amount_fen >= 0 AND refunded_fen >= 0", name="not_negative"),
        CheckConstraint("tier IS NULL OR show_id IS NOT NULL OR tier = 'none'", name="tier_has_show"),
        Index("ix_sale_product_id_ordered_at", "product_id", "ordered_at"),
        Index("ix_sale_show_id", "show_id"),
        Index("ix_sale_ordered_at", "ordered_at"),
    )

    id: Mapped[IntPk]
    platform: Mapped[Platform] = mapped_column(enum_type(Platform, "platform"))
    line_key: Mapped[str] = mapped_column(String(160))
    order_no: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(500))
    spec: Mapped[str | None] = mapped_column(String(500))
    quantity: Mapped[int]
    platform_product_id: Mapped[str | None] = mapped_column(String(64))
    merchant_code: Mapped[str | None] = mapped_column(String(100))
    amount_fen: Mapped[Fen]
    paid: Mapped[bool]
    refunded_fen: Mapped[Fen]
    refund_basis: Mapped[str] = mapped_column(String(20))
    status: Mapped[LineStatus] = mapped_column(enum_type(LineStatus, "status"))
    status_text: Mapped[str] = mapped_column(String(100))
    after_sale_text: Mapped[str | None] = mapped_column(String(100))
    ordered_at: Mapped[datetime]
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
    first_import_id: Mapped[int] = mapped_column(ForeignKey("sales_import.id"))
    last_import_id: Mapped[int] = mapped_column(ForeignKey("sales_import.id"))
    updated_at: Mapped[datetime]

    show: Mapped[Any] = relationship("Show", lazy="raise")
