"""Managing spaces: what a change touches is seen first, bookings stay as they are, seats are made do with."""

from datetime import date
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select

from domain.bookings import BookingStatus
from domain.errors import BadInput, Changed, Forbidden, InTheWay, RuleViolation
from domain.house import SpaceFacts
from domain.people import Role
from domain.spaces import Approval, Equipment, Hours, OpenOn, SpaceKind
from models import AuditEvent, Booking, Closure, Occupancy, Picture
from services import booking, listing, moving, queue, walk_ins
from services.doctor import closures as doctor
from services.doctor import ticks
from services.house import calendar, hours, photos, spaces, stewards
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, between, create_actor, create_booking, create_pool, create_space
from tests.support.history import disagreements

pytestmark = pytest.mark.usefixtures("db")
READING_ROOM = SpaceFacts(
    name=" 阅览 室 ", name_en="Reading room", kind=SpaceKind.ROOM, approval=Approval.NONE,
    min_minutes=30, max_minutes=120, capacity=10, equipment=frozenset({Equipment.WIFI}),
)  # fmt: skip


def admin():
    """Somebody who keeps the house."""
    return create_actor(Role.ADMIN)


def as_it_is(actor, space, **changes):
    """The facts of a space with a few changes."""
    facts = spaces.facts_of(spaces.one(actor, space.code))
    return SpaceFacts(**{name: getattr(facts, name) for name in SpaceFacts.__dataclass_fields__} | changes)


def edit(actor, space, *, confirmed=None, version=None, **changes):
    """Save a few changes, having seen these bookings."""
    seen = spaces.one(actor, space.code).version if version is None else version
    return spaces.edit(
        actor, space.code, as_it_is(actor, space, **changes), version=seen, now=NOW, confirmed=confirmed
    )


def test_a_new_space_is_last_in_the_list_and_can_be_booked_once_it_has_hours(db):
    create_space()
    keeper = admin()

    made = spaces.create(keeper, "reading-room", READING_ROOM, NOW)
    hours.set_hours(keeper, made.code, [Hours(OpenOn.MONDAY, 480, 720)], version=1, now=NOW)

    assert [space.code for space in listing.spaces()][-1] == "reading-room"
    kept = spaces.facts_of(spaces.one(keeper, "reading-room"))
    assert (kept.name, kept.equipment) == ("阅览 室", READING_ROOM.equipment)
    assert set(db.session.scalars(select(AuditEvent.action))) == {"space.created", "space.hours_set"}
    with pytest.raises(BadInput, match="space_code_taken"):
        spaces.create(keeper, "reading-room", READING_ROOM, NOW)


def test_everything_that_is_wrong_with_a_space_is_said_at_once():
    bad = SpaceFacts(
        name="", name_en="x" * 61, kind=SpaceKind.ROOM, approval=Approval.NONE,
        min_minutes=20, max_minutes=15, places=2, capacity=None,
    )  # fmt: skip

    with pytest.raises(RuleViolation) as refusal:
        spaces.create(admin(), "room", bad, NOW)

    assert [(one.code, one.field) for one in refusal.value.violations] == [
        ("space_name_missing", "name"),
        ("space_name_long", "name_en"),
        ("room_has_one_place", "places"),
        ("capacity_missing", "capacity"),
        ("length_off_grid", "min_minutes"),
        ("longest_below_shortest", "max_minutes"),
    ]


def test_a_change_is_saved_once_the_bookings_it_touches_were_seen(db):
    keeper, room = admin(), create_space()
    large = create_booking(room, between(9, 10, days=1), party_size=15)
    create_booking(room, between(11, 12, days=1), party_size=5)

    with pytest.raises(InTheWay) as refusal:
        edit(keeper, room, capacity=10)
    assert refusal.value.booking_ids == (large.id,)
    assert spaces.one(keeper, room.code).capacity == 20

    edit(keeper, room, capacity=10, confirmed=[large.id])

    assert spaces.one(keeper, room.code).capacity == 10
    assert db.session.get_one(Booking, large.id).status == BookingStatus.CONFIRMED
    audit = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "space.edited")).one()
    assert audit.detail == {"before": {"capacity": 20}, "after": {"capacity": 10}}


def test_whoever_saves_an_old_page_is_told(db):
    keeper, room = admin(), create_space()
    edit(keeper, room, name="新名字")

    with pytest.raises(Changed):
        edit(keeper, room, name="别的名字", version=1)

    assert spaces.one(keeper, room.code).name == "新名字"


def test_the_kind_stays_and_a_longer_buffer_is_for_new_bookings(db):
    keeper, room = admin(), create_space()
    made = create_booking(room, between(9, 10, days=1))

    with pytest.raises(BadInput, match="space_kind_stays"):
        edit(keeper, room, kind=SpaceKind.POOL)
    edit(keeper, room, buffer_minutes=30)

    assert db.session.get_one(Booking, made.id).buffer_minutes == 0
    assert disagreements() == []


def test_fewer_seats_seat_everybody_on_a_lower_one(db):
    keeper, pool, staff = admin(), create_pool(places=4), create_actor(Role.STAFF)
    first = create_booking(pool, between(10, 11))
    stays = create_booking(pool, between(10, 11))
    walk_ins.walk_in(staff, pool.code, now=NOW)
    booking.cancel(staff, first.id, version=1, now=NOW)

    edit(keeper, pool, places=1)

    places = set(db.session.scalars(select(Occupancy.place).where(Occupancy.booking_id == stays.id)))
    assert places == {1}
    assert ticks.findings(NOW) == []


def test_fewer_seats_hold_a_quarter_once_that_a_proposed_time_shares():
    keeper, me = admin(), create_actor()
    pool = create_pool(places=4, buffer_minutes=15, approval=Approval.STAFF)
    others = [create_booking(pool, between(10, 14)) for _ in range(2)]
    stays = create_booking(pool, between(12, 13), booker_id=me.id)
    moving.reschedule(me, stays.id, between(11, 12), version=1, now=NOW)
    for other in others:
        booking.cancel(keeper, other.id, version=1, now=NOW)

    edit(keeper, pool, places=2)

    assert stays.proposed == between(11, 12)
    assert ticks.findings(NOW) == []


def test_fewer_seats_than_are_held_at_any_time_are_refused_with_that_time():
    keeper, pool = admin(), create_pool(places=4)
    for _ in range(3):
        create_booking(pool, between(10, 11, days=2))

    with pytest.raises(RuleViolation) as refusal:
        edit(keeper, pool, places=2)

    (told,) = refusal.value.violations
    assert (told.code, told.params["places"]) == ("places_held", 2)
    assert told.params["interval"].starts_at == between(10, 11, days=2).starts_at
    assert spaces.one(keeper, pool.code).places == 4
    assert edit(keeper, pool, places=3).places == 3
    assert disagreements() == []


def test_a_space_is_archived_once_nobody_comes_any_more_and_comes_back():
    keeper, room = admin(), create_space()
    made = create_booking(room, between(9, 10, days=1))

    with pytest.raises(InTheWay) as refusal:
        spaces.archive(keeper, room.code, now=NOW)
    assert refusal.value.booking_ids == (made.id,)
    booking.cancel(keeper, made.id, version=1, now=NOW)
    spaces.archive(keeper, room.code, now=NOW)

    assert room.code not in {space.code for space in listing.spaces()}
    spaces.restore(keeper, room.code, now=NOW)
    assert room.code in {space.code for space in listing.spaces()}


def test_spaces_change_places():
    keeper = admin()
    first, second, third = (create_space().code for _ in range(3))

    spaces.shift_in_order(keeper, third, up=True, now=NOW)
    spaces.shift_in_order(keeper, first, up=True, now=NOW)

    assert [space.code for space in listing.spaces()] == [first, third, second]


def picture(colour):
    """A small photograph with a place in its metadata."""
    image, output = Image.new("RGB", (60, 40), colour), BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "25.12,118.93"
    image.save(output, "JPEG", exif=exif)
    return output.getvalue()


def test_photos_lose_their_metadata_and_the_first_is_chosen(db):
    keeper, room = admin(), create_space()
    for colour in ("red", "green"):
        photos.add(keeper, room.code, picture(colour), now=NOW)
    first, second = (photo.sha256 for photo in spaces.one(keeper, room.code).photos)

    photos.put_first(keeper, room.code, second, now=NOW)
    assert [photo.sha256 for photo in spaces.one(keeper, room.code).photos] == [second, first]
    photos.remove(keeper, room.code, second, now=NOW)
    assert [photo.sha256 for photo in spaces.one(keeper, room.code).photos] == [first]

    assert b"118.93" in picture("red")
    assert all(b"118.93" not in kept.content for kept in db.session.scalars(select(Picture)))


def test_only_the_stewards_of_a_private_space_reveal_its_parties(db):
    keeper, private = admin(), create_space(is_private=True)
    steward, other = create_actor(Role.STAFF), create_actor(Role.STAFF)
    made = create_booking(private, between(9, 10, days=1))
    stewards.name(keeper, private.code, [steward.id], now=NOW)

    for stranger in (other, keeper):
        with pytest.raises(Forbidden):
            queue.reveal_booker(stranger, made.id, NOW)
    assert queue.reveal_booker(steward, made.id, NOW).id == made.id
    revealed = select(func.count()).where(AuditEvent.action == "booking.parties_revealed")
    assert db.session.scalar(revealed) == 1

    stewards.name(keeper, private.code, [], now=NOW)
    with pytest.raises(Forbidden):
        queue.reveal_booker(steward, made.id, NOW)
    with pytest.raises(BadInput, match="steward_unknown"):
        stewards.name(keeper, private.code, [create_actor().id], now=NOW)
    with pytest.raises(BadInput, match="space_not_private"):
        stewards.name(keeper, create_space().code, [steward.id], now=NOW)


def test_nobody_but_admins_keeps_the_house():
    room, staff = create_space(), create_actor(Role.STAFF)

    for act in (
        lambda: spaces.everything(staff),
        lambda: spaces.archive(staff, room.code, now=NOW),
        lambda: hours.set_hours(staff, room.code, [], version=1, now=NOW),
        lambda: calendar.remove_day(staff, date(2026, 1, 1), now=NOW),
        lambda: photos.add(staff, room.code, picture("red"), now=NOW),
        lambda: stewards.name(staff, room.code, [staff.id], now=NOW),
    ):
        with pytest.raises(Forbidden):
            act()


def test_the_doctor_sees_a_booking_inside_a_closure(db):
    room, staff = create_space(), create_actor(Role.STAFF)
    closed = Closure(
        space_id=room.id, starts_at=between(8, 9, days=1).starts_at, ends_at=between(8, 9, days=2).ends_at,
        reason="检修", created_by_id=staff.id, created_at=NOW,
    )  # fmt: skip
    in_transaction(lambda: db.session.add(closed))
    create_booking(room, between(9, 10, days=3))
    assert doctor.findings(NOW) == []

    create_booking(room, between(9, 10, days=1))

    assert [finding.code for finding in doctor.findings(NOW)] == ["booking_in_closure"]
