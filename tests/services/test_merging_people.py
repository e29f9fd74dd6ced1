"""Two accounts of one human become one."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.errors import Forbidden, Missing, RuleViolation, StalePerson
from domain.people import Role
from domain.telling import ChannelKind, Topic
from models import (
    AuditEvent,
    Booking,
    ChannelChoice,
    LoginSession,
    MerchantMember,
    Person,
    RefusedDemand,
)
from models.base import Base
from services import acting, doctor, feeds, login
from services.privacy.references import REFERENCES, Merged
from services.registry import merging
from tests.support.builders import (
    NOW,
    between,
    create_actor,
    create_booking,
    create_person,
    create_space,
    create_studio,
    saved,
)
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show
from tests.support.waiting import waits

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def admin():
    return create_actor(Role.ADMIN)


def merge(admin, kept, dropped, versions=(1, 1)):
    return merging.merge(admin, kept.id, dropped.id, versions=versions, now=NOW)


def fresh(db, person):
    return db.session.get(Person, person.id, populate_existing=True)


def faults():
    """What the doctor finds; that builders write no audit is no news."""
    return [found for found in doctor.data_findings(NOW) if found.code != "booking_without_audit"]


def left_of(db, person_id):
    """The columns that still name an account though they should have moved or gone."""
    found = set()
    for name, known in REFERENCES.items():
        table, _, column = name.partition(".")
        if known.merged is not Merged.KEPT and db.session.scalar(
            select(func.count()).where(Base.metadata.tables[table].c[column] == person_id)
        ):
            found.add(name)
    return found


def test_a_neighbour_without_a_phone_who_signed_up_later_is_one_again(db, admin):
    registered = create_person(name="黄秀英", phone=None, room="301")
    signed_up = create_person(
        name="黄秀英", phone="13812345678", room="301", password_hash="x", verified_at=None
    )
    room = create_space()
    mine = create_booking(room, between(9, 10, days=1), booker_id=registered.id)

    merge(admin, signed_up, registered)

    db.session.expire_all()
    assert db.session.get(Booking, mine.id).booker_id == signed_up.id
    stays = fresh(db, signed_up)
    assert (stays.phone, stays.verified_at) == ("13812345678", NOW)
    gone = fresh(db, registered)
    assert (gone.disabled_at, gone.merged_into_id) == (NOW, signed_up.id)
    assert faults() == []


def test_the_phone_goes_to_the_account_that_stays(db, admin):
    registered = create_person(phone=None, room="301")
    signed_up = create_person(phone="13812345678", room="301", password_hash="x")
    opened = login.open_session(signed_up.id, lifetime=timedelta(days=1), now=NOW)

    merge(admin, registered, signed_up)

    stays = fresh(db, registered)
    assert (stays.phone, stays.password_hash) == ("13812345678", "x")
    assert fresh(db, signed_up).phone is None
    assert acting.actor_of_session(opened.token, NOW) is None


def test_nothing_that_moves_or_goes_is_left_behind(db, admin):
    kept, dropped = create_person(room="1"), create_person(room="1")
    room = create_space()
    for person in (kept, dropped):
        saved(
            ChannelChoice(
                person_id=person.id, topic=Topic.BOOKINGS, channel=ChannelKind.SMS, is_on=person is kept
            )
        )
        saved(
            RefusedDemand(
                person_id=person.id, space_id=room.id, starts_at=NOW, ends_at=NOW + timedelta(hours=1), code="x",
                asked_at=NOW,
            )
        )  # fmt: skip
    saved(ChannelChoice(person_id=dropped.id, topic=Topic.WAITING, channel=ChannelKind.SMS, is_on=True))
    feeds.renew(dropped.as_actor(), None, NOW)
    login.open_session(dropped.id, lifetime=timedelta(days=1), now=NOW)
    create_booking(room, between(9, 10, days=1), booker_id=dropped.id)
    create_booking(room, between(11, 12, days=1))
    waits(dropped.as_actor(), room, between(11, 12, days=1))

    merge(admin, kept, dropped)

    assert left_of(db, dropped.id) == set()
    choices = db.session.execute(
        select(ChannelChoice.person_id, ChannelChoice.topic, ChannelChoice.is_on).order_by(
            ChannelChoice.topic
        )
    ).all()
    assert choices == [(kept.id, Topic.BOOKINGS, True), (kept.id, Topic.WAITING, True)]
    assert db.session.scalars(select(RefusedDemand.person_id)).all() == [kept.id]
    assert db.session.scalars(select(LoginSession.id)).all() == []


def test_limits_may_be_exceeded_and_nothing_breaks(db, admin):
    kept, dropped = create_person(room="1"), create_person(room="1")
    rooms = [create_space() for _ in range(6)]
    for number, room in enumerate(rooms):
        create_booking(room, between(9, 10, days=1), booker_id=(kept, dropped)[number % 2].id)

    merge(admin, kept, dropped)

    assert db.session.scalar(select(func.count()).where(Booking.booker_id == kept.id)) == 6
    assert faults() == []


def test_two_of_one_shop_are_one_and_the_booth_is_theirs(db, admin):
    shop, keeper = create_merchant("山腰茶行")
    other = create_person(Role.MERCHANT)
    saved(MerchantMember(merchant_id=shop.id, person_id=other.id))
    booth = create_booth(create_show(create_studio()), 1, create_product(shop), keeper)

    merge(admin, other, db.session.get(Person, keeper.id))

    db.session.expire_all()
    assert db.session.scalars(select(MerchantMember.person_id)).all() == [other.id]
    assert db.session.get(Booking, booth.id).booker_id == other.id


def test_what_was_merged_before_points_to_the_one_that_stays(db, admin):
    first, second, third = (create_person(room="1") for _ in range(3))
    merge(admin, second, first)
    merge(admin, third, second, versions=(1, 2))

    assert fresh(db, first).merged_into_id == third.id


def test_it_is_written_down_without_personal_data(db, admin):
    kept, dropped = create_person(name="黄秀英", room="1"), create_person(name="黄秀英", room="1")
    create_booking(create_space(), between(9, 10, days=1), booker_id=dropped.id)

    merge(admin, kept, dropped)

    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "person.merged")).one()
    assert event.object_id == kept.id
    assert event.detail == {
        "dropped": dropped.id,
        "moved": {"booking.booker_id": 1, "booking.created_by_id": 1},
    }


@pytest.mark.parametrize(
    ("kept", "dropped", "code"),
    [(Role.RESIDENT, Role.MERCHANT, "merge_role"), (Role.ADMIN, Role.ADMIN, "merge_staff")],
)
def test_shops_and_staff_are_not_merged_away(admin, kept, dropped, code):
    with pytest.raises(RuleViolation) as refused:
        merge(admin, create_person(kept), create_person(dropped))

    assert refused.value.violations[0].code == code


def test_only_what_was_looked_at_by_an_admin_is_merged(admin):
    kept, dropped = create_person(), create_person()
    with pytest.raises(Forbidden):
        merge(create_actor(Role.STAFF), kept, dropped)
    with pytest.raises(Missing):
        merge(admin, kept, kept)
    with pytest.raises(StalePerson):
        merge(admin, kept, dropped, versions=(1, 2))
    merge(admin, kept, dropped)
    with pytest.raises(Missing):
        merge(admin, kept, dropped, versions=(2, 2))


def test_both_sides_are_counted_before(admin):
    kept, dropped = create_person(), create_person()
    create_booking(create_space(), between(9, 10, days=1), booker_id=dropped.id)

    ours, theirs = merging.compare(admin, kept.id, dropped.id, NOW)

    assert (ours.upcoming, theirs.upcoming, theirs.bookings) == (0, 1, 1)
