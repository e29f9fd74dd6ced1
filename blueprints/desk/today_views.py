"""The staff's day as it is written on screen: its addresses, who comes, and what each show needs next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from blueprints import formats
from blueprints.door.views import door_line
from blueprints.edge import whole
from blueprints.timeline import parse_day
from domain.bookings import BookingStatus
from domain.interval import local_day
from services.desk.today import Broadcast, Line, Place, Step, Today

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
class Card:
    """One space: what is shown of its lines, how many are over and left out, why it is closed, and if it can be."""

    place: Place
    lines: list[Line]
    hidden: int
    closed_id: int | None
    closed_why: str
    can_close: bool


@dataclass(frozen=True, slots=True)
class ShowCard:
    """A show with its state (text, tone, icon) and the page that staff need next."""

    one: Broadcast
    state: tuple[str, str | None, str]
    url: str
    label: str
    is_pressing: bool


@dataclass(frozen=True, slots=True)
class Link:
    """Where to go, and its word."""

    url: str
    label: str


def cards(found: Today, look: Look, now: datetime) -> list[Card]:
    """Every space; on the running day what is over is left out until somebody asks for it."""
    return [_card(place, found, look, now) for place in found.places]


def _card(place: Place, found: Today, look: Look, now: datetime) -> Card:
    fold = found.is_today and not look.past
    shown = [line for line in place.lines if not (fold and line.is_over)]
    closed = place.closed_at(now) if found.is_today else None
    return Card(
        place=place,
        lines=shown,
        hidden=len(place.lines) - len(shown),
        closed_id=closed.id if closed else None,
        closed_why=_(
            "停用到 %(time)s：%(reason)s", time=_until(closed.interval.ends_at, now), reason=closed.reason
        )
        if closed
        else "",
        can_close=found.is_today and closed is None and any(one.ends_at > now for one in place.openings),
    )


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


def who(line: Line) -> str:
    """Who comes and how many; nothing of a private space's parties."""
    booking = line.booking
    name = door_line(booking)
    if booking.space.is_private or booking.party_size == 1:
        return name
    return f"{name} · {_('%(count)s 人', count=booking.party_size)}"


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
