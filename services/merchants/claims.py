"""Staff read what products claim before they go on air (直播电商监督管理办法): what waits, and their decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from domain.bookings import LIVE
from domain.errors import BadInput, Forbidden, Missing, RuleViolation, Stale
from domain.merchants.claims import ClaimsStatus, Finding
from domain.people import Actor
from models import Booking, BoothSlot, Product
from services import records
from services.merchants.booked import next_on_air, redraw_grids
from services.merchants.scanning import findings_in, hold_the_list, violation_of, words_of
from services.merchants.shops import member_ids
from services.unit_of_work import query, transaction

MOST_SHOWN = 100
MAX_REASON = 200


def is_waiting(product: Product) -> bool:
    """Whether somebody still has to read it; only then there is something to decide."""
    return product.claims_status is ClaimsStatus.UNREVIEWED and product.archived_at is None


@dataclass(frozen=True, slots=True)
class ClaimsCase:
    """A product loaded with its shop, codes and pictures, what the word list finds in it, and when it is on air."""

    product: Product
    findings: tuple[Finding, ...]
    on_air: tuple[datetime, ...]

    @property
    def is_blocked(self) -> bool:
        """Whether it says what food may not claim."""
        return any(finding.is_blocked for finding in self.findings)

    @property
    def waits(self) -> bool:
        """Whether somebody still has to read it."""
        return is_waiting(self.product)


@dataclass(frozen=True, slots=True)
class ClaimsDesk:
    """What waits, what is on air soonest first, how many there are in all, and the one that is looked at."""

    waiting: tuple[ClaimsCase, ...]
    count: int
    chosen: ClaimsCase | None


def waiting_count(session: Session) -> int:
    """How many products wait for somebody of the staff to read their claims."""
    return session.scalar(select(count_waiting())) or 0


def count_waiting() -> ColumnElement[int]:
    """The same as a part of one statement."""
    return select(func.count()).select_from(Product).where(*_WAITS).scalar_subquery()


@query
def findings_of(session: Session, product: Product) -> list[Finding]:
    """What the word list finds in a product."""
    return findings_in(product, words_of(session))


@query
def findings_of_each(session: Session, products: Sequence[Product]) -> dict[int, list[Finding]]:
    """The same of several products by their ids."""
    words = words_of(session)
    return {product.id: findings_in(product, words) for product in products}


@query
def waiting(session: Session, actor: Actor, now: datetime) -> list[ClaimsCase]:
    """The products whose claims nobody has read yet, what is on air soonest first; raises Forbidden."""
    return list(_waiting(session, actor, now))


@query
def desk(session: Session, actor: Actor, product_id: int | None, now: datetime) -> ClaimsDesk:
    """The queue and one product, by default the first; raises Forbidden, Missing."""
    queue = _waiting(session, actor, now)
    chosen = _case(session, actor, product_id, now) if product_id is not None else next(iter(queue), None)
    return ClaimsDesk(queue, waiting_count(session), chosen)


@query
def one(session: Session, actor: Actor, product_id: int, now: datetime) -> ClaimsCase:
    """One product for staff, whatever its state; raises Forbidden, Missing."""
    return _case(session, actor, product_id, now)


@query
def following(session: Session, actor: Actor, product_id: int, now: datetime) -> int | None:
    """The id of the product that comes up after this one; raises Forbidden."""
    return next(
        (case.product.id for case in _waiting(session, actor, now) if case.product.id != product_id), None
    )


@transaction
def clear(session: Session, actor: Actor, product_id: int, *, version: int, now: datetime) -> Product:
    """Let a product go on air with what it claims; `version` is the text that was read.

    Raises Forbidden, Missing, Stale, and RuleViolation while it says what food may not claim.
    """
    product = _to_decide(session, actor, product_id, version)
    _refuse_while_blocked(findings_in(product, words_of(session)))
    _decide(session, actor, product, ClaimsStatus.CLEARED, "", now)
    _tell_cleared(session, [product], now)
    return product


@transaction
def refuse(
    session: Session, actor: Actor, product_id: int, *, version: int, reason: str, now: datetime
) -> Product:
    """Send a product back to its shop with a reason; raises Forbidden, Missing, BadInput, Stale."""
    reason = " ".join(reason.split())
    if not reason:
        raise BadInput("claims_reason_missing", field="reason")
    if len(reason) > MAX_REASON:
        raise BadInput("claims_reason_long", field="reason", maximum=MAX_REASON)
    product = _to_decide(session, actor, product_id, version)
    _decide(session, actor, product, ClaimsStatus.REFUSED, reason, now)
    for person_id in member_ids(session, product.merchant_id):
        records.tell(
            session,
            person_id,
            "claims_refused",
            now,
            product=product.name,
            product_id=product.id,
            reason=reason,
        )
    return product


@transaction
def clear_unflagged(
    session: Session, actor: Actor, seen: Mapping[int, int], *, now: datetime
) -> list[Product]:
    """Clear those of the products seen (id and version) that still stand so and in which nothing is found.

    Returns them; the others wait on. Raises Forbidden.
    """
    _require_staff(actor)
    hold_the_list(session, to_change=False)
    redraw_grids(session, list(seen))
    words, cleared = words_of(session), []
    wanted = _loaded().where(Product.id.in_(list(seen)), *_WAITS).order_by(Product.id)
    for product in session.scalars(wanted.with_for_update(key_share=True, of=Product)):
        if product.version == seen[product.id] and not findings_in(product, words):
            _decide(session, actor, product, ClaimsStatus.CLEARED, "", now)
            cleared.append(product)
    _tell_cleared(session, cleared, now)
    return cleared


def _tell_cleared(session: Session, cleared: Sequence[Product], now: datetime) -> None:
    for product in cleared:
        for person_id in member_ids(session, product.merchant_id):
            records.tell(
                session, person_id, "claims_cleared", now, product=product.name, product_id=product.id
            )


def _to_decide(session: Session, actor: Actor, product_id: int, version: int) -> Product:
    """The product as it was read, locked so that nobody changes it meanwhile; raises Forbidden, Missing, Stale."""
    _require_staff(actor)
    hold_the_list(session, to_change=False)
    redraw_grids(session, [product_id])
    product = session.scalar(
        _loaded().where(Product.id == product_id).with_for_update(key_share=True, of=Product)
    )
    if product is None:
        raise Missing
    if product.version != version or not is_waiting(product):
        raise Stale(product_id)
    return product


def _decide(
    session: Session, actor: Actor, product: Product, status: ClaimsStatus, reason: str, now: datetime
) -> None:
    # The version stays: a decision changes nothing of what the shop says, and must not get in the way of its form.
    product.claims_status, product.claims_reason = status, reason
    product.claims_reviewed_at, product.claims_reviewed_by_id = now, actor.id
    records.audit(session, actor, f"product.claims_{status.value}", product, now, reason=reason)


def _refuse_while_blocked(findings: Sequence[Finding]) -> None:
    if blocked := [violation_of(finding) for finding in findings if finding.is_blocked]:
        raise RuleViolation(blocked)


def _require_staff(actor: Actor) -> None:
    if not actor.is_staff:
        raise Forbidden


_WAITS = (Product.claims_status == ClaimsStatus.UNREVIEWED, Product.archived_at.is_(None))


def _loaded() -> Select[Product]:
    return (
        select(Product)
        .options(joinedload(Product.merchant), selectinload(Product.codes), selectinload(Product.pictures))
        .execution_options(populate_existing=True)
    )


def _waiting(session: Session, actor: Actor, now: datetime) -> tuple[ClaimsCase, ...]:
    _require_staff(actor)
    soonest = (
        select(BoothSlot.product_id, func.min(Booking.starts_at).label("starts_at"))
        .join(Booking, Booking.id == BoothSlot.booking_id)
        .where(Booking.status.in_(LIVE), Booking.ends_at > now)
        .group_by(BoothSlot.product_id)
        .subquery()
    )
    found = session.scalars(
        _loaded()
        .outerjoin(soonest, soonest.c.product_id == Product.id)
        .where(*_WAITS)
        .order_by(soonest.c.starts_at.is_(None), soonest.c.starts_at, Product.id)
        .limit(MOST_SHOWN)
    )
    return _cases(session, list(found), now)


def _case(session: Session, actor: Actor, product_id: int, now: datetime) -> ClaimsCase:
    _require_staff(actor)
    product = session.scalar(_loaded().where(Product.id == product_id))
    if product is None:
        raise Missing
    return _cases(session, [product], now)[0]


def _cases(session: Session, products: Sequence[Product], now: datetime) -> tuple[ClaimsCase, ...]:
    words = words_of(session)
    on_air = next_on_air(session, [product.id for product in products], now)
    return tuple(
        ClaimsCase(product, tuple(findings_in(product, words)), tuple(on_air.get(product.id, ())))
        for product in products
    )
