"""Who left a shop sees nothing of its booths any more, and those who stay are told instead."""

import pytest
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.errors import Missing
from domain.people import Role
from models import OutboxMessage, db
from services import acting, booking, decisions, listing, login, mine, my_line, queueing
from services.merchants import members
from services.studio import applying, cancelling
from tests.support.builders import NOW, between, create_actor, create_booking, create_space, create_studio
from tests.support.draw_builders import close_and_draw, create_draw_show
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def studio():
    return create_studio()


@pytest.fixture
def shop():
    """A shop of two people: the second one is about to leave."""
    shop, owner = create_merchant("山腰茶行")
    joining = create_actor(owner.role)
    members.accept(joining, members.invite(owner, now=NOW).token, now=NOW)
    return shop, owner, seen(joining)


def seen(actor):
    """Somebody as the next request sees them."""
    opened = login.open_session(actor.id, lifetime=between(9, 10).ends_at - NOW, now=NOW)
    found = acting.actor_of_session(opened.token, NOW)
    assert found is not None
    return found


def told(kind):
    """Who got a message of a kind."""
    return sorted(db.session.scalars(select(OutboxMessage.recipient_id).where(OutboxMessage.kind == kind)))


def left(owner, other):
    """The second one is removed, and comes back with the session that is still open."""
    members.remove(owner, other.id, now=NOW)
    return seen(other)


def test_who_left_opens_and_changes_no_booth_that_they_booked(studio, shop):
    goods, owner, other = shop
    made = create_booth(create_show(studio), 1, create_product(goods), other)
    gone = left(owner, other)

    with pytest.raises(Missing):
        listing.booking(gone, made.id)
    with pytest.raises(Missing):
        booking.cancel(gone, made.id, version=made.version, now=NOW)
    assert listing.bookings(gone, size=10) == []
    found = mine.of_person(gone, 1, NOW)
    assert (found.upcoming, found.typed, found.past) == ([], [], [])
    assert listing.booking(owner, made.id).id == made.id


def test_what_they_booked_for_themselves_stays_theirs(shop):
    _, owner, other = shop
    room = create_booking(create_space("tea-room"), between(9, 10, days=1), booker_id=other.id)
    gone = left(owner, other)

    assert listing.booking(gone, room.id).id == room.id
    assert [one.id for one in mine.of_person(gone, 1, NOW).upcoming] == [room.id]


def test_who_left_stands_in_no_line_of_the_shop(studio, shop):
    goods, owner, other = shop
    show = create_show(studio)
    rival_shop, rival = create_merchant()
    held = create_booth(show, 1, create_product(rival_shop), rival, status=BookingStatus.CONFIRMED)
    entry = queueing.join_for_booth(other, show.id, 1, create_product(goods).id, now=NOW)
    gone = left(owner, other)

    assert my_line.of_person(gone) == []
    with pytest.raises(Missing):
        queueing.leave(gone, entry.id, now=NOW)
    booking.cancel(rival, held.id, version=held.version, now=NOW)
    assert told("offer_made") == [owner.id]


def test_news_of_the_booth_go_to_who_stays(studio, shop):
    goods, owner, other = shop
    made = create_booth(create_show(studio), 1, create_product(goods), other)
    left(owner, other)

    decisions.approve(create_actor(Role.STAFF), made.id, version=made.version, now=NOW)

    assert told("booking_confirmed") == [owner.id]


def test_news_of_a_show_go_to_who_stays(studio, shop):
    goods, owner, other = shop
    show = create_show(studio)
    create_booth(show, 1, create_product(goods), other)
    left(owner, other)

    cancelling.cancel_show(create_actor(Role.STAFF), show.id, version=1, reason="停电", now=NOW)

    assert told("show_cancelled") == [owner.id]


def test_what_they_applied_with_is_of_who_stays(studio, shop):
    goods, owner, other = shop
    show = create_draw_show(studio)
    applying.apply(other, show.id, create_product(goods).id, now=NOW)
    left(owner, other)

    close_and_draw(show)

    assert told("draw_allotted") == [owner.id]
