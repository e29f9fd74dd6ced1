"""What reading a chunk notes beside its drafts: counts by fate, and the rows in doubt for report and inbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.sales.lines import HeldLine, OrderLine, Platform
from domain.sales.problems import RowError
from domain.sales.rows import Outcome
from models import HeldRow
from models.sales_imports import RowFate
from models.sales_inbox import HeldState
from services.sales.lines import Values, held_key, to_json


@dataclass(slots=True)
class Noted:
    """What a chunk adds to the report of its import; money in fen."""

    fates: Counter[RowFate] = field(default_factory=Counter)
    lines: list[Values] = field(default_factory=list)
    held_fen: int = 0
    held_refunded_fen: int = 0

    def doubt(self, position: int, outcome: Outcome) -> None:
        """Note a row that is held or rejected."""
        if isinstance(outcome, HeldLine):
            self._note(position, outcome.line, RowFate.HELD, (outcome.code, outcome.column, outcome.text))
            self.lines[-1]["order"] = to_json(outcome.order) | {"cells": dict(outcome.cells)}
            if isinstance(outcome.order, OrderLine):
                self.held_fen += outcome.order.amount_fen
            else:
                self.held_refunded_fen += outcome.order.refund_fen
        elif isinstance(outcome, RowError):
            self._note(
                position, outcome.line, RowFate.REJECTED, (outcome.code, outcome.column or "", outcome.detail)
            )
        else:
            raise TypeError(f"no doubt about a {type(outcome).__name__}")

    def _note(self, position: int, line: int, fate: RowFate, why: tuple[str, str, str]) -> None:
        code, column, text = why
        self.fates[fate] += 1
        self.lines.append(
            {
                "position": position,
                "line": line,
                "fate": fate,
                "code": code,
                "column_name": column,
                "text": text,
                "order": None,
            }
        )


def decisions(
    session: Session, platform: Platform, held: Sequence[HeldLine]
) -> dict[tuple[str, str, str], HeldRow]:
    """What people decided about held rows that said the same: by key, code and text."""
    keys = [held_key(one.order) for one in held]
    rows = session.scalars(
        select(HeldRow).where(
            HeldRow.platform == platform, HeldRow.state == HeldState.DECIDED, HeldRow.line_key.in_(keys)
        )
    )
    return {(row.line_key, row.code, row.text): row for row in rows}
