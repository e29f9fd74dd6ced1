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
from models import SalesImportLine
from services.sales.shop_home import MerchantHome, MonthSum


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


def file_kind(encoding: str) -> str:
    """What the file is, in the words of the upload."""
    return "Excel" if encoding == "xlsx" else "CSV"


def row(found: SalesImportLine) -> Row:
    """A held or rejected row in words; what stood there is repeated where the sentence does not say it."""
    reason = sentence(Violation(found.code, {"text": found.text, "column": found.column_name}))
    return Row(found.line, found.column_name, reason, "" if found.text in reason else found.text)


def whole_yuan(fen: int) -> str:
    """An estimate: to the yuan, since more digits would pretend to know them; ¥11,860."""
    return format_yuan(fen)[:-3]


def yuan_to_go(fen: int) -> str:
    """What is missing to a target, rounded up, so that it adds up with what `whole_yuan` rounds down."""
    return whole_yuan(-(-fen // 100) * 100)


def bar_parts(home: MerchantHome) -> list[Part]:
    """② so far, then the forecast: up to where eight years of ten will at least come, and the band above it."""
    so_far = max(0, home.path.estimated_fen or 0)
    if home.forecast is None:
        return [Part(so_far, "done")]
    low, high = max(so_far, home.forecast.low_fen), max(so_far, home.forecast.high_fen)
    return [Part(so_far, "done"), Part(low - so_far, "ahead"), Part(high - low, "band")]


def forecast_words(home: MerchantHome) -> str | None:
    """Where the year will probably end, in words; None where too little is known."""
    if home.forecast is None:
        return None
    low, high = whole_yuan(max(0, home.forecast.low_fen)), whole_yuan(max(0, home.forecast.high_fen))
    if low == high:
        return _("照最近 12 周的速度，年底约 %(sum)s", sum=low)
    return _("照最近 12 周的速度，年底大约在 %(low)s 到 %(high)s 之间", low=low, high=high)


def bar_sentence(home: MerchantHome) -> str:
    """The bar for those who hear it."""
    so_far, target = whole_yuan(home.path.estimated_fen or 0), whole_yuan(home.path.target_fen)
    said = _("目标 %(target)s，估算已增收 %(so_far)s。", target=target, so_far=so_far)
    ahead = forecast_words(home)
    return said if ahead is None else f"{said}{ahead}{_('。')}"


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
