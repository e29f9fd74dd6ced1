"""Every table that leaves the house: whatever people typed, no spreadsheet reckons with it."""

import pytest
from sqlalchemy import update
from xlsxwriter.worksheet import Worksheet

from domain import plain_cells
from domain.bookings import BookingStatus
from domain.people import Role
from models import Merchant, OnAirCorrection, Product, Show, Space
from models.base import db as database
from services.sales.statement_locking import lock_due
from services.studio import wrapping
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, saved
from tests.support.statement_builders import AFTER_NOVEMBER, NOVEMBER, on, sell
from tests.support.studio_builders import create_booth, create_product, create_show
from tests.support.tables_out import SPREADSHEETS, is_formula, texts
from tests.support.world import build_world, doors, knock

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


@pytest.fixture
def engine_name():
    """What leaves does not depend on the engine."""
    return "sqlite"


@pytest.fixture
def world(db, app, monkeypatch):
    """One of everything, with names that begin like formulas, statements and a sealed show."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    made = build_world()
    show = database.session.get_one(Show, made.ids["show_id"])
    shop, owner = (
        database.session.get_one(Merchant, made.ids["merchant_id"]),
        made.people[Role.MERCHANT].as_actor(),
    )
    goods = [create_product(shop, name) for name in HOSTILE]
    sold_in = create_show(database.session.get_one(Space, show.space_id), on(2, NOVEMBER, 19.5))
    for product in goods:
        sell(product, sold_in, on(2, NOVEMBER))
    create_booth(show, 8, goods[0], owner, status=BookingStatus.CONFIRMED)
    _rename()
    staff = made.people[Role.STAFF].as_actor()
    saved(
        OnAirCorrection(
            show_id=show.id, said=HOSTILE[1], corrected=HOSTILE[2], at=NOW, created_by_id=staff.id
        )
    )
    wrapping.wrap_up(staff, show.id, {}, {}, now=show.ends_at)
    lock_due(AFTER_NOVEMBER)
    return made


def _rename():
    def save():
        database.session.execute(
            update(Merchant).values(name=HOSTILE[0] + "=", address=HOSTILE[1]).where(Merchant.id == 1)
        )
        database.session.execute(update(Show).values(title=HOSTILE[6]))
        database.session.execute(update(Space).values(name=HOSTILE[3]))
        database.session.execute(update(Product).values(origin=HOSTILE[2]))

    in_transaction(save)


def tables(app, world, only=None):
    """Every answer that a spreadsheet opens, by who asks: (endpoint, media type, bytes)."""
    found = []
    for door in doors(app):
        if only is not None and door.endpoint not in only:
            continue
        if door.method != "GET" and "." not in door.rule.rule.rpartition("/")[2]:
            continue
        for role in (Role.ADMIN, Role.MERCHANT, Role.RESIDENT):
            answer = knock(app, door, world.people[role], world.ids)
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


@pytest.mark.drill("people")
def test_no_export_holds_a_formula_whatever_people_typed(app, world, drill):
    found = tables(app, world)

    assert {endpoint for endpoint, _, _ in found} == EXPORTS
    assert not formulas(found)
    told = [text for _, media_type, data in found for text in texts(media_type, data)]
    for typed in HOSTILE[:4]:
        assert [text for text in told if typed in text], f"{typed} is in no export: nothing was tried"
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
