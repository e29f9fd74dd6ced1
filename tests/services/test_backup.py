"""A backup is believed only after it has been read back; on both engines."""

import pytest
from sqlalchemy import func, select

from domain.errors import BadInput
from models import Booking, Person
from models import db as db_of_test
from services import backup, board, locks
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, between, create_booking, create_person, create_space

pytestmark = pytest.mark.usefixtures("db")


def people(db):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Person))


def test_a_backup_brings_everything_back(db, tmp_path, engine_name):
    space = create_space(about="引号' \\反斜杠\n换行\t制表 NULL \\N")
    create_booking(space, between(10, 11, days=1))
    file = tmp_path / "jufu.backup"

    saved = backup.save(file)
    create_person()
    backup.load(file, backup.look_into(file))

    assert saved.engine == engine_name
    assert people(db) == 1
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 1
    db.session.refresh(space)
    assert space.about == "引号' \\反斜杠\n换行\t制表 NULL \\N"
    assert create_person().id > 1


def test_a_house_that_was_brought_back_is_not_taken_for_the_one_it_was(db, tmp_path):
    room, file = create_space(), tmp_path / "b"
    backup.save(file)
    in_transaction(lambda: locks.lock_spaces(db.session(), [room.id]))
    create_booking(room, between(10, 11))
    assert "busy" in kinds_of_today()

    backup.load(file, backup.look_into(file))
    in_transaction(lambda: locks.lock_spaces(db.session(), [room.id]))

    assert "busy" not in kinds_of_today()


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.mutant
def test_without_another_revision_it_would_be(db, tmp_path, monkeypatch):
    monkeypatch.setattr(backup, "_renew_revisions", lambda connection: None)

    with pytest.raises(AssertionError):
        test_a_house_that_was_brought_back_is_not_taken_for_the_one_it_was(db, tmp_path)


def kinds_of_today():
    db_of_test.session.rollback()
    [lane] = board.of_day(None, None, NOW).lanes
    return {segment.kind for segment in lane.segments}


def test_only_its_owner_may_read_a_backup(tmp_path):
    backup.save(tmp_path / "b")

    assert (tmp_path / "b").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_a_damaged_backup_is_refused_and_changes_nothing(db, tmp_path):
    create_person()
    file = tmp_path / "b"
    backup.save(file)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(BadInput):
        backup.look_into(file)
    assert people(db) == 1


def test_something_else_is_no_backup(tmp_path):
    file = tmp_path / "b"
    file.write_text("你好")

    with pytest.raises(BadInput, match="backup_unknown"):
        backup.look_into(file)


def test_a_database_with_anything_in_it_is_not_empty():
    assert backup.is_empty()
    create_person()
    assert not backup.is_empty()


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_database_is_never_its_own_backup(db, tmp_path):
    from pathlib import Path

    with pytest.raises(BadInput, match="backup_onto_itself"):
        backup.save(Path(db.engine.url.database))
    with pytest.raises(BadInput, match="backup_no_directory"):
        backup.save(tmp_path / "nowhere" / "b")
