"""How the report of a show is put on the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup, escape

from blueprints import formats
from blueprints.sales.pictures import clock_of
from domain.sales.attribution import Tier
from services.sales.show_report import MINUTE, BoothReport, ShowReport

TONES = {Tier.IN_WINDOW: "tier-a", Tier.TAIL: "tier-b", Tier.SAME_SHOW: "tier-c"}


@dataclass(frozen=True, slots=True)
class BoothRow:
    """One booth of a show's report in words; `shares` is the picture of the parts of its orders by tier."""

    report: BoothReport
    aired: str
    tiers: str
    shares: Markup


def booth_rows(booths: Iterable[BoothReport]) -> list[BoothRow]:
    """The booths: when each was on air, and how near to that its orders came."""
    words = {Tier.IN_WINDOW: _("播出时"), Tier.TAIL: _("播完 15 分钟内"), Tier.SAME_SHOW: _("同场其他时间")}
    return [_booth_row(booth, words) for booth in booths]


def _booth_row(booth: BoothReport, words: dict[Tier, str]) -> BoothRow:
    counts = booth.orders_by_tier
    tiers = formats.listed(f"{word} {counts[tier]}" for tier, word in words.items() if counts.get(tier))
    return BoothRow(
        report=booth,
        aired=formats.listed(formats.span(time) for time in booth.aired),
        tiers=tiers,
        shares=_shares([(counts.get(tier, 0), tone) for tier, tone in TONES.items()], tiers),
    )


def _shares(parts: list[tuple[int, str]], label: str) -> Markup:
    """Parts of a whole side by side; `label` says all of it."""
    total = sum(count for count, _tone in parts)
    if not total:
        return Markup()
    drawn, at = "", 0.0
    for count, tone in parts:
        if count:
            width = round(count * 1000 / total, 1)
            drawn += f'<rect class="{tone}" x="{at:g}" width="{width}" height="10"/>'
            at += width
    said = escape(label)
    return Markup(  # noqa: S704  the words are escaped, the rest is numbers
        f'<svg class="shares" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="{said}">'
        f"<title>{said}</title>{drawn}</svg>"
    )


def busy_minutes(report: ShowReport) -> Markup:
    """The table behind the picture of a show: every minute that brought an order, and which booths were on air then."""
    clock, on_air = clock_of(report.window), _on_air(report)
    said: dict[tuple[int, ...], str] = {}
    rows = []
    for number, minute in enumerate(report.minutes):
        if minute:
            booths = tuple(sorted(on_air[number]))
            if booths not in said:
                said[booths] = str(escape(formats.listed(booths)))
            orders = sum(minute.values())
            rows.append(
                f'<tr><th scope="row">{clock(number)}</th><td class="end">{orders}</td><td>{said[booths]}</td></tr>'
            )
    return Markup("".join(rows))  # noqa: S704  times, numbers, and words that were escaped


def _on_air(report: ShowReport) -> dict[int, set[int]]:
    """Which booths were on air at any moment of each minute of the window."""
    begin = report.window.starts_at
    places: dict[int, set[int]] = defaultdict(set)
    for place, aired in (*((booth.place, booth.aired) for booth in report.booths), *report.others):
        for time in aired:
            first, end = (time.starts_at - begin) // MINUTE, -((begin - time.ends_at) // MINUTE)
            for number in range(max(0, first), min(end, len(report.minutes))):
                places[number].add(place)
    return places
