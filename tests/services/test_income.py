"""Reported income from handing in to the review: who may do what, and whose proofs they are. On both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.errors import BadInput, Forbidden, Missing, RuleViolation, StaleReport
from domain.people import Role
from domain.sales.income import IncomeStatus
from models import AuditEvent, IncomeEntry, Notice, PrivateFile
from services import attention, doctor, outbox
from services.merchants import files
from services.sales import income, income_ledger, income_reading, income_review
from tests.support.builders import NOW, create_actor
from tests.support.income_builders import (
    accepted_income,
    create_scan,
    hand_in_income,
    income_facts,
    proofs_of,
)
from tests.support.merchant_builders import create_draft, hand_in
from tests.support.studio_builders import create_merchant, create_product

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
    outbox.deliver_due(NOW)
    return db.session.scalars(select(Notice).where(Notice.kind == kind)).all()


def test_a_report_counts_once_staff_accept_it(db, shop, keeper, staff):
    report = hand_in_income(keeper, product_id=create_product(shop[0]).id, proofs=2)
    assert (report.status, entries(db)) == (IncomeStatus.SUBMITTED, [])
    assert attention.reviews_waiting(staff)["income"] == 1

    income_review.accept(staff, report.id, version=1, now=NOW)

    case = income_reading.case(keeper, report.id)
    assert case.report.status is IncomeStatus.ACCEPTED
    assert [(line.entry.amount_fen, line.running_fen, line.by.id) for line in case.lines] == [
        (38_700, 38_700, staff.id)
    ]
    assert len(case.proofs) == 2
    assert attention.reviews_waiting(staff)["income"] == 0
    [notice] = told(db, "income_accepted")
    assert (notice.person_id, notice.params["fen"]) == (keeper.id, 38_700)
    actions = db.session.scalars(select(AuditEvent.action).where(AuditEvent.object_type == "income_report"))
    assert set(actions) == {"income.submitted", "income.accepted"}
    assert doctor.data_findings(NOW) == []


def test_a_returned_report_is_put_right_and_handed_in_again(db, keeper, staff):
    report = hand_in_income(keeper, proofs=2)
    bad, good = proofs_of(report)
    income_review.send_back(staff, report.id, version=1, reason="照片看不清", now=NOW)
    [notice] = told(db, "income_returned")
    assert notice.params["reason"] == "照片看不清"

    newer = create_scan(keeper.id)
    again = income_facts(amount_fen=20_000)
    income.resubmit(keeper, report.id, again, [newer], kept=[good], version=2, now=NOW)

    case = income_reading.case(staff, report.id)
    assert (case.report.status, case.report.amount_fen) == (IncomeStatus.SUBMITTED, 20_000)
    assert [proof.id for proof in case.proofs] == [good, newer]
    assert case.report.review_reason == "照片看不清"  # staff see what they asked for
    assert files.prune_unused(NOW + timedelta(days=2)) == 1
    db.session.rollback()
    assert db.session.get(PrivateFile, bad) is None
    with pytest.raises(StaleReport):
        income_review.accept(staff, report.id, version=2, now=NOW)
    income_review.accept(staff, report.id, version=3, now=NOW)
    assert entries(db) == [20_000]


def test_a_report_without_any_proof_left_is_refused(db, keeper, staff):
    report = hand_in_income(keeper)
    income_review.send_back(staff, report.id, version=1, reason="照片看不清", now=NOW)

    for kept in ([], [999_999]):
        with pytest.raises(BadInput, match="income_proof_missing"):
            income.resubmit(keeper, report.id, income_facts(), [], kept=kept, version=2, now=NOW)
    assert len(proofs_of(report)) == 1


def test_taking_back_ends_a_report_for_good(keeper, staff):
    report = hand_in_income(keeper)
    income.withdraw(keeper, report.id, version=1, now=NOW)

    with pytest.raises(StaleReport):
        income_review.accept(staff, report.id, version=2, now=NOW)
    with pytest.raises(StaleReport):
        income.resubmit(keeper, report.id, income_facts(), [], kept=proofs_of(report), version=2, now=NOW)
    accepted = accepted_income(keeper)
    with pytest.raises(StaleReport):
        income.withdraw(keeper, accepted.id, version=accepted.version, now=NOW)


def test_a_proof_must_be_ones_own_and_unused(keeper, staff):
    _, rival = create_merchant()
    theirs = create_scan(rival.id)
    used = proofs_of(hand_in_income(keeper))[0]
    paper = hand_in(keeper)

    for scan_id in (theirs, used, paper.scan_id, 999_999):
        with pytest.raises(BadInput, match="scan_missing"):
            income.submit(keeper, income_facts(), [scan_id], now=NOW)
    with pytest.raises(BadInput, match="income_proof_missing"):
        income.submit(keeper, income_facts(), [], now=NOW)
    with pytest.raises(BadInput, match="income_proofs_many"):
        income.submit(keeper, income_facts(), [create_scan(keeper.id) for _ in range(6)], now=NOW)


def test_a_report_names_own_goods_and_own_shows_only(keeper):
    other, _ = create_merchant()
    foreign = create_product(other)

    with pytest.raises(BadInput, match="income_product_unknown"):
        hand_in_income(keeper, product_id=foreign.id)
    with pytest.raises(BadInput, match="income_show_unknown"):
        hand_in_income(keeper, show_id=1)


def test_a_shop_that_was_never_verified_waits(staff):
    _, newcomer = create_draft()

    with pytest.raises(RuleViolation):
        hand_in_income(newcomer)
    with pytest.raises(Forbidden):
        income.submit(staff, income_facts(), [create_scan(staff.id)], now=NOW)


def test_somebody_elses_report_answers_like_a_missing_one(keeper):
    _, rival = create_merchant()
    report = hand_in_income(keeper)
    proof = proofs_of(report)[0]

    for report_id in (report.id, 999_999):
        for look in (
            lambda found: income_reading.case(rival, found),
            lambda found: income.withdraw(rival, found, version=1, now=NOW),
            lambda found: income.resubmit(rival, found, income_facts(), [], kept=[], version=1, now=NOW),
            lambda found: income_reading.proof_for(rival, found, proof),
        ):
            with pytest.raises(Missing):
                look(report_id)
    assert income_reading.page(rival, size=9, after_id=None, status=None, merchant_id=None) == []


def test_only_staff_decide(keeper):
    report = hand_in_income(keeper)

    for decide in (
        lambda: income_review.accept(keeper, report.id, version=1, now=NOW),
        lambda: income_review.send_back(keeper, report.id, version=1, reason="x", now=NOW),
        lambda: income_ledger.correct(keeper, report.id, amount_fen=1, reason="x", version=1, now=NOW),
        lambda: income_reading.review_list(keeper),
        lambda: income_reading.open_proof(keeper, report.id, proofs_of(report)[0], now=NOW),
    ):
        with pytest.raises(Forbidden):
            decide()


def test_a_look_of_staff_at_a_proof_is_logged_and_a_proof_belongs_to_its_report(db, keeper, staff):
    report, other = hand_in_income(keeper), hand_in_income(keeper)

    assert income_reading.open_proof(staff, report.id, proofs_of(report)[0], now=NOW).content == b"x"
    with pytest.raises(Missing):
        income_reading.open_proof(staff, report.id, proofs_of(other)[0], now=NOW)
    looks = select(func.count()).where(AuditEvent.action == "income.proof_opened")
    db.session.rollback()
    assert db.session.scalar(looks) == 1


def test_the_proofs_of_what_counts_are_kept_for_three_years(db, keeper):
    waiting, counted = hand_in_income(keeper), accepted_income(keeper)

    until = {
        one.id: one.keep_until
        for one in db.session.scalars(select(PrivateFile).where(PrivateFile.sha256 == "b" * 64))
    }
    assert until[proofs_of(counted)[0]] == NOW.replace(year=NOW.year + 3)
    assert until[proofs_of(waiting)[0]] is None
