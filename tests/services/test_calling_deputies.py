"""Deputies are called for the second yes: when their time has come, and once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.people import Role
from models import Notice, Person, db
from services import moving, outbox
from services.desk import deputies, levels
from tests.support.builders import NOW, between, create_actor, create_space
from tests.support.deciding import approved, now_of, request_for, undone
from tests.support.waiting import booker_of

pytestmark = pytest.mark.usefixtures("db")
HOUR = timedelta(hours=1)
LATER = NOW + HOUR
OTHER = between(10, 12, days=1)


@pytest.fixture
def first():
    return create_actor(Role.STAFF, name="陈晓敏")


@pytest.fixture
def named():
    return create_actor(Role.STAFF, name="吴小梅")


@pytest.fixture
def deputy():
    return create_actor(Role.STAFF, name="林代班")


@pytest.fixture
def room(named, deputy):
    """A space whose deputy may give the second yes after an hour."""
    space = create_space("mediation-room")
    levels.set_up(create_actor(Role.ADMIN), space.code, 2, [named.id], [deputy.id], 60, now=NOW)
    return space


@pytest.fixture
def made(room):
    return request_for(room)


def told_of_second_yes(now):
    """Who has been told that a second yes is wanted, but for the named one."""
    outbox.deliver_due(now)
    wanted = select(Notice.person_id).join(Person, Person.id == Notice.person_id)
    return list(db.session.scalars(wanted.where(Notice.kind == "second_yes_wanted", Person.name != "吴小梅")))


def test_the_deputy_hears_of_it_once_and_only_when_the_time_has_come(made, first, deputy):
    approved(made, first)

    assert deputies.call_due(LATER - timedelta(seconds=1)) == 0
    assert [deputies.call_due(LATER), deputies.call_due(LATER + timedelta(minutes=1))] == [1, 0]
    assert told_of_second_yes(LATER) == [deputy.id]


@pytest.mark.mutant
def test_without_its_memory_the_house_would_call_every_minute(made, first, deputy, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(deputies, "CALLED", "booking.nothing")
    approved(made, first)

    assert [deputies.call_due(LATER), deputies.call_due(LATER)] == [1, 1]
    assert told_of_second_yes(LATER) == [deputy.id, deputy.id]


def test_nobody_is_called_for_what_was_decided_or_taken_back(room, made, first, named):
    other = request_for(room, start=18, end=19)
    approved(made, first)
    approved(made, named)
    approved(other, first)
    undone(other)

    assert deputies.call_due(LATER) == 0


def test_after_another_first_yes_the_deputy_is_called_again(made, first, deputy):
    approved(made, first)
    deputies.call_due(LATER)
    moving.reschedule(booker_of(made), made.id, OTHER, version=now_of(made).version, now=LATER)
    approved(made, first, now=LATER)

    assert deputies.call_due(LATER + HOUR) == 1
    assert told_of_second_yes(LATER + HOUR) == [deputy.id, deputy.id]


def test_a_deputy_who_gave_the_first_is_not_called(made, deputy):
    approved(made, deputy)
    deputies.call_due(LATER)

    assert told_of_second_yes(LATER) == []
