"""Merchants, the people who act for them, and their papers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.merchants.papers import PaperKind, PaperStatus
from domain.merchants.shops import MerchantStatus
from models.base import Base, Fen, IntPk, enum_type
from models.products import Product
from models.sealing import Sealed


class Merchant(Base):
    """A local shop; `margin_bp` is its own declared margin in basis points (30 % = 3000).

    `baseline_fen` is what it sold a month before the programme, None while nobody has told; `on_leaderboard` is its own
    choice. Without a `credit_code` it needs `exempt_reason`: who sells own farm produce need not register
    (电子商务法 §10).
    """

    __tablename__ = "merchant"
    __table_args__ = (
        CheckConstraint("margin_bp BETWEEN 0 AND 10000", name="margin"),
        CheckConstraint("baseline_fen IS NULL OR baseline_fen >= 0", name="baseline"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("status <> 'verified' OR verified_at IS NOT NULL", name="verified_when"),
        CheckConstraint(
            "status <> 'verified' OR credit_code IS NOT NULL OR exempt_reason <> ''", name="verified_is_known"
        ),
        CheckConstraint("status NOT IN ('returned', 'suspended') OR review_reason <> ''", name="says_why"),
        Index("ix_merchant_status_submitted_at", "status", "submitted_at"),
    )

    id: Mapped[IntPk]
    name: Mapped[str] = mapped_column(String(60), unique=True)
    address: Mapped[str] = mapped_column(String(120), default="")
    margin_bp: Mapped[int] = mapped_column(default=0)
    baseline_fen: Mapped[Fen | None]
    baseline_note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    on_leaderboard: Mapped[bool] = mapped_column(default=True, server_default=true())
    responsible_person: Mapped[str] = mapped_column(String(40), default="", server_default="")
    contact_phone: Mapped[str] = mapped_column(
        Sealed("merchant.contact_phone"), default="", server_default=""
    )
    credit_code: Mapped[str | None] = mapped_column(String(18), unique=True)
    exempt_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    status: Mapped[MerchantStatus] = mapped_column(
        enum_type(MerchantStatus, "status"), default=MerchantStatus.DRAFT, server_default="draft"
    )
    submitted_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    review_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]

    products: Mapped[list[Product]] = relationship(
        lazy="raise", back_populates="merchant", order_by="Product.id"
    )
    papers: Mapped[list[Paper]] = relationship(lazy="raise", order_by="Paper.id")


class MerchantMember(Base):
    """A person who acts for a shop."""

    __tablename__ = "merchant_member"

    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), primary_key=True, autoincrement=False, index=True
    )


class MerchantInvite(Base):
    """A link by which one more person may join a shop, once and for some days; only its hash is kept."""

    __tablename__ = "merchant_invite"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="order"),
        CheckConstraint("(used_at IS NULL) = (used_by_id IS NULL)", name="used"),
        Index("ix_merchant_invite_merchant_id", "merchant_id"),
    )

    id: Mapped[IntPk]
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class PrivateFile(Base):
    """A scan that only its shop and staff may see; the database refuses to delete it before `keep_until`."""

    __tablename__ = "private_file"
    __table_args__ = (CheckConstraint("size >= 1", name="size"),)

    id: Mapped[IntPk]
    sha256: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(20))
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=False)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    keep_until: Mapped[datetime | None]

    @property
    def is_pdf(self) -> bool:
        """Whether it is handed out as a file only."""
        return self.media_type == "application/pdf"


class Paper(Base):
    """A licence or filing of a shop; without `expires_on` it is valid for good (长期).

    `replaces_id` is the approved one that counts until this one is approved. `reminded_days` is how many days before
    the end somebody was last told of it, 0 once it was over.
    """

    __tablename__ = "paper"
    __table_args__ = (
        CheckConstraint("status <> 'returned' OR review_reason <> ''", name="says_why"),
        CheckConstraint("(reviewed_at IS NULL) = (reviewed_by_id IS NULL)", name="reviewed"),
        CheckConstraint("status <> 'approved' OR reviewed_at IS NOT NULL", name="approved_when"),
        CheckConstraint("version >= 1", name="version"),
        Index("ix_paper_merchant_id_kind", "merchant_id", "kind"),
        Index("ix_paper_status_created_at", "status", "created_at"),
        Index("ix_paper_expires_on", "expires_on"),
        Index("ix_paper_replaces_id", "replaces_id"),
    )

    id: Mapped[IntPk]
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"))
    kind: Mapped[PaperKind] = mapped_column(enum_type(PaperKind, "kind"))
    number: Mapped[str] = mapped_column(String(60))
    issuer: Mapped[str] = mapped_column(String(60))
    expires_on: Mapped[date | None]
    scan_id: Mapped[int] = mapped_column(ForeignKey("private_file.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    status: Mapped[PaperStatus] = mapped_column(
        enum_type(PaperStatus, "status"), default=PaperStatus.SUBMITTED
    )
    review_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reminded_days: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]

    scan: Mapped[PrivateFile] = relationship(lazy="raise")
