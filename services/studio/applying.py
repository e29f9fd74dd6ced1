"""Applying for a booth of a show that is drawn: one application per shop, open to change until the list closes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from domain.errors import BadInput, Forbidden, Missing, RuleViolation, Violation
from domain.people import Actor
from domain.studio.booths import booth_violations
from domain.studio.draw import ApplicationStatus
from domain.studio.shows import Allotment, ShowStatus, month_of
from models import BoothApplication, Draw, Product, Show
from services import arbiter, records
from services.studio.booths import ask_of, held_by, own_product
from services.studio.shows import load_show
from services.unit_of_work import query, transaction

DRAWN_LATER = frozenset({"show_is_drawn"})
"""What speaks against taking a booth at once, and not against applying for one."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a shop sees before it applies: its products, what it has asked for, and what speaks against it."""

    show: Show
    products: tuple[Product, ...]
    mine: BoothApplication | None
    broken: tuple[Violation, ...]


def load_draw(session: Session, show: Show) -> Draw:
    """The draw of a show as it stands now; raises Missing where nothing is drawn."""
    draw = session.get(Draw, show.id, populate_existing=True) if show.allotment is Allotment.DRAW else None
    if draw is None:
        raise Missing
    return draw


def window_violations(show: Show, draw: Draw, now: datetime) -> list[Violation]:
    """What the clock says against applying."""
    if show.status is not ShowStatus.OPEN:
        return [Violation("show_not_open")]
    if show.applications_open_at is not None and now < show.applications_open_at:
        return [Violation("draw_not_open_yet")]
    closes = show.applications_close_at
    if draw.closed_at is not None or closes is None or now >= closes:
        return [Violation("draw_list_closed")]
    return []


@transaction
def apply(
    session: Session, actor: Actor, show_id: int, product_id: int, *, booth: int | None = None, now: datetime
) -> BoothApplication:
    """Apply for a booth with one of the own products, or change what the shop has applied with.

    `booth` is the one that it would like best. Raises Forbidden, Missing, BadInput, RuleViolation.
    """
    show = load_show(session, show_id, actor)
    product = own_product(session, actor, product_id)
    if booth is not None and not 1 <= booth <= show.booths:
        raise BadInput("booth_unknown", field="booth", booths=show.booths)
    arbiter.lock_spaces(session, [show.space_id])
    arbiter.lock_merchant(session, product.merchant_id)
    session.refresh(show, ["status", "applications_open_at", "applications_close_at"])
    session.refresh(product, ["archived_at"])
    if product.archived_at is not None:
        raise BadInput("product_unknown", field="product_id")
    broken = window_violations(show, load_draw(session, show), now) or _broken(session, show, product, now)
    if broken:
        raise RuleViolation(broken)
    return _written(session, actor, show, product, booth, now)


def _broken(session: Session, show: Show, product: Product, now: datetime) -> list[Violation]:
    held = held_by(session, product.merchant_id, show, month_of(show.starts_at))
    ask = ask_of(session, show, show.interval, held, product.id, now)
    return [one for one in booth_violations(ask) if one.code not in DRAWN_LATER]


def _written(
    session: Session, actor: Actor, show: Show, product: Product, booth: int | None, now: datetime
) -> BoothApplication:
    found = session.scalar(
        select(BoothApplication)
        .where(BoothApplication.show_id == show.id, BoothApplication.merchant_id == product.merchant_id)
        .execution_options(populate_existing=True)
    )
    is_new = found is None or found.status is ApplicationStatus.WITHDRAWN
    if found is None:
        found = BoothApplication(show_id=show.id, merchant_id=product.merchant_id, created_at=now)
        session.add(found)
    found.show, found.merchant, found.product = show, product.merchant, product
    found.booth, found.person_id, found.status = booth, actor.id, ApplicationStatus.APPLIED
    records.audit(
        session,
        actor,
        "application.made" if is_new else "application.changed",
        found,
        now,
        show_id=show.id,
        product_id=product.id,
        booth=booth,
    )
    return found


@transaction
def withdraw(session: Session, actor: Actor, show_id: int, *, now: datetime) -> BoothApplication:
    """Take the own application back, until the list closes; raises Forbidden, Missing, RuleViolation."""
    if not actor.merchant_ids:
        raise Forbidden
    show = load_show(session, show_id, actor)
    arbiter.lock_spaces(session, [show.space_id])
    draw = load_draw(session, show)
    session.refresh(show, ["status", "applications_open_at", "applications_close_at"])
    mine = own(session, actor, show.id)
    if mine is None or mine.status is ApplicationStatus.WITHDRAWN:
        raise Missing
    if broken := window_violations(show, draw, now):
        raise RuleViolation(broken)
    mine.status = ApplicationStatus.WITHDRAWN
    records.audit(session, actor, "application.withdrawn", mine, now, show_id=show.id)
    return mine


def own(session: Session, actor: Actor | None, show_id: int) -> BoothApplication | None:
    """The application of the actor's shop for a show, with its product, whatever became of it."""
    if actor is None or not actor.merchant_ids:
        return None
    return session.scalar(
        select(BoothApplication)
        .options(joinedload(BoothApplication.product), joinedload(BoothApplication.merchant))
        .where(BoothApplication.show_id == show_id, BoothApplication.merchant_id.in_(actor.merchant_ids))
        .order_by(BoothApplication.status == ApplicationStatus.WITHDRAWN, BoothApplication.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )


@query
def own_application(session: Session, actor: Actor, show_id: int) -> BoothApplication:
    """The own application for a show; raises Forbidden, Missing."""
    if not actor.merchant_ids:
        raise Forbidden
    load_draw(session, load_show(session, show_id, actor))
    mine = own(session, actor, show_id)
    if mine is None:
        raise Missing
    return mine


@query
def wish_of(session: Session, actor: Actor, show_id: int, *, now: datetime) -> Wish:
    """What there is to know before applying; raises Forbidden, Missing."""
    if not actor.merchant_ids:
        raise Forbidden
    show = load_show(session, show_id, actor)
    draw = load_draw(session, show)
    products = session.scalars(
        select(Product)
        .where(Product.merchant_id.in_(actor.merchant_ids), Product.archived_at.is_(None))
        .order_by(Product.id.desc())
    )
    mine = own(session, actor, show.id)
    is_live = mine is not None and mine.status is not ApplicationStatus.WITHDRAWN
    return Wish(
        show=show,
        products=tuple(products),
        mine=mine if is_live else None,
        broken=tuple(window_violations(show, draw, now)),
    )


def count(session: Session, show_id: int) -> int:
    """How many shops have applied for a show."""
    standing = BoothApplication.status != ApplicationStatus.WITHDRAWN
    return (
        session.scalar(
            select(func.count())
            .select_from(BoothApplication)
            .where(BoothApplication.show_id == show_id, standing)
        )
        or 0
    )
