"""The same for held after-sales cases: each is stored or put back, and what counts of its sale is worked out anew."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update

from domain.sales.lines import AfterSaleCase
from domain.sales.updating import joined_cases
from models import HeldRow
from services.sales.importing import SALES
from services.sales.lines import Told, Values, from_after_sale, from_json, to_after_sale
from services.sales.planning import CASES
from services.sales.posting import Posting
from services.sales.rulings import Ruling, books_of, built_on, mark_decided, mark_open


def post_case(posting: Posting, ruling: Ruling) -> None:
    """Store a decided case on top of what is stored of it; raises RuleViolation("held_built_on")."""
    held, case = ruling.held, _case(ruling.told)
    stored = _stored(posting, case.case_no)
    books = books_of(held, stored, None if stored is None else from_after_sale(stored))
    if books["before"] is not None:
        case = joined_cases(_case(from_json(books["before"])), case)
    mark_decided(ruling, posting.actor, posting.now, books, case)
    trace = {"last_import_id": held.import_id, "updated_at": posting.now}
    if stored is None:
        first = {"first_import_id": held.import_id}
        posting.session.execute(insert(CASES).values(to_after_sale(case) | trace | first))
    else:
        _write(posting, stored, to_after_sale(case) | trace)
    posting.recount(SALES.c.line_key == case.line_key, held.import_id)


def take_back_cases(posting: Posting, rows: Sequence[HeldRow]) -> None:
    """Let decided cases wait again and their sales count without them; raises RuleViolation("held_built_on")."""
    for held in rows:
        stored = _stored(posting, held.order["case_no"])
        books = books_of(held, stored, None if stored is None else from_after_sale(stored))
        if stored is None or stored["last_import_id"] != held.import_id:
            raise built_on()
        if books["before"] is None:
            posting.session.execute(delete(CASES).where(CASES.c.id == stored["id"]))
        else:
            before = to_after_sale(_case(from_json(books["before"])))
            _write(posting, stored, before | {"last_import_id": books["last_import_id"]})
        mark_open(held)
        posting.recount(SALES.c.line_key == stored["line_key"], held.import_id)


def is_case(held: HeldRow) -> bool:
    """Whether the row is one of an after-sales export."""
    return "case_no" in held.order


def _stored(posting: Posting, case_no: str) -> Values | None:
    row = posting.session.execute(
        select(CASES).where(CASES.c.platform == posting.platform, CASES.c.case_no == case_no)
    )
    found = row.mappings().first()
    return None if found is None else dict(found)


def _write(posting: Posting, stored: Values, values: Values) -> None:
    posting.session.execute(update(CASES).where(CASES.c.id == stored["id"]).values(values))


def _case(told: Told) -> AfterSaleCase:
    if not isinstance(told, AfterSaleCase):
        raise TypeError(f"no case: {type(told).__name__}")
    return told
