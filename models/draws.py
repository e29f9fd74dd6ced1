"""The fair draw of an oversubscribed show, and the applications that it ranks."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.studio.draw import ApplicationStatus
from models.base import Base, IntPk, enum_type, partial_index
from models.merchants import Merchant
from models.products import Product

if TYPE_CHECKING:
    from models.shows import Show


class Draw(Base):
    """The draw of a show: the hash of its seed at first, the list once applications are closed, then the seed.

    `list_text` is the published list to the letter, `list_hash` its SHA-256.
    """

    __tablename__ = "draw"
    __table_args__ = (
        CheckConstraint("(list_text IS NULL) = (closed_at IS NULL)", name="closed"),
        CheckConstraint("(list_text IS NULL) = (list_hash IS NULL)", name="list"),
        CheckConstraint("drawn_at IS NULL OR closed_at IS NOT NULL", name="drawn_after_close"),
        partial_index("ix_draw_undrawn", "show_id", where="drawn_at IS NULL"),
    )

    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"), primary_key=True, autoincrement=False)
    seed_hash: Mapped[str] = mapped_column(String(64))
    seed: Mapped[str] = mapped_column(String(64))
    list_text: Mapped[str | None] = mapped_column(Text)
    list_hash: Mapped[str | None] = mapped_column(String(64))
    closed_at: Mapped[datetime | None]
    drawn_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class BoothApplication(Base):
    """A shop's wish for a booth of a show that is drawn; `booth` is the one it would like best.

    `slots_this_year` and `points` are as they stood when applications closed. `outcome_code` says which rule spoke
    against one that was passed over.
    """

    __tablename__ = "booth_application"
    __table_args__ = (
        UniqueConstraint("show_id", "merchant_id"),
        CheckConstraint(
            "status NOT IN ('allotted', 'waitlisted', 'passed_over') OR rank IS NOT NULL", name="ranked"
        ),
        CheckConstraint("status <> 'allotted' OR booking_id IS NOT NULL", name="allotted_has_booking"),
        CheckConstraint("rank IS NULL OR rank >= 1", name="rank"),
        Index("ix_booth_application_product_id", "product_id"),
        Index("ix_booth_application_merchant_id", "merchant_id"),
    )

    id: Mapped[IntPk]
    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"))
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    booth: Mapped[int | None]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    status: Mapped[ApplicationStatus] = mapped_column(
        enum_type(ApplicationStatus, "status"), default=ApplicationStatus.APPLIED, server_default="applied"
    )
    slots_this_year: Mapped[int | None]
    points: Mapped[int | None]
    rank: Mapped[int | None]
    outcome_code: Mapped[str] = mapped_column(String(40), default="", server_default="")
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("waitlist_entry.id"))
    created_at: Mapped[datetime]

    show: Mapped[Show] = relationship(lazy="raise")
    merchant: Mapped[Merchant] = relationship(lazy="raise")
    product: Mapped[Product] = relationship(lazy="raise")
