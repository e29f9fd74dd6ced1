"""A house that is tried comes back to how it was, with the numbers that it gives."""

import pytest

from domain.errors import Missing
from models.base import db as database
from services.unit_of_work import in_transaction
from tests.support.builders import create_person
from tests.support.tried_house import Tracebacks, TriedHouse, remembered
from tests.support.world import contents

ALL = set(database.metadata.tables)


def test_who_comes_after_all_was_put_back_gets_the_same_number(db):
    create_person()
    memory, given = remembered(), []
    for _ in "abc":
        given.append(create_person().id)
        db.session.remove()
        memory.restore(ALL)
    memory.close()

    assert len(set(given)) == 1


def test_so_does_who_comes_after_a_refusal_that_had_taken_one(app, db):
    create_person()
    memory, given = remembered(), []
    house = TriedHouse(app, None, memory, Tracebacks(), {}, {}, contents(), {}, {})

    def refused():
        given.append(create_person().id)
        raise Missing

    for _ in "ab":
        with pytest.raises(Missing):
            in_transaction(refused)
        house.restore(set(house.changes()))
    memory.close()

    assert len(set(given)) == 1
