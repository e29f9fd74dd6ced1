"""What the house forgets by itself, and what it doesn't."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.people import Role
from domain.telling import ChannelKind, DeliveryState
from models import Booking, Delivery, Notice, OutboxMessage, PasswordReset, RefusedDemand
from services import outbox, records
from services.privacy import retaining
from services.registry import resetting
from services.unit_of_work import in_transaction
from tests.support.builders import (
    NOW,
    at,
    between,
    create_actor,
    create_booking,
    create_person,
    create_space,
    saved,
)

pytestmark = pytest.mark.usefixtures("db")
YEAR = timedelta(days=366)


def told(db, person):
    """A message to somebody that has arrived."""
    in_transaction(lambda: records.tell(db.session(), person.id, "person_verified", NOW))
    outbox.deliver_due(NOW)
    return db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()


def left(db, column):
    db.session.expire_all()
    return db.session.scalars(select(column)).all()


def test_a_notice_goes_after_a_year_and_its_message_with_it(db):
    message = told(db, create_person())
    saved(
        Delivery(
            outbox_id=message.id, channel=ChannelKind.SMS, state=DeliveryState.SENT, next_try_at=NOW, sent_at=NOW,
            created_at=NOW,
        )
    )  # fmt: skip

    retaining.forget_due(NOW + timedelta(days=364))
    assert (len(left(db, Notice.outbox_id)), len(left(db, OutboxMessage.id))) == (1, 1)

    assert retaining.forget_due(NOW + YEAR) == 2
    for column in (Notice.outbox_id, OutboxMessage.id, Delivery.id):
        assert left(db, column) == []


def test_a_message_without_a_notice_goes_after_ninety_days(db):
    saved(OutboxMessage(audience="staff", kind="x", params={}, created_at=NOW, next_try_at=NOW, sent_at=NOW))

    retaining.forget_due(NOW + timedelta(days=89))
    assert len(left(db, OutboxMessage.id)) == 1
    retaining.forget_due(NOW + timedelta(days=91))
    assert left(db, OutboxMessage.id) == []


def test_what_has_not_left_stays_however_old(db):
    saved(OutboxMessage(audience="staff", kind="x", params={}, created_at=NOW, next_try_at=NOW))
    waiting = saved(
        OutboxMessage(audience="staff", kind="x", params={}, created_at=NOW, next_try_at=NOW, sent_at=NOW)
    )
    saved(Delivery(outbox_id=waiting.id, channel=ChannelKind.SMS, next_try_at=NOW, created_at=NOW))

    retaining.forget_due(NOW + 10 * YEAR)

    assert len(left(db, OutboxMessage.id)) == 2


def test_purposes_go_and_the_bookings_stay(db):
    room, day = create_space(), between(9, 10, days=-1)
    over = create_booking(room, day, purpose="家庭聚会", status=BookingStatus.COMPLETED)
    live = create_booking(create_space(), day, purpose="合唱")

    retaining.forget_due(day.ends_at + timedelta(days=729))
    assert db.session.get(Booking, over.id, populate_existing=True).purpose == "家庭聚会"
    retaining.forget_due(day.ends_at + timedelta(days=731))

    assert db.session.get(Booking, over.id, populate_existing=True).purpose == ""
    assert db.session.get(Booking, live.id, populate_existing=True).purpose == "合唱"


def test_demand_and_pins_go(db):
    person = create_person()
    saved(
        RefusedDemand(
            person_id=person.id, space_id=create_space().id, starts_at=at(9), ends_at=at(10), code="slot_taken",
            asked_at=NOW,
        )
    )  # fmt: skip
    resetting.give_pin(create_actor(Role.STAFF), person.id, NOW)

    retaining.forget_due(NOW + timedelta(hours=2))
    assert len(left(db, PasswordReset.person_id)) == 1
    retaining.forget_due(NOW + timedelta(days=2))
    assert left(db, PasswordReset.person_id) == []
    assert len(left(db, RefusedDemand.id)) == 1
    retaining.forget_due(NOW + 2 * YEAR)
    assert left(db, RefusedDemand.id) == []


def test_batch_after_batch(db, monkeypatch):
    monkeypatch.setattr(retaining, "BATCH", 2)
    person = create_person()
    for _ in range(5):
        told(db, person)

    retaining.forget_due(NOW + 2 * YEAR)

    assert left(db, Notice.outbox_id) == []
