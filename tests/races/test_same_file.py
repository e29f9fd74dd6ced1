"""Staff bring in the same export from many places at once, on four processes and both engines: its lines count once."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import func, select

from domain.people import Role
from domain.sales.lines import OrderLine
from models import Sale, SalesImport, db
from models.sales_imports import ImportStatus
from services.sales.reader import Reader
from tests.support.drilling import Drill
from tests.support.exports import doudian_csv, doudian_row
from tests.support.guardless import served_here
from tests.support.history import disagreements
from tests.support.race import Call, statuses
from tests.support.race_arena import Arena, Racer

LINES, PRICE_FEN = 10, 3990
UPLOADS = 6
"""From so many desks, each with a key of its own; as many more are one key sent again and again."""
UNDER_WAY = {(201, None), (202, None)}
"""Whoever sends a key again is told how its import stands, which the first of them may still be reading."""


def brought_in_by_many(field: Arena, staff: list[Racer], number: int) -> Iterator[str]:
    """One file uploaded at once, and then everything of it put into the books at once; what is not as it should be."""
    before = sold()
    file = doudian_csv([doudian_row(1_000 * number + line) for line in range(LINES)])
    uploads = [
        Call("/sales/imports", one.token, key=f"{number}-{desk}", file=file)
        for desk, one in enumerate((staff * UPLOADS)[:UPLOADS])
    ]
    uploads += [Call("/sales/imports", staff[0].token, key=f"{number}-again", file=file)] * UPLOADS
    received = field.at_once(uploads)
    if statuses(received[:UPLOADS]) != {(201, None): UPLOADS} or not set(statuses(received)) <= UNDER_WAY:
        yield f"the uploads were told {statuses(received)}"
    imports = {reply.body["id"] for reply in received}
    if len(imports) != UPLOADS + 1:
        yield f"there are {len(imports)} imports"
    applied = field.at_once([Call(f"/sales/imports/{one}/apply", staff[0].token) for one in imports] * 2)
    if statuses(applied) != {(200, None): 2 * len(imports)}:
        yield f"who applied was told {statuses(applied)}"
    yield from counted_again(before, imports)


def sold() -> tuple[int, int]:
    """How many lines there are, and what they come to."""
    db.session.rollback()
    lines, fen = db.session.execute(select(func.count(), func.coalesce(func.sum(Sale.amount_fen), 0))).one()
    return lines, fen


def counted_again(before: tuple[int, int], imports: set[int]) -> Iterator[str]:
    """What of these imports of one file is in the books more than once, or not at all."""
    after = sold()
    if after != (before[0] + LINES, before[1] + LINES * PRICE_FEN):
        yield f"{after} is in the books, it was {before}"
    told = db.session.execute(
        select(SalesImport.status, SalesImport.inserted, SalesImport.unchanged).where(
            SalesImport.id.in_(imports)
        )
    )
    once, again = (ImportStatus.APPLIED, LINES, 0), (ImportStatus.APPLIED, 0, LINES)
    if sorted(map(tuple, told)) != sorted([once, *[again] * (len(imports) - 1)]):
        yield "not one import has all the lines and the others none"


@pytest.mark.drill("races")
def test_one_file_brought_in_many_times_at_once_counts_once(field: Arena, drill: Drill) -> None:
    rounds, staff = drill.size(20, tenth=1), field.crowd(UPLOADS, Role.STAFF)

    for number in range(rounds):
        assert list(brought_in_by_many(field, staff, number)) == []

    assert disagreements() == []
    drill.tell("files, each brought in by many at once and counted once", rounds)
    drill.tell("imports of them", rounds * (UPLOADS + 1))


@pytest.mark.mutant
def test_lines_that_are_not_known_again_are_noticed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    reads, number = Reader.outcomes, count(1)

    def forgetting(reader: Reader, content: bytes) -> list[object]:
        return [
            replace(one, line_key=f"{one.line_key}-{next(number)}") if isinstance(one, OrderLine) else one
            for one in reads(reader, content)
        ]

    monkeypatch.setattr(Reader, "outcomes", forgetting)
    with served_here(app) as opened:
        found = list(brought_in_by_many(opened, opened.crowd(2, Role.STAFF), 0))

    assert any("is in the books" in one for one in found), found
