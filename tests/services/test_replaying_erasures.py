"""A restore brings nobody back who asked to be forgotten."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.errors import BadInput
from domain.people import ERASED_NAME, Role
from models import Booking, Person
from models.base import db as database
from services import backup
from services.privacy import erasing, replaying
from tests.support.builders import NOW, between, create_actor, create_booking, create_person, create_space

pytestmark = pytest.mark.usefixtures("db")
LATER = NOW + timedelta(days=2)


@pytest.fixture
def admin():
    return create_actor(Role.ADMIN)


@pytest.fixture
def person():
    return create_person(name="黄秀英", phone="13812345678")


@pytest.fixture
def old_backup(admin, person, tmp_path):
    """A backup that still knows the person; erased since."""
    create_booking(create_space(), between(9, 10, days=5), booker_id=person.id, purpose="合唱的事")
    file = tmp_path / "old.backup"
    backup.save(file)
    erasing.erase(admin, person.id, version=1, now=NOW)
    return file


def restore(file):
    backup.load(file, backup.look_into(file))
    database.session.expire_all()


def fresh(person):
    return database.session.get(Person, person.id, populate_existing=True)


def test_who_was_erased_since_the_backup_is_erased_again(person, old_backup):
    gone = replaying.recorded()
    restore(old_backup)

    done = replaying.replay(gone, LATER)

    assert (done.again, done.already, done.absent, done.others) == (1, 0, 0, ())
    now_is = fresh(person)
    assert (now_is.name, now_is.phone, now_is.erased_at) == (ERASED_NAME, None, NOW)
    assert database.session.query(Booking).one().purpose == ""
    assert [one.person_id for one in replaying.recorded()] == [person.id]


@pytest.mark.mutant
def test_without_the_replay_the_old_data_would_be_back(person, old_backup):
    restore(old_backup)

    assert (fresh(person).name, fresh(person).phone) == ("黄秀英", "13812345678")


def test_a_file_keeps_the_erasures_when_the_database_is_lost(person, old_backup):
    file = replaying.written(replaying.recorded())
    assert "黄秀英" not in file
    assert "13812345678" not in file
    restore(old_backup)

    assert replaying.recorded() == []
    assert replaying.replay(replaying.read(file), LATER).again == 1
    assert fresh(person).name == ERASED_NAME


def test_another_account_of_the_same_number_is_left_alone(person, old_backup):
    gone = [replace(one, created_at=NOW - timedelta(days=400)) for one in replaying.recorded()]
    restore(old_backup)

    done = replaying.replay(gone, LATER)

    assert done.others == (person.id,)
    assert fresh(person).name == "黄秀英"


def test_what_is_erased_already_or_not_there_is_counted(person, old_backup):
    (one,) = replaying.recorded()
    stranger = replace(one, person_id=one.person_id + 999)

    done = replaying.replay([one, one, stranger], LATER)

    assert (done.again, done.already, done.absent) == (0, 1, 1)


@pytest.mark.parametrize(
    "text", ["", "{}", '{"kind": "jufu-erasures-1", "erasures": [{"person_id": 1}]}', "[1]", '{"kind": "x"}']
)
def test_something_else_is_no_list_of_erasures(text):
    with pytest.raises(BadInput, match="erasures_unreadable"):
        replaying.read(text)
