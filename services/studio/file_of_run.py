"""The parts of a show's file that come from its run, and from the draw before it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import BoothApplication, Draw, OnAirCorrection, Person, RunEvent

Facts = dict[str, Any]


class Names:
    """Who somebody is, looked up once for the whole file."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[int, str] = {}

    def of(self, person_id: int | None) -> Facts | None:
        """Id and name of a person."""
        if person_id is None:
            return None
        if person_id not in self._known:
            name = select(Person.name).where(Person.id == person_id)
            self._known[person_id] = self._session.scalars(name).one()
        return {"id": person_id, "name": self._known[person_id]}


def iso(moment: datetime | date | None) -> str | None:
    """A moment, or a day, as the file writes it."""
    return None if moment is None else moment.isoformat()


def corrections(session: Session, show_id: int, names: Names) -> list[Facts]:
    """What was put right on air up to now."""
    made = session.scalars(
        select(OnAirCorrection).where(OnAirCorrection.show_id == show_id).order_by(OnAirCorrection.id)
    )
    return [correction(one, names.of(one.created_by_id)) for one in made]


def correction(made: OnAirCorrection, by: Mapping[str, Any] | None) -> Facts:
    """What was said wrongly and how it was put right."""
    return {
        "id": made.id,
        "booking": made.booking_id,
        "at": iso(made.at),
        "said": made.said,
        "corrected": made.corrected,
        "by": by,
    }


def events(session: Session, show_id: int, names: Names) -> list[Facts]:
    """Who pressed what on the console, and when."""
    pressed = session.scalars(select(RunEvent).where(RunEvent.show_id == show_id).order_by(RunEvent.version))
    return [
        {
            "version": one.version,
            "action": one.action,
            "at": iso(one.at),
            "by": names.of(one.actor_id),
            "detail": one.detail,
        }
        for one in pressed
    ]


def draw(session: Session, show_id: int) -> Facts | None:
    """The draw of a show, all that is needed to recompute it; None where there was none."""
    drawn = session.get(Draw, show_id, populate_existing=True)
    if drawn is None:
        return None
    applied = session.scalars(
        select(BoothApplication)
        .where(BoothApplication.show_id == show_id)
        .order_by(BoothApplication.rank, BoothApplication.id)
    )
    return {
        "seed_hash": drawn.seed_hash,
        "seed": drawn.seed if drawn.drawn_at else None,
        "list": drawn.list_text,
        "list_hash": drawn.list_hash,
        "closed_at": iso(drawn.closed_at),
        "drawn_at": iso(drawn.drawn_at),
        "applications": [
            {
                "id": one.id,
                "merchant": one.merchant_id,
                "product": one.product_id,
                "status": one.status.value,
                "rank": one.rank,
                "slots_this_year": one.slots_this_year,
                "points": one.points,
                "outcome": one.outcome_code,
                "booking": one.booking_id,
            }
            for one in applied
        ],
    }
