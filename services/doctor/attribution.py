"""Sales must stand where the times on air and the rule put them, or be about to: the job sees to what is due."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.sales.attribution import RULE_VERSION, RULE_VERSIONS, Tier
from domain.studio.shows import ShowStatus
from models import Sale, Show, ShowAttribution
from services.doctor.findings import Finding
from services.doctor.stillness import hold_still
from services.sales import attributing
from services.sales.on_air import aired_booths, windows_of_shows
from services.unit_of_work import query

MOST = 20


@query
def findings(session: Session, now: datetime) -> list[Finding]:
    """Sales that count for what never sold them, at most twenty of each kind."""
    hold_still(session)
    due = set(attributing.due_shows(now))
    found = [
        *_out_of_date(session, due),
        *_of_cancelled_shows(session, due),
        *_of_booths_never_aired(session, due),
        *_of_unknown_rules(session),
    ]
    session.rollback()  # leave the reading transaction: nothing was written
    return found


def _out_of_date(session: Session, due: Collection[int]) -> Iterator[Finding]:
    """Shows that the job takes for settled, though their times on air are other ones now."""
    shows = session.execute(
        select(Show.id, Show.status, ShowAttribution.basis)
        .join(ShowAttribution, ShowAttribution.show_id == Show.id)
        .where(ShowAttribution.rule_version == RULE_VERSION)
        .order_by(Show.id)
    ).all()
    windows = windows_of_shows(session, [show.id for show in shows])
    wrong = [
        show.id
        for show in shows
        if show.id not in due and show.basis != attributing.basis_of(show.status, windows.get(show.id, ()))
    ]
    for show_id in wrong[:MOST]:
        yield Finding(
            "attribution_out_of_date", f"the sales of show {show_id} were attributed by other times on air."
        )


def _of_cancelled_shows(session: Session, due: Collection[int]) -> Iterator[Finding]:
    cancelled = (
        select(Sale.show_id)
        .join(Show, Show.id == Sale.show_id)
        .where(Show.status == ShowStatus.CANCELLED, attributing.by_rule_alone())
        .distinct()
    )
    sold = {show_id for show_id in session.scalars(cancelled) if show_id is not None}
    for show_id in sorted(sold - set(due))[:MOST]:
        yield Finding("sales_of_cancelled_show", f"show {show_id} was cancelled and has sales by the rule.")


def _of_booths_never_aired(session: Session, due: Collection[int]) -> Iterator[Finding]:
    sold = session.execute(
        select(Sale.show_id, Sale.booth_booking_id)
        .where(Sale.booth_booking_id.is_not(None), attributing.by_rule_alone())
        .distinct()
    )
    aired = aired_booths(session)
    wrong = {booth for show_id, booth in sold if booth is not None and show_id not in due}
    for booth in sorted(wrong - aired)[:MOST]:
        yield Finding("sales_of_silent_booth", f"booth {booth} was never on air and has sales by the rule.")


def _of_unknown_rules(session: Session) -> Iterator[Finding]:
    known = [*RULE_VERSIONS]
    stray = select(Sale.rule_version).where(Sale.rule_version.not_in(known)).distinct().limit(MOST)
    for version in session.scalars(stray):
        yield Finding(
            "sale_of_unknown_rule", f"sales were attributed by rule “{version}”, which nobody knows."
        )
    nameless = (
        select(Sale.id)
        .where(
            Sale.rule_version.is_(None),
            Sale.tier.is_not(None),
            Sale.tier != Tier.NONE,
            attributing.by_rule_alone(),
        )
        .limit(MOST)
    )
    for sale_id in session.scalars(nameless):
        yield Finding("sale_without_rule", f"sale {sale_id} has a tier by no rule and no person.")
