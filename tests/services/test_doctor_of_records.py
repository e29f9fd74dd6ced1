"""The doctor finds a sealed file that is gone, changed, or kept too short; the guards are taken off to make it so."""

from datetime import timedelta

import pytest

from domain.people import Role
from services.doctor import sealed
from services.studio import wrapping
from tests.support.builders import NOW, create_actor, create_studio
from tests.support.studio_builders import create_show

pytestmark = pytest.mark.usefixtures("db")
UNGUARD = {
    "sqlite": ("DROP TRIGGER keep_compliance_record_update", "DROP TRIGGER keep_compliance_record_delete"),
    "postgresql": ("ALTER TABLE compliance_record DISABLE TRIGGER USER",),
}
GUARD = {"sqlite": (), "postgresql": ("ALTER TABLE compliance_record ENABLE TRIGGER USER",)}


@pytest.fixture
def show():
    """A show that was wrapped up."""
    show = create_show(create_studio())
    wrapping.wrap_up(create_actor(Role.STAFF), show.id, {}, {}, now=show.ends_at)
    return show


def meddle(db, engine_name, statement):
    """What somebody could do who owns the database."""
    db.session.rollback()
    with db.engine.execution_options(writes=True).begin() as connection:
        for one in (*UNGUARD[engine_name], statement, *GUARD[engine_name]):
            connection.exec_driver_sql(one)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("DELETE FROM compliance_record", "record_missing"),
        ("UPDATE compliance_record SET content = '{\"show\": 1}'", "record_changed"),
        ("UPDATE compliance_record SET keep_until = '2028-01-01 00:00:00'", "record_kept_too_short"),
    ],
)
def test_what_somebody_did_to_a_file_is_found(db, engine_name, show, statement, code):
    assert sealed.findings(NOW) == []

    meddle(db, engine_name, statement)

    assert [finding.code for finding in sealed.findings(NOW)] == [code]


def test_a_file_whose_years_are_over_may_be_gone(db, engine_name, show):
    meddle(db, engine_name, "DELETE FROM compliance_record")

    assert sealed.findings(show.ends_at + timedelta(days=3 * 366)) == []
