"""Why an order line counts where it does: the times that decided, what the rule says now, and its whole history."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from domain.people import Actor
from domain.sales.attribution import Attribution, BoothWindow, Tier
from models import (
    AuditEvent,
    Booking,
    BoothSlot,
    Person,
    Product,
    Sale,
    SaleBefore,
    SalesImport,
    Show,
    ShowAttribution,
)
from services.sales.attributing import facts_of
from services.sales.line_list import visible
from services.sales.on_air import Windows
from services.unit_of_work import query

MOST_BOOTHS = 12
NEAR = timedelta(days=2)
"""A line without a show is laid beside the product's nearest one, if it was not further away than this."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person did with the line; places are as the audit trail keeps them: tier, show and booth."""

    at: datetime
    who: str
    action: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str


@dataclass(frozen=True, slots=True)
class BoothChoice:
    """A booth where the product was shown: its show, its number, and all its times on air."""

    booking_id: int
    place: int
    show: Show
    windows: tuple[BoothWindow, ...]


@dataclass(frozen=True, slots=True)
class LineStory:
    """All about one line. `by_rule` is what the rule says now; `checked_at` when its show was last held against it.

    `beside` are the product's times in the show of the line, or in the nearest one; `booths` is for staff alone.
    """

    sale: Sale
    product: Product | None
    show: Show | None
    booth: BoothChoice | None
    beside: tuple[BoothWindow, ...]
    by_rule: Attribution
    decider: str
    checked_at: datetime | None
    imports: Sequence[SalesImport]
    judgements: Sequence[Judgement]
    booths: Sequence[BoothChoice]

    @property
    def by_hand(self) -> bool:
        """Whether a person decided."""
        return self.sale.attributed_by_id is not None


@query
def story(session: Session, actor: Actor, sale_id: int) -> LineStory:
    """Everything about a line that this person may see; raises Missing."""
    return tell(session, visible(session, actor, sale_id))


def tell(session: Session, sale: Sale) -> LineStory:
    """The same for a line at hand."""
    windows = Windows(session)
    shown = windows.of_product(sale.product_id) if sale.product_id is not None else ()
    booths = _booths(session, sale, shown)
    judgements = _judgements(session, sale)
    checked = session.get(ShowAttribution, sale.show_id) if sale.show_id is not None else None
    return LineStory(
        sale=sale,
        product=_product(session, sale.product_id),
        show=session.get(Show, sale.show_id) if sale.show_id is not None else None,
        booth=next((one for one in booths if one.booking_id == sale.booth_booking_id), None),
        beside=_beside(sale, shown),
        by_rule=windows.attribute(facts_of(sale)),
        decider=_name(session, sale.attributed_by_id),
        checked_at=checked.attributed_at if checked else None,
        imports=_imports(session, sale),
        judgements=judgements,
        booths=booths,
    )


def _product(session: Session, product_id: int | None) -> Product | None:
    return session.scalar(
        select(Product).options(joinedload(Product.merchant)).where(Product.id == product_id)
    )


def _name(session: Session, person_id: int | None) -> str:
    return session.scalar(select(Person.name).where(Person.id == person_id)) or ""


def _distance(window: BoothWindow, moment: datetime) -> timedelta:
    return abs((window.on_air_started_at or moment) - moment)


def _beside(sale: Sale, shown: Sequence[BoothWindow]) -> tuple[BoothWindow, ...]:
    show_id = sale.show_id
    if show_id is None:
        near = [window for window in shown if _distance(window, sale.ordered_at) <= NEAR]
        if not near:
            return ()
        show_id = min(near, key=lambda window: _distance(window, sale.ordered_at)).show_id
    return tuple(window for window in shown if window.show_id == show_id)


def _booths(session: Session, sale: Sale, shown: Sequence[BoothWindow]) -> list[BoothChoice]:
    """The booths where the product was shown, the nearest first, and in any case the one of the line."""
    nearest = sorted(shown, key=lambda window: _distance(window, sale.ordered_at))
    ids = list(dict.fromkeys(window.booth_slot_id for window in nearest))[:MOST_BOOTHS]
    if sale.booth_booking_id is not None and sale.booth_booking_id not in ids:
        ids.append(sale.booth_booking_id)
    places = _places(session, ids)
    return [
        BoothChoice(one, *places[one], tuple(window for window in shown if window.booth_slot_id == one))
        for one in ids
    ]


def _places(session: Session, booking_ids: Collection[int]) -> dict[int, tuple[int, Show]]:
    rows = session.execute(
        select(BoothSlot.booking_id, Booking.place, Show)
        .join(Booking, Booking.id == BoothSlot.booking_id)
        .join(Show, Show.id == BoothSlot.show_id)
        .where(BoothSlot.booking_id.in_(booking_ids))
    )
    return {booking_id: (place or 0, show) for booking_id, place, show in rows}


def _imports(session: Session, sale: Sale) -> Sequence[SalesImport]:
    """Those that brought the line or changed it, in the order they were applied."""
    changed = select(SaleBefore.import_id).where(SaleBefore.sale_id == sale.id)
    ids = {sale.first_import_id, sale.last_import_id, *session.scalars(changed)}
    return session.scalars(
        select(SalesImport)
        .options(joinedload(SalesImport.created_by))
        .where(SalesImport.id.in_(ids))
        .order_by(SalesImport.applied_at, SalesImport.id)
    ).all()


def _judgements(session: Session, sale: Sale) -> list[Judgement]:
    rows = session.execute(
        select(AuditEvent, Person.name)
        .outerjoin(Person, Person.id == AuditEvent.actor_id)
        .where(
            AuditEvent.object_type == Sale.__tablename__,
            AuditEvent.object_id == sale.id,
            AuditEvent.action.in_(("sale.attributed", "sale.released")),
        )
        .order_by(AuditEvent.id.desc())
    )
    return [
        Judgement(
            at=event.at,
            who=name or "",
            action=event.action,
            before=event.detail.get("before", {}),
            after=event.detail.get("after", {}),
            reason=event.detail.get("reason", ""),
        )
        for event, name in rows
    ]


def tier_of(sale: Sale) -> Tier:
    """The tier that counts; a line that was never looked at has none."""
    return sale.tier or Tier.NONE
