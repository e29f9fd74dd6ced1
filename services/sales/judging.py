"""Staff decide by hand which booth sold an order line, with a reason, or give the line back to the rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import BadInput, Missing, StaleSale
from domain.people import Actor
from domain.sales.attribution import Attribution, BoothWindow, Tier
from models import Sale
from services import records
from services.sales import totals
from services.sales.attributing import facts_of
from services.sales.importing import bump, lock_platform, require_staff
from services.sales.matching import attribution_columns
from services.sales.on_air import Windows
from services.sales.totals import Touched
from services.unit_of_work import transaction

MAX_REASON = 200


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody decided: a tier and the booth, by its booking; Tier.NONE belongs to no booth."""

    tier: Tier | None
    booth: int | None
    reason: str


@transaction
def attribute(
    session: Session, actor: Actor, sale_id: int, verdict: Verdict, *, seen: datetime, now: datetime
) -> Sale:
    """Let a line count for the booth that somebody chose; no import and no rule changes that again.

    `seen` is when the line had last been changed as the decider saw it. Raises Forbidden, Missing, StaleSale, BadInput.
    """
    sale = _claim(session, actor, sale_id, seen)
    reason = _reason(verdict.reason)
    booth = _booth(session, sale, verdict)
    before = _place(sale)
    sale.tier = verdict.tier
    sale.show_id, sale.booth_booking_id = (booth.show_id, booth.booth_slot_id) if booth else (None, None)
    sale.rule_version, sale.evidence = None, None
    sale.attributed_by_id, sale.attributed_at, sale.attribution_reason = actor.id, now, reason
    _settle(session, actor, sale, "sale.attributed", before, reason, now)
    return sale


@transaction
def release(session: Session, actor: Actor, sale_id: int, *, seen: datetime, now: datetime) -> Sale:
    """Give a line back to the rule, which decides at once; one that it has already stays. Raises as `attribute`."""
    sale = _claim(session, actor, sale_id, seen)
    if sale.attributed_by_id is None:
        return sale
    before = _place(sale)
    sale.attributed_by_id, sale.attributed_at, sale.attribution_reason = None, None, ""
    for name, value in attribution_columns(by_the_rule(session, sale)).items():
        setattr(sale, name, value)
    _settle(session, actor, sale, "sale.released", before, "", now)
    return sale


def by_the_rule(session: Session, sale: Sale) -> Attribution:
    """What the rule says of a line as things stand now."""
    return Windows(session).attribute(facts_of(sale))


def _claim(session: Session, actor: Actor, sale_id: int, seen: datetime) -> Sale:
    """The line as it stands, its platform locked; nobody else changed it since it was seen."""
    require_staff(actor)
    platform = session.scalar(select(Sale.platform).where(Sale.id == sale_id))
    if platform is None:
        raise Missing
    lock_platform(session, platform)
    sale = session.get(Sale, sale_id, populate_existing=True)
    if sale is None:
        raise Missing
    if not _unchanged(sale, seen):
        raise StaleSale(sale_id)
    bump(session, platform)
    return sale


def _unchanged(sale: Sale, seen: datetime) -> bool:
    return sale.updated_at == seen


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason:
        raise BadInput("attribution_reason_missing", field="reason")
    if len(reason) > MAX_REASON:
        raise BadInput("attribution_reason_long", field="reason", maximum=MAX_REASON)
    return reason


def _booth(session: Session, sale: Sale, verdict: Verdict) -> BoothWindow | None:
    if verdict.tier is None:
        raise BadInput("attribution_tier_missing", field="tier")
    if verdict.tier is Tier.NONE:
        return None
    shown = Windows(session).of_product(sale.product_id) if sale.product_id is not None else ()
    chosen = [window for window in shown if window.booth_slot_id == verdict.booth]
    if not chosen:
        raise BadInput("attribution_booth_missing", field="booth")
    return chosen[0]


def _place(sale: Sale) -> dict[str, Any]:
    """Where a line counts, for the trail."""
    tier = sale.tier.value if sale.tier else None
    return {"tier": tier, "show": sale.show_id, "booth": sale.booth_booking_id}


def _settle(
    session: Session,
    actor: Actor,
    sale: Sale,
    action: str,
    before: dict[str, Any],
    reason: str,
    now: datetime,
) -> None:
    sale.updated_at = now
    bump(session, sale.platform)
    touched = Touched()
    for show_id in (before["show"], sale.show_id):
        touched.add(sale.ordered_on, sale.product_id, show_id)
    records.audit(session, actor, action, sale, now, before=before, after=_place(sale), reason=reason)
    totals.refresh(session, touched)
