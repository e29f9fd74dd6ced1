"""Bookings as iCalendar (RFC 5545): what a phone shows of them, which is little, since phones hand calendars on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from flask_babel import gettext as _
from icalendar import Alarm, Calendar, Event

from domain.bookings import BookingStatus
from domain.interval import ZONE, Interval
from domain.people import Actor
from services.feeds import FeedEntry

ASK_AGAIN = timedelta(hours=1)
REMIND = timedelta(hours=1)
TENTATIVE = frozenset({BookingStatus.PENDING, BookingStatus.OFFERED})
Address = Callable[[int], str]
"""Makes the address of a booking's page."""


def calendar_of(entries: Iterable[FeedEntry], name: str, language: str, address: Address) -> bytes:
    """A whole calendar; the same bookings give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//jufu//bookings//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", ZONE.key)
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        calendar.add_component(_event(entry, entry.booking.interval, language, address))
        if entry.booking.proposed is not None:
            calendar.add_component(_event(entry, entry.booking.proposed, language, address, "-proposed"))
    return bytes(calendar.to_ical())


def owner_name(owner: Actor) -> str:
    """What the calendar is called in the list of calendars."""
    return _("聚福小区 %(name)s的预约", name=owner.name)


def _event(entry: FeedEntry, time: Interval, language: str, address: Address, part: str = "") -> Event:
    booking = entry.booking
    event = Event()
    # The moment of the request tells the bookings of two communities apart.
    event.add("uid", f"booking-{booking.id}-{booking.created_at:%Y%m%dT%H%M%SZ}{part}@jufu")
    event.add("sequence", booking.version)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("dtstart", time.starts_at)
    event.add("dtend", time.ends_at)
    event.add("status", _status(entry, part))
    event.add("summary", _summary(entry, language, part))
    event.add("url", address(booking.id))
    event.add("transp", "TRANSPARENT" if entry.is_gone else "OPAQUE")
    if booking.space.is_private:
        event.add("class", "PRIVATE")
    else:
        event.add("location", booking.space.name_in(language))
        if booking.purpose:
            event.add("description", booking.purpose)
    if booking.status is BookingStatus.CONFIRMED and not part:
        event.add_component(_reminder(_summary(entry, language, part)))
    return event


def _status(entry: FeedEntry, part: str) -> str:
    if entry.is_gone:
        return "CANCELLED"
    return "TENTATIVE" if part or entry.booking.status in TENTATIVE else "CONFIRMED"


def _summary(entry: FeedEntry, language: str, part: str) -> str:
    """The name of the place; of a private one not even that, nor the purpose: a family may share its calendar."""
    booking = entry.booking
    name = _("聚福小区预约") if booking.space.is_private else booking.space.name_in(language)
    if booking.booth_slot is not None:
        show, number = booking.booth_slot.show.title, booking.place
        name = _("%(show)s 展位 %(number)s", show=show, number=number)
    if entry.is_gone:
        return _("已取消：%(name)s", name=name)
    if part and booking.suggested is not None:
        return _("建议改到这时：%(name)s", name=name)
    if part:
        return _("想改到这时：%(name)s", name=name)
    if booking.status is BookingStatus.PENDING:
        return _("等待审核：%(name)s", name=name)
    if booking.status is BookingStatus.OFFERED:
        return _("等您确认：%(name)s", name=name)
    return name


def _reminder(text: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -REMIND)
    alarm.add("description", text)
    return alarm
