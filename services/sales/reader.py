"""All that the rows of a file are read by: its layout with the learned words, and the matching of products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.sales.layouts import LAYOUTS
from domain.sales.lines import AfterSale, LineStatus, Platform
from domain.sales.platforms import Field, by_code
from domain.sales.problems import RowError
from domain.sales.rows import Outcome, RowParser
from models import LearnedWord, SalesImport
from models.sales_inbox import WordAxis
from services.sales.chunks import DoorRow
from services.sales.matching import Matcher


class Reader:
    """Looked up once for many chunks; it is as old as the platform's `revision` that it was made at."""

    def __init__(self, session: Session, found: SalesImport, revision: int) -> None:
        self.revision = revision
        states, self.words = _learned(session, found.platform)
        self.layout = by_code(found.layout, LAYOUTS).with_words(states, self.words)
        self.matcher = Matcher(session, found.platform)
        headers = {Field(wanted): header for wanted, header in found.columns.items()}
        self._parser = RowParser(self.layout, headers)

    def outcomes(self, rows: Sequence[DoorRow]) -> list[Outcome]:
        """What the rows of a chunk come to; a row may hold several lines."""
        outcomes: list[Outcome] = []
        for row in rows:
            outcomes += [row] if isinstance(row, RowError) else self._parser.parse(row)
        return outcomes


def _learned(session: Session, platform: Platform) -> tuple[dict[str, LineStatus], Mapping[str, AfterSale]]:
    states: dict[str, LineStatus] = {}
    after_sales: dict[str, AfterSale] = {}
    for word in session.scalars(select(LearnedWord).where(LearnedWord.platform == platform)):
        if word.axis is WordAxis.STATUS:
            states[word.word] = LineStatus(word.meaning)
        else:
            after_sales[word.word] = AfterSale(word.meaning)
    return states, after_sales
