"""Attributing sales anew, show by show, where the times on air or the rule are no longer those that they were found by.

A show's basis is a hash of the rule and of all its times on air. Where it differs from the stored one, all sales of its
products around the show are looked at again; what a person chose stays. A new rule reaches the sales that no show has
by stretches: each show sees to those that were ordered from its start to the start of the next.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session

from domain.errors import Forbidden, Missing
from domain.people import Actor
from domain.sales.attribution import LONG_TAIL, RULE_VERSION, BoothWindow, OrderFacts
from domain.sales.lines import Platform
from domain.studio.shows import ShowStatus
from models import BoothSlot, Sale, Show, ShowAttribution
from services import records
from services.sales import totals
from services.sales.importing import SALES, bump, lock_platform, rewrite_sales
from services.sales.matching import ATTRIBUTION_COLUMNS, attribution_columns
from services.sales.on_air import Windows, windows_of_shows
from services.sales.planning import CHUNK, Values
from services.sales.totals import Touched
from services.unit_of_work import query, transaction

RECENT = timedelta(days=60)
"""How long a show is looked at after it began; later nothing changes it, since its file is sealed."""
EARLY = timedelta(hours=1)
"""A show may go on air a little before its planned start."""
MARGIN = timedelta(hours=12)
"""What the times were by which sales were found before is not known; so far around the show they are looked for."""
BATCH = 20
_LOOKED_AT = ("id", "ordered_at", "ordered_on", "ordered_precision", "live_evidence", "product_id")
_PLACE = ("tier", "show_id", "booth_booking_id")


@dataclass(frozen=True, slots=True)
class Recount:
    """What attributing a show anew came to: lines looked at, and how many changed from one tier to which."""

    show_id: int
    looked_at: int = 0
    moved: Counter[str] = field(default_factory=Counter)


def attribute_due(now: datetime) -> int:
    """Attribute the shows whose basis changed, twenty at most, each in a transaction; returns how many they were."""
    return sum(attribute_show(show_id, now=now) is not None for show_id in due_shows(now)[:BATCH])


def recompute(actor: Actor, show_id: int | None, *, now: datetime) -> list[Recount]:
    """Attribute one show anew whatever its basis says, else all that are due. Raises Forbidden, Missing."""
    if not actor.is_staff:
        raise Forbidden
    wanted = due_shows(now) if show_id is None else [show_id]
    done = (attribute_show(one, actor, anyway=show_id is not None, now=now) for one in wanted)
    return [recount for recount in done if recount is not None]


@query
def due_shows(session: Session, now: datetime) -> list[int]:
    """The shows whose sales were attributed on another basis or by another rule, or never, the latest first."""
    rows = session.execute(
        select(Show.id, Show.status, ShowAttribution.basis, ShowAttribution.rule_version)
        .outerjoin(ShowAttribution, ShowAttribution.show_id == Show.id)
        .where(Show.starts_at <= now + EARLY, or_(_may_change(now), _by_another_rule()))
        .order_by(Show.starts_at.desc(), Show.id.desc())
    ).all()
    to_compare = [row.id for row in rows if row.rule_version == RULE_VERSION]
    windows = windows_of_shows(session, to_compare)
    return [
        row.id
        for row in rows
        if row.rule_version != RULE_VERSION or row.basis != basis_of(row.status, windows.get(row.id, ()))
    ]


def basis_of(status: ShowStatus, windows: Iterable[BoothWindow]) -> str:
    """A hash of all that decides about the sales of a show."""
    times = sorted(
        [
            [window.booth_slot_id, window.product_id]
            + [
                moment.astimezone(UTC).isoformat() if moment else ""
                for moment in (
                    window.on_air_started_at,
                    window.on_air_ended_at,
                    window.show_started_at,
                    window.show_ended_at,
                )
            ]
            for window in windows
        ]
    )
    return hashlib.sha256(json.dumps([RULE_VERSION, status.value, times]).encode()).hexdigest()


@transaction
def attribute_show(
    session: Session, show_id: int, actor: Actor | None = None, *, anyway: bool = False, now: datetime
) -> Recount | None:
    """Attribute the sales of a show anew; None where its basis is the stored one already. Raises Missing."""
    lock_books(session)
    show = session.get(Show, show_id, populate_existing=True)
    if show is None:
        raise Missing
    stored = session.get(ShowAttribution, show_id, populate_existing=True)
    products = _products(session, show_id)
    windows = Windows(session)
    windows.expect(products)
    # Taken from the very windows that the sales are then held against: a press of the console meanwhile is seen later.
    basis = basis_of(show.status, windows.of_show(show_id))
    by_this_rule = stored is not None and stored.rule_version == RULE_VERSION
    if by_this_rule and stored is not None and stored.basis == basis and not anyway:
        return None
    lines = _lines(session, show, products, windows.of_show(show_id), new_rule=not by_this_rule)
    touched = Touched()
    recount = Recount(show_id, len(lines), attribute_lines(session, lines, windows, touched, now))
    for (
        platform
    ) in Platform:  # an import that was read while the old times stood must not be applied as it was read
        bump(session, platform)
    if stored is None:
        stored = ShowAttribution(show_id=show_id)
        session.add(stored)
    stored.rule_version, stored.basis, stored.attributed_at = RULE_VERSION, basis, now
    if recount.moved:
        records.audit(session, actor, "show.attributed", show, now, moved=dict(recount.moved))
        totals.refresh(session, touched)
    return recount


def lock_books(session: Session) -> None:
    """Lock the books of all platforms, always in the same order."""
    for platform in sorted(Platform):
        lock_platform(session, platform)
        bump(session, platform)


def _may_change(now: datetime) -> ColumnElement[bool]:
    not_sealed = and_(Show.wrapped_up_at.is_(None), Show.status != ShowStatus.CANCELLED)
    return or_(Show.starts_at >= now - RECENT, not_sealed)


def _by_another_rule() -> ColumnElement[bool]:
    return or_(ShowAttribution.rule_version.is_(None), ShowAttribution.rule_version != RULE_VERSION)


def _products(session: Session, show_id: int) -> set[int]:
    """All products that the show ever had a booth for, and those of which it has sales."""
    slots = session.scalars(select(BoothSlot.product_id).where(BoothSlot.show_id == show_id))
    sold = session.scalars(select(Sale.product_id).where(Sale.show_id == show_id).distinct())
    return {product_id for product_id in [*slots, *sold] if product_id is not None}


def _lines(
    session: Session,
    show: Show,
    products: Collection[int],
    windows: Sequence[BoothWindow],
    *,
    new_rule: bool,
) -> list[int]:
    """The ids of the sales that the show may have, had, or has to see to; none that a person attributed."""
    by_rule = by_rule_alone()
    began = min([show.starts_at, *(one.show_started_at for one in windows if one.show_started_at)]) - MARGIN
    ended = max([show.ends_at, *(one.show_ended_at for one in windows if one.show_ended_at)]) + MARGIN
    around = (Sale.ordered_at >= began, Sale.ordered_at < ended + LONG_TAIL)
    chosen = [
        select(Sale.id).where(by_rule, Sale.show_id == show.id),
        select(Sale.id).where(by_rule, Sale.product_id.in_(products), *around),
    ]
    if new_rule:
        chosen.append(select(Sale.id).where(by_rule, *_of_an_old_rule(session, show)))
    return sorted({sale_id for statement in chosen for sale_id in session.scalars(statement)})


def by_rule_alone() -> ColumnElement[bool]:
    """No person chose where the line belongs."""
    return Sale.attributed_by_id.is_(None)


def _of_an_old_rule(session: Session, show: Show) -> list[ColumnElement[bool]]:
    """Sales of another rule ordered between this show and the next; the first show takes all before it as well."""
    first = session.scalar(select(func.min(Show.starts_at)))
    following = session.scalar(select(func.min(Show.starts_at)).where(Show.starts_at > show.starts_at))
    found = [or_(Sale.rule_version.is_(None), Sale.rule_version != RULE_VERSION)]
    if first is not None and first < show.starts_at:
        found.append(Sale.ordered_at >= show.starts_at)
    if following is not None:
        found.append(Sale.ordered_at < following)
    return found


def attribute_lines(
    session: Session, lines: Sequence[int], windows: Windows, touched: Touched, now: datetime
) -> Counter[str]:
    """Attribute these sales by the rule, for one who holds their platforms; returns the changes from tier to tier.

    What is touched is noted, and for the caller to refresh.
    """
    moved: Counter[str] = Counter()
    columns = [SALES.c[name] for name in (*_LOOKED_AT, *ATTRIBUTION_COLUMNS)]
    for begin in range(0, len(lines), CHUNK):
        of_chunk = select(*columns).where(SALES.c.id.in_(lines[begin : begin + CHUNK]))
        rows = session.execute(of_chunk).all()
        windows.expect(row.product_id for row in rows if row.product_id is not None)
        updates: dict[int, Values] = {}
        for row in rows:
            values = attribution_columns(windows.attribute(facts_of(row)))
            before = {name: getattr(row, name) for name in ATTRIBUTION_COLUMNS}
            if values == before:
                continue
            updates[row.id] = values | {"updated_at": now}
            if any(values[name] != before[name] for name in _PLACE):
                moved[f"{before['tier'] or '-'}>{values['tier']}"] += 1
                touched.add(row.ordered_on, row.product_id, before["show_id"])
                touched.add(row.ordered_on, row.product_id, values["show_id"])
        if updates:
            rewrite_sales(session, updates)
    return moved


def facts_of(sale: Sale | Row[Any]) -> OrderFacts:
    """What the rule looks at of a stored line."""
    return OrderFacts(sale.product_id, sale.ordered_at, sale.ordered_precision, sale.live_evidence)
