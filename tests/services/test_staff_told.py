"""The staff's groups hear of what comes in and waits, with nobody's name, phone or purpose."""

import json

import pytest
from sqlalchemy import select

from domain.errors import SlotTaken
from domain.people import Home, Role, Salutation
from domain.spaces import Approval
from domain.telling import Audience, ChannelKind
from models import Delivery, OutboxMessage, db
from services import booking, decisions, moving, outbox, people
from services.studio import booths
from tests.support.builders import NOW, between, create_actor, create_person, create_space, create_studio
from tests.support.letters import Pigeon, create_bot, post_with
from tests.support.studio_builders import create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")
TOMORROW = between(15, 17, days=1)


def told_staff():
    db.session.rollback()
    found = select(OutboxMessage).where(OutboxMessage.audience == Audience.STAFF).order_by(OutboxMessage.id)
    return db.session.scalars(found).all()


def kinds():
    return [message.kind for message in told_staff()]


def ask(person, space, purpose="夫妻吵架调解", time=TOMORROW):
    return booking.request_booking(person, space.code, time, purpose=purpose, party_size=2, now=NOW)


def test_a_request_that_waits_is_told_and_says_neither_who_nor_what_for():
    room, resident = create_space(is_private=True), create_person(name="欧阳文静", phone="13912345678")
    ask(resident.as_actor(), room)

    (message,) = told_staff()
    assert message.kind == "request_received"
    assert set(message.params) == {"booking_id", "space", "space_en", "starts_at", "ends_at"}
    said = json.dumps(message.params, ensure_ascii=False)
    assert not any(word in said for word in ("欧阳", "13912345678", "吵架"))


def test_what_needs_no_yes_is_told_to_nobody():
    ask(create_actor(), create_space(approval=Approval.NONE))
    ask(create_actor(Role.STAFF), create_space())

    assert kinds() == []


def test_staff_hear_nothing_of_a_request_that_was_refused():
    room = create_space()
    ask(create_actor(), room)
    with pytest.raises(SlotTaken):
        ask(create_actor(), room)

    assert kinds() == ["request_received"]


def test_another_time_for_what_was_agreed_waits_too():
    staff, resident = create_actor(Role.STAFF), create_actor()
    made = ask(resident, create_space())
    decisions.approve(staff, made.id, version=1, now=NOW)

    moving.reschedule(resident, made.id, between(18, 20, days=1), version=2, now=NOW)
    assert kinds() == ["request_received", "move_requested"]


def test_shops_that_hand_something_in_are_told():
    shop, owner = create_merchant("山腰茶行")
    booths.take_booth(owner, create_show(create_studio()).id, 1, create_product(shop).id, now=NOW)

    assert kinds() == ["booth_requested"]


def test_somebody_who_signs_up_waits_for_a_verifier():
    newcomer = people.resident_account(
        phone="13912345678",
        name="欧阳文静",
        salutation=Salutation.MS,
        home=Home(7, 2, "301"),
        password="correct horse",
        now=NOW,
    )
    people.sign_up(newcomer, NOW)

    (message,) = told_staff()
    assert (message.kind, message.params) == ("resident_signed_up", {})


def test_each_bot_hears_it_once_by_the_way_of_all_messages():
    first, second = create_bot(), create_bot()
    ask(create_actor(), create_space())
    post = post_with(Pigeon(ChannelKind.WEBHOOK))

    outbox.deliver_due(NOW, post.kinds)

    assert sorted(db.session.scalars(select(Delivery.target))) == sorted([first.id, second.id])
