"""What was said about held rows, kept with them: how it stood before, so that it can be changed and taken back.

`HeldRow.order` is the line or case as it was read, and beside it: `cells`, from which it can be read anew, and `books`:
what was stored of it `before` (None: nothing), which import had touched that last, and what it `became`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.errors import RuleViolation, Violation
from domain.people import Actor
from domain.sales.lines import OrderLine
from models import HeldRow
from models.sales_inbox import HeldState
from services.sales.lines import Told, Values, from_json, to_json

SETTLED = ("status", "paid", "refunded_fen", "refund_basis", "amount_fen")
"""What a decision says of a line; everything else is the export's."""
_SETTLED_CASE = ("state", "refund_fen")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a held row comes to; `by_word`: a word was explained, nobody looked at the row itself."""

    held: HeldRow
    told: Told
    by_word: bool = False
    reason: str = ""


def books_of(held: HeldRow, stored: Mapping[str, Any] | None, now_is: Told | None) -> Values:
    """How it stood before the row was decided; `now_is` is what is stored of it.

    Raises RuleViolation("held_built_on") where a decision is not what stands in the books any more.
    """
    if held.state is not HeldState.DECIDED:
        before = None if now_is is None else to_json(now_is)
        return {"before": before, "last_import_id": stored["last_import_id"] if stored else None}
    books: Values = held.order["books"]
    if now_is is None or settled(now_is) != settled(from_json(books["became"])):
        raise built_on()
    return books


def mark_decided(ruling: Ruling, actor: Actor, now: datetime, books: Values, became: Told) -> None:
    """Note on the row what was decided."""
    held, told = ruling.held, ruling.told
    if held.state is not HeldState.DECIDED:
        held.made_sale = books["before"] is None and isinstance(told, OrderLine)
    held.state, held.reason = HeldState.DECIDED, ruling.reason
    held.decided_paid = told.paid if isinstance(told, OrderLine) else True
    held.decided_refunded_fen = told.refunded_fen if isinstance(told, OrderLine) else told.refund_fen
    held.decided_by_id, held.decided_at = actor.id, now
    kept = books | {"became": to_json(became), "by_word": ruling.by_word}
    held.order = held.order | {"books": kept}
    held.version += 1


def mark_open(held: HeldRow) -> None:
    """Note on the row that it waits again."""
    held.state, held.made_sale, held.reason = HeldState.OPEN, False, ""
    held.decided_paid = held.decided_refunded_fen = held.decided_by_id = held.decided_at = None
    held.order = {name: value for name, value in held.order.items() if name != "books"}
    held.version += 1


def settled(told: Told) -> tuple[object, ...]:
    """What a decision says of a line or case."""
    names = SETTLED if isinstance(told, OrderLine) else _SETTLED_CASE
    return tuple(getattr(told, name) for name in names)


def built_on() -> RuleViolation:
    """Something newer rests on what was decided, so it can't be changed any more."""
    return RuleViolation([Violation("held_built_on")])
