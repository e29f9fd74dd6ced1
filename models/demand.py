"""What people asked for and could not get."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, IntPk


class RefusedDemand(Base):
    """One time that somebody asked for in vain, and the rule in its way; asking again counts once."""

    __tablename__ = "refused_demand"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        UniqueConstraint("person_id", "space_id", "starts_at", "ends_at", "code"),
        Index("ix_refused_demand_space_id_starts_at", "space_id", "starts_at"),
        Index("ix_refused_demand_asked_at", "asked_at"),
    )

    id: Mapped[IntPk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    code: Mapped[str] = mapped_column(String(40))
    asked_at: Mapped[datetime]
