"""The staff's day as it is written on screen: its addresses, who comes, and what each show needs next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from flask import get_template_attribute, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from blueprints import formats
from blueprints.edge import whole
from blueprints.timeline import parse_day
from domain.bookings import BookingStatus
from domain.interval import Interval, local_day
from domain.policies import Closed
from domain.spaces import SpaceKind
from services.desk.today import Broadcast, Line, Place, Step, Today
from services.seen import SeenBooking

SOON = timedelta(hours=2)
"""From then on the console of a show is what staff open next, else its list of checks."""
EXCUSES_OF = "excuse"


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody looks at: which day, with what is over or without, and the point that they are excusing."""

    day: date | None = None
    past: bool = False
    excuse: int | None = None

    @classmethod
    def asked(cls) -> Look:
        """As the address of the request says."""
        get = request.args.get
        return cls(parse_day(get("day")), get("past") == "1", get(EXCUSES_OF, type=whole))

    def address(self, endpoint: str = "desk.today", **values: Any) -> str:
        """The same look at this page, or brought along to a tap."""
        asked: dict[str, Any] = {
            "day": self.day.isoformat() if self.day else None,
            "past": "1" if self.past else None,
            EXCUSES_OF: self.excuse,
        }
        return url_for(endpoint, **asked | values)


@dataclass(frozen=True, slots=True)
class Link:
    """Where to go, and its word."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line in words: when, who, and what stands at its end where nothing is to be done (`mark`)."""

    line: Line
    id: str
    url: str
    when: str
    who: str
    number: str
    opens: str
    mark: Markup | str


@dataclass(frozen=True, slots=True)
class Card:
    """One space: what is shown of its lines, how many are over and left out, why it is closed, and how it can be.

    `over` and `close` lead to what is over, and to closing the space for the day, where there is either.
    """

    place: Place
    name: str
    openings: str
    rows: list[Row]
    nothing: str
    closed_id: int | None
    closed_why: str
    over: Link | None
    close: Link | None


@dataclass(frozen=True, slots=True)
class ShowCard:
    """A show with its state (text, tone, icon) and the page that staff need next."""

    one: Broadcast
    state: tuple[str, str | None, str]
    url: str
    label: str
    is_pressing: bool


def cards(found: Today, look: Look, now: datetime, writer: Writer) -> list[Card]:
    """Every space; on the running day what is over is left out until somebody asks for it."""
    over, closing = look.address(past=1), url_for("desk.closing", space="")
    says = {
        "over": _("已经结束的 %(count)s 个"),
        "close": _("今天停用 %(space)s"),
        "shut": _("当天不开放"),
        "no_show": _("当天没有直播"),
        "no_more": _("后面没有预约了"),
        "nothing": _("没有预约"),
    }
    locale, fold = formats.locale_code(), found.is_today and not look.past
    hours: dict[tuple[Interval, ...], str] = {}
    made = []
    for place in found.places:
        space, shown = place.space, [line for line in place.lines if not (fold and line.is_over)]
        hidden, name = len(place.lines) - len(shown), space.name_in(locale)
        closed = place.closed_at(now) if found.is_today else None
        can_close = found.is_today and closed is None and any(one.ends_at > now for one in place.openings)
        timetable = tuple(place.openings)
        if timetable not in hours:
            hours[timetable] = formats.listed(map(formats.span, timetable)) if timetable else says["shut"]
        of_room = says["no_more"] if hidden else says["nothing"]
        made.append(
            Card(
                place=place,
                name=name,
                openings=hours[timetable],
                rows=writer.rows(shown),
                nothing=says["no_show"] if space.kind is SpaceKind.STUDIO else of_room,
                closed_id=closed.id if closed else None,
                closed_why=_closed_why(closed, now) if closed else "",
                over=Link(f"{over}#place-{space.code}", says["over"] % {"count": hidden}) if hidden else None,
                close=Link(f"{closing}{quote(space.code)}", says["close"] % {"space": name})
                if can_close
                else None,
            )
        )
    return made


def _closed_why(closed: Closed, now: datetime) -> str:
    until = _until(closed.interval.ends_at, now)
    return _("停用到 %(time)s：%(reason)s", time=until, reason=closed.reason)


def _until(moment: datetime, now: datetime) -> str:
    last = local_day(moment - timedelta(seconds=1))
    if last != local_day(now):
        return formats.clock_on(moment)
    text = formats.clock(moment)
    return "24:00" if text == "00:00" else text


def neighbours(found: Today, look: Look, today: date) -> tuple[Link | None, Link | None]:
    """The day before and the day after."""

    def to(day: date) -> Link | None:
        if not found.first_day <= day <= found.last_day:
            return None
        address = Look(None if day == today else day, look.past).address()
        return Link(address, formats.near_day(day, today))

    return to(found.day - timedelta(days=1)), to(found.day + timedelta(days=1))


class Writer:
    """Writes lines; a word, an address or a state that many of them need is looked up once."""

    def __init__(self) -> None:
        self._address = url_for("bookings.one", booking_id=0).removesuffix("0")
        self._people = _("%(count)s 人")
        self._home = _("%(building)s 栋 %(name)s")
        self._secret = _("预约人保密")
        self._number = _("号码 %(number)s")
        self._opens = _("%(time)s 起签到")
        self._marks: dict[str, Markup] = {}
        self._state = get_template_attribute("_macros/ui.html", "state")

    def rows(self, lines: Iterable[Line]) -> list[Row]:
        """These lines in words."""
        return [self._row(line) for line in lines]

    def _row(self, line: Line) -> Row:
        booking, step = line.booking, line.step
        is_plain = step is None and line.opens_at is None and not (line.point and line.point.excused_at)
        numbered = booking.pickup_number and step is Step.CHECK_IN
        return Row(
            line=line,
            id=f"{booking.id}-wish" if line.is_proposal else str(booking.id),
            url=f"{self._address}{booking.id}",
            when=formats.span(line.interval),
            who=self._who(booking),
            number=self._number % {"number": booking.pickup_number} if numbered else "",
            opens=self._opens % {"time": formats.clock(line.opens_at)} if line.opens_at else "",
            mark=self._mark(status(line)) if is_plain else "",
        )

    def _who(self, booking: SeenBooking) -> str:
        """Who comes and how many; nothing of a private space's parties."""
        if booking.space.is_private:
            return self._secret
        name = booking.booker.masked_name
        if booking.booker.building is not None:
            name = self._home % {"building": booking.booker.building, "name": name}
        return name if booking.party_size == 1 else f"{name} · {self._people % {'count': booking.party_size}}"

    def _mark(self, state: str) -> Markup:
        if state not in self._marks:
            self._marks[state] = self._state(state)
        return self._marks[state]


def status(line: Line) -> str:
    """The word of the state that a line shows."""
    booking = line.booking
    if booking.status is BookingStatus.CHECKED_IN and booking.left_at is not None:
        return BookingStatus.COMPLETED.value
    return {BookingStatus.PENDING: "asked", BookingStatus.OFFERED: "held"}.get(
        booking.status, booking.status.value
    )


def show_card(one: Broadcast, now: datetime) -> ShowCard:
    """Where a show stands, and what is to be done with it."""
    here = {"show_id": one.show.id}
    if one.has_ended or one.show.ends_at <= now:
        wrapped = one.show.wrapped_up_at is not None
        state = (_("已播完"), None, "check")
        label = _("看收尾") if wrapped else _("去收尾")
        return ShowCard(one, state, url_for("running.wrap_up", **here), label, not wrapped)
    console = url_for("running.console", **here)
    if one.has_begun:
        return ShowCard(one, (_("正在直播"), "red", "live"), console, _("控制台"), is_pressing=True)
    if one.show.starts_at - now <= SOON:
        state = (
            (_("快开播了"), "amber", "clock")
            if one.show.starts_at > now
            else (_("该开播了"), "red", "warning")
        )
        return ShowCard(one, state, console, _("控制台"), is_pressing=True)
    return ShowCard(
        one,
        (_("还没开播"), None, "clock"),
        url_for("studio.checklist", **here),
        _("检查单"),
        is_pressing=False,
    )


def said(line_status: Step) -> str:
    """What a tap has done."""
    return {Step.CHECK_IN: _("已签到。"), Step.LEAVE: _("已记下提前离开，空出来了。")}[line_status]


def without_excuse(look: Look) -> Look:
    """The same look with the reasons put away."""
    return replace(look, excuse=None)
