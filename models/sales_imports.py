"""Imports of platform order exports: what waits for its reading, what was read, and the troublesome rows."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.sales.lines import Platform
from models.base import Base, Fen, IntPk, enum_type


class ImportStatus(StrEnum):
    """How far an import has come."""

    STAGING = "staging"
    STAGED = "staged"
    APPLYING = "applying"
    APPLIED = "applied"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNDONE = "undone"


class FileFormat(StrEnum):
    """How an export was written."""

    CSV = "csv"
    XLSX = "xlsx"


class RowFate(StrEnum):
    """What became of one row of a file."""

    INSERTED = "inserted"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    HELD = "held"
    REJECTED = "rejected"


class SalesImport(Base):
    """One uploaded export; the file itself is not kept, only its hash and what was read from it.

    Until it is applied the counts are what applying it would do. `row_count` rows came in at the door, `rows_done` of
    them have been read; `columns` are the file's own names of the fields that it has. A worker holds it until
    `leased_until`. `planned_revision` is the platform's revision at which it was read: applying on top of another one
    reads it anew. `money` is, by fate, what the paid rows come to; `books_…` is by how much applying changed the books.
    """

    __tablename__ = "sales_import"
    __table_args__ = (
        CheckConstraint(
            "read_count = inserted + updated + unchanged + held + rejected"
            " OR status IN ('staging', 'failed', 'applying', 'cancelled')",
            name="reconciles",
        ),
        CheckConstraint("rows_done BETWEEN 0 AND row_count", name="progress"),
        CheckConstraint("(status = 'failed') = (error_code <> '')", name="failed_says_why"),
        CheckConstraint("(status = 'undone') = (undone_at IS NOT NULL)", name="undone_when"),
        CheckConstraint("(undone_at IS NULL) = (undone_by_id IS NULL)", name="undone_by"),
        Index("ix_sales_import_created_at", "created_at"),
        Index("ix_sales_import_status", "status"),
    )

    id: Mapped[IntPk]
    status: Mapped[ImportStatus] = mapped_column(enum_type(ImportStatus, "status"))
    platform: Mapped[Platform] = mapped_column(enum_type(Platform, "platform"))
    layout: Mapped[str] = mapped_column(String(40), default="doudian_orders", server_default="doudian_orders")
    file_format: Mapped[FileFormat] = mapped_column(
        enum_type(FileFormat, "file_format"), default=FileFormat.CSV, server_default="csv"
    )
    columns: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    file_name: Mapped[str] = mapped_column(String(120), default="")
    file_sha256: Mapped[str] = mapped_column(String(64))
    encoding: Mapped[str] = mapped_column(String(20))
    show_id: Mapped[int | None] = mapped_column(ForeignKey("show.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    row_count: Mapped[int] = mapped_column(default=0, server_default="0")
    rows_done: Mapped[int] = mapped_column(default=0, server_default="0")
    step_started_at: Mapped[datetime | None]
    worker: Mapped[str] = mapped_column(String(64), default="", server_default="")
    leased_until: Mapped[datetime | None]
    apply_when_read: Mapped[bool] = mapped_column(default=False, server_default=false())
    planned_revision: Mapped[int] = mapped_column(default=0, server_default="0")
    error_code: Mapped[str] = mapped_column(String(60), default="", server_default="")
    error_params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    read_count: Mapped[int] = mapped_column(default=0)
    inserted: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    unmatched: Mapped[int] = mapped_column(default=0)
    money: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    gmv_fen: Mapped[Fen] = mapped_column(default=0)
    refunded_fen: Mapped[Fen] = mapped_column(default=0)
    books_gmv_fen: Mapped[Fen] = mapped_column(default=0, server_default="0")
    books_refunded_fen: Mapped[Fen] = mapped_column(default=0, server_default="0")
    first_ordered_at: Mapped[datetime | None]
    last_ordered_at: Mapped[datetime | None]
    unknown_products: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    show: Mapped[Any] = relationship("Show", lazy="raise")
    created_by: Mapped[Any] = relationship("Person", lazy="raise", foreign_keys=[created_by_id])


class SalesImportChunk(Base):
    """Some rows of an upload as they were picked at the door, without any personal column; gone once it is settled."""

    __tablename__ = "sales_import_chunk"

    import_id: Mapped[int] = mapped_column(
        ForeignKey("sales_import.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    row_count: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class SalesImportLine(Base):
    """A held or rejected row of an export without its personal columns, for the report."""

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


class SalesPlatform(Base):
    """One platform's books: whoever changes its sales locks this row first and raises the revision."""

    __tablename__ = "sales_platform"

    platform: Mapped[Platform] = mapped_column(enum_type(Platform, "platform"), primary_key=True)
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
