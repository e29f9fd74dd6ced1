"""The figures of sales: added over the kept sums of days, or over the lines where a window cuts a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, String, case, func, null, select, type_coerce
from sqlalchemy.orm import Session

from domain.errors import Forbidden, Missing
from domain.interval import at_local, local_day
from domain.people import Actor
from domain.sales.attribution import HEADLINE_TIERS, Tier
from domain.sales.metrics import PROVISIONAL_FOR, Totals
from models import Product, Sale, SalesTotal
from models.rows import core
from models.sales_books import Band, Scope
from services.unit_of_work import query


@dataclass(frozen=True, slots=True)
class Summary:
    """Totals over applied lines and over each tier; the orders of tiers can't be added, an order may have several."""

    totals: Totals
    by_tier: dict[Tier, Totals]


_TIER = func.coalesce(Sale.tier, Tier.NONE).label("tier")
_KEPT = ("orders", "items", "gmv_fen", "refunded_fen", "refunded_orders")
_Whose = tuple[Scope, int, int]


class Kept(NamedTuple):
    """Whose kept sums these are, of which band, and of which further value."""

    scope_id: int
    part_id: int
    band: Band
    of: Any


@query
def summary(
    session: Session,
    actor: Actor,
    *,
    merchant_id: int | None = None,
    show_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    now: datetime,
) -> Summary:
    """Paid lines whose order was placed in `[since, until)`; without a shop staff get every line, unmatched ones too.

    Merchants get their own shop alone. Raises Forbidden for everybody else, Missing for a shop of others. Between local
    midnights the sums by day answer; for any other moment, and for several shops at once, whose orders may be the
    same, the lines are added up.
    """
    merchant_ids = _merchants_of(actor, merchant_id)
    conditions = [*_within(since, until)]
    if show_id is not None:
        conditions.append(Sale.show_id == show_id)
    days, whose = _days(since, until), _whose(merchant_ids, show_id)
    if days is not None and whose is not None:
        totals = _kept_totals(session, whose, days)
        return _with_provisional(totals, fresh_net(session, [_TIER], conditions, merchant_ids, now))
    return _added_up(session, conditions, merchant_ids, now)


def _added_up(
    session: Session,
    conditions: list[ColumnElement[bool]],
    merchant_ids: tuple[int, ...] | None,
    now: datetime,
) -> Summary:
    tiers = grouped(session, _TIER, conditions, merchant_ids, now)
    return Summary(
        totals=overall(session, conditions, merchant_ids, now),
        by_tier={tier: tiers.get(tier, Totals()) for tier in Tier},
    )


def kept(
    session: Session, scope: Scope, *conditions: ColumnElement[bool], by: Any = None
) -> dict[Kept, Totals]:
    """Sums of a scope added over days; a day of an order is one, so that no order counts twice.

    By whose they are, band, and the values of `by`, if told; `provisional_fen` is 0: no kept sum knows the clock.
    """
    return found(session, summed(scope, *conditions, by=by), {})


def summed(scope: Scope, *conditions: ColumnElement[bool], by: Any = None) -> Select[*tuple[Any, ...]]:
    """The statement of `kept`, for those who ask it often enough to keep it."""
    keys = [SalesTotal.scope_id, SalesTotal.part_id, SalesTotal.band]
    of: ColumnElement[Any] = null() if by is None else by
    return (
        select(*keys, of.label("of"), *(func.sum(getattr(SalesTotal, name)).label(name) for name in _KEPT))
        .where(SalesTotal.scope == scope, *conditions)
        .group_by(*keys, *([] if by is None else [by]))
    )


def found(
    session: Session, statement: Select[*tuple[Any, ...]], asked: Mapping[str, Any]
) -> dict[Kept, Totals]:
    """What such a statement finds."""
    return {
        Kept(scope_id, part_id, band, of): Totals(*map(int, sums))
        for scope_id, part_id, band, of, *sums in core(session).execute(statement, asked)
    }


def overall(
    session: Session,
    conditions: Iterable[ColumnElement[bool]],
    merchant_ids: tuple[int, ...] | None,
    now: datetime,
) -> Totals:
    """The totals of the paid lines that meet the conditions."""
    return _totals(session.execute(_chosen(select(*_sums(now)), conditions, merchant_ids)).one())


def grouped(
    session: Session,
    key: Any,
    conditions: Iterable[ColumnElement[bool]],
    merchant_ids: tuple[int, ...] | None,
    now: datetime,
) -> dict[Any, Totals]:
    """The same by the values of an expression."""
    group = key.label("of")
    rows = session.execute(_chosen(select(group, *_sums(now)), conditions, merchant_ids).group_by(group))
    return {row.of: _totals(row) for row in rows}


def fresh_net(
    session: Session,
    keys: Sequence[Any],
    conditions: Iterable[ColumnElement[bool]],
    merchant_ids: tuple[int, ...] | None,
    now: datetime,
) -> Sequence[Row[Any]]:
    """The net sales whose fifteen days are not over, `net_fen` by the keys: reads the lines of these days alone."""
    net = func.sum(Sale.amount_fen - Sale.refunded_fen).label("net_fen")
    recent = [Sale.ordered_at > now - PROVISIONAL_FOR, *conditions]
    return session.execute(_chosen(select(*keys, net), recent, merchant_ids).group_by(*keys)).all()


def in_headline() -> ColumnElement[bool]:
    """Tiers A, B and C: what the studio brought."""
    return Sale.tier.in_(sorted(HEADLINE_TIERS))


def _merchants_of(actor: Actor, merchant_id: int | None) -> tuple[int, ...] | None:
    if actor.is_staff:
        return None if merchant_id is None else (merchant_id,)
    if not actor.is_merchant:
        raise Forbidden
    if merchant_id is None:
        return actor.merchant_ids
    if merchant_id not in actor.merchant_ids:
        raise Missing
    return (merchant_id,)


def _days(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]] | None:
    """The bounds as those of whole days, None where one of them is within a day."""
    if any(bound is not None and at_local(local_day(bound), 0) != bound for bound in (since, until)):
        return None
    days: list[ColumnElement[bool]] = []
    if since is not None:
        days.append(SalesTotal.day >= local_day(since))
    if until is not None:
        days.append(SalesTotal.day < local_day(until))
    return days


def _whose(merchant_ids: tuple[int, ...] | None, show_id: int | None) -> _Whose | None:
    """Where the kept sums of this choice are; None for several shops."""
    if merchant_ids is None:
        return (Scope.COMMUNITY, 0, 0) if show_id is None else (Scope.SHOW, show_id, 0)
    if len(merchant_ids) != 1:
        return None
    (merchant_id,) = merchant_ids
    return (
        (Scope.MERCHANT, merchant_id, 0) if show_id is None else (Scope.SHOW_MERCHANT, show_id, merchant_id)
    )


def _kept_totals(session: Session, whose: _Whose, days: list[ColumnElement[bool]]) -> dict[Band, Totals]:
    scope, scope_id, part_id = whose
    chosen = [SalesTotal.scope_id == scope_id, SalesTotal.part_id == part_id]
    return {of.band: totals for of, totals in kept(session, scope, *chosen, *days).items()}


def _with_provisional(totals: dict[Band, Totals], fresh: Iterable[Row[Any]]) -> Summary:
    by_tier = {Tier(row.tier): int(row.net_fen) for row in fresh}
    return Summary(
        totals=replace(totals.get(Band.ALL, Totals()), provisional_fen=sum(by_tier.values())),
        by_tier={
            tier: replace(totals.get(Band(tier.value), Totals()), provisional_fen=by_tier.get(tier, 0))
            for tier in Tier
        },
    )


def _within(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    bounds: list[ColumnElement[bool]] = []
    if since is not None:
        bounds.append(Sale.ordered_at >= since)
    if until is not None:
        bounds.append(Sale.ordered_at < until)
    return bounds


def _sums(now: datetime) -> list[ColumnElement[Any]]:
    # Two platforms may give out the same number.
    order = type_coerce(Sale.platform, String) + Sale.order_no
    net = Sale.amount_fen - Sale.refunded_fen
    return [
        func.count(order.distinct()).label("orders"),
        func.coalesce(func.sum(Sale.quantity), 0).label("items"),
        func.coalesce(func.sum(Sale.amount_fen), 0).label("gmv_fen"),
        func.coalesce(func.sum(Sale.refunded_fen), 0).label("refunded_fen"),
        func.count(case((Sale.refunded_fen > 0, order)).distinct()).label("refunded_orders"),
        func.coalesce(func.sum(case((Sale.ordered_at > now - PROVISIONAL_FOR, net), else_=0)), 0).label(
            "provisional_fen"
        ),
    ]


def _chosen(
    statement: Select[Any], conditions: Iterable[ColumnElement[bool]], merchant_ids: tuple[int, ...] | None
) -> Select[Any]:
    chosen = statement.select_from(Sale).where(Sale.paid, *conditions)
    if merchant_ids is None:
        return chosen
    return chosen.join(Product, Product.id == Sale.product_id).where(Product.merchant_id.in_(merchant_ids))


def _totals(row: Any) -> Totals:
    return Totals(
        orders=row.orders,
        items=int(row.items),
        gmv_fen=int(row.gmv_fen),
        refunded_fen=int(row.refunded_fen),
        refunded_orders=row.refunded_orders,
        provisional_fen=int(row.provisional_fen),
    )
