"""The requests of the queue as they are written on screen, many at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _

from blueprints.formats import locale_code, near_day, roughly, span
from domain.interval import Interval, local_day
from services.decisions import undecided_until, waiting_since
from services.seen import AnyBooking, SeenBooking

SOON = timedelta(hours=2)
LONG = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class Card(NamedTuple):
    """One request in the queue."""

    id: int
    version: int
    url: str
    title: str
    when: str
    waiting_text: str
    waiting_tone: str | None
    who: str
    is_chosen: bool


class Writer:
    """Writes the requests of a queue; a word or a day that many of them need is looked up once."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.today = local_day(now)
        self.locale = locale_code()
        self._days: dict[date, str] = {}
        self._address = url_for("desk.request_page", booking_id=0).removesuffix("0")
        self._people = _("%(count)s 人")
        self._secret = _("%(count)s 人 · 当事人保密")
        self._home = _("%(building)s 栋 %(name)s")
        self._typed = _("%(name)s（%(by)s 代订）")
        self._booth = _("%(show)s · 展位 %(booth)s")
        self._moves = _("改期，原来 %(time)s")
        self._waited = _("等了 %(time)s")
        self._starts = _("%(time)s后开始")
        self._fixed = _("%(time)s后就改不了了")
        self._suggested = _("已建议 %(time)s")
        self._second = _("等第二次同意")

    def card(self, booking: SeenBooking, chosen: int | None) -> Card:
        """One request in the queue."""
        text, tone = self.urgency(booking)
        wished = booking.wished
        who = self._who(booking)
        if wished:
            moves = self._moves % {"time": self._near(booking.interval)}
            who = f"{moves} · {who}" if who else moves
        return Card(
            id=booking.id,
            version=booking.version,
            url=f"{self._address}{booking.id}",
            title=self._what(booking),
            when=self._near(wished or booking.interval),
            waiting_text=text,
            waiting_tone=tone,
            who=who,
            is_chosen=booking.id == chosen,
        )

    def urgency(self, booking: AnyBooking) -> tuple[str, str | None]:
        """What presses: a start within two hours, else how long it has been waiting; with its tone."""
        if booking.suggested:
            return self._suggested % {"time": self._near(booking.suggested)}, None
        left = undecided_until(booking) - self.now
        if timedelta(0) < left <= SOON:
            return (self._fixed if booking.wished else self._starts) % {"time": self._roughly(left)}, "red"
        if booking.first_yes_at is not None:
            return self._second, "amber"
        waited = self.now - waiting_since(booking)
        return self._waited % {"time": self._roughly(waited)}, "amber" if waited >= LONG else None

    def _roughly(self, time: timedelta) -> str:
        minutes = time // MINUTE
        # From an hour on it is said in hours or days.
        return _length(self.locale, minutes if minutes < 60 else minutes - minutes % 60)

    def _near(self, time: Interval) -> str:
        day, hours = _on_the_clock(time)
        if day not in self._days:
            self._days[day] = near_day(day, self.today)
        return f"{self._days[day]} {hours}"

    def _what(self, booking: SeenBooking) -> str:
        slot = booking.booth_slot
        if slot is not None:
            return self._booth % {"show": slot.show.title, "booth": booking.place}
        return booking.space.name_in(self.locale)

    def _who(self, booking: SeenBooking) -> str:
        """The shop and its product, or the neighbour, who typed it, how many, and what for."""
        slot = booking.booth_slot
        if slot is not None:
            return f"{slot.merchant.name} · {slot.product.name}"
        count = {"count": booking.party_size}
        if booking.space.is_private:
            return self._secret % count
        parts = [self._name(booking), self._people % count]
        return " · ".join([*parts, booking.purpose] if booking.purpose else parts)

    def _name(self, booking: SeenBooking) -> str:
        name = booking.booker.masked_name
        if booking.booker.building is not None:
            name = self._home % {"building": booking.booker.building, "name": name}
        if booking.created_by_id != booking.booker_id:
            name = self._typed % {"name": name, "by": booking.created_by.masked_name}
        return name


def cards(bookings: Iterable[SeenBooking], chosen: int | None, writer: Writer) -> list[Card]:
    """Requests in the queue."""
    return [writer.card(booking, chosen) for booking in bookings]


@lru_cache(maxsize=4096)
def _on_the_clock(time: Interval) -> tuple[date, str]:
    """The day and the hours of a time, in whatever language: a queue says the same ones again and again."""
    return local_day(time.starts_at), span(time)


@lru_cache(maxsize=1024)
def _length(_locale: str, minutes: int) -> str:
    return roughly(minutes * MINUTE)
