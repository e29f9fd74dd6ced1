"""Every table that leaves the house: whatever people typed, no spreadsheet reckons with it."""

from datetime import timedelta

import pytest
from xlsxwriter.worksheet import Worksheet

from domain import plain_cells
from domain.bookings import BookingStatus
from domain.people import Role
from domain.reports import Days
from models import Merchant, OnAirCorrection, Show, Space
from models.base import db as database
from services import kept
from services.sales.statement_locking import lock_due
from services.studio import wrapping
from tests.support.builders import MONDAY, NOW, saved
from tests.support.callers import Caller
from tests.support.poison import fill, one_of
from tests.support.report_files import ready_file
from tests.support.statement_builders import AFTER_NOVEMBER, NOVEMBER, on, sell
from tests.support.studio_builders import create_booth, create_product, create_show
from tests.support.tables_out import SPREADSHEETS, is_formula, texts
from tests.support.who_may import WHO_MAY
from tests.support.world import build_world, doors

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("clock")]
HOSTILE = ("=cmd|' /C calc'!A0", "+1", "@SUM(1)", "－1", "-2+3", "\t=1", " ＝A1", "\u3000+1")
EXPORTS = {
    "sales.statements_csv",
    "sales.statements_xlsx",
    "sales.statements_one_csv",
    "sales.statements_one_xlsx",
    "api_sales_statements.workbook",
    "running.record_zip",
    "api_after_show.record_zip",
    "api_reports.bookings",
    "api_reports.workbook",
    "reports.bookings",
    "reports.bookings_workbook",
    "reports.table",
    "reports.workbook",
}
"""All of them; a new one that is not here makes the sweep fail until it is looked at."""
LOOKING = (Role.ADMIN, Role.MERCHANT, Role.RESIDENT)


@pytest.fixture
def engine_name():
    """What leaves does not depend on the engine."""
    return "sqlite"


@pytest.fixture
def world(db, app, monkeypatch):
    """One of everything, statements and a sealed show, and in front of every text what begins like a formula."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    made = build_world()
    show = database.session.get_one(Show, made.ids["show_id"])
    shop, owner = (
        database.session.get_one(Merchant, made.ids["merchant_id"]),
        made.people[Role.MERCHANT].as_actor(),
    )
    goods = [create_product(shop, f"茶{number}") for number in range(len(HOSTILE))]
    sold_in = create_show(database.session.get_one(Space, show.space_id), on(2, NOVEMBER, 19.5))
    for product in goods:
        sell(product, sold_in, on(2, NOVEMBER))
    create_booth(show, 8, goods[0], owner, status=BookingStatus.CONFIRMED)
    staff = made.people[Role.STAFF].as_actor()
    saved(OnAirCorrection(show_id=show.id, said="最好", corrected="不错", at=NOW, created_by_id=staff.id))
    wrapping.wrap_up(staff, show.id, {}, {}, now=show.ends_at)
    lock_due(AFTER_NOVEMBER)
    database.session.commit()
    fill(app, one_of(HOSTILE))
    app.extensions["jufu_answers"].shelf.clear()
    kept.forget()
    made.ids["sheet_id"] = ready_file(staff, Days(MONDAY, MONDAY + timedelta(days=7)))
    return made


def tables(app, world, only=None, *, everybody=True):
    """Every answer that a spreadsheet opens, by who asks: (endpoint, media type, bytes).

    Unless everybody looks everywhere, doors that are not known to give tables out are looked behind by one person.
    """
    found, callers = [], {role: Caller.of(app, world.people[role]) for role in LOOKING}
    for door in doors(app):
        if only is not None and door.endpoint not in only:
            continue
        if door.method != "GET" and "." not in door.rule.rule.rpartition("/")[2]:
            continue
        allowed = [role for role in LOOKING if role in WHO_MAY[door.endpoint]]
        for role in allowed if everybody or door.endpoint in EXPORTS else allowed[:1]:
            answer = callers[role].ask(door, world.ids)
            if answer.status_code == 200 and answer.mimetype in SPREADSHEETS:
                found.append((door.endpoint, answer.mimetype, answer.data))
    return found


def formulas(found):
    """Where a spreadsheet would reckon, and with what."""
    return [
        (endpoint, text)
        for endpoint, media_type, data in found
        for text in texts(media_type, data)
        if is_formula(media_type, text)
    ]


def shows(text, typed):
    """Whether a text is what somebody typed, as a spreadsheet shows it."""
    return text.removeprefix("'").startswith(typed)


@pytest.mark.drill("people")
def test_no_export_holds_a_formula_whatever_people_typed(app, world, drill):
    found = tables(app, world, everybody=drill.full)

    assert {endpoint for endpoint, _, _ in found} == EXPORTS
    assert not formulas(found)
    told = [(endpoint, text) for endpoint, media_type, data in found for text in texts(media_type, data)]
    seen = [(endpoint, typed) for endpoint, text in told for typed in HOSTILE if shows(text, typed)]
    assert {typed for _, typed in seen} == set(HOSTILE), "the others were not tried"
    assert {endpoint for endpoint, _ in seen} == EXPORTS
    drill.tell("exports", len(EXPORTS))
    drill.tell("texts in them", len(told))
    drill.tell("texts that a spreadsheet would reckon with", 0)


@pytest.mark.mutant
def test_negative_control_without_the_apostrophe_the_sweep_finds_them(app, world, monkeypatch):
    monkeypatch.setattr(plain_cells, "plain_cell", lambda value: "" if value is None else str(value))

    found = {endpoint for endpoint, _ in formulas(tables(app, world, EXPORTS))}
    assert found == {one for one in EXPORTS if "xlsx" not in one and "workbook" not in one}


@pytest.mark.mutant
def test_negative_control_a_workbook_that_makes_formulas_is_noticed(app, world, monkeypatch):
    def careless(self, row, column, text, how=None):
        write = self._write_formula if text.startswith("=") else self._write_string
        return write(row, column, text, how)

    monkeypatch.setattr(Worksheet, "write_string", careless)

    found = {endpoint for endpoint, _ in formulas(tables(app, world, EXPORTS))}
    assert {"sales.statements_one_xlsx", "api_sales_statements.workbook"} <= found
