"""Sums of reports from the command line."""

import pytest
from sqlalchemy import delete, select

from cli_reports import reports
from domain.bookings import BookingStatus
from models import AuditEvent, ReportSum
from services.reports import making
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, between, create_booking, create_space

pytestmark = [
    pytest.mark.usefixtures("db", "clock"),
    pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True),
]


def test_sums_that_were_lost_are_made_anew(app, db):
    create_booking(create_space(), between(9, 10, days=-10), status=BookingStatus.COMPLETED)
    making.make_due(NOW)
    in_transaction(lambda: db.session.execute(delete(ReportSum)))
    run = app.test_cli_runner().invoke

    counted, made = run(reports, ["sums"]), run(reports, ["sums", "--rebuild", "--hours"])

    assert (counted.output, made.output) == ("sums=0\n", "sums=1\n")
    details = select(AuditEvent.detail).filter_by(action="report_sum.rebuilt")
    assert db.session.scalars(details).all() == [{"rows": 1}]
