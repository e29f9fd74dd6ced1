"""How reported income is put on the page."""

from __future__ import annotations

from flask_babel import gettext as _

from domain.money import format_yuan
from domain.sales.income import IncomeStatus
from services.sales.income_reading import Listed

Chip = tuple[str, str | None, str]


def status_chip(status: IncomeStatus) -> Chip:
    """Word, tone and icon of how far a report has come."""
    return {
        IncomeStatus.SUBMITTED: (_("等待审核"), "amber", "clock"),
        IncomeStatus.ACCEPTED: (_("已通过"), "jade", "check"),
        IncomeStatus.RETURNED: (_("退回修改"), "red", "warning"),
        IncomeStatus.WITHDRAWN: (_("已撤回"), None, "cross"),
    }[status]


def amount_of(row: Listed) -> int:
    """What a row shows: by the ledger once it counts, before that what was told."""
    return row.sum_fen if row.report.status is IncomeStatus.ACCEPTED else row.report.amount_fen


def signed(fen: int) -> str:
    """An entry of the ledger with its sign: +¥120.00."""
    return f"+{format_yuan(fen)}" if fen > 0 else format_yuan(fen)


def return_reasons() -> list[str]:
    """The usual reasons for returning a report, one tap each."""
    return [_("照片看不清"), _("金额和凭证不一致"), _("日期和凭证不一致"), _("平台订单里已经算过")]


def correction_reasons() -> list[str]:
    """The usual reasons for correcting what was accepted."""
    return [_("顾客退货"), _("重复登记"), _("金额看错了")]
