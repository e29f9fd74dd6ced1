"""Products, their pictures and platform codes, and the words that claims are scanned for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.merchants.claims import ClaimsStatus, WordKind
from domain.merchants.products import Category, FoodType
from domain.sales.lines import Platform
from models.base import Base, Fen, IntPk, enum_type

if TYPE_CHECKING:
    from models.merchants import Merchant


class Picture(Base):
    """A re-encoded picture, named by the SHA-256 of its bytes so that it never changes.

    `created_at` is when it was last brought or let go: what nothing names is forgotten a while after that.
    """

    __tablename__ = "picture"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(20))
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class Product(Base):
    """One thing that a shop sells on air; prices in fen.

    A `live_price_fen` below the price needs `price_basis`, what the reduction is measured against. `selling_points`
    are lines; `claims` is what the host will say. `version` grows with every change.
    """

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("price_fen > 0", name="price"),
        CheckConstraint("stock >= 0", name="stock"),
        CheckConstraint("live_price_fen IS NULL OR live_price_fen > 0", name="live_price"),
        CheckConstraint(
            "live_price_fen IS NULL OR live_price_fen >= price_fen OR price_basis <> ''", name="price_basis"
        ),
        CheckConstraint("(category = 'food') = (food_type IS NOT NULL)", name="food_type_of_food"),
        CheckConstraint("claims_status = 'unreviewed' OR claims_reviewed_at IS NOT NULL", name="claims_when"),
        CheckConstraint("claims_status <> 'refused' OR claims_reason <> ''", name="claims_say_why"),
        CheckConstraint("version >= 1", name="version"),
        Index("ix_product_merchant_id", "merchant_id"),
        Index("ix_product_claims_status", "claims_status"),
    )

    id: Mapped[IntPk]
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"))
    name: Mapped[str] = mapped_column(String(60))
    category: Mapped[Category] = mapped_column(
        enum_type(Category, "category"), default=Category.OTHER, server_default="other"
    )
    food_type: Mapped[FoodType | None] = mapped_column(enum_type(FoodType, "food_type"))
    price_fen: Mapped[Fen]
    live_price_fen: Mapped[Fen | None]
    price_basis: Mapped[str] = mapped_column(String(200), default="", server_default="")
    stock: Mapped[int]
    sku: Mapped[str] = mapped_column(String(64), default="", server_default="")
    selling_points: Mapped[str] = mapped_column(Text, default="", server_default="")
    claims: Mapped[str] = mapped_column(Text, default="", server_default="")
    origin: Mapped[str] = mapped_column(String(60), default="", server_default="")
    shelf_life: Mapped[str] = mapped_column(String(60), default="", server_default="")
    after_sales: Mapped[str] = mapped_column(String(200), default="", server_default="")
    claims_status: Mapped[ClaimsStatus] = mapped_column(
        enum_type(ClaimsStatus, "claims_status"), default=ClaimsStatus.UNREVIEWED, server_default="unreviewed"
    )
    claims_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    claims_reviewed_at: Mapped[datetime | None]
    claims_reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    picture_sha256: Mapped[str | None] = mapped_column(ForeignKey("picture.sha256"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]

    merchant: Mapped[Merchant] = relationship(lazy="raise", back_populates="products")
    codes: Mapped[list[ProductCode]] = relationship(lazy="raise", cascade="all, delete-orphan")
    pictures: Mapped[list[ProductPicture]] = relationship(
        lazy="raise", order_by="ProductPicture.position", cascade="all, delete-orphan"
    )

    @property
    def sale_price_fen(self) -> int:
        """What it costs on air."""
        return self.price_fen if self.live_price_fen is None else self.live_price_fen


class ProductPicture(Base):
    """A further picture of a product, beside the one that the grids show."""

    __tablename__ = "product_picture"
    __table_args__ = (CheckConstraint("position >= 1", name="position"),)

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(ForeignKey("picture.sha256"), primary_key=True)
    position: Mapped[int]


class ProductCode(Base):
    """The id under which a platform knows a product; how order lines find it."""

    __tablename__ = "product_code"
    __table_args__ = (Index("ix_product_code_product_id", "product_id"),)

    platform: Mapped[Platform] = mapped_column(enum_type(Platform, "platform"), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))


class ClaimWord(Base):
    """A word that claims are scanned for, and why; staff edit the list."""

    __tablename__ = "claim_word"
    __table_args__ = (CheckConstraint("word <> '' AND reason <> ''", name="said"),)

    id: Mapped[IntPk]
    word: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[WordKind] = mapped_column(enum_type(WordKind, "kind"))
    reason: Mapped[str] = mapped_column(String(200))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
