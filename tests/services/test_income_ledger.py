"""The ledger of reported income is line ③ alone, and nobody rewrites it. On both engines."""

from datetime import date

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from domain.errors import BadInput, StaleReport
from domain.people import Role
from models import IncomeEntry, IncomeReport, Notice
from models.base import db as database
from services import doctor, outbox
from services.sales import figures, income_ledger, income_reading, shop_home
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, create_actor, saved
from tests.support.income_builders import TODAY, accepted_income, hand_in_income
from tests.support.studio_builders import create_merchant

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


@pytest.fixture
def shop():
    return create_merchant("山腰茶行")


@pytest.fixture
def keeper(shop):
    return shop[1]


def entries(db):
    """What stands in the ledger, in the order of writing."""
    db.session.rollback()
    return list(db.session.scalars(select(IncomeEntry.amount_fen).order_by(IncomeEntry.id)))


def told(db, kind):
    """Who was told of it."""
    outbox.deliver_due(NOW)
    return db.session.scalars(select(Notice).where(Notice.kind == kind)).all()


def test_a_correction_is_one_more_entry_and_the_old_ones_stay(db, keeper, staff):
    report = accepted_income(keeper)

    income_ledger.correct(staff, report.id, amount_fen=30_000, reason="顾客退货", version=2, now=NOW)
    income_ledger.correct(staff, report.id, amount_fen=0, reason="重复登记", version=3, now=NOW)

    assert entries(db) == [38_700, -8_700, -30_000]
    case = income_reading.case(staff, report.id)
    assert [line.running_fen for line in case.lines] == [38_700, 30_000, 0]
    assert [line.entry.reason for line in case.lines] == ["", "顾客退货", "重复登记"]
    assert (case.sum_fen, case.report.amount_fen) == (0, 38_700)
    assert len(told(db, "income_corrected")) == 2
    assert doctor.data_findings(NOW) == []


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"amount_fen": -1}, BadInput),
        ({"amount_fen": 38_700}, BadInput),
        ({"reason": " "}, BadInput),
        ({"version": 1}, StaleReport),
    ],
)
def test_a_correction_that_can_not_be_changes_nothing(db, keeper, staff, changes, refusal):
    report = accepted_income(keeper)
    asked = {"amount_fen": 100, "reason": "看错了", "version": 2} | changes

    with pytest.raises(refusal):
        income_ledger.correct(staff, report.id, **asked, now=NOW)
    assert entries(db) == [38_700]


def test_only_what_was_accepted_can_be_corrected(db, keeper, staff):
    report = hand_in_income(keeper)

    with pytest.raises(StaleReport):
        income_ledger.correct(staff, report.id, amount_fen=1, reason="看错了", version=1, now=NOW)
    assert entries(db) == []


def test_line_three_is_never_mixed_with_the_others(db, shop, keeper, staff):
    merchant = shop[0]
    before = shop_home.merchant_home(keeper, now=NOW)
    summed = figures.summary(staff, merchant_id=merchant.id, now=NOW)

    hand_in_income(keeper, amount_fen=999_900)
    accepted_income(keeper, sold_on=TODAY.replace(month=2, day=1))
    _, rival = create_merchant()
    accepted_income(rival, amount_fen=1)

    after = shop_home.merchant_home(keeper, now=NOW)
    assert (before.path.reported_fen, after.path.reported_fen) == (0, 38_700)
    assert (after.path.net_fen, after.path.estimated_fen) == (before.path.net_fen, before.path.estimated_fen)
    assert (after.year, after.months, after.month) == (before.year, before.months, before.month)
    assert figures.summary(staff, merchant_id=merchant.id, now=NOW) == summed
    assert income_reading.own(keeper, now=NOW).year_fen == 38_700


def test_the_ledger_is_summed_by_the_day_of_the_sale(db, shop, keeper):
    accepted_income(keeper, sold_on=date(2026, 3, 1), amount_fen=100)
    accepted_income(keeper, sold_on=date(2026, 3, 31), amount_fen=20)
    accepted_income(keeper, sold_on=date(2026, 4, 1), amount_fen=3)

    def reported(since, until):
        return income_ledger.reported_fen(db.session(), shop[0].id, since, until)

    assert reported(date(2026, 3, 1), date(2026, 4, 1)) == 120
    assert reported(date(2026, 1, 1), date(2027, 1, 1)) == 123
    assert reported(date(2025, 1, 1), date(2026, 1, 1)) == 0


REWRITES = ("UPDATE income_entry SET amount_fen = 1", "DELETE FROM income_entry")
DROP = {
    "sqlite": "DROP TRIGGER final_income_entry_{action}",
    "postgresql": "DROP TRIGGER final_income_entry_{action} ON income_entry",
}


@pytest.mark.parametrize("statement", REWRITES)
def test_the_database_refuses_to_rewrite_the_ledger(db, keeper, statement):
    accepted_income(keeper)
    db.session.rollback()

    with (
        pytest.raises(DBAPIError, match="an entry of the books is final"),
        db.engine.execution_options(writes=True).begin() as connection,
    ):
        connection.exec_driver_sql(statement)
    assert entries(db) == [38_700]


@pytest.mark.parametrize("statement", REWRITES)
@pytest.mark.mutant
def test_negative_control_without_its_trigger_it_goes_through(db, keeper, engine_name, statement):
    accepted_income(keeper)
    db.session.rollback()

    with db.engine.execution_options(writes=True).connect() as connection, connection.begin() as attempt:
        connection.execute(text(DROP[engine_name].format(action=statement.split()[0].lower())))
        assert connection.exec_driver_sql(statement).rowcount == 1
        attempt.rollback()  # the next test has the same database


def entry(report, amount_fen, **changes):
    """An entry that no service wrote."""
    values = {
        "merchant_id": report.merchant_id, "report_id": report.id, "sold_on": report.sold_on,
        "amount_fen": amount_fen, "reason": "", "created_by_id": report.created_by_id, "created_at": NOW,
    }  # fmt: skip
    saved(IncomeEntry(**values | changes))


def force(report, **values):
    changed = update(IncomeReport).where(IncomeReport.id == report.id).values(**values)

    in_transaction(lambda: database.session.execute(changed))


@pytest.mark.parametrize(
    ("slip", "codes"),
    [
        (lambda report: entry(report, 5), ["income_first_entry"]),
        (lambda report: force(report, amount_fen=1), ["income_first_entry"]),
        (lambda report: entry(report, -40_000, reason="x"), ["income_below_zero"]),
        (lambda report: force(report, status="submitted"), ["income_entry_astray"]),
        (lambda report: force(report, sold_on=TODAY), ["income_entry_astray"]),
    ],
)
def test_the_doctor_finds_planted_slips(keeper, slip, codes):
    report = accepted_income(keeper)
    hand_in_income(keeper)
    assert doctor.data_findings(NOW) == []

    slip(report)

    found = doctor.data_findings(NOW)
    assert [finding.code for finding in found] == codes
    assert str(report.id) in found[0].text


def test_the_doctor_finds_a_report_without_proofs_and_entries(keeper):
    bare = saved(
        IncomeReport(
            merchant_id=keeper.merchant_ids[0], kind="in_shop", sold_on=TODAY, amount_fen=5, status="accepted",
            reviewed_at=NOW, reviewed_by_id=keeper.id, created_by_id=keeper.id, created_at=NOW,
        )
    )  # fmt: skip

    found = doctor.data_findings(NOW)
    assert [finding.code for finding in found] == ["income_first_entry", "income_without_proof"]
    assert all(f"report {bare.id} " in finding.text for finding in found)
