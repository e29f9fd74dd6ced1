"""The books of sales: sums kept with every change, what merchants report themselves, and locked statements."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.sales.income import IncomeKind, IncomeStatus
from models.base import Base, Fen, IntPk, enum_type


class Scope(StrEnum):
    """Whose sums a row holds; `scope_id` and `part_id` are ids, 0 where there is none."""

    COMMUNITY = "community"
    MERCHANT = "merchant"
    PRODUCT = "product"
    SHOW = "show"
    SHOW_MERCHANT = "show_merchant"  # scope_id the show, part_id the merchant
    SHOW_BOOTH = "show_booth"  # scope_id the show, part_id the booking of the booth


class Band(StrEnum):
    """Which lines a row of sums counts: those of one tier, of A + B + C together, or all."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    NONE = "none"
    STUDIO = "studio"
    ALL = "all"


class SalesTotal(Base):
    """Sums of the paid lines of a scope on one day of the order, kept in the transaction that changes a line.

    `orders` counts distinct orders within the row: rows of a scope and band can be added over days, since an order has
    one day; rows of different scopes or bands can't.
    """

    __tablename__ = "sales_total"
    __table_args__ = (Index("ix_sales_total_scope_band_day", "scope", "band", "day"),)

    scope: Mapped[Scope] = mapped_column(enum_type(Scope, "scope"), primary_key=True)
    scope_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    part_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    band: Mapped[Band] = mapped_column(enum_type(Band, "band"), primary_key=True)
    orders: Mapped[int]
    items: Mapped[int]
    gmv_fen: Mapped[Fen]
    refunded_fen: Mapped[Fen]
    refunded_orders: Mapped[int]


class ShowAttribution(Base):
    """By which rule and which times on air the sales of a show were last attributed; `basis` is a hash of both."""

    __tablename__ = "show_attribution"

    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"), primary_key=True, autoincrement=False)
    rule_version: Mapped[str] = mapped_column(String(20))
    basis: Mapped[str] = mapped_column(String(64))
    attributed_at: Mapped[datetime]


class IncomeReport(Base):
    """Extra income that a merchant reports with proof (line ③): vouchers redeemed in the shop, or own sales."""

    __tablename__ = "income_report"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("quantity IS NULL OR quantity > 0", name="quantity"),
        CheckConstraint("(reviewed_at IS NULL) = (reviewed_by_id IS NULL)", name="reviewed"),
        CheckConstraint(
            "status NOT IN ('accepted', 'returned') OR reviewed_at IS NOT NULL", name="reviewed_when"
        ),
        CheckConstraint("status <> 'returned' OR review_reason <> ''", name="says_why"),
        CheckConstraint("version >= 1", name="version"),
        Index("ix_income_report_merchant_id_sold_on", "merchant_id", "sold_on"),
        Index("ix_income_report_status_created_at", "status", "created_at"),
    )

    id: Mapped[IntPk]
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"))
    kind: Mapped[IncomeKind] = mapped_column(enum_type(IncomeKind, "kind"))
    sold_on: Mapped[date]
    amount_fen: Mapped[Fen]
    quantity: Mapped[int | None]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    show_id: Mapped[int | None] = mapped_column(ForeignKey("show.id"))
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    status: Mapped[IncomeStatus] = mapped_column(enum_type(IncomeStatus, "status"))
    review_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]

    merchant: Mapped[Any] = relationship("Merchant", lazy="raise")
    product: Mapped[Any] = relationship("Product", lazy="raise")


class IncomeProof(Base):
    """A scan that proves a report."""

    __tablename__ = "income_proof"

    report_id: Mapped[int] = mapped_column(
        ForeignKey("income_report.id"), primary_key=True, autoincrement=False
    )
    file_id: Mapped[int] = mapped_column(
        ForeignKey("private_file.id"), primary_key=True, autoincrement=False, index=True
    )


class IncomeEntry(Base):
    """One entry of the ledger of reported income; the database refuses to change or delete it.

    The first entry of a report is what was accepted; later ones correct it and say why. Line ③ is their sum.
    """

    __tablename__ = "income_entry"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="amount"),
        Index("ix_income_entry_merchant_id_sold_on", "merchant_id", "sold_on"),
        Index("ix_income_entry_report_id", "report_id"),
    )

    id: Mapped[IntPk]
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"))
    report_id: Mapped[int] = mapped_column(ForeignKey("income_report.id"))
    sold_on: Mapped[date]
    amount_fen: Mapped[Fen]
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class Statement(Base):
    """A merchant's month, locked fifteen days after its end; the database refuses to change or delete it.

    Sums are of the studio's lines (A + B + C), money in fen; `adjusted_…` is what came after earlier months were
    locked. `margin_bp` and `fee_bp` are those of the day of locking; without a margin `estimated_fen` is None.
    """

    __tablename__ = "statement"
    __table_args__ = (UniqueConstraint("merchant_id", "month"), Index("ix_statement_month", "month"))

    id: Mapped[IntPk]
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"))
    month: Mapped[date]
    locked_at: Mapped[datetime]
    orders: Mapped[int]
    items: Mapped[int]
    gmv_fen: Mapped[Fen]
    refunded_fen: Mapped[Fen]
    refunded_orders: Mapped[int]
    long_tail_net_fen: Mapped[Fen]
    adjusted_gmv_fen: Mapped[Fen]
    adjusted_refunded_fen: Mapped[Fen]
    margin_bp: Mapped[int]
    fee_bp: Mapped[int]
    estimated_fen: Mapped[Fen | None]
    reported_fen: Mapped[Fen]

    merchant: Mapped[Any] = relationship("Merchant", lazy="raise")


class StatementItem(Base):
    """What one product brought in one show to a statement.

    In a row of the statement's own month all figures are sums; in one of an earlier month they are what changed since
    that month was locked, and may be negative.
    """

    __tablename__ = "statement_item"

    statement_id: Mapped[int] = mapped_column(
        ForeignKey("statement.id"), primary_key=True, autoincrement=False
    )
    of_month: Mapped[date] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, autoincrement=False)
    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"), primary_key=True, autoincrement=False)
    orders: Mapped[int]
    items: Mapped[int]
    gmv_fen: Mapped[Fen]
    refunded_fen: Mapped[Fen]
