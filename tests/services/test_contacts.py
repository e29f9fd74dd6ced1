"""Where people can be reached: an address that was confirmed, a phone that was chosen, and the quiet hours."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.errors import BadInput, Missing, TooManyAttempts
from domain.people import Role
from domain.telling import ChannelKind, Topic
from models import AuditEvent, Contact, Delivery, Notice, OutboxMessage
from services import outbox
from services.secrets import hashed
from services.telling import contacts, quiet, wishes
from services.telling.addressing import address_of
from tests.support.builders import NOW, at, create_actor

pytestmark = pytest.mark.usefixtures("db")
ADDRESS = "lin@example.org"
EMAIL, SMS = ChannelKind.EMAIL, ChannelKind.SMS


@pytest.fixture
def me():
    return create_actor(name="林秀兰")


def sign(person_id, address):
    return f"{person_id}:{address}"


def ask(person, address=ADDRESS, now=NOW):
    contacts.set_email(person, address, sign, now)


def confirmed(person, address=ADDRESS):
    ask(person, address)
    contacts.confirm_email(person.id, hashed(address), NOW)


def wanted(db, person):
    return {(topic, by) for topic in Topic for by in wishes.wanted(db.session(), person.id, topic)}


def goes_to(db, now=NOW):
    """Where each delivery of the outbox would go now."""
    outbox.deliver_due(now)
    found = []
    for delivery in db.session.scalars(select(Delivery).order_by(Delivery.id)):
        delivery.message = db.session.get_one(OutboxMessage, delivery.outbox_id)
        address = address_of(db.session(), delivery, now)
        found.append(address.to if address else None)
    db.session.rollback()
    return found


def test_nothing_leaves_the_house_until_somebody_chose_it(me, db):
    assert wanted(db, me) == set()
    ask(me)
    assert wanted(db, me) == set()


def test_a_confirmed_address_hears_what_is_usual_and_then_what_was_chosen(me, db):
    confirmed(me)
    assert wanted(db, me) == {(topic, EMAIL) for topic in set(Topic) - {Topic.SALES}}

    contacts.choose(me, {(Topic.REMINDERS, EMAIL)}, [EMAIL], NOW)
    assert {topic for topic, _ in wanted(db, me)} & {Topic.BOOKINGS, Topic.WAITING, Topic.REMINDERS} == {
        Topic.REMINDERS
    }
    contacts.confirm_email(me.id, hashed(ADDRESS), NOW)
    assert (Topic.BOOKINGS, EMAIL) not in wanted(db, me)


def test_the_letter_that_asks_goes_to_the_address_alone_and_never_into_the_inbox(me, db):
    ask(me)

    assert goes_to(db) == [ADDRESS]
    assert db.session.scalars(select(Notice)).all() == []
    message = db.session.scalars(select(OutboxMessage)).one()
    assert ADDRESS not in str(message.params)


def test_the_letter_goes_nowhere_once_the_address_is_another_or_the_link_is_over(me, db):
    ask(me)
    ask(me, "other@example.org", NOW)
    assert goes_to(db) == [None, "other@example.org"]

    assert goes_to(db, NOW + contacts.CONFIRM_WITHIN) == [None, None]


def test_only_the_address_that_waits_can_be_confirmed(me, db):
    ask(me)
    ask(me, "other@example.org")

    for person_id, address in ((me.id, ADDRESS), (create_actor().id, "other@example.org"), (0, ADDRESS)):
        with pytest.raises(Missing):
            contacts.confirm_email(person_id, hashed(address), NOW)
    assert contacts.waiting_address(me.id, hashed("other@example.org")) == "other@example.org"
    assert not contacts.reach(me).is_confirmed


def test_another_address_has_to_be_confirmed_again_and_the_same_one_not(me, db):
    confirmed(me)
    ask(me)
    assert contacts.reach(me).is_confirmed

    ask(me, "other@example.org")
    assert not contacts.reach(me).is_confirmed
    assert wanted(db, me) == set()


def test_a_strangers_mailbox_is_not_filled_from_here(me, db):
    for _ in range(contacts.PER_ADDRESS):
        ask(me)
    for sender, address in ((me, "other@example.org"), (create_actor(), ADDRESS)):
        with pytest.raises(TooManyAttempts):
            ask(sender, address)
    assert len(db.session.scalars(select(OutboxMessage)).all()) == contacts.PER_ADDRESS

    ask(me, now=NOW + timedelta(minutes=15))


def test_short_messages_are_switched_on_and_off_in_one_go(me, db):
    contacts.switch_sms(me, True, NOW)
    assert wanted(db, me) == {(topic, SMS) for topic in (Topic.BOOKINGS, Topic.WAITING, Topic.REMINDERS)}

    contacts.switch_sms(me, False, NOW)
    assert wanted(db, me) == set()
    with pytest.raises(BadInput, match="sms_without_phone"):
        contacts.switch_sms(create_actor(phone=None), True, NOW)


def test_an_address_can_be_taken_away(me, db):
    confirmed(me)
    contacts.remove_email(me, NOW)
    contacts.remove_email(me, NOW)

    assert db.session.get_one(Contact, me.id).email is None
    assert wanted(db, me) == set()


def test_what_somebody_chose_is_on_record_without_the_address(me, db):
    confirmed(me)
    contacts.set_quiet(me, (60, 120), NOW)

    events = db.session.execute(
        select(AuditEvent.action, AuditEvent.detail).where(AuditEvent.action.like("contact.%"))
    ).all()
    assert [event.action for event in events] == [
        "contact.email_asked", "contact.email_confirmed", "contact.quiet_set",
    ]  # fmt: skip
    assert ADDRESS not in str(events)


def test_a_shop_chooses_about_sales_and_a_resident_does_not(me, db):
    merchant = create_actor(Role.MERCHANT)
    for who in (me, merchant):
        contacts.choose(who, {(Topic.SALES, SMS)}, [SMS], NOW)

    assert (wanted(db, me), wanted(db, merchant)) == (set(), {(Topic.SALES, SMS)})


def test_quiet_hours_are_the_houses_the_own_ones_or_none(me, db):
    night = at(23)

    def when():
        db.session.rollback()
        return quiet.when(db.session(), me.id, {}, night)

    assert when() == at(24 + 7)
    contacts.set_quiet(me, (21 * 60, 9 * 60), NOW)
    assert when() == at(24 + 9)
    contacts.set_quiet(me, (0, 0), NOW)
    assert when() == night
    contacts.set_quiet(me, None, NOW)
    assert when() == at(24 + 7)
    with pytest.raises(BadInput):
        contacts.set_quiet(me, (None, 60), NOW)
