"""The small numbers in the navigation: what waits for somebody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Engine, Select, bindparam, func, literal, select
from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.people import Actor
from models import Booking
from models.glance import read
from models.rows import core
from services.merchants import claims, reviewing
from services.sales import inbox as sales_inbox
from services.sales import income_review
from services.telling import dead_letters, inbox
from services.unit_of_work import glimpse, query

MOST = 100
"""From here on a badge says no more than that there are many."""


@dataclass(frozen=True, slots=True)
class Attention:
    """Requests and proposed times to decide (for staff), and unread notices; each exact below MOST."""

    pending: int = 0
    unread: int = 0


NOTHING = Attention()
REVIEWS: Mapping[str, Callable[[], ColumnElement[int]]] = {
    "merchants": reviewing.count_waiting,
    "claims": claims.count_waiting,
    "income": income_review.count_waiting,
    "sales": sales_inbox.count_waiting,
    "deliveries": dead_letters.count_dead,
}
"""What staff review beside the queue of requests, each with what counts it in the one statement for all of them.

templates/desk/_reviews.html links them.
"""


@glimpse
def counts(engine: Engine, actor: Actor, now: datetime) -> Attention:
    """What waits for this person, counted by index in one query."""
    [(pending, unread)] = read(engine, _counted(actor.is_staff), {"person": actor.id, "now": now})
    return Attention(pending=pending, unread=unread)


@cache
def _counted(for_staff: bool) -> Select[int, int]:
    """The statement of both numbers; it goes with every page: built once, counting no further than is shown."""
    unread = _up_to_most(inbox.unread_by(bindparam("person")))
    pending: ColumnElement[int] = literal(0)
    if for_staff:
        now: BindParameter[Any] = bindparam("now")
        staff_answer = Booking.proposed_to_booker.is_(False)
        requested = (Booking.status == BookingStatus.PENDING, Booking.starts_at > now, staff_answer)
        moving = (Booking.proposed_starts_at > now, Booking.starts_at > now, staff_answer)
        pending = _up_to_most(*requested) + _up_to_most(*moving)
    return select(pending, unread)


def _up_to_most(*which: ColumnElement[bool]) -> ColumnElement[int]:
    found = select(literal(1)).where(*which).limit(MOST).subquery()
    return select(func.count()).select_from(found).scalar_subquery()


@query
def reviews_waiting(session: Session, actor: Actor) -> dict[str, int]:
    """How much of each kind of review waits for staff; nothing for anybody else."""
    if not actor.is_staff:
        return {}
    row = core(session).execute(_reviews(), {"since": sales_inbox.since(session)}).one()
    return dict(zip(REVIEWS, row, strict=True))


@cache
def _reviews() -> Select[*tuple[Any, ...]]:
    every: list[ColumnElement[int]] = [count() for count in REVIEWS.values()]
    return select(*every)
