"""How an order line and the reason why it counts are put into words and into a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from blueprints import formats
from blueprints.words.sales_lines import tier_name
from domain.interval import local, local_day
from domain.sales.attribution import LONG_TAIL, SHOW_TAIL, TAIL, BoothWindow, Reason, Tier
from domain.sales.cells import Precision
from models import Sale
from services.sales.explaining import BoothChoice, LineStory, tier_of

WIDTH = 1000
TONES = {
    Tier.IN_WINDOW: ("jade", "check"),
    Tier.TAIL: ("jade", "clock"),
    Tier.SAME_SHOW: ("jade", "live"),
    Tier.LONG_TAIL: ("amber", "clock"),
    Tier.NONE: (None, "cross"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of a lane; `x` and `width` in thousandths of the picture."""

    x: int
    width: int
    tone: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of the picture."""

    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Lanes over the same time, the moment of the order across all of them."""

    lanes: tuple[Lane, ...]
    mark_x: int
    mark: str
    begins: str
    ends: str
    legend: tuple[tuple[str, str], ...]
    summary: str


def tier_chip(tier: Tier | None) -> tuple[str, str | None, str]:
    """Word, tone and icon of a tier."""
    found = tier or Tier.NONE
    tone, icon = TONES[found]
    return tier_name(found), tone, icon


def exact(moment: datetime, beside: datetime | None = None) -> str:
    """20:15 or 20:15:30; with its day where that is not the day of what it stands beside."""
    wall = local(moment)
    clock = wall.strftime("%H:%M:%S") if wall.second else wall.strftime("%H:%M")
    if beside is not None and local_day(beside) != local_day(moment):
        return f"{formats.short_day(moment)} {clock}"
    return clock


def ordered(sale: Sale) -> str:
    """11月26日 周四 20:07:31, as exactly as the platform told it."""
    wall = local(sale.ordered_at)
    clock = wall.strftime("%H:%M" if sale.ordered_precision is Precision.MINUTE else "%H:%M:%S")
    return f"{formats.short_day(sale.ordered_at)} {clock}"


def why(story: LineStory) -> str:
    """Why the line counts where it does, in one sentence."""
    sale = story.sale
    if story.by_hand:
        return _(
            "%(name)s在 %(at)s 决定算在“%(tier)s”。",
            name=story.decider or _("工作人员"),
            at=formats.clock_on(sale.attributed_at or sale.updated_at),
            tier=tier_name(tier_of(sale)),
        )
    return of_rule(sale, tier_of(sale), sale.evidence)


def rule_says(story: LineStory) -> str:
    """What the rule would say of a line that a person decided on."""
    return of_rule(story.sale, story.by_rule.tier, story.by_rule.evidence)


def of_rule(sale: Sale, tier: Tier, evidence: Mapping[str, Any] | None) -> str:
    """The rule's own reason for a tier."""
    if evidence is None:
        return _("这行订单还没有按规则算过。")
    if tier is Tier.NONE:
        return _no_tier(sale, str(evidence.get("reason", "")))
    begins, ends = (datetime.fromisoformat(moment) for moment in evidence["window"])
    values = {
        "ordered": ordered(sale),
        "begins": exact(begins, sale.ordered_at),
        "ends": exact(ends, begins),
        "tier": tier_name(tier),
    }
    if tier is Tier.IN_WINDOW:
        return _("订单在 %(ordered)s 下单，商品 %(begins)s–%(ends)s 在播 → %(tier)s", **values)
    if tier is Tier.TAIL:
        return _(
            "商品 %(begins)s 播完，订单在 %(ordered)s 下单，还在播完后的 15 分钟里（到 %(ends)s）→ %(tier)s",
            **values,
        )
    if tier is Tier.SAME_SHOW:
        return _(
            "订单在 %(ordered)s 下单，商品那时不在播，但还在同一场里（%(begins)s–%(ends)s，含下播后半小时）→ %(tier)s",
            **values,
        )
    return _(
        "订单在 %(ordered)s 下单，在下播后 24 小时里（到 %(ends)s），订单写明来自直播 → %(tier)s", **values
    )


def _no_tier(sale: Sale, reason: str) -> str:
    when = ordered(sale)
    sentences = {
        Reason.PRODUCT_UNKNOWN: _("还不知道这是哪件商品 → 不算直播"),
        Reason.PRODUCT_NOT_SHOWN: _("这件商品没有上过直播 → 不算直播"),
        Reason.OUTSIDE_WINDOWS: _(
            "订单在 %(ordered)s 下单，前后没有一场直播播过这件商品 → 不算直播", ordered=when
        ),
        Reason.NO_LIVE_EVIDENCE: _(
            "订单在 %(ordered)s 下单，是下播后 24 小时里，但订单没有写明来自直播 → 不算直播", ordered=when
        ),
    }
    return sentences.get(Reason(reason), "") if reason else _("不算直播")


def widened(evidence: Mapping[str, Any] | None) -> bool:
    """Whether the line only fits since its time is told to the minute."""
    return bool(evidence and evidence.get("widened_seconds"))


def times(windows: tuple[BoothWindow, ...]) -> str:
    """20:00–20:15、21:30–21:40."""
    return formats.listed(_range(begins, ends) for begins, ends in _on_air(windows))


def booth_label(booth: BoothChoice) -> str:
    """11月26日 周四 年货节专场 · 展位 3 · 20:00–20:15."""
    parts = [
        f"{formats.short_day(booth.show.starts_at)} {booth.show.title}",
        _("展位 %(booth)s", booth=booth.place),
    ]
    shown = times(booth.windows)
    return " · ".join([*parts, shown] if shown else parts)


def _range(begins: datetime, ends: datetime) -> str:
    return f"{exact(begins)}–{exact(ends, begins)}"


def _on_air(windows: tuple[BoothWindow, ...]) -> Iterator[tuple[datetime, datetime]]:
    for window in windows:
        ends = window.on_air_ended_at or window.show_ended_at
        if window.on_air_started_at is not None and ends is not None:
            yield window.on_air_started_at, ends


def timeline(story: LineStory) -> Timeline | None:
    """The show, the times on air with their tails, and the moment of the order; None where no show is near."""
    if not story.beside:
        return None
    sale, first = story.sale, story.beside[0]
    if first.show_started_at is None or first.show_ended_at is None:
        return None
    begins, ends = first.show_started_at, first.show_ended_at
    stretches = {
        _("整场直播"): [
            (begins, ends, "show", _("直播")),
            (ends, ends + SHOW_TAIL, "after", _("下播后 30 分钟")),
        ],
        _("这件商品"): [
            part
            for start, end in _on_air(story.beside)
            for part in ((start, end, "air", _("在播")), (end, end + TAIL, "tail", _("播完后 15 分钟")))
        ],
    }
    if sale.ordered_at >= ends + SHOW_TAIL:
        stretches[_("下播以后")] = [(ends + SHOW_TAIL, ends + LONG_TAIL, "long", _("下播后 24 小时内"))]
    moments = [moment for parts in stretches.values() for one in parts for moment in one[:2]]
    scale = _Scale(min(*moments, sale.ordered_at), max(*moments, sale.ordered_at + timedelta(minutes=1)))
    return Timeline(
        lanes=tuple(
            Lane(label, tuple(scale.bar(*part) for part in parts)) for label, parts in stretches.items()
        ),
        mark_x=scale.x(sale.ordered_at),
        mark=ordered(sale),
        begins=exact(scale.begins, sale.ordered_at),
        ends=exact(scale.ends, sale.ordered_at),
        legend=tuple({tone: word for parts in stretches.values() for _b, _e, tone, word in parts}.items()),
        summary=_(
            "直播 %(show)s，这件商品 %(air)s 在播，订单在 %(ordered)s 下单。",
            show=_range(begins, ends),
            air=times(story.beside),
            ordered=ordered(sale),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """From moments to places in the picture."""

    begins: datetime
    ends: datetime

    def x(self, moment: datetime) -> int:
        return round((moment - self.begins) / (self.ends - self.begins) * WIDTH)

    def bar(self, begins: datetime, ends: datetime, tone: str, label: str) -> Bar:
        left = self.x(begins)
        return Bar(left, max(2, self.x(ends) - left), tone, label, _range(begins, ends))
