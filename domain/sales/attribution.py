"""Which booth slot sold an order line: product first, time second, with a tier that says how sure we are.

Windows are half-open and may cross midnight, since they are moments and not clock times. With `on air` for
the booth's actual time on air and `show` for the show's actual time:

- A: [on air start, on air end)
- B: [on air end, on air end + 15 min)
- C: [show start, show end + 30 min)
- D: [show end + 30 min, show end + 24 h), only when the row itself says that it was sold in a live

A platform that writes times to the minute cuts the seconds off, so such an order may have come up to 59 s
later than written: windows then begin 59 s earlier, and the evidence says so. A booth that never was on air
sells nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from domain.interval import require_aware
from domain.sales.cells import Precision

RULE_VERSION = "2026-11-a"
RULE_VERSIONS = frozenset({RULE_VERSION})
"""Every rule that sales may have been attributed by; an old one stays here when a new one comes."""
TAIL = timedelta(minutes=15)
SHOW_TAIL = timedelta(minutes=30)
LONG_TAIL = timedelta(hours=24)
MINUTE_SLACK = timedelta(seconds=59)


class Tier(StrEnum):
    """How near to the booth an order came, the surest first."""

    IN_WINDOW = "A"
    TAIL = "B"
    SAME_SHOW = "C"
    LONG_TAIL = "D"
    NONE = "none"


HEADLINE_TIERS = frozenset({Tier.IN_WINDOW, Tier.TAIL, Tier.SAME_SHOW})
_RANK = {tier: rank for rank, tier in enumerate(Tier)}


class Reason(StrEnum):
    """Why a line got no tier."""

    PRODUCT_UNKNOWN = "product_unknown"
    PRODUCT_NOT_SHOWN = "product_not_shown"
    OUTSIDE_WINDOWS = "outside_windows"
    NO_LIVE_EVIDENCE = "no_live_evidence"


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What attribution needs to know of an order line; `product_id` is our product, None while unknown."""

    product_id: int | None
    ordered_at: datetime
    precision: Precision
    live_evidence: bool


@dataclass(frozen=True, slots=True)
class BoothWindow:
    """One time on air of a product in a show, in actual times (aware); None for what has not happened."""

    show_id: int
    booth_slot_id: int
    product_id: int
    show_started_at: datetime | None
    show_ended_at: datetime | None
    on_air_started_at: datetime | None
    on_air_ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Attribution:
    """The answer; `evidence` holds only what JSON can hold and explains the tier to a person."""

    tier: Tier
    show_id: int | None
    booth_slot_id: int | None
    rule_version: str = RULE_VERSION
    evidence: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Span:
    """A tier's window of one booth."""

    tier: Tier
    booth: BoothWindow
    starts_at: datetime
    ends_at: datetime
    told: tuple[str, str]

    def holds(self, moment: datetime) -> bool:
        return self.starts_at <= moment < self.ends_at


def attribute(order: OrderFacts, booths: Iterable[BoothWindow]) -> Attribution:
    """Find the booth slot of an order line; the best tier wins, then the nearest time on air."""
    ordered_at = require_aware(order.ordered_at)
    latest = ordered_at + MINUTE_SLACK if order.precision is Precision.MINUTE else ordered_at
    if order.product_id is None:
        return _none(order, Reason.PRODUCT_UNKNOWN)
    shown = [booth for booth in booths if booth.product_id == order.product_id and booth.on_air_started_at]
    if not shown:
        return _none(order, Reason.PRODUCT_NOT_SHOWN)
    spans = (span for booth in shown for span in _spans_of(booth))
    hits = [span for span in spans if span.starts_at <= latest and ordered_at < span.ends_at]
    counted = [span for span in hits if span.tier is not Tier.LONG_TAIL or order.live_evidence]
    if not counted:
        return _none(order, Reason.NO_LIVE_EVIDENCE if hits else Reason.OUTSIDE_WINDOWS)
    best = counted[0] if len(counted) == 1 else min(counted, key=lambda span: _preference(span, ordered_at))
    return _found(order, best)


@lru_cache(4_096)
def _spans_of(booth: BoothWindow) -> tuple[_Span, ...]:
    """The windows of a booth, which many orders are held against."""
    spans = []
    on_air_end = booth.on_air_ended_at or booth.show_ended_at
    if booth.on_air_started_at is not None and on_air_end is not None:
        spans += [
            _span(Tier.IN_WINDOW, booth, booth.on_air_started_at, on_air_end),
            _span(Tier.TAIL, booth, on_air_end, on_air_end + TAIL),
        ]
    if booth.show_started_at is not None and booth.show_ended_at is not None:
        end = booth.show_ended_at
        spans += [
            _span(Tier.SAME_SHOW, booth, booth.show_started_at, end + SHOW_TAIL),
            _span(Tier.LONG_TAIL, booth, end + SHOW_TAIL, end + LONG_TAIL),
        ]
    return tuple(spans)


def _span(tier: Tier, booth: BoothWindow, starts_at: datetime, ends_at: datetime) -> _Span:
    return _Span(tier, booth, starts_at, ends_at, (_iso(starts_at), _iso(ends_at)))


def _preference(span: _Span, ordered_at: datetime) -> tuple[int, bool, timedelta, int]:
    distance = abs(ordered_at - (span.booth.on_air_started_at or span.starts_at))
    return _RANK[span.tier], not span.holds(ordered_at), distance, span.booth.booth_slot_id


def _found(order: OrderFacts, span: _Span) -> Attribution:
    evidence = _facts(order) | {
        "window": [*span.told],
        "seconds_after_on_air_start": _seconds(span.booth.on_air_started_at, order.ordered_at),
        "widened_seconds": 0 if span.holds(order.ordered_at) else int(MINUTE_SLACK.total_seconds()),
    }
    return Attribution(span.tier, span.booth.show_id, span.booth.booth_slot_id, evidence=evidence)


def _none(order: OrderFacts, reason: Reason) -> Attribution:
    return Attribution(Tier.NONE, None, None, evidence=_facts(order) | {"reason": reason.value})


def _facts(order: OrderFacts) -> dict[str, Any]:
    return {
        "product_id": order.product_id,
        "ordered_at": _iso(order.ordered_at),
        "precision": order.precision.value,
        "live_evidence": order.live_evidence,
    }


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _seconds(start: datetime | None, moment: datetime) -> int | None:
    return None if start is None else int((moment - start).total_seconds())
