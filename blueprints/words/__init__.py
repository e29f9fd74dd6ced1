"""The sentence of every code: one per broken rule, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from blueprints.words import (
    after_show,
    booking,
    booths,
    desk,
    door,
    draws,
    house,
    merchants,
    operating,
    people,
    privacy,
    products,
    registry,
    reports,
    running,
    sales,
    sales_inbox,
    sales_income,
    sales_lines,
    sales_statements,
    series,
    shows,
    studio,
    tablet,
    telling,
    waiting,
)
from domain.errors import Refusal, Violation

Sentence = Callable[[Mapping[str, Any]], str]

SENTENCES: dict[str, Sentence] = {
    **booking.SENTENCES,
    **booths.SENTENCES,
    **door.SENTENCES,
    **people.SENTENCES,
    **studio.SENTENCES,
    **shows.SENTENCES,
    **merchants.SENTENCES,
    **products.SENTENCES,
    **draws.SENTENCES,
    **running.SENTENCES,
    **after_show.SENTENCES,
    **sales.SENTENCES,
    **sales_inbox.SENTENCES,
    **sales_lines.SENTENCES,
    **sales_income.SENTENCES,
    **sales_statements.SENTENCES,
    **series.SENTENCES,
    **operating.SENTENCES,
    **house.SENTENCES,
    **waiting.SENTENCES,
    **desk.SENTENCES,
    **tablet.SENTENCES,
    **telling.SENTENCES,
    **registry.SENTENCES,
    **privacy.SENTENCES,
    **reports.SENTENCES,
}


def sentence(told: Violation | Refusal) -> str:
    """Say a violation or a refusal in words."""
    return SENTENCES[told.code](told.params)
