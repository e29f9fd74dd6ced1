"""Running orders for tests of the rules: booths of a quarter of an hour that begin before midnight."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.errors import RuleViolation
from domain.studio import rundown as steps
from domain.studio.rundown import NEW, Item, Rundown
from domain.studio.running import SkipReason
from tests.support.builders import at

BEGIN = at(23)
"""A show that crosses midnight."""


def later(minutes: float) -> datetime:
    """So many minutes after the planned start."""
    return BEGIN + timedelta(minutes=minutes)


def order_of(count: int = 4, **changes: Any) -> Rundown:
    """Booths of a quarter of an hour each, none aired yet."""
    items = tuple(
        Item(number, 900, (100 + number,), later(15 * (number - 1))) for number in range(1, count + 1)
    )
    return Rundown(items, **changes)


def pressed(order: Rundown, name: str, one: int, other: int, now: datetime) -> Rundown:
    """One press, as a tablet would send it; one that is not allowed changes nothing, new items are numbered."""
    step = {
        "start": lambda: steps.start(order, now),
        "next": lambda: steps.go_on(order, now),
        "pause": lambda: steps.pause(order, now),
        "extend": lambda: steps.extend(order),
        "skip": lambda: steps.skip(order, one, SkipReason.OTHER, now),
        "swap": lambda: steps.swap(order, one, other),
        "move": lambda: steps.move(order, one, other),
        "repeat": lambda: steps.repeat(order, one),
        "insert": lambda: steps.insert(order, "抽奖", other),
    }[name]
    try:
        changed = step()
    except RuleViolation:
        return order
    return numbered(changed)


def numbered(order: Rundown) -> Rundown:
    """New items with ids, as the database would give them."""
    fresh = max((item.id for item in order.items), default=0) + 1
    return replace(
        order, items=tuple(replace(item, id=fresh) if item.id == NEW else item for item in order.items)
    )
