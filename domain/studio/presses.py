"""One press of the console, and what it makes of the running order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.errors import BadInput
from domain.studio import rundown as steps
from domain.studio.rundown import Rundown
from domain.studio.running import Action, Overrun, SkipReason

TOLD = ("item", "other", "booth", "reason", "place", "title", "minutes", "overrun")


@dataclass(frozen=True, slots=True)
class Press:
    """What was pressed, and what it was pressed for: an item, another one to swap with, a reason, a length."""

    action: Action
    item: int | None = None
    other: int | None = None
    booth: int | None = None
    reason: SkipReason | None = None
    place: int | None = None
    title: str = ""
    minutes: int | None = None
    overrun: Overrun | None = None

    def detail(self) -> dict[str, Any]:
        """What is written down of it."""
        told = {name: getattr(self, name) for name in TOLD}
        return {name: value for name, value in told.items() if value not in (None, "")}


def _skip(order: Rundown, press: Press, now: datetime) -> Rundown:
    if press.reason is None:
        raise BadInput("skip_reason_missing", field="reason")
    return steps.skip(order, press.item, press.reason, now, press.booth)


def _choose(order: Rundown, press: Press, _now: datetime) -> Rundown:
    if press.overrun is None:
        raise BadInput("bad_input", field="overrun")
    return steps.choose(order, press.overrun)


STEPS: dict[Action, Callable[[Rundown, Press, datetime], Rundown]] = {
    Action.START: lambda order, press, now: steps.start(order, now),
    Action.NEXT: lambda order, press, now: steps.go_on(order, now),
    Action.PAUSE: lambda order, press, now: steps.pause(order, now),
    Action.EXTEND: lambda order, press, now: steps.extend(order),
    Action.SKIP: _skip,
    Action.SWAP: lambda order, press, now: steps.swap(order, press.item, press.other),
    Action.MOVE: lambda order, press, now: steps.move(order, press.item, press.place or 1),
    Action.REPEAT: lambda order, press, now: steps.repeat(order, press.item),
    Action.INSERT: lambda order, press, now: steps.insert(order, press.title, press.minutes or 0),
    Action.OVERRUN: _choose,
    Action.END: lambda order, press, now: steps.end(order, now),
}
"""All but catching up and undoing, which need more than the order itself."""
