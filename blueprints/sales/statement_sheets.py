"""Statements as tables: the columns and their headings; services/sheets.py writes them down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask_babel import gettext as _

from blueprints import formats
from blueprints.sales.statement_views import percent
from domain.interval import local_day
from domain.sales.statements import Sums
from services.sales.statement_lists import MonthOfAll, StatementRow
from services.sales.statements import Item, MonthStatement
from services.sheets import Cell, Column, Kind, Sheet

Row = tuple[Cell, ...]


def month_title(month: date) -> str:
    """2026年10月对账单."""
    return _("%(month)s对账单", month=formats.year_month(month))


def title_of(found: MonthStatement) -> str:
    """2026年10月对账单 · 山腰茶行."""
    return f"{month_title(found.month)} · {found.merchant}"


def rows_of(found: MonthStatement) -> Sheet:
    """Every product in every show, the month's own and the adjustments, and their sum: the net of the statement."""
    columns = (
        Column(_("所属月份"), width=10),
        Column(_("场次日期"), Kind.DAY, 11),
        Column(_("场次"), width=20),
        Column(_("商品"), width=24),
        Column(_("订单数"), Kind.COUNT, 8),
        Column(_("件数"), Kind.COUNT, 7),
        Column(_("付款"), Kind.MONEY, 13),
        Column(_("退款"), Kind.MONEY, 13),
        Column(_("净销售额"), Kind.MONEY, 13),
    )
    whole = found.own + found.adjusted
    sums: Row = (_("合计"), None, None, None, None, whole.items, *_money(whole))
    return Sheet(_("明细"), title_of(found), columns, list(_items(found)), sums)


def summary_of(found: MonthStatement) -> Sheet:
    """How the net comes about, and the three lines side by side."""
    columns = (Column(_("项目"), width=34), Column(_("金额"), Kind.MONEY, 16), Column(_("说明"), width=44))
    lines = found.lines
    rows: list[Row] = [
        (_("付款"), found.own.gmv_fen, _orders(found.own)),
        (_("退款"), -found.own.refunded_fen, _("%(count)s 单", count=found.refunded_orders)),
        (_("以前月份的调整"), found.adjusted.net_fen, None),
        (_("① 净销售额"), lines.net_fen, None),
        (_("② 估算增收"), lines.estimated_fen, _estimate(found)),
        (_("③ 申报增收"), lines.reported_fen, _("商户自己申报，工作人员看过凭证")),
        (_("下播后一天里成交，不算在上面"), found.long_tail_net_fen, None),
        (_("状态"), None, state_of(found)),
    ]
    return Sheet(_("汇总"), title_of(found), columns, rows)


def of_all(found: MonthOfAll) -> Sheet:
    """All merchants of a month."""
    columns = (
        Column(_("商户"), width=22),
        Column(_("订单数"), Kind.COUNT, 8),
        Column(_("件数"), Kind.COUNT, 7),
        Column(_("付款"), Kind.MONEY, 13),
        Column(_("退款"), Kind.MONEY, 13),
        Column(_("以前月份的调整"), Kind.MONEY, 14),
        Column(_("① 净销售额"), Kind.MONEY, 14),
        Column(_("② 估算增收"), Kind.MONEY, 14),
        Column(_("③ 申报增收"), Kind.MONEY, 14),
        Column(_("下播后一天里成交"), Kind.MONEY, 14),
        Column(_("状态"), width=10),
        Column(_("锁定日期"), Kind.DAY, 11),
    )
    rows = [_row(row) for row in found.rows]
    sums: Row = (_("合计"), *(_sum(rows, place) for place in range(1, 10)), None, None)
    return Sheet(_("商户"), month_title(found.month), columns, rows, sums)


def state_of(found: MonthStatement | StatementRow) -> str:
    """已锁定 or 未锁定, with the day."""
    if found.locked_at is not None:
        return _("%(day)s 已锁定", day=local_day(found.locked_at).isoformat())
    return _("未锁定，%(day)s 锁定", day=local_day(found.locks_at).isoformat())


def _items(found: MonthStatement) -> Iterator[Row]:
    for item in found.items:
        yield _item(found.month, item)
    for adjustment in found.adjustments:
        for item in adjustment.items:
            yield _item(adjustment.month, item)


def _item(month: date, item: Item) -> Row:
    sums = item.sums
    day = local_day(item.show_starts_at)
    return (f"{month:%Y-%m}", day, item.show, item.product, sums.orders, sums.items, *_money(sums))


def _money(sums: Sums) -> tuple[int, int, int]:
    return sums.gmv_fen, sums.refunded_fen, sums.net_fen


def _row(row: StatementRow) -> Row:
    is_locked = row.locked_at is not None
    return (
        row.merchant,
        row.own.orders,
        row.own.items,
        row.own.gmv_fen,
        row.own.refunded_fen,
        row.adjusted.net_fen,
        row.lines.net_fen,
        row.lines.estimated_fen,
        row.lines.reported_fen,
        row.long_tail_net_fen,
        _("已锁定") if is_locked else _("未锁定"),
        local_day(row.locked_at) if row.locked_at is not None else None,
    )


def _sum(rows: list[Row], place: int) -> int:
    return sum(cell for row in rows if isinstance(cell := row[place], int))


def _orders(sums: Sums) -> str:
    return _("%(orders)s 单，%(items)s 件", orders=sums.orders, items=sums.items)


def _estimate(found: MonthStatement) -> str:
    if found.lines.estimated_fen is None:
        return _("还没有登记利润率")
    return _(
        "① × 利润率 %(margin)s − 平台费用 %(fee)s", margin=percent(found.margin_bp), fee=percent(found.fee_bp)
    )
