"""What a space is and when it is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.interval import Interval, at_local, local_day

WHOLE_ROOM = 0
"""The place that stands for a studio as a whole: shows and rehearsals hold it, booths are the places 1 to n."""


class SpaceKind(StrEnum):
    """How the places of a space are given out: one room, anonymous seats, or numbered booths."""

    ROOM = "room"
    POOL = "pool"
    STUDIO = "studio"


def own_place(kind: SpaceKind) -> int | None:
    """The place that a booking of a space itself holds: the room, the studio as a whole, or any seat of a pool."""
    return {SpaceKind.ROOM: 1, SpaceKind.STUDIO: WHOLE_ROOM, SpaceKind.POOL: None}[kind]


class Approval(StrEnum):
    """Who has to agree to a booking."""

    NONE = "none"
    CAPTAINS_AT_ONCE = "captains_at_once"
    STAFF = "staff"


class DayKind(StrEnum):
    """What kind of day the calendar table makes of a date."""

    WEEKDAY = "weekday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


class OpenOn(StrEnum):
    """What a line of opening hours is for: a kind of day, or one weekday that differs from its kind."""

    WEEKDAY = "weekday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


KINDS_OF_DAY = (OpenOn.WEEKDAY, OpenOn.WEEKEND, OpenOn.HOLIDAY)
DAYS_OF_THE_WEEK = tuple(kind for kind in OpenOn if kind not in KINDS_OF_DAY)


class Equipment(StrEnum):
    """What a space can have; the rest station's 5F services [seed] are the last five."""

    PROJECTOR = "projector"
    SCREEN = "screen"
    WHITEBOARD = "whiteboard"
    AUDIO = "audio"
    AIR_CONDITIONING = "air_conditioning"
    STEP_FREE = "step_free"
    LIVE_KIT = "live_kit"
    WIFI = "wifi"
    TEA = "tea"
    MEDICINE = "medicine"
    UMBRELLA = "umbrella"
    CHARGING = "charging"


FIVE_SERVICES = (
    Equipment.WIFI,
    Equipment.TEA,
    Equipment.MEDICINE,
    Equipment.UMBRELLA,
    Equipment.CHARGING,
)


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening from one minute of the day to another (1440 is midnight); 0 to 0 is a weekday that stays closed."""

    open_on: OpenOn
    opens_minute: int
    closes_minute: int


Calendar = Mapping[date, DayKind]
"""The dates that differ from their weekday: public holidays and make-up workdays (调休)."""


def kind_of_day(day: date, calendar: Calendar) -> DayKind:
    """The kind of a date: what the calendar table says, else its weekday."""
    return calendar.get(day) or (DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WEEKDAY)


def openings_on(day: date, hours: Sequence[Hours], calendar: Calendar) -> list[Interval]:
    """When a space is open on one local day, in order.

    On a day that the calendar table does not name, hours of that very weekday come before those of its kind.
    """
    kind = OpenOn(kind_of_day(day, calendar))
    own = DAYS_OF_THE_WEEK[day.weekday()]
    if day not in calendar and any(h.open_on == own for h in hours):
        kind = own
    return sorted(
        Interval(at_local(day, h.opens_minute), at_local(day, h.closes_minute))
        for h in hours
        if h.open_on == kind and h.opens_minute < h.closes_minute
    )


def openings_during(window: Interval, hours: Sequence[Hours], calendar: Calendar) -> list[Interval]:
    """When a space is open on the local days that a window touches; touching openings are joined."""
    day, last = local_day(window.starts_at), local_day(window.ends_at)
    joined: list[Interval] = []
    while day <= last:
        for opening in openings_on(day, hours, calendar):
            if joined and joined[-1].ends_at >= opening.starts_at:
                joined[-1] = Interval(joined[-1].starts_at, max(joined[-1].ends_at, opening.ends_at))
            else:
                joined.append(opening)
        day += timedelta(days=1)
    return joined


def needs_approval(approval: Approval, *, is_captain: bool, is_staff: bool, levels: int = 1) -> bool:
    """Whether a booking has to wait for staff, given who types it; where two yeses are asked for, everybody's does."""
    if approval is Approval.NONE:
        return False
    if levels > 1:
        return True
    return not is_staff and not (approval is Approval.CAPTAINS_AT_ONCE and is_captain)
