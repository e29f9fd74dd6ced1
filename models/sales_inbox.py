"""What staff decided once about rows and products, so that the next file need not ask again."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from domain.sales.lines import Platform
from models.base import Base, Fen, IntPk, enum_type


class HeldState(StrEnum):
    """Whether somebody has settled a held row; a later file without the doubt settles it as well."""

    OPEN = "open"
    DECIDED = "decided"
    OVERTAKEN = "overtaken"


class HeldRow(Base):
    """A row that waits for a person, once per order line; the decision counts for every later file that says the same.

    `line_key` is that of the line or, for an after-sales case, "case|" and its number. `order` is what was read, with
    the `cells` it was read from and, once decided, what the `books` said before (services/sales/rulings.py).
    `decided_paid` and `decided_refunded_fen` are what the line comes to.
    """

    __tablename__ = "held_row"
    __table_args__ = (
        UniqueConstraint("platform", "line_key"),
        CheckConstraint("(state = 'decided') = (decided_at IS NOT NULL)", name="decided_when"),
        CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL) AND (decided_at IS NULL) = (decided_paid IS NULL)"
            " AND (decided_at IS NULL) = (decided_refunded_fen IS NULL)",
            name="decided_by",
        ),
        CheckConstraint("decided_refunded_fen IS NULL OR decided_refunded_fen >= 0", name="not_negative"),
        CheckConstraint("version >= 1", name="version"),
        Index("ix_held_row_state_id", "state", "id"),
        Index("ix_held_row_import_id", "import_id"),
    )

    id: Mapped[IntPk]
    platform: Mapped[Platform] = mapped_column(enum_type(Platform, "platform"))
    layout: Mapped[str] = mapped_column(String(40))
    line_key: Mapped[str] = mapped_column(String(700))
    code: Mapped[str] = mapped_column(String(40))
    column_name: Mapped[str] = mapped_column(String(60), default="")
    text: Mapped[str] = mapped_column(String(120), default="")
    order: Mapped[dict[str, Any]] = mapped_column(JSON)
    import_id: Mapped[int] = mapped_column(ForeignKey("sales_import.id"))
    line: Mapped[int]
    state: Mapped[HeldState] = mapped_column(enum_type(HeldState, "state"), default=HeldState.OPEN)
    decided_paid: Mapped[bool | None]
    decided_refunded_fen: Mapped[Fen | None]
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    made_sale: Mapped[bool] = mapped_column(default=False, server_default=false())
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class WordAxis(StrEnum):
    """Which of a row's words somebody explained."""

    STATUS = "status"
    AFTER_SALE = "after_sale"


class LearnedWord(Base):
    """What a status word means that the layouts don't know; `word` is folded, `shown` as it stood there."""

    __tablename__ = "learned_word"

    platform: Mapped[Platform] = mapped_column(enum_type(Platform, "platform"), primary_key=True)
    axis: Mapped[WordAxis] = mapped_column(enum_type(WordAxis, "axis"), primary_key=True)
    word: Mapped[str] = mapped_column(String(100), primary_key=True)
    shown: Mapped[str] = mapped_column(String(100))
    meaning: Mapped[str] = mapped_column(String(20))
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]


class ProductAlias(Base):
    """What an unknown product of a platform is: one of ours by another name, or (`product_id` None) nobody's of ours.

    It is recognised by its `code` or, where a platform gives none, by its `title`; the other of the two is "".
    """

    __tablename__ = "product_alias"
    __table_args__ = (
        UniqueConstraint("platform", "code", "title"),
        CheckConstraint("(code = '') <> (title = '')", name="one_mark"),
    )

    id: Mapped[IntPk]
    platform: Mapped[Platform] = mapped_column(enum_type(Platform, "platform"))
    code: Mapped[str] = mapped_column(String(100), default="", server_default="")
    title: Mapped[str] = mapped_column(String(500), default="", server_default="")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]
