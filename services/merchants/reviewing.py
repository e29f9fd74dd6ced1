"""What staff see of shops: what waits for them, and one shop with its papers, people and history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from domain.errors import Missing
from domain.interval import local_day
from domain.merchants.papers import PaperStatus
from domain.merchants.shops import MerchantStatus
from domain.people import Actor
from models import AuditEvent, Merchant, Paper, Person
from services.merchants import own_shop
from services.merchants.own_shop import SOON, Need
from services.merchants.review import require_staff
from services.unit_of_work import query

MOST = 100
LOOKED_AT = (MerchantStatus.SUBMITTED, MerchantStatus.VERIFIED, MerchantStatus.SUSPENDED)
"""Papers of a shop that has not handed itself in yet can wait."""


@dataclass(frozen=True, slots=True)
class PaperCase:
    """A paper and its shop."""

    paper: Paper
    shop: Merchant


@dataclass(frozen=True, slots=True)
class ReviewList:
    """What waits, the oldest first; papers that end within 30 days, the first end first; shops by name."""

    to_verify: Sequence[Merchant]
    papers: Sequence[PaperCase]
    ending: Sequence[PaperCase]
    shops: Sequence[Merchant]
    today: date


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done with a shop or one of its papers; without `by` the house did it."""

    at: datetime
    action: str
    detail: dict[str, object]
    by: Person | None


@dataclass(frozen=True, slots=True)
class ShopCase:
    """One shop as staff need it to decide."""

    shop: Merchant
    papers: Sequence[Paper]
    people: Sequence[Person]
    needs: Sequence[Need]
    history: Sequence[Event]
    today: date


@query
def waiting(session: Session, actor: Actor, *, name: str = "", now: datetime) -> ReviewList:
    """What waits for staff, and the shops whose name holds `name`; raises Forbidden."""
    require_staff(actor)
    today = local_day(now)
    by_age = Merchant.submitted_at, Merchant.id
    submitted = select(Merchant).where(Merchant.status == MerchantStatus.SUBMITTED).order_by(*by_age)
    ends = select(Paper, Merchant).join(Merchant, Merchant.id == Paper.merchant_id)
    ends = ends.where(
        Paper.status == PaperStatus.APPROVED, Paper.expires_on <= today + timedelta(days=SOON)
    ).order_by(Paper.expires_on, Paper.id)
    return ReviewList(
        to_verify=session.scalars(submitted.limit(MOST)).all(),
        papers=_cases(session, _papers_to_review().order_by(Paper.created_at, Paper.id)),
        ending=_cases(session, ends),
        shops=session.scalars(_named(name).order_by(Merchant.name).limit(MOST)).all(),
        today=today,
    )


@query
def page(
    session: Session,
    actor: Actor,
    *,
    size: int,
    after_id: int | None,
    status: MerchantStatus | None,
    name: str,
) -> Sequence[Merchant]:
    """Shops by id, for programs of staff; raises Forbidden."""
    require_staff(actor)
    wanted = _named(name)
    if status is not None:
        wanted = wanted.where(Merchant.status == status)
    if after_id is not None:
        wanted = wanted.where(Merchant.id > after_id)
    return session.scalars(wanted.order_by(Merchant.id).limit(size)).all()


@query
def case(session: Session, actor: Actor, merchant_id: int, *, now: datetime) -> ShopCase:
    """One shop with everything about it; raises Forbidden, Missing."""
    require_staff(actor)
    shop = session.get(Merchant, merchant_id, populate_existing=True)
    if shop is None:
        raise Missing
    today = local_day(now)
    papers = own_shop.papers_of(session, shop.id, withdrawn=True)
    current = [one for one in papers if one.status is not PaperStatus.WITHDRAWN]
    return ShopCase(
        shop=shop,
        papers=papers,
        people=own_shop.people_of(session, shop.id),
        needs=own_shop.needs_of(session, shop, current, today),
        history=_history(session, shop.id, [one.id for one in papers]),
        today=today,
    )


def count_waiting() -> ColumnElement[int]:
    """How many shops and papers wait for staff, as a part of one statement."""
    submitted = select(func.count()).where(Merchant.status == MerchantStatus.SUBMITTED)
    papers = select(func.count()).select_from(_papers_to_review().with_only_columns(Paper.id).subquery())
    return submitted.scalar_subquery() + papers.scalar_subquery()


def _papers_to_review() -> Select[Paper, Merchant]:
    return (
        select(Paper, Merchant)
        .join(Merchant, Merchant.id == Paper.merchant_id)
        .where(Paper.status == PaperStatus.SUBMITTED, Merchant.status.in_(LOOKED_AT))
    )


def _cases(session: Session, wanted: Select[Paper, Merchant]) -> list[PaperCase]:
    return [PaperCase(row[0], row[1]) for row in session.execute(wanted.limit(MOST))]


def _named(name: str) -> Select[Merchant]:
    wanted = select(Merchant)
    return wanted.where(Merchant.name.contains(name.strip(), autoescape=True)) if name.strip() else wanted


def _history(session: Session, merchant_id: int, paper_ids: list[int]) -> list[Event]:
    rows = session.execute(
        select(AuditEvent, Person)
        .outerjoin(Person, Person.id == AuditEvent.actor_id)
        .where(
            or_(
                and_(AuditEvent.object_type == "merchant", AuditEvent.object_id == merchant_id),
                and_(AuditEvent.object_type == "paper", AuditEvent.object_id.in_(paper_ids)),
            )
        )
        .order_by(AuditEvent.id.desc())
        .limit(MOST)
    )
    return [Event(row[0].at, row[0].action, row[0].detail, row[1]) for row in rows]
