"""Browsers in which somebody has logged in before: the boxes in which their log-ins are counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.known_browsers import is_badge_of, standing_of
from models import Person
from services import acting
from services.secrets import hashed
from services.unit_of_work import query


@dataclass(frozen=True, slots=True)
class Shown:
    """The badge that a browser comes with, be it a good one or none, and the key under which the house signs them."""

    badge: str
    key: str


@query
def boxes_of(session: Session, phone: str, shown: Shown, now: datetime, demo_allowed: bool) -> list[str]:
    """Under which this browser's attempts for a phone are counted; none where they count like any stranger's.

    First its own, which a log-in clears, then that of all the account's browsers, which fills with each log-in: the
    right password is work, too. The same is done whether the phone has an account, and whoever's badge it is.
    """
    wanted = select(Person.id, Person.version, Person.password_hash).where(
        Person.phone == phone, acting.is_open(demo_allowed)
    )
    row = session.execute(wanted).first()
    standing = standing_of(*(row or (0, 0, None)))
    if row is None or not is_badge_of(shown.badge, standing, shown.key, now):
        return []
    return [f"browser:{hashed(shown.badge)}", f"browsers:{row.id}"]
