"""The database itself keeps a sealed show: plain SQL can't take from it before its time, on either engine."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.bookings import BookingStatus
from domain.people import Role
from models import Draw, Host, OnAirCorrection, RunEvent, ShowCheck, ShowHost
from services import backup
from services.doctor import sealed
from services.studio import wrapping
from tests.support.builders import NOW, create_actor, create_studio, saved
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

# ruff: noqa: S608  plain SQL of our own is what is tried here
pytestmark = pytest.mark.usefixtures("db")
KEPT = "kept by law"
SEALED = (
    "DELETE FROM compliance_record",
    "UPDATE compliance_record SET digest = 'x'",
    "UPDATE compliance_record SET content = '{}'",
    "UPDATE compliance_record SET keep_until = '2027-01-01 00:00:00'",
    "DELETE FROM booth_slot",
    "DELETE FROM rundown_item_booth",
    "DELETE FROM rundown_item",
    "UPDATE rundown_item SET planned_seconds = 1",
    "DELETE FROM show_host",
    "DELETE FROM show_check",
    "DELETE FROM draw",
    "DELETE FROM on_air_correction",
    "UPDATE on_air_correction SET said = 'x'",
    "DELETE FROM run_event",
    "UPDATE run_event SET action = 'x'",
    "DELETE FROM private_file",
    "UPDATE private_file SET keep_until = NULL",
    "UPDATE private_file SET sha256 = 'x'",
)
UNGUARDED = {
    "sqlite": 'DROP TRIGGER "{name}"',
    "postgresql": "DROP TRIGGER {name} ON {table}",
}


@pytest.fixture
def show(db):
    """A show with something in every table that the law keeps, sealed."""
    staff = create_actor(Role.STAFF)
    shop, owner = create_merchant()
    show = create_show(create_studio())
    create_booth(show, 1, create_product(shop), owner, status=BookingStatus.CONFIRMED)
    host = saved(Host(name="林主播", created_by_id=staff.id, created_at=NOW))
    saved(ShowHost(show_id=show.id, host_id=host.id))
    saved(ShowCheck(show_id=show.id, item="sound", done_at=NOW, done_by_id=staff.id))
    saved(Draw(show_id=show.id, seed_hash="a" * 64, seed="b" * 64, created_at=NOW))
    saved(
        OnAirCorrection(
            show_id=show.id, said="最好", corrected="很好", at=show.starts_at, created_by_id=staff.id
        )
    )
    saved(RunEvent(show_id=show.id, version=1, action="start", at=show.starts_at, actor_id=staff.id))
    wrapping.wrap_up(staff, show.id, {}, {}, now=show.ends_at)
    return show


def run(db, statement):
    """Plain SQL, as somebody with access to the database could send it; returns how many rows it touched."""
    db.session.rollback()
    with db.engine.execution_options(writes=True).begin() as connection:
        return connection.exec_driver_sql(statement).rowcount


@pytest.mark.parametrize("statement", SEALED)
def test_nothing_of_a_sealed_show_can_be_deleted_or_changed(db, show, statement):
    with pytest.raises(DBAPIError, match=KEPT):
        run(db, statement)


@pytest.mark.parametrize("statement", SEALED)
@pytest.mark.mutant
def test_negative_control_without_its_trigger_each_of_them_goes_through(db, show, engine_name, statement):
    words = statement.split()
    action, table = words[0].lower(), words[2] if words[0] == "DELETE" else words[1]
    db.session.rollback()
    with db.engine.execution_options(writes=True).connect() as connection, connection.begin() as attempt:
        connection.execute(text(UNGUARDED[engine_name].format(name=f"keep_{table}_{action}", table=table)))
        let_children_be(connection, engine_name, table)
        assert connection.exec_driver_sql(statement).rowcount == 1
        attempt.rollback()  # the next test has the same database


def let_children_be(connection, engine_name, table):
    """What is deleted is still pointed to; here only the guard is asked."""
    if engine_name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        return
    keys = text(
        "SELECT conrelid\\:\\:regclass\\:\\:text, conname FROM pg_constraint WHERE confrelid = to_regclass(:table)"
    )
    for owner, name in connection.execute(keys, {"table": table}).all():
        connection.execute(text(f'ALTER TABLE {owner} DROP CONSTRAINT "{name}"'))


def test_views_may_still_be_written_and_a_scan_kept_longer(db, show):
    assert run(db, "UPDATE booth_slot SET views = 12") == 1
    longer = "'2999-01-01 00:00:00'"
    assert run(db, f"UPDATE private_file SET keep_until = {longer}") == 1


def test_after_its_time_a_record_may_go(db, show):
    old = "'2020-01-01 00:00:00+00'", "'2023-01-01 00:00:00+00'"
    other = create_show(create_studio())
    run(
        db,
        "INSERT INTO compliance_record (show_id, content, digest, sealed_at, keep_until)"
        f" VALUES ({other.id}, '{{}}', 'x', {old[0]}, {old[1]})",
    )
    run(
        db,
        "INSERT INTO on_air_correction (show_id, said, corrected, at, created_by_id)"
        f" SELECT {other.id}, 'x', 'y', '2020-01-01 00:00:00+00', created_by_id FROM on_air_correction",
    )

    assert run(db, f"DELETE FROM compliance_record WHERE show_id = {other.id}") == 1
    assert run(db, f"DELETE FROM on_air_correction WHERE show_id = {other.id}") == 1


def test_nobody_goes_round_the_guards(db, show, engine_name):
    if engine_name == "postgresql":
        for table in ("compliance_record", "private_file", "on_air_correction", "run_event"):
            with pytest.raises(DBAPIError, match=KEPT):
                run(db, f"TRUNCATE {table} CASCADE")
        return
    for table in ("compliance_record", "private_file", "on_air_correction", "run_event"):
        with pytest.raises(DBAPIError, match=KEPT):
            run(db, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


def test_a_backup_of_a_sealed_show_can_be_restored_over_it_and_the_guards_stand_again(db, show, tmp_path):
    file = tmp_path / "jufu.backup"
    backup.save(file)

    backup.load(file, backup.look_into(file))

    db.session.rollback()
    assert sealed.findings(NOW) == []
    with pytest.raises(DBAPIError, match=KEPT):
        run(db, "DELETE FROM compliance_record")
