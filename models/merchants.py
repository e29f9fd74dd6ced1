"""Merchants, their people, products, platform codes and pictures."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.sales.lines import Platform
from models.base import Base, Fen, IntPk, enum_type


class Merchant(Base):
    """A local shop; `margin_bp` is its own declared margin in basis points (30 % = 3000)."""

    __tablename__ = "merchant"
    __table_args__ = (CheckConstraint("margin_bp BETWEEN 0 AND 10000", name="margin"),)

    id: Mapped[IntPk]
    name: Mapped[str] = mapped_column(String(60), unique=True)
    address: Mapped[str] = mapped_column(String(120), default="")
    margin_bp: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    products: Mapped[list[Product]] = relationship(
        lazy="raise", back_populates="merchant", order_by="Product.id"
    )


class MerchantMember(Base):
    """A person who acts for a shop."""

    __tablename__ = "merchant_member"

    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), primary_key=True, autoincrement=False, index=True
    )


class Picture(Base):
    """A re-encoded picture, named by the SHA-256 of its bytes so that it never changes."""

    __tablename__ = "picture"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(20))
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class Product(Base):
    """One thing that a shop sells on air; prices in fen."""

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("price_fen > 0", name="price"),
        CheckConstraint("stock >= 0", name="stock"),
        Index("ix_product_merchant_id", "merchant_id"),
    )

    id: Mapped[IntPk]
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"))
    name: Mapped[str] = mapped_column(String(60))
    price_fen: Mapped[Fen]
    stock: Mapped[int]
    picture_sha256: Mapped[str | None] = mapped_column(ForeignKey("picture.sha256"))
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]

    merchant: Mapped[Merchant] = relationship(lazy="raise", back_populates="products")
    codes: Mapped[list[ProductCode]] = relationship(lazy="raise", cascade="all, delete-orphan")


class ProductCode(Base):
    """The id under which a platform knows a product; how order lines find it."""

    __tablename__ = "product_code"
    __table_args__ = (Index("ix_product_code_product_id", "product_id"),)

    platform: Mapped[Platform] = mapped_column(enum_type(Platform, "platform"), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
