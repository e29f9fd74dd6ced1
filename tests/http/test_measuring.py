"""Each answer is counted once, under its route and never under its address."""

import pytest

from app import create_app
from blueprints import measuring
from domain.errors import SlotTaken
from domain.spaces import Approval
from services import booking, figures_of_house, meter
from tests.support.builders import NOW, between, create_actor, create_booking, create_space

pytestmark = pytest.mark.usefixtures("clock", "db")


@pytest.fixture
def counting(app):
    """A meter in which this process has a part."""
    counting = meter.Meter(measuring.routes(app), processes=1)
    counting.take_part("web")
    meter.use(counting)
    yield counting
    meter.use(None)


@pytest.fixture
def measured(app, counting):
    """Another application on the same database, whose answers are counted."""
    wanted = {name: app.config[name] for name in ("SQLALCHEMY_DATABASE_URI", "APP_ENV", "SECRET_KEY")}
    return create_app({**wanted, "METRICS_BIND": ("127.0.0.1", 9464)})


def test_an_answer_is_counted_under_its_route_and_status(measured, counting):
    client = measured.test_client()
    space = create_space()

    client.get(f"/spaces/{space.code}")
    client.get("/spaces/13800001234")
    client.get("/no/13800001234")
    client.get("/desk")
    client.post("/login", data={})

    requests = counting.read().requests
    assert requests["/spaces/<code>", 200] == 1
    assert requests["/spaces/<code>", 404] == 1
    assert requests[measuring.UNKNOWN, 404] == 1
    assert sum(requests.values()) == 5
    assert not [route for route, _status in requests if "138" in route]
    durations = counting.read().durations
    assert (sum(durations["read"]), sum(durations["write"])) == (4, 1)


def test_an_answer_that_was_kept_is_counted_too(measured, counting):
    client = measured.test_client()

    for _ in range(3):
        client.get("/")

    requests = counting.read().requests
    assert requests["/", 200] + requests[measuring.AGAIN, 200] == 3


def test_what_breaks_counts_as_our_fault(counting):
    def broken(_environ, _start):
        raise ZeroDivisionError

    layer = measuring.Measured(broken)

    with pytest.raises(ZeroDivisionError):
        layer({"REQUEST_METHOD": "POST", measuring.RULE: "/"}, lambda *_: None)

    assert counting.read().requests == {("/", 500): 1}


def test_without_a_meter_nothing_is_counted_and_all_is_answered(app):
    layer = measuring.Measured(lambda _environ, start: [start("200 OK", []) or b"x"])

    assert layer({"REQUEST_METHOD": "GET"}, lambda *_: None) == [b"x"]


def test_the_house_counts_whom_it_refused(counting):
    room = create_space("tea-room", approval=Approval.NONE)
    wish = {"purpose": "喝茶", "party_size": 2, "now": NOW}
    booking.request_booking(create_actor(), room.code, between(10, 11, days=1), **wish)

    with pytest.raises(SlotTaken):
        booking.request_booking(create_actor(), room.code, between(10, 11, days=1), **wish)

    assert counting.read().refusals["slot_taken"] == 1


def test_the_database_says_what_waits_and_how_large_it_is():
    newest = create_booking(create_space(), between(10, 11))

    found = figures_of_house.figures(NOW)

    assert found.made == newest.id
    assert found.database_bytes > 100_000
    assert (found.messages, found.oldest_seconds) == (0, 0.0)
