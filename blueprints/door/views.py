"""The door in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from blueprints.formats import clock, clock_end, span
from domain.door import DoorState
from domain.interval import Interval, local_day
from models import Person
from services.door import Sign
from services.seen import AnyBooking, SeenPerson


@dataclass(frozen=True, slots=True)
class SignWords:
    """The state in one word with its tone and icon, until when, and what comes."""

    state: str
    tone: str
    icon: str
    until: str
    coming: list[str]


def sign_words(sign: Sign, now: datetime) -> SignWords:
    """What the sign says, large."""
    coming = [_("%(time)s 已预约", time=span(one)) for one in sign.glance.coming]
    if sign.seats is not None:
        return _pool_words(sign, [])
    state, tone, icon = {
        DoorState.FREE: (_("现在空着"), "free", "check"),
        DoorState.BUSY: (_("正在使用"), "busy", "person"),
        DoorState.CLEANING: (_("正在打扫"), "busy", "broom"),
        DoorState.CLOSED: (_("现在不开放"), "closed", "lock"),
    }[sign.glance.state]
    return SignWords(state, tone, icon, _until(sign, now), coming)


def _until(sign: Sign, now: datetime) -> str:
    until = sign.glance.until
    if sign.glance.state is DoorState.CLOSED:
        return _("%(time)s 开放", time=clock(until)) if until else _("今天不再开放")
    if until is None:
        return ""
    if sign.glance.state is DoorState.FREE:
        return _("空到 %(time)s", time=clock_end(Interval(now, until)))
    text = clock_end(Interval(now, until)) if local_day(until) == local_day(now) else clock(until)
    return _("到 %(time)s", time=text)


def _pool_words(sign: Sign, coming: list[str]) -> SignWords:
    free = sign.seats.free if sign.seats else None
    if free is None:
        until = sign.glance.until if sign.glance.state is DoorState.CLOSED else None
        opens = _("%(time)s 开放", time=clock(until)) if until else _("今天不再开放")
        return SignWords(_("现在不开放"), "closed", "lock", opens, coming)
    if free == 0:
        return SignWords(_("座位满了"), "busy", "person", _("请稍等，有人离开就空出来"), coming)
    return SignWords(_("还有 %(free)s 个空位", free=free), "free", "seat", _("不用预约，进来就能坐"), coming)


def door_line(booking: AnyBooking) -> str:
    """Who is expected, as staff may read it on a screen that others see too."""
    if booking.space.is_private:
        return _("预约人保密")
    return person_line(booking.booker)


def person_line(person: Person | SeenPerson) -> str:
    """7 栋 陈先生: enough for a neighbour to be found, no more."""
    if person.building is None:
        return person.masked_name
    return _("%(building)s 栋 %(name)s", building=person.building, name=person.masked_name)
