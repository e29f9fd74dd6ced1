"""The calendar of one's own bookings: what stands in it, who gets it, and how it is taken back."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.feeds import feed_token
from domain.people import Role
from models import CalendarFeed, Person
from services import booking, moving
from tests.support.builders import NOW, at, between, create_actor, create_booking, create_space, create_studio
from tests.support.client import read_forms
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show
from tests.support.visits import log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def me():
    return create_actor(name="林秀兰")


@pytest.fixture
def room():
    return create_space("tea-room", name="楼院茶话室", name_en="Tea room")


def open_feed(client, person):
    """Ask for an address as a person does, and read it off the page."""
    own = log_in(visitor(client.application), person)
    own.submit(own.get("/calendar"), "/calendar")
    return address_on(own)


def address_on(own):
    page = own.get("/calendar").text
    start = page.index('readonly value="') + len('readonly value="')
    return page[start : page.index('"', start)]


def events_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.data)
    assert not calendar.errors
    assert calendar["X-WR-TIMEZONE"] == "Asia/Shanghai"
    events = list(calendar.walk("VEVENT"))
    for event in events:
        assert not event.errors
        assert {"UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE"} <= set(event)
    return {str(event["SUMMARY"]): event for event in events}


def test_the_feed_holds_ones_own_bookings_in_utc(client, me, room):
    mine = create_booking(room, between(15, 17, days=1), booker_id=me.id, purpose="合唱排练")
    create_booking(room, between(18, 19, days=1), booker_id=me.id, status=BookingStatus.PENDING)
    create_booking(room, between(20, 21, days=1), purpose="别人的")

    events = events_of(client, open_feed(client, me))

    assert set(events) == {"楼院茶话室", "等待审核：楼院茶话室"}
    sure, waiting = events["楼院茶话室"], events["等待审核：楼院茶话室"]
    assert sure["DTSTART"].to_ical() == b"20261124T070000Z"
    assert sure["DTEND"].dt == mine.ends_at
    assert (sure["STATUS"], waiting["STATUS"]) == ("CONFIRMED", "TENTATIVE")
    assert sure["DESCRIPTION"] == "合唱排练"
    assert len(sure.walk("VALARM")) == 1
    assert not waiting.walk("VALARM")


def test_the_address_is_where_the_settings_say_whatever_host_was_asked(client, monkeypatch, me):
    monkeypatch.setitem(client.application.config, "PUBLIC_URL", "https://jufu.example")

    assert open_feed(client, me).startswith("https://jufu.example/")


def test_a_change_keeps_the_uid_and_raises_the_sequence(client, db, me, room):
    mine = create_booking(room, between(15, 17, days=1), booker_id=me.id)
    address = open_feed(client, me)
    before = events_of(client, address)["楼院茶话室"]
    assert before["LAST-MODIFIED"].dt == NOW

    moving.reschedule(me, mine.id, between(10, 11, days=2), version=1, now=at(9.25))
    after = events_of(client, address)
    assert after["楼院茶话室"]["UID"] == before["UID"]
    assert after["楼院茶话室"]["SEQUENCE"] == 2
    assert after["想改到这时：楼院茶话室"]["STATUS"] == "TENTATIVE"

    booking.cancel(me, mine.id, version=2, now=at(9.5))
    gone = events_of(client, address)["已取消：楼院茶话室"]
    assert (gone["UID"], gone["STATUS"]) == (before["UID"], "CANCELLED")
    assert gone["LAST-MODIFIED"].dt == at(9.5)
    assert not gone.walk("VALARM")


def test_what_is_long_over_or_long_off_leaves_the_feed(client, clock, me, room):
    create_booking(room, between(15, 17, days=1), booker_id=me.id)
    off = create_booking(room, between(10, 11, days=30), booker_id=me.id)
    address = open_feed(client, me)
    booking.cancel(me, off.id, version=1, now=NOW)

    clock.move_to(NOW + timedelta(days=29))
    assert len(events_of(client, address)) == 2
    clock.move_to(NOW + timedelta(days=31))
    assert set(events_of(client, address)) == {"楼院茶话室"}
    clock.move_to(NOW + timedelta(days=92))
    assert not events_of(client, address)


def test_a_private_room_is_only_a_booking(client, me):
    private = create_space("mediation-room", name="调解室", is_private=True)
    mine = create_booking(private, between(15, 16, days=1), booker_id=me.id, purpose="邻里纠纷")
    own = log_in(visitor(client.application), me)

    for answer in (client.get(open_feed(client, me)), own.get(f"/bookings/{mine.id}.ics")):
        assert "聚福小区预约" in answer.text
        assert "邻里纠纷" not in answer.text
        assert "调解室" not in answer.text


def test_a_shop_finds_its_booths(client):
    shop, owner = create_merchant()
    show = create_show(create_studio(), title="年货节专场")
    create_booth(show, 3, create_product(shop), owner, status=BookingStatus.CONFIRMED)

    assert set(events_of(client, open_feed(client, owner))) == {"年货节专场 展位 3"}


def test_the_feed_speaks_the_language_of_its_owner(client, room):
    reader = create_actor(locale="en")
    create_booking(room, between(15, 17, days=1), booker_id=reader.id)

    assert set(events_of(client, open_feed(client, reader))) == {"Tea room"}


def test_an_unchanged_feed_is_not_sent_again(client, me, room):
    create_booking(room, between(15, 17, days=1), booker_id=me.id)
    address = open_feed(client, me)
    first = client.get(address)

    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    create_booking(room, between(18, 19, days=1), booker_id=me.id)
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_an_address_can_be_renewed_and_ended(client, me):
    own = log_in(client, me)
    first = open_feed(client, me)
    own.submit(own.get("/calendar"), "/calendar")
    second = address_on(own)

    assert first != second
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    assert "data:image/png;base64" in own.get("/calendar").text
    own.submit(own.get("/calendar"), "/calendar/revoke")
    assert client.get(second).status_code == 404
    assert "/calendar/revoke" not in {form.action for form in read_forms(own.get("/calendar").text)}


def test_the_database_alone_gives_no_address_away(client, db, me):
    address = open_feed(client, me)
    feed = db.session.scalar(select(CalendarFeed))
    key = client.application.config["SECRET_KEY"]

    assert feed_token(feed.id, feed.nonce, key) in address
    assert feed.nonce not in address
    for forged in (
        feed_token(feed.id, feed.nonce, "another key"),
        feed_token(feed.id + 1, feed.nonce, key),
        f"{feed.id}-{feed.nonce}",
        f"{'9' * 30}-{'x' * 43}",
        "x",
    ):
        assert client.get(f"/calendar/{forged}.ics").status_code == 404


def test_a_closed_account_has_no_feed(client, db, me):
    address = open_feed(client, me)
    db.session.get_one(Person, me.id).disabled_at = NOW
    db.session.commit()

    assert client.get(address).status_code == 404


def test_a_single_booking_is_for_who_may_open_it(client, me, room):
    mine = create_booking(room, between(15, 17, days=1), booker_id=me.id)
    path = f"/bookings/{mine.id}.ics"

    assert set(events_of(log_in(visitor(client.application), me), path)) == {"楼院茶话室"}
    assert f"{mine.id}.ics" in log_in(visitor(client.application), me).get(f"/bookings/{mine.id}").text
    assert log_in(visitor(client.application), create_actor()).get(path).status_code == 404
    assert log_in(visitor(client.application), create_actor(Role.STAFF)).get(path).status_code == 200
