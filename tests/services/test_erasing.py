"""Erasing somebody's personal data: what is gone, what stays, who can't yet."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from domain.attendance import PointKind
from domain.bookings import BookingStatus
from domain.errors import BadInput, Forbidden, Missing, RuleViolation, StalePerson
from domain.people import ERASED_NAME, Role
from domain.telling import ChannelKind, Topic
from domain.waitlist import EntryStatus
from models import (
    AuditEvent,
    Booking,
    ChannelChoice,
    Contact,
    Erasure,
    LoginSession,
    Merchant,
    MerchantMember,
    Notice,
    OutboxMessage,
    PenaltyPoint,
    Person,
    RefusedDemand,
    WaitlistEntry,
)
from models.base import Base
from services import booking, doctor, feeds, login, outbox, people, points
from services.passwords import hash_password
from services.privacy import erasing
from services.registry import resetting
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
PASSWORD = "correct horse"
TRACES = ("黄秀英", "13812345678", "9021", "家庭聚会", "hxy@example.org", "合唱的事")


@pytest.fixture(scope="module")
def password_hash():
    return hash_password(PASSWORD)


@pytest.fixture
def admin():
    return create_actor(Role.ADMIN)


@pytest.fixture
def person(password_hash):
    """A neighbour with something of everything."""
    return create_person(name="黄秀英", phone="13812345678", room="9021", password_hash=password_hash)


def fresh(db, person):
    return db.session.get(Person, person.id, populate_existing=True)


def faults():
    """What the doctor finds; that builders write no audit is no news."""
    return [found for found in doctor.data_findings(NOW) if found.code != "booking_without_audit"]


def furnish(person):
    """Contact, choices, notices, a feed, a session, a PIN, bookings before and after now, a place in line."""
    actor, room = person.as_actor(), create_space()
    saved(Contact(person_id=person.id, email="hxy@example.org", email_confirmed_at=NOW))
    saved(ChannelChoice(person_id=person.id, topic=Topic.BOOKINGS, channel=ChannelKind.EMAIL, is_on=True))
    saved(
        RefusedDemand(
            person_id=person.id, space_id=room.id, starts_at=NOW, ends_at=NOW + timedelta(hours=1), code="x",
            asked_at=NOW,
        )
    )  # fmt: skip
    feeds.renew(actor, None, NOW)
    login.open_session(person.id, lifetime=timedelta(days=1), now=NOW)
    resetting.give_pin(create_actor(Role.STAFF), person.id, NOW)
    outbox.deliver_due(NOW)
    create_booking(
        room, between(9, 10, days=-1), booker_id=person.id, purpose="家庭聚会", status=BookingStatus.COMPLETED
    )
    coming = create_booking(room, between(9, 10, days=1), booker_id=person.id, purpose="合唱的事")
    create_booking(room, between(11, 12, days=1))
    entry = waits(actor, room, between(11, 12, days=1))
    return room, coming, entry


def rows_about(person_id):
    """Everything that the database holds, as one text."""
    from models import db

    texts = []
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            texts.append(f"{table.name}: {row!r}")
    return texts


def test_no_trace_of_name_phone_home_purpose_or_address_is_left(db, admin, person):
    furnish(person)
    assert all(any(trace in row for row in rows_about(person.id)) for trace in TRACES)

    erasing.erase(admin, person.id, version=1, now=NOW)

    left = [row for row in rows_about(person.id) if any(trace in row for trace in TRACES)]
    assert left == []
    now_is = fresh(db, person)
    assert (now_is.name, now_is.phone, now_is.masked_name) == (ERASED_NAME, None, ERASED_NAME)
    assert now_is.disabled_at == now_is.erased_at == NOW
    assert db.session.get(Erasure, person.id).erased_by_id == admin.id


def test_what_hung_on_the_account_is_gone(db, admin, person):
    furnish(person)

    erasing.erase(admin, person.id, version=1, now=NOW)

    for column in (
        Contact.person_id, ChannelChoice.person_id, Notice.person_id, OutboxMessage.recipient_id,
        LoginSession.person_id, RefusedDemand.person_id,
    ):  # fmt: skip
        assert db.session.scalar(select(func.count()).where(column == person.id)) == 0


def test_what_comes_is_cancelled_and_goes_to_the_next_in_line(db, admin, person):
    room, coming, entry = furnish(person)
    other = create_actor()
    next_one = waits(other, room, coming.interval)
    before = faults()  # builders let what is over hold its ticks

    erasing.erase(admin, person.id, version=1, now=NOW)

    db.session.expire_all()
    assert db.session.get(Booking, coming.id).status is BookingStatus.CANCELLED
    assert db.session.get(WaitlistEntry, entry.id).status is EntryStatus.WITHDRAWN
    passed_on = db.session.get(WaitlistEntry, next_one.id)
    assert passed_on.status is EntryStatus.OFFERED
    assert [found for found in faults() if found not in before] == []


def test_the_use_of_the_house_is_still_counted(db, admin, person):
    furnish(person)

    erasing.erase(admin, person.id, version=1, now=NOW)

    past = db.session.scalars(
        select(Booking).where(Booking.booker_id == person.id, Booking.status == BookingStatus.COMPLETED)
    ).one()
    assert past.purpose == ""
    assert db.session.scalar(
        select(func.count()).where(AuditEvent.action == "person.erased", AuditEvent.object_id == person.id)
    )


def test_a_neighbour_without_a_phone_goes_on_waiting_without_who_typed_it(db, admin):
    captain, neighbour = create_person(Role.CAPTAIN, captain_of=7), create_person(phone=None)
    room = create_space()
    create_booking(room, between(9, 10, days=1))
    entry = waits(captain.as_actor(), room, between(9, 10, days=1), on_behalf_of=neighbour.id)

    erasing.erase(admin, captain.id, version=1, now=NOW)

    db.session.expire_all()
    stays = db.session.get(WaitlistEntry, entry.id)
    assert (stays.status, stays.created_by_id) == (EntryStatus.WAITING, neighbour.id)


def test_why_somebody_could_not_come_goes_out_of_the_audit_too(db, admin, person):
    neighbour, room = create_person(), create_space()
    for one in (person, neighbour):
        made = create_booking(room, between(9, 10, days=one.id), booker_id=one.id)
        booking.cancel(one.as_actor(), made.id, version=1, reason=f"{one.id} 住院", now=NOW)
        missed = create_booking(
            room, between(9, 10, days=-one.id), booker_id=one.id, status=BookingStatus.NO_SHOW
        )
        point = saved(
            PenaltyPoint(
                person_id=one.id, booking_id=missed.id, kind=PointKind.NO_SHOW, points=1, created_at=NOW
            )
        )
        points.excuse(admin, point.id, reason=f"{one.id} 手术", now=NOW)

    erasing.erase(admin, person.id, version=1, now=NOW)

    db.session.expire_all()
    told = [event.detail.get("reason") for event in db.session.scalars(select(AuditEvent)) if event.detail]
    assert sorted(text for text in told if text) == [f"{neighbour.id} 住院", f"{neighbour.id} 手术"]


def test_the_own_password_is_asked_for(db, person):
    with pytest.raises(BadInput, match="password_wrong"):
        erasing.erase_own(person.as_actor(), "guess", NOW)
    assert fresh(db, person).erased_at is None

    erasing.erase_own(person.as_actor(), PASSWORD, NOW)

    assert fresh(db, person).erased_at == NOW


def test_the_last_admin_can_not_be_forgotten(admin, password_hash):
    with pytest.raises(RuleViolation):
        erasing.erase(admin, admin.id, version=1, now=NOW)


def test_the_last_of_a_shop_with_a_booth_coming_can_not_yet(db, admin):
    shop, keeper = create_merchant("山腰茶行")
    booth = create_booth(create_show(create_studio()), 1, create_product(shop), keeper)

    with pytest.raises(RuleViolation) as refused:
        erasing.erase(admin, keeper.id, version=1, now=NOW)
    assert refused.value.violations[0].code == "erase_last_member"

    db.session.execute(update(Booking).where(Booking.id == booth.id).values(status=BookingStatus.CANCELLED))
    db.session.commit()
    erasing.erase(admin, keeper.id, version=1, now=NOW)
    assert db.session.get(Merchant, shop.id).name == "山腰茶行"


def test_the_booths_of_a_shop_go_to_who_stays(db, admin):
    shop, keeper = create_merchant("山腰茶行")
    other = create_person(Role.MERCHANT)
    saved(MerchantMember(merchant_id=shop.id, person_id=other.id))
    booth = create_booth(create_show(create_studio()), 1, create_product(shop), keeper)

    erasing.erase(admin, keeper.id, version=1, now=NOW)

    db.session.expire_all()
    kept = db.session.get(Booking, booth.id)
    assert (kept.booker_id, kept.status) == (other.id, booth.status)
    assert db.session.scalars(select(MerchantMember.person_id)).all() == [other.id]


def test_an_account_that_was_merged_into_it_goes_too(db, admin, person):
    before = create_person(name="黄秀英", disabled_at=NOW, merged_into_id=person.id, phone=None)

    erasing.erase(admin, person.id, version=1, now=NOW)

    assert fresh(db, before).name == ERASED_NAME
    assert db.session.get(Erasure, before.id) is not None


def test_it_is_done_once_and_by_who_may(admin, person):
    with pytest.raises(Forbidden):
        erasing.erase(create_actor(Role.STAFF), person.id, version=1, now=NOW)
    with pytest.raises(StalePerson):
        erasing.erase(admin, person.id, version=7, now=NOW)
    erasing.erase(admin, person.id, version=1, now=NOW)
    with pytest.raises(Missing):
        erasing.erase(admin, person.id, version=2, now=NOW)


def test_the_phone_may_sign_up_anew(admin, person):
    erasing.erase(admin, person.id, version=1, now=NOW)

    again = people.create_account(phone="13812345678", name="黄秀英", role=Role.RESIDENT, now=NOW)

    assert again.id != person.id
