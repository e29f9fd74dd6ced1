"""Spaces, people and products that every random history starts with, and the way back to that start."""

from __future__ import annotations

from sqlalchemy import delete

from domain.people import Actor
from models import (
    AuditEvent,
    Booking,
    BoothSlot,
    DeskDecision,
    Occupancy,
    OutboxMessage,
    PenaltyPoint,
    Series,
    SeriesSkip,
    Show,
    Space,
    WaitlistEntry,
    db,
)
from services import kept
from tests.support.history_things import Space as ModelSpace

CHANGED_TABLES = (
    Occupancy,
    BoothSlot,
    OutboxMessage,
    DeskDecision,
    AuditEvent,
    PenaltyPoint,
    WaitlistEntry,
    Booking,
    SeriesSkip,
    Series,
    Show,
)


class Stage:
    """Spaces, people and products that every history starts with."""

    def __init__(
        self, spaces: dict[str, Space], residents: list[Actor], staff: Actor, shops: dict[str, Actor]
    ):
        self.ids = {space.id: code for code, space in spaces.items()}
        self.codes = {code: space.code for code, space in spaces.items()}
        self.model = {
            code: ModelSpace(
                code,
                places=space.places,
                buffer=space.buffer_minutes // 15,
                shortest=space.min_minutes // 15,
                longest=space.max_minutes // 15,
                lead=space.lead_minutes // 15,
                needs_yes=code != "rest-station",
            )
            for code, space in spaces.items()
        }
        self.residents = {f"resident {number}": actor for number, actor in enumerate(residents)}
        self.staff = staff
        self.shops = shops
        self.products: dict[str, list[int]] = {}

    def clear(self) -> None:
        """Take back everything that a history did."""
        db.session.rollback()
        db.session.connection(execution_options={"writes": True})
        for table in CHANGED_TABLES:
            db.session.execute(delete(table))
        db.session.commit()
        kept.forget()
