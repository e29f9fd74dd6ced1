"""The bookings of somebody as rows of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import get_template_attribute, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from blueprints import formats
from domain.interval import local_day
from services.seen import SeenBooking


@dataclass(frozen=True, slots=True)
class Line:
    """One row; `asked` is the other time that waits for a yes, `note` what it is for, `mark` its state."""

    url: str
    title: str
    day: str
    time: str
    asked: str
    note: str
    mark: Markup


class Writer:
    """Writes rows; a word, a day or a state that many of them need is looked up once."""

    def __init__(self, own_id: int, today: date) -> None:
        self._own_id = own_id
        self._today = today
        self._locale = formats.locale_code()
        self._address = url_for("bookings.one", booking_id=0).removesuffix("0")
        self._booth = _("展位 %(number)s")
        self._asked = _("已申请改到 %(time)s")
        self._for_whom = _("替 %(name)s 预约")
        self._days: dict[date, str] = {}
        self._marks: dict[tuple[str, bool, bool], Markup] = {}
        self._mark = get_template_attribute("_macros/ui.html", "booking_state")

    def lines(self, bookings: Sequence[SeenBooking]) -> list[Line]:
        """The rows of these bookings, in their order."""
        return [self._line(booking) for booking in bookings]

    def _line(self, booking: SeenBooking) -> Line:
        slot = booking.booth_slot
        title = booking.space.name_in(self._locale)
        if slot is not None:
            title = f"{slot.show.title} · {self._booth % {'number': booking.place}}"
        wished = booking.wished
        return Line(
            url=f"{self._address}{booking.id}",
            title=title,
            day=self._day(booking.starts_at),
            time=formats.span(booking.interval),
            asked=self._asked % {"time": formats.stretch(wished)} if wished else "",
            note=self._note(booking),
            mark=self._state(booking),
        )

    def _note(self, booking: SeenBooking) -> str:
        if booking.booth_slot is not None:
            return booking.booth_slot.product.name
        if booking.booker_id != self._own_id:
            return self._for_whom % {"name": booking.booker.name}
        return booking.purpose

    def _day(self, moment: datetime) -> str:
        day = local_day(moment)
        if day not in self._days:
            self._days[day] = formats.near_day(day, self._today)
        return self._days[day]

    def _state(self, booking: SeenBooking) -> Markup:
        kind = (booking.status.value, booking.booth_slot is not None, bool(booking.decision_reason))
        if kind not in self._marks:
            self._marks[kind] = self._mark(booking)
        return self._marks[kind]
