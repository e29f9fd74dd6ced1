"""Spaces, people and products that every random history starts with, and the way back to that start."""

from __future__ import annotations

from domain.people import Actor
from models import Space, db
from services import kept
from tests.support.history_things import Space as ModelSpace
from tests.support.tried_house import remembered


class Stage:
    """Spaces, people and products that every history starts with."""

    def __init__(
        self,
        spaces: dict[str, Space],
        residents: list[Actor],
        staff: Actor,
        shops: dict[str, Actor],
        products: dict[str, list[int]],
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
        self.products = products
        self._memory = remembered()

    def clear(self) -> None:
        """Take back everything that a history did."""
        db.session.remove()
        self._memory.restore(set(db.metadata.tables))
        kept.forget()

    def close(self) -> None:
        """Let go of the database."""
        self._memory.close()
