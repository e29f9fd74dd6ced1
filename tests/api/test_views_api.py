"""Months and looking for a place, for programs."""

import pytest

from domain.spaces import Equipment
from models import SpaceEquipment
from tests.api.program import Program
from tests.support.builders import between, create_booking, create_person, create_pool, create_space

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def program(app):
    return Program(app, create_person())


def test_a_month_says_how_full_each_day_is(program):
    room = create_space("tea-room", opens=8, closes=12)
    create_pool(code="rest-station")
    create_booking(room, between(8, 11, days=1))

    one = program.get("/spaces/tea-room/month", day="2026-11-24").json
    both = program.get("/month").json

    assert (one["space"], one["first"], len(one["items"])) == ("tea-room", "2026-11-01", 30)
    tomorrow = {"day": "2026-11-24", "fullness": "busy", "share": 0.75, "open_spaces": 1}
    assert one["items"][23].items() >= tomorrow.items()
    assert both["items"][23].items() >= {"fullness": "quiet", "share": 0.375, "open_spaces": 2}.items()
    assert program.get("/spaces/cellar/month").status_code == 404
    assert program.get("/month", day="soon").status_code == 422


def test_finding_answers_with_the_first_free_times(program, db):
    room, full = create_space("tea-room"), create_space("hall")
    for space in (room, full):
        db.session.add(SpaceEquipment(space_id=space.id, code=Equipment.AUDIO))
    db.session.commit()
    create_space("quiet")
    create_booking(room, between(8, 12, days=1))
    create_booking(full, between(8, 21.5, days=1))

    asked = {"day": "2026-11-24", "length": 90, "people": 8, "equipment": ["audio"]}
    found = program.get("/find", **asked).json

    assert found["day"] == "2026-11-24"
    assert [(one["space"], one["starts"][:1]) for one in found["items"]] == [
        ("tea-room", ["2026-11-24T12:00:00+08:00"]),
        ("hall", []),
    ]
    assert program.get("/find", equipment="sauna").status_code == 422
    assert program.get("/find", length=7).status_code == 422
