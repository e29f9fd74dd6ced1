"""Whom a closure hit, in words: who, what became of the booking, and what they know of it."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from blueprints.door.views import door_line
from blueprints.formats import clock_on, locale_code, stretch
from blueprints.words.people import home_words
from domain.bookings import BookingStatus
from models import Booking
from services.house.calling import Call


@dataclass(frozen=True, slots=True)
class CallRow:
    """One of them; `revealed_name`, `revealed_phone` and `home` only where somebody has just asked, and was logged."""

    call: Call
    who: str
    what: str
    outcome: str
    told: str
    tone: str | None
    icon: str
    phone: str
    via: str
    revealed_name: str
    revealed_phone: str
    home: str


def call_row(call: Call, revealed: Booking | None) -> CallRow:
    """Who it is, masked, nothing of a private space's parties; and how far they know."""
    booking = call.booking
    shown = revealed is not None and revealed.id == booking.id
    told, tone, icon = _told(call)
    return CallRow(
        call=call,
        who=_who(booking),
        what=_what(booking),
        outcome=_outcome(booking),
        told=told,
        tone=tone,
        icon=icon,
        phone="" if booking.space.is_private or call.contact is None else call.contact.masked_phone,
        via=_via(call),
        revealed_name=booking.booker.name if shown else "",
        revealed_phone=(call.contact.phone or "") if shown and call.contact else "",
        home=home_words(booking.booker) if shown and call.contact is None else "",
    )


def _who(booking: Booking) -> str:
    if booking.booth_slot is not None:
        return booking.booth_slot.merchant.name
    return door_line(booking)


def _what(booking: Booking) -> str:
    if booking.booth_slot is not None:
        return _("%(show)s · 展位 %(booth)s", show=booking.booth_slot.show.title, booth=booking.place)
    return booking.space.name_in(locale_code())


def _outcome(booking: Booking) -> str:
    """What the caller has to say."""
    when = stretch(booking.interval)
    if booking.status is BookingStatus.CANCELLED:
        return _("%(time)s 取消了", time=when)
    if booking.status in (BookingStatus.CHECKED_IN, BookingStatus.COMPLETED):
        return _("%(time)s 提前结束", time=when)
    return _("现在是 %(time)s", time=when)


def _told(call: Call) -> tuple[str, str | None, str]:
    """What they know, its tone and icon."""
    if call.called_at is not None:
        by = call.called_by.masked_name if call.called_by else ""
        return _("已打电话 · %(by)s %(time)s", by=by, time=clock_on(call.called_at)), "jade", "check"
    if call.read_at is not None:
        return _("在手机上看到了 %(time)s", time=clock_on(call.read_at)), "jade", "check"
    if not call.has_account:
        return _("不用手机，请打电话"), "red", "phone"
    if call.told_at is not None:
        return _("已发到手机，还没看"), "amber", "clock"
    return _("正在发到手机"), "amber", "clock"


def _via(call: Call) -> str:
    """Through whom the booker is reached where that is not themselves."""
    contact = call.contact
    if contact is None:
        return _("没有留电话，请上门告诉")
    if contact.id == call.booking.booker_id or call.booking.space.is_private:
        return ""
    return _("打给代订人 %(name)s", name=contact.masked_name)
