"""The approval desk as it is written on screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints.desk.times import time_value
from blueprints.formats import clock, clock_on, listed, locale_code, near_day, short_day, span
from blueprints.words.people import home_words
from domain.board import HOUR, Segment, SegmentKind
from domain.bookings import BookingStatus
from domain.interval import Interval, local_day, moment_of
from domain.people import Actor
from models import Booking
from services.case import Case
from services.decisions import asked_time
from services.desk import proposing
from services.seen import AnyBooking, SeenBooking

MOST_ROWS = 5
ENDINGS = {
    BookingStatus.OFFERED: _l("等本人回答"),
    BookingStatus.PENDING: _l("等待审核"),
    BookingStatus.CONFIRMED: _l("已确认"),
    BookingStatus.CHECKED_IN: _l("到场"),
    BookingStatus.COMPLETED: _l("到场"),
    BookingStatus.DECLINED: _l("未通过"),
    BookingStatus.CANCELLED: _l("已取消"),
    BookingStatus.EXPIRED: _l("已过期"),
    BookingStatus.NO_SHOW: _l("没来"),
}


@dataclass(frozen=True, slots=True)
class Block:
    """One segment of the lane."""

    kind: str
    ticks: int
    starts_at: datetime
    ends_at: datetime
    label: str
    url: None = None


def what(booking: AnyBooking) -> str:
    """The space, or the show with its booth."""
    if booking.booth_slot is not None:
        return _("%(show)s · 展位 %(booth)s", show=booking.booth_slot.show.title, booth=booking.place)
    return booking.space.name_in(locale_code())


def when(booking: AnyBooking, now: datetime) -> str:
    """今天 15:00–17:00: the time that is decided on."""
    return near(asked_time(booking), now)


def kept(booking: Booking, verb: str) -> dict[str, str]:
    """How the tablet keeps a decision that could not be sent: what it is, without anybody's data, and its page.

    The day is written out, for it may be read tomorrow.
    """
    time = asked_time(booking)
    when = f"{short_day(time.starts_at)} {span(time)}"
    text = _("%(verb)s：%(what)s %(when)s", verb=verb, what=what(booking), when=when)
    return {"what": text, "again": url_for("desk.request_page", booking_id=booking.id)}


def before(booking: AnyBooking, now: datetime) -> str:
    """The confirmed time of a booking that asks for another one."""
    return near(booking.interval, now) if booking.wished else ""


def near(time: Interval, now: datetime) -> str:
    """今天 15:00–17:00."""
    return f"{near_day(time.starts_at, local_day(now))} {span(time)}"


def blocks(case: Case) -> list[Block]:
    """The lane; what is decided on is named, a private space's parties are not."""
    private = case.booking.space.is_private
    labels = {case.booking.id: _("改到这里") if case.booking.wished else _("这次")}
    for other in case.neighbours:
        slot = other.booth_slot
        labels[other.id] = slot.product.name if slot else ("" if private else other.purpose)
    return [_block(segment, labels, case.booking) for segment in case.segments]


def _block(segment: Segment, labels: dict[int, str], asked: Booking) -> Block:
    interval = segment.interval
    label = labels.get(segment.ref or 0, "")
    if segment.ref == asked.id and segment.kind is SegmentKind.BUSY:
        label = _("原来的时间")
    if segment.ref == asked.id and asked.suggested and interval.overlaps(asked.suggested):
        label = _("建议的时间")
    return Block(str(segment.kind), len(interval.ticks()), interval.starts_at, interval.ends_at, label)


@dataclass(frozen=True, slots=True)
class Hour:
    """One label under the lane."""

    offset: int
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The whole hours of the lane."""

    ticks: int
    hours: list[Hour]


def axis(window: Interval) -> Axis:
    """Labels every hour, or every two on a long day."""
    ticks = window.ticks()
    step = HOUR if len(ticks) <= 6 * HOUR else 2 * HOUR
    marks = range(ticks.start, ticks.stop + 1, step)
    return Axis(len(ticks), [Hour(tick - ticks.start, clock(moment_of(tick))) for tick in marks])


def history(case: Case) -> list[tuple[str, str]]:
    """The last bookings of the person or the shop, the newest first: what it was, how it ended.

    Those of a private space are left out: that somebody was there is theirs alone.
    """
    rows = [row for row in (*case.past.upcoming, *case.past.bookings) if not row.space.is_private]
    return [(f"{short_day(row.starts_at)} {_title(row)}", ending(row.status)) for row in rows[:MOST_ROWS]]


def _title(booking: SeenBooking) -> str:
    return booking.booth_slot.product.name if booking.booth_slot else booking.space.name_in(locale_code())


def ending(status: BookingStatus) -> str:
    """How a booking ended, in a word."""
    return str(ENDINGS[status])


def day(case: Case) -> list[tuple[str, str]]:
    """What else the room has that day, or the show on its other booths."""
    private = case.booking.space.is_private
    rows = []
    for other in _nearest(case):
        slot = other.booth_slot
        if slot is not None:
            rows.append((f"{clock(other.starts_at)} {slot.merchant.name}", slot.product.name))
        else:
            name = _("已占用") if private else other.booker.masked_name
            rows.append((f"{span(_that_day(case, other))} {'' if private else other.purpose}".strip(), name))
    return rows


def _nearest(case: Case) -> Sequence[SeenBooking]:
    start = asked_time(case.booking).starts_at
    near = sorted(case.neighbours, key=lambda other: abs(_that_day(case, other).starts_at - start))
    return sorted(near[:MOST_ROWS], key=lambda other: (_that_day(case, other).starts_at, other.place or 0))


def _that_day(case: Case, other: SeenBooking) -> Interval:
    """Of a neighbour that moves too, the one of its times for which it stands here."""
    day = Interval.of_day(local_day(asked_time(case.booking).starts_at))
    return next((time for time in other.times if time.overlaps(day)), other.interval)


def move_key(booking: Booking) -> str:
    """The other time that is asked for, as a form carries it; empty where there is none."""
    return moment_key(booking.wished.starts_at) if booking.wished else ""


def moment_key(moment: datetime) -> str:
    """A time as a form carries it."""
    return str(int(moment.timestamp()))


@dataclass(frozen=True, slots=True)
class SecondLine:
    """Who said the first yes and whom the second waits for; `is_open` to the reader."""

    text: str
    is_open: bool


def second_line(case: Case, actor: Actor, now: datetime) -> SecondLine | None:
    """How the second yes stands, where one is asked for and the first is there."""
    second = case.second
    if second is None or second.first_by is None:
        return None
    named = listed(person.name for person in second.approvers)
    text = _("%(first)s 已点第一次同意，第二次等%(names)s。", first=second.first_by.name, names=named)
    if second.deputies and second.deputies_from is not None:
        names = listed(person.name for person in second.deputies)
        text += _("%(time)s 起%(names)s也可以代替。", time=clock_on(second.deputies_from), names=names)
    return SecondLine(text, second.against(actor, now) is None)


@dataclass(frozen=True, slots=True)
class FreeTime:
    """Another time that one tap proposes."""

    value: str
    label: str


def free_times(case: Case, now: datetime) -> list[FreeTime]:
    """The nearest free times of the same length, as buttons."""
    return [FreeTime(time_value(time), near(time, now)) for time in _free(case, now)]


def _free(case: Case, now: datetime) -> Sequence[Interval]:
    return proposing.free_times(case.booking, now, case.openings)


def home_of(case: Case) -> str:
    """Where the booker lives, or the shop's address; nothing of a private space's parties."""
    slot = case.booking.booth_slot
    if slot is not None:
        return slot.merchant.address
    return "" if case.booking.space.is_private else home_words(case.booking.booker)
