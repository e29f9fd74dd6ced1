"""All that the rows of a file are read by: its layout with the learned words, and the matching of products."""

from __future__ import annotations

from sqlalchemy.orm import Session

from domain.sales.layouts import LAYOUTS
from domain.sales.lines import OrderLine
from domain.sales.platforms import Field, by_code
from domain.sales.problems import RowError
from domain.sales.rows import Outcome, RowParser
from models import SalesImport
from services.sales.chunks import unpacked
from services.sales.matching import Matcher
from services.sales.stencils import Stencils
from services.sales.words import after_sales, known_layout


class Reader:
    """Looked up once for many chunks; it is as old as the platform's `revision` that it was made at."""

    def __init__(self, session: Session, found: SalesImport, revision: int) -> None:
        self.revision = revision
        self.words = after_sales(session, found.platform)
        self.layout = known_layout(session, by_code(found.layout, LAYOUTS))
        self.matcher = Matcher(session, found.platform)
        self.stencils = Stencils(self.matcher)
        headers = {Field(wanted): header for wanted, header in found.columns.items()}
        self._parser = RowParser(self.layout, headers)

    def outcomes(self, content: bytes) -> list[Outcome]:
        """What the rows of a packed chunk come to; a row may hold several lines."""
        outcomes: list[Outcome] = []
        for row in unpacked(content, self._parser.columns):
            outcomes += [row] if isinstance(row, RowError) else self._parser.parse(row)
        lines = (one for one in outcomes if isinstance(one, OrderLine) and not self.stencils.knows(one))
        self.matcher.expect(lines)
        return outcomes
