"""How statements are put into words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from flask_babel import gettext as _

from blueprints import formats
from domain.money import format_yuan
from domain.sales.statements import Sums, month_before
from services.sales.statements import Adjustment, Item


@dataclass(frozen=True, slots=True)
class Sold:
    """What was sold in one show."""

    show: str
    starts_at: datetime
    items: tuple[Item, ...]


def signed(fen: int) -> str:
    """+¥50.00 or −¥86.00, for what is added or taken off."""
    sign = "+" if fen > 0 else "−" if fen < 0 else ""
    return f"{sign}{format_yuan(abs(fen))}"


def percent(basis_points: int) -> str:
    """30% or 12.5%."""
    return f"{basis_points / 100:g}%"


def adjustment_sentence(adjustment: Adjustment) -> str:
    """10月有订单后来退款，−¥86.00 记在这个月。"""
    return _(
        "%(month)s%(what)s，%(sum)s 记在这个月。",
        month=formats.year_month(adjustment.month),
        what=formats.listed(_what(adjustment.sums)),
        sum=signed(adjustment.sums.net_fen),
    )


def _what(sums: Sums) -> list[str]:
    said = []
    if sums.orders > 0:
        said.append(_("有 %(count)s 单后来才算进来", count=sums.orders))
    elif sums.orders < 0:
        said.append(_("有 %(count)s 单后来不再算在直播里", count=-sums.orders))
    elif sums.gmv_fen or sums.items:
        said.append(_("有订单后来改了金额"))
    if sums.refunded_fen > 0:
        said.append(_("有订单后来退款"))
    elif sums.refunded_fen < 0:
        said.append(_("有退款后来取消"))
    return said or [_("有订单后来换了场次或商品")]


def by_show(items: Iterable[Item]) -> list[Sold]:
    """Rows show by show, in the order in which they come."""
    parts = groupby(items, key=lambda item: (item.show_id, item.show, item.show_starts_at))
    return [Sold(show, starts_at, tuple(sold)) for (_id, show, starts_at), sold in parts]


def months_between(first: date, last: date) -> list[date]:
    """Every month to choose from, the latest first."""
    months = [last]
    while months[-1] > first:
        months.append(month_before(months[-1]))
    return months
