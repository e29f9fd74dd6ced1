"""Putting held rows into the books once they are clear, and taking them out again.

`HeldRow.order` is the line as it was read, and beside it: `cells`, from which it can be read anew, and `books`, what
its sale was before (None: there was none), which import had touched it last, and what it became.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from domain.errors import RuleViolation, Violation
from domain.people import Actor
from domain.sales.lines import AfterSale, OrderLine, Platform
from domain.sales.updating import joined
from models import HeldRow
from models.sales_inbox import HeldState
from services.sales import totals
from services.sales.importing import SALES, rewrite_sales
from services.sales.lines import from_json, from_sale, to_json, to_sale
from services.sales.matching import Matcher
from services.sales.planning import Values, match_columns
from services.sales.rematching import kept_by_hand, raise_revision
from services.sales.totals import Touched

_SAID = ("status", "paid", "refunded_fen", "refund_basis", "amount_fen")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a held row comes to; `by_word`: a word was explained, nobody looked at the row itself."""

    held: HeldRow
    line: OrderLine
    by_word: bool = False
    reason: str = ""


class Posting:
    """Changes of one platform's sales by held rows; the caller holds the platform and ends with `finish`.

    `learned` are the after-sale words that somebody explained, as domain/sales/updating.py asks for them.
    """

    def __init__(
        self,
        session: Session,
        actor: Actor,
        platform: Platform,
        now: datetime,
        learned: Mapping[str, AfterSale],
    ) -> None:
        self._session, self._actor, self._platform, self._now = session, actor, platform, now
        self._learned = learned
        self._matcher = Matcher(session, platform)
        self._touched = Touched()

    def post(self, rulings: Sequence[Ruling]) -> None:
        """Insert or update the sales of these rows and mark the rows as decided.

        A row that was decided before starts from how its sale was before that. Raises RuleViolation("held_built_on").
        """
        stored = self._stored([one.held for one in rulings])
        inserts: list[Values] = []
        updates: dict[int, Values] = {}
        for one in rulings:
            sale = stored.get(one.held.line_key)
            books = self._books(one.held, sale)
            before = from_json(books["before"]) if books["before"] else None
            line = one.line if before is None else joined(before, one.line, self._learned)
            values = self._columns(line, sale) | {"last_import_id": one.held.import_id}
            if sale is None:
                inserts.append(values | {"first_import_id": one.held.import_id})
            else:
                updates[sale["id"]] = values
            self._decide(one, books | {"became": to_json(line), "by_word": one.by_word}, is_new=sale is None)
        if inserts:
            self._session.execute(insert(SALES), inserts)
        if updates:
            rewrite_sales(self._session, updates)

    def take_back(self, rows: Sequence[HeldRow]) -> None:
        """Let these decided rows wait again, with their sales as they were; raises RuleViolation("held_built_on")."""
        stored = self._stored(rows)
        gone: list[int] = []
        restored: dict[int, Values] = {}
        for held in rows:
            sale = stored.get(held.line_key)
            books = self._books(held, sale)
            if sale is None or sale["last_import_id"] != held.import_id:
                raise built_on()
            if books["before"] is not None:
                before = self._columns(from_json(books["before"]), sale)
                restored[sale["id"]] = before | {"last_import_id": books["last_import_id"]}
            elif sale["attributed_by_id"] is not None:
                raise built_on()
            else:
                self._touched.add(sale["ordered_on"], sale["product_id"], sale["show_id"])
                gone.append(sale["id"])
            self._reopen(held)
        if restored:
            rewrite_sales(self._session, restored)
        if gone:
            self._session.execute(delete(SALES).where(SALES.c.id.in_(gone)))

    def finish(self) -> None:
        """Bring the sums up to date and let imports that were read before be read anew."""
        totals.refresh(self._session, self._touched)
        raise_revision(self._session, self._platform)

    def _stored(self, rows: Sequence[HeldRow]) -> dict[str, Values]:
        keys = [held.line_key for held in rows]
        found = self._session.execute(
            select(SALES).where(SALES.c.platform == self._platform, SALES.c.line_key.in_(keys))
        )
        return {row["line_key"]: dict(row) for row in found.mappings()}

    def _books(self, held: HeldRow, sale: Values | None) -> dict[str, Any]:
        if held.state is not HeldState.DECIDED:
            before = None if sale is None else to_json(from_sale(sale))
            return {"before": before, "last_import_id": sale and sale["last_import_id"]}
        books: dict[str, Any] = held.order["books"]
        if sale is None or _said(from_sale(sale)) != _said(from_json(books["became"])):
            raise built_on()
        return books

    def _columns(self, line: OrderLine, sale: Values | None) -> Values:
        match = self._matcher.match(line, sale["product_id"] if sale else None)
        matched = kept_by_hand(sale, match) if sale else match_columns(match)
        values = to_sale(line) | matched | {"updated_at": self._now}
        if sale is not None:
            self._touched.add(sale["ordered_on"], sale["product_id"], sale["show_id"])
        self._touched.add(values["ordered_on"], values["product_id"], values["show_id"])
        return values

    def _decide(self, one: Ruling, books: dict[str, Any], *, is_new: bool) -> None:
        held = one.held
        held.made_sale = is_new if held.state is not HeldState.DECIDED else held.made_sale
        held.state = HeldState.DECIDED
        held.decided_paid, held.decided_refunded_fen = one.line.paid, one.line.refunded_fen
        held.decided_by_id, held.decided_at, held.reason = self._actor.id, self._now, one.reason
        held.order = held.order | {"books": books}
        held.version += 1

    def _reopen(self, held: HeldRow) -> None:
        held.state, held.made_sale, held.reason = HeldState.OPEN, False, ""
        held.decided_paid = held.decided_refunded_fen = held.decided_by_id = held.decided_at = None
        held.order = {name: value for name, value in held.order.items() if name != "books"}
        held.version += 1


def built_on() -> RuleViolation:
    """Something newer rests on what was decided, so it can't be changed any more."""
    return RuleViolation([Violation("held_built_on")])


def _said(line: OrderLine) -> tuple[object, ...]:
    return tuple(getattr(line, name) for name in _SAID)
