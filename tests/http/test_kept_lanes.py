"""What is kept of a space is given out again only while nothing of it has changed."""

from datetime import timedelta

import pytest
from sqlalchemy import event, update

from domain.bookings import BookingStatus
from domain.people import Role
from models import Space
from services import board, kept, locks, settings
from services.privacy import retaining
from services.unit_of_work import in_transaction
from tests.support.builders import MONDAY, NOW, between, create_actor, create_booking, create_space
from tests.support.kept_house import CHANGES, House, looks, nothing_kept
from tests.support.statements import statements
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
READ_ANEW = frozenset({"the order changes"})
"""What is not kept at all."""


@pytest.fixture
def house():
    return House.built()


@pytest.fixture
def silent(db):
    """Writers lock, and tell nobody."""

    def say_nothing(_connection, _cursor, statement, parameters, *_more):
        return statement.replace("(space.revision + ?)", "(space.revision + 0 * ?)"), parameters

    event.listen(db.engine, "before_cursor_execute", say_nothing, retval=True)
    yield
    event.remove(db.engine, "before_cursor_execute", say_nothing)


def before_and_after(app, house, change, monkeypatch):
    """What everybody saw, what they see once something has changed, and what they should see."""
    visitors = house.visitors(app)
    before = looks(visitors)
    CHANGES[change](house)
    after = looks(visitors)
    with nothing_kept(monkeypatch):
        return before, after, looks(visitors)


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen_at_once(app, house, change, monkeypatch):
    before, after, made_anew = before_and_after(app, house, change, monkeypatch)

    assert after == made_anew
    assert after != before


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize("change", sorted(CHANGES.keys() - READ_ANEW))
@pytest.mark.mutant
def test_without_the_revision_a_change_would_be_missed(app, house, change, monkeypatch, silent):
    _before, after, made_anew = before_and_after(app, house, change, monkeypatch)

    assert after != made_anew


@pytest.mark.parametrize("minutes", [1, 6, 14, 15, 46, 180, 24 * 60])
def test_the_clock_is_followed(app, house, clock, minutes, monkeypatch):
    visitors = house.visitors(app)
    looks(visitors)

    clock.move_to(NOW + timedelta(minutes=minutes))
    after = looks(visitors)

    with nothing_kept(monkeypatch):
        assert after == looks(visitors)


def test_purposes_that_are_forgotten_are_gone_from_past_days_too(app):
    booked = create_booking(
        create_space(), between(9, 10, days=-3), status=BookingStatus.COMPLETED, purpose="家庭聚会"
    )
    staff = visitor(app, create_actor(Role.STAFF))
    past = f"/?day={(MONDAY - timedelta(days=3)).isoformat()}"
    assert "家庭聚会" in staff.get(past).text

    settings.change("purposes_kept_days", 1, now=NOW)
    assert retaining.blank_purposes(NOW) == 1

    assert "家庭聚会" not in staff.get(past).text
    assert booked.space_id


def test_each_reads_in_the_own_language(app, house):
    looking = visitor(app)
    (chinese,) = looks([looking], ("/",))

    looking.submit(looking.get("/"), "/preferences", locale="en")
    (english,) = looks([looking], ("/",))

    assert "空闲" in chinese
    assert "空闲" not in english


def test_after_one_booking_nothing_is_read_of_the_other_spaces(app, db, house):
    looking = visitor(app)
    looks([looking], ("/",))
    CHANGES["a room is asked for"](house)

    with statements(db) as seen:
        looks([looking], ("/",))

    asked = [one for one in seen if "FROM booking" in one or "FROM space LEFT" in one]
    assert [one.partition(" IN (")[2][:2] for one in asked if " IN (" in one]
    assert not [one for one in seen if "FROM show" in one or "FROM walk_in" in one or "FROM setting" in one]


def test_what_a_transaction_has_not_kept_yet_is_kept_by_nobody(app, house, db):
    class Undone(Exception):
        pass

    def write():
        session = db.session()
        locks.lock_spaces(session, [house.tea_room.id])
        session.execute(update(Space).where(Space.id == house.tea_room.id).values(name="新茶室"))
        assert "新茶室" in {lane.space.name for lane in board.of_day(None, None, NOW).lanes}
        raise Undone

    with pytest.raises(Undone):
        in_transaction(write)
    CHANGES["a room is asked for"](house)

    assert "新茶室" not in {lane.space.name for lane in board.of_day(None, None, NOW).lanes}


def test_a_shelf_keeps_no_more_than_so_many():
    shelf = kept.Shelf(most=2)
    for name in "abc":
        shelf.put(name, 1, name.upper())

    assert [shelf.get(name, 1) for name in "abc"] == [None, "B", "C"]
    assert shelf.get("c", 2) is None
