"""How an import is told: its state, its one sentence, how far it has come, and where its money went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from blueprints.formats import roughly
from blueprints.words import sentence
from domain.errors import Violation
from models import SalesImport
from models.sales_imports import ImportStatus

AT_WORK = (ImportStatus.STAGING, ImportStatus.APPLYING)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import has come: rows done of all, and the time left in words, "" while nobody can tell."""

    done: int
    all: int
    left: str


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """What the lines of one fate come to, in fen."""

    label: str
    gmv_fen: int
    refunded_fen: int


def status_chip(found: SalesImport) -> tuple[str, str, str]:
    """Word, tone and icon of an import's state."""
    chips = {
        ImportStatus.STAGING: (_("正在读取"), "amber", "clock"),
        ImportStatus.STAGED: (_("等待入账"), "amber", "clock"),
        ImportStatus.APPLYING: (_("正在入账"), "amber", "clock"),
        ImportStatus.APPLIED: (_("已入账"), "jade", "check"),
        ImportStatus.FAILED: (_("没有读完"), "red", "warning"),
        ImportStatus.CANCELLED: (_("已取消"), "", "cross"),
        ImportStatus.UNDONE: (_("已撤销"), "", "undo"),
    }
    return chips[found.status]


def outcome(found: SalesImport) -> tuple[str, str]:
    """The one sentence on top of an import's page, and its tone."""
    if found.status is ImportStatus.APPLIED:
        return _applied(found)
    if found.status is ImportStatus.STAGED:
        return _staged(found)
    if found.status is ImportStatus.FAILED:
        return sentence(Violation(found.error_code, found.error_params)), "error"
    said = {
        ImportStatus.STAGING: _("正在读这份订单表。可以关掉这一页，过一会儿再来看。"),
        ImportStatus.APPLYING: _("正在入账。可以关掉这一页，过一会儿再来看。"),
        ImportStatus.CANCELLED: _("已取消，没有入账。"),
        ImportStatus.UNDONE: _("已撤销，账上恢复到导入以前。同一份订单表可以再导入。"),
    }
    return said[found.status], "wait" if found.status in AT_WORK else "info"


def _applied(found: SalesImport) -> tuple[str, str]:
    if not found.inserted + found.updated:
        return _("已入账。这些订单之前都在账上，这次什么都没有改变。"), "ok"
    said = _(
        "已入账：新增 %(inserted)s 行，更新 %(updated)s 行。", inserted=found.inserted, updated=found.updated
    )
    return said, "ok"


def _staged(found: SalesImport) -> tuple[str, str]:
    news = found.inserted + found.updated
    if not news + found.unchanged:
        return _("没有一行可以入账，请看下面的原因。"), "error"
    if not news:
        return _("这些订单已经都在账上，再入账一次也不会改变数字。"), "wait"
    return _("还没有入账。看一看下面的数字，没问题就点“入账”。"), "wait"


def progress(found: SalesImport, now: datetime) -> Progress | None:
    """How far the reading has come; None when nothing is being worked on."""
    if found.status not in AT_WORK:
        return None
    left = ""
    if found.step_started_at is not None and 0 < found.rows_done < found.row_count:
        took = now - found.step_started_at
        left = roughly(took * (found.row_count - found.rows_done) / found.rows_done)
    return Progress(found.rows_done, found.row_count, left)


def money(found: SalesImport) -> list[MoneyRow]:
    """Where the money of the file went, by what became of its lines: these add up to the import's sums."""
    return _money(found, {"inserted": _("新增"), "updated": _("更新"), "unchanged": _("没变化")})


def held_money(found: SalesImport) -> list[MoneyRow]:
    """What the held rows would come to beside them."""
    return _money(found, {"held": _("要处理（先不算）")})


def _money(found: SalesImport, labels: dict[str, str]) -> list[MoneyRow]:
    rows = [
        MoneyRow(label, found.money[fate]["gmv_fen"], found.money[fate]["refunded_fen"])
        for fate, label in labels.items()
        if fate in found.money
    ]
    return [row for row in rows if row.gmv_fen or row.refunded_fen]
