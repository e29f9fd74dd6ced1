"""How imports and a shop's figures are put on the page."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from blueprints import formats
from blueprints.words import sentence
from blueprints.words.sales import platform_word
from domain.errors import Violation
from domain.money import format_yuan
from domain.sales.layouts import LAYOUTS
from domain.sales.lines import Platform
from domain.sales.platforms import chosen
from models import SalesImport, SalesImportLine
from models.sales_imports import ImportStatus
from services.sales.shop_home import MerchantHome, MonthSum

ENCODING_NAMES = {"utf-8": "UTF-8", "gb18030": "GB18030", "xlsx": "XLSX"}


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of the bar."""

    value: int
    tone: str


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the chart, or the line of the target."""

    value: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file that needs a look: where, and why in words."""

    line: int
    column: str
    reason: str
    text: str


def platform_name(platform: Platform) -> str:
    """抖店."""
    return platform_word(chosen(platform, LAYOUTS).name)


def encoding_name(encoding: str) -> str:
    """The encoding as people write it."""
    return ENCODING_NAMES.get(encoding, encoding)


def row(found: SalesImportLine) -> Row:
    """A held or rejected row in words; what stood there is repeated where the sentence does not say it."""
    reason = sentence(Violation(found.code, {"text": found.text, "column": found.column_name}))
    return Row(found.line, found.column_name, reason, "" if found.text in reason else found.text)


def status_chip(found: SalesImport) -> tuple[str, str, str]:
    """Word, tone and icon of an import's state."""
    if found.status is ImportStatus.APPLIED:
        return _("已入账"), "jade", "check"
    if found.status is ImportStatus.STAGED:
        return _("等待入账"), "amber", "clock"
    return _("没有读完"), "red", "warning"


def outcome(found: SalesImport) -> tuple[str, str]:
    """The one sentence on top of an import's page, and its tone."""
    news, counted = found.inserted + found.updated, found.inserted + found.updated + found.unchanged
    if found.status is ImportStatus.APPLIED:
        if news:
            said = _(
                "已入账：新增 %(inserted)s 行，更新 %(updated)s 行。",
                inserted=found.inserted,
                updated=found.updated,
            )
            return said, "ok"
        return _("已入账。这些订单之前都在账上，这次什么都没有改变。"), "ok"
    if not counted:
        return _("没有一行可以入账，请看下面的原因。"), "error"
    if not news:
        return _("这些订单已经都在账上，再入账一次也不会改变数字。"), "wait"
    return _("还没有入账。看一看下面的数字，没问题就点“入账”。"), "wait"


def whole_yuan(fen: int) -> str:
    """An estimate: to the yuan, since more digits would pretend to know them; ¥11,860."""
    return format_yuan(fen)[:-3]


def yuan_to_go(fen: int) -> str:
    """What is missing to a target, rounded up, so that it adds up with what `whole_yuan` rounds down."""
    return whole_yuan(-(-fen // 100) * 100)


def bar_parts(home: MerchantHome) -> list[Part]:
    """② so far, and the forecast beyond it."""
    so_far = max(0, home.path.estimated_fen or 0)
    return [Part(so_far, "done"), Part(max(0, (home.forecast_fen or 0) - so_far), "ahead")]


def bar_sentence(home: MerchantHome) -> str:
    """The bar for those who hear it."""
    so_far, target = whole_yuan(home.path.estimated_fen or 0), whole_yuan(home.path.target_fen)
    if home.forecast_fen is None:
        return _("目标 %(target)s，估算已增收 %(so_far)s。", target=target, so_far=so_far)
    return _(
        "目标 %(target)s，估算已增收 %(so_far)s，照现在的速度年底约 %(forecast)s。",
        target=target,
        so_far=so_far,
        forecast=whole_yuan(home.forecast_fen),
    )


def month_points(home: MerchantHome) -> list[Point]:
    """The year month by month: ② where there is an estimate, else ①."""
    return [_point(month) for month in home.months]


def _point(month: MonthSum) -> Point:
    fen = month.net_fen if month.estimated_fen is None else month.estimated_fen
    return Point(max(0, fen), formats.month(month.month), whole_yuan(fen))


def target_line(home: MerchantHome) -> Point | None:
    """The year's target, which only ② may be measured against."""
    if home.path.estimated_fen is None:
        return None
    fen = home.path.target_fen
    return Point(fen, "", _("目标 %(target)s", target=whole_yuan(fen)))


def percent(basis_points: int) -> str:
    """30% or 12.5%."""
    return f"{basis_points / 100:g}%"
