"""What the floor director, the host and everybody else read of a show while it is live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from domain.errors import Forbidden, Missing
from domain.people import Actor
from domain.studio.compliance import Compliance
from domain.studio.projection import Projection, project
from domain.studio.rundown import Item, Rundown
from domain.studio.running import ItemKind
from models import BoothSlot, OnAirCorrection, Person, Product, RunEvent, Show, ShowRun, Space
from services.studio import compliance, run_law, run_store, taboos
from services.studio.running import Changes, changes, planned_items
from services.studio.shows import load_show
from services.unit_of_work import query


@dataclass(frozen=True, slots=True)
class LastPress:
    """What was pressed last, when and by whom."""

    action: str
    at: datetime
    name: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Program:
    """A show with its running order; before anybody got it ready (version 0), as its booths would have it.

    `slots` are the booths by booking, each with its booking, shop and product.
    """

    show: Show
    version: int
    order: Rundown
    slots: Mapping[int, BoothSlot]

    @property
    def is_ready(self) -> bool:
        """Whether the running order stands."""
        return self.version > 0

    @property
    def goods(self) -> tuple[Item, ...]:
        """The items that air booths, repeats left out: their goods are there already."""
        return tuple(one for one in self.order.items if one.kind is ItemKind.BOOTHS and one.repeat_of is None)

    @property
    def following(self) -> Item | None:
        """The booths that come next while the show is live."""
        if self.order.started_at is None or self.order.ended_at is not None:
            return None
        return next((one for one in self.order.waiting if one.kind is ItemKind.BOOTHS), None)

    def slots_of(self, item: Item) -> list[BoothSlot]:
        """The booths that an item airs, by their numbers."""
        found = [self.slots[booth] for booth in item.booths if booth in self.slots]
        return sorted(found, key=lambda slot: slot.booking.place or 0)


@dataclass(frozen=True, slots=True)
class Console:
    """All that the console shows: the order and how it will go on, lights by booking, what was pressed last."""

    program: Program
    projection: Projection
    lights: Mapping[int, Compliance]
    last: LastPress | None
    changes: Changes
    corrections: tuple[OnAirCorrection, ...]


@dataclass(frozen=True, slots=True)
class Cue:
    """What the host reads: the running order and, by product, the words to stay away from with their reasons."""

    program: Program
    projection: Projection
    taboos: Mapping[int, list[taboos.Taboo]]


def struck_price(product: Product) -> int | None:
    """What a product costs without the reduction, in fen; None where it is not reduced or has no basis for it."""
    is_reduced = product.sale_price_fen < product.price_fen and bool(product.price_basis)
    return product.price_fen if is_reduced else None


@query
def revision(session: Session, show_id: int) -> tuple[int, int, int, int]:
    """Numbers of which one changes with everything that these screens show but time; raises Missing."""
    row = session.execute(_revision(), {"show": show_id}).first()
    if row is None:
        raise Missing
    return row[0], row[1], row[2], row[3]


@cache
def _revision() -> Select[int, int, int, int]:
    """Every screen of a show polls with it, so it is built once."""
    corrected = (
        select(func.count()).where(OnAirCorrection.show_id == Show.id).correlate(Show).scalar_subquery()
    )
    return (
        select(Space.revision, Show.version, func.coalesce(ShowRun.version, 0), corrected)
        .select_from(Show)
        .join(Space, Space.id == Show.space_id)
        .outerjoin(ShowRun, ShowRun.show_id == Show.id)
        .where(Show.id == bindparam("show"))
    )


@query
def console(session: Session, actor: Actor, show_id: int, *, now: datetime) -> Console:
    """The console of a show; raises Forbidden, Missing."""
    if not actor.is_staff:
        raise Forbidden
    program = _program(session, actor, show_id)
    show, slots = program.show, list(program.slots.values())
    return Console(
        program,
        project(program.order, show.starts_at, now),
        compliance.of_slots(session, slots, run_law.day_of(show, now), show.platform),
        _last_press(session, show_id),
        changes(session, show, program.order) if program.is_ready else Changes((), frozenset()),
        _corrections(session, show_id),
    )


@query
def cue(session: Session, actor: Actor, show_id: int, *, now: datetime) -> Cue:
    """The host's cue card; raises Forbidden, Missing."""
    if not actor.is_staff:
        raise Forbidden
    program = _program(session, actor, show_id)
    products: list[Product] = [slot.product for slot in program.slots.values()]
    return Cue(
        program, project(program.order, program.show.starts_at, now), taboos.of_products(session, products)
    )


@query
def program(session: Session, show_id: int, *, actor: Actor | None = None) -> Program:
    """What a show airs, for everybody; raises Missing."""
    return _program(session, actor, show_id)


def _program(session: Session, actor: Actor | None, show_id: int) -> Program:
    show = load_show(session, show_id, actor)
    run = run_store.load_run(session, show_id)
    order = run_store.load_order(session, run) if run else _preview(session, show)
    booths = {booth for item in order.items for booth in item.booths}
    slots = {slot.booking_id: slot for slot in run_law.slots_of(session, booths)}
    return Program(show, run.version if run else 0, order, slots)


def _preview(session: Session, show: Show) -> Rundown:
    """The order that would be made now; its items have no ids yet, so they are told apart by their place."""
    planned = planned_items(session, show)
    return Rundown(tuple(replace(item, id=-place) for place, item in enumerate(planned, start=1)))


def _last_press(session: Session, show_id: int) -> LastPress | None:
    row = session.execute(
        select(RunEvent.action, RunEvent.at, Person.name, RunEvent.detail)
        .join(Person, Person.id == RunEvent.actor_id)
        .where(RunEvent.show_id == show_id)
        .order_by(RunEvent.version.desc())
        .limit(1)
    ).first()
    return LastPress(row.action, row.at, row.name, row.detail) if row else None


def _corrections(session: Session, show_id: int) -> tuple[OnAirCorrection, ...]:
    found = session.scalars(
        select(OnAirCorrection)
        .where(OnAirCorrection.show_id == show_id)
        .order_by(OnAirCorrection.at.desc(), OnAirCorrection.id.desc())
        .execution_options(populate_existing=True)
    )
    return tuple(found)
