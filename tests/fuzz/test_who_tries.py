"""How often each person tries a door."""

from domain.people import Role
from tests.support.trying import measured, plan
from tests.support.world import doors


def test_who_is_turned_away_tries_a_tenth(house):
    (people,) = [door for door in doors(house.app) if door.endpoint == "people.all_people"]

    assert measured(plan(40), people, Role.STAFF).max_examples == 40
    assert measured(plan(40), people, Role.RESIDENT).max_examples == 4
    assert measured(plan(2), people, None).max_examples == 1
