"""The bookings of somebody as rows of a list: joined here, since it goes faster than filling a template for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from flask import get_template_attribute, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from blueprints import formats
from domain.interval import local_day
from services.seen import SeenBooking

DAY = timedelta(days=1)


class Writer:
    """Writes rows; a word, a day or a state that many of them need is looked up once."""

    def __init__(self, own_id: int, today: date) -> None:
        self._own_id = own_id
        self._locale = formats.locale_code()
        self._address = url_for("bookings.one", booking_id=0).removesuffix("0")
        self._booth = _("展位 %(number)s")
        self._asked = _("已申请改到 %(time)s")
        self._for_whom = _("替 %(name)s 预约")
        near = (today - DAY, today, today + DAY)
        self._near = {day: str(escape(formats.near_day(day, today))) for day in near}
        self._marks: dict[tuple[str, bool, bool], Markup] = {}
        self._mark = get_template_attribute("_macros/ui.html", "booking_state")

    def rows(self, bookings: Sequence[SeenBooking]) -> Markup:
        """The list of these bookings, in their order: where, when, what for, and its state."""
        rows = "".join([self._row(booking) for booking in bookings])
        return Markup(f'<ul class="list">{rows}</ul>')  # noqa: S704  every part is escaped

    def _row(self, booking: SeenBooking) -> str:
        notes = (self._moves(booking), self._note(booking))
        below = "".join([f'<p class="muted small">{escape(note)}</p>' for note in notes if note])
        time = formats.span(booking.interval)
        return (
            f'<li><div class="list-main"><a class="list-title" href="{self._address}{booking.id}">'
            f"{escape(self._title(booking))}</a>"
            f'<p>{self._day(booking.starts_at)} <span class="num nowrap">{time}</span></p>'
            f'{below}</div><div class="list-end">{self._state(booking)}</div></li>\n'
        )

    def _title(self, booking: SeenBooking) -> str:
        title = booking.space.name_in(self._locale)
        slot = booking.booth_slot
        return title if slot is None else f"{slot.show.title} · {self._booth % {'number': booking.place}}"

    def _moves(self, booking: SeenBooking) -> str:
        """The other time that waits for a yes."""
        wished = booking.wished
        return self._asked % {"time": formats.stretch(wished)} if wished else ""

    def _note(self, booking: SeenBooking) -> str:
        """What it is for."""
        if booking.booth_slot is not None:
            return booking.booth_slot.product.name
        if booking.booker_id != self._own_id:
            return self._for_whom % {"name": booking.booker.name}
        return booking.purpose

    def _day(self, moment: datetime) -> str:
        day = local_day(moment)
        return self._near.get(day) or _far_day(self._locale, day)

    def _state(self, booking: SeenBooking) -> Markup:
        kind = (booking.status.value, booking.booth_slot is not None, bool(booking.decision_reason))
        if kind not in self._marks:
            self._marks[kind] = self._mark(booking)
        return self._marks[kind]


@lru_cache(maxsize=4096)
def _far_day(_locale: str, day: date) -> str:
    return str(escape(formats.short_day(day)))
