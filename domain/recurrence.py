"""When a series comes again: the part of RFC 5545 rules that a community needs, over local dates.

Wall time stays what it is, so a rule is worked out over days; `dateutil` does the counting, what may be asked is ours.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar

from dateutil import rrule

from domain.errors import BadInput, RuleViolation, Violation
from domain.interval import Interval, at_local, local, on_grid

LONGEST_TEXT = 300
MOST = 366
"""Occurrences of one series."""
LONGEST_MINUTES = 1440
"""Of one occurrence, whatever rules are set aside."""
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
KNOWN = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL", "WKST"})
LARGEST_INTERVAL = 366
NTHS = (1, 2, 3, 4, 5)

T = TypeVar("T")


class Frequency(StrEnum):
    """How often a rule counts."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


class Scope(StrEnum):
    """Which occurrences of a series a change is for; without the past and without those changed by hand."""

    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """When an occurrence begins on its local day, and how long it is; both in minutes."""

    start_minute: int
    minutes: int

    @classmethod
    def of(cls, interval: Interval) -> TimeOfDay:
        """The wall time of an interval; raises RuleViolation where no series can have it."""
        if not (on_grid(interval.starts_at) and on_grid(interval.ends_at)):
            raise RuleViolation([Violation("off_grid", field="starts_at")])
        if interval.minutes > LONGEST_MINUTES:
            raise RuleViolation([Violation("too_long", {"minutes": LONGEST_MINUTES}, "ends_at")])
        start = local(interval.starts_at)
        return cls(start.hour * 60 + start.minute, interval.minutes)

    def on(self, day: date) -> Interval:
        """The occurrence of a day."""
        starts_at = at_local(day, self.start_minute)
        return Interval(starts_at, starts_at + timedelta(minutes=self.minutes))


@dataclass(frozen=True, slots=True, order=True)
class OnWeekday:
    """A weekday (Monday is 0), of a month perhaps only the nth: 1 to 5 from its start, -1 to -5 from its end."""

    weekday: int
    nth: int = 0

    def __str__(self) -> str:
        return f"{self.nth or ''}{WEEKDAYS[self.weekday]}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that was understood; exactly one of `count` and `until` is set. As text it is an RRULE again."""

    frequency: Frequency
    interval: int = 1
    on_weekdays: tuple[OnWeekday, ...] = ()
    month_days: tuple[int, ...] = ()
    count: int | None = None
    until: date | datetime | None = None
    week_starts: int = 0

    def __str__(self) -> str:
        parts = [
            f"FREQ={self.frequency}",
            f"INTERVAL={self.interval}" if self.interval > 1 else "",
            f"BYDAY={','.join(map(str, self.on_weekdays))}" if self.on_weekdays else "",
            f"BYMONTHDAY={','.join(map(str, self.month_days))}" if self.month_days else "",
            f"COUNT={self.count}" if self.count else "",
            f"UNTIL={_written(self.until)}" if self.until else "",
            f"WKST={WEEKDAYS[self.week_starts]}" if self.week_starts else "",
        ]
        return ";".join(part for part in parts if part)


def _written(until: date | datetime) -> str:
    return until.strftime("%Y%m%dT%H%M%SZ" if isinstance(until, datetime) else "%Y%m%d")


def parse(text: str) -> Rule:
    """Understand an RRULE.

    Raises BadInput: rule_long, rule_unknown_part, rule_part_invalid, rule_without_end, rule_two_ends, rule_too_many.
    """
    parts = _split(text)
    frequency = _read(parts, "FREQ", Frequency, None)
    if frequency is None:
        raise _invalid("FREQ")
    rule = Rule(
        frequency=frequency,
        interval=_read(parts, "INTERVAL", _number_up_to(LARGEST_INTERVAL), 1),
        on_weekdays=_read(parts, "BYDAY", _listed(_on_weekday), ()),
        month_days=_read(parts, "BYMONTHDAY", _listed(_month_day), ()),
        count=_read(parts, "COUNT", _number_up_to(10**6), None),
        until=_read(parts, "UNTIL", _until, None),
        week_starts=_read(parts, "WKST", WEEKDAYS.index, 0),
    )
    if rule.month_days and frequency is Frequency.WEEKLY:
        raise _invalid("BYMONTHDAY")
    if frequency is not Frequency.MONTHLY and any(day.nth for day in rule.on_weekdays):
        raise _invalid("BYDAY")
    if rule.count is not None and rule.until is not None:
        raise BadInput("rule_two_ends", field="rule")
    if rule.count is None and rule.until is None:
        raise BadInput("rule_without_end", field="rule")
    if rule.count is not None and rule.count > MOST:
        raise _too_many()
    return rule


def _split(text: str) -> dict[str, str]:
    if len(text) > LONGEST_TEXT:
        raise BadInput("rule_long", field="rule", maximum=LONGEST_TEXT)
    parts: dict[str, str] = {}
    for part in text.strip().upper().removeprefix("RRULE:").split(";"):
        name, equals, value = part.partition("=")
        if name not in KNOWN:
            raise BadInput("rule_unknown_part", field="rule", part=name)
        if not equals or name in parts:
            raise _invalid(name)
        parts[name] = value
    return parts


def _read(parts: dict[str, str], name: str, understand: Callable[[str], T], otherwise: T) -> T:
    if name not in parts:
        return otherwise
    try:
        return understand(parts[name])
    except ValueError as error:
        raise _invalid(name) from error


def _invalid(part: str) -> BadInput:
    return BadInput("rule_part_invalid", field="rule", part=part)


def _too_many() -> BadInput:
    return BadInput("rule_too_many", field="rule", maximum=MOST)


def _number(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,7}", text):
        raise ValueError(text)
    return int(text)


def _number_up_to(largest: int) -> Callable[[str], int]:
    def understand(text: str) -> int:
        number = _number(text)
        if not 1 <= number <= largest or text[0] == "+":
            raise ValueError(text)
        return number

    return understand


def _listed(understand: Callable[[str], T]) -> Callable[[str], tuple[T, ...]]:
    return lambda text: tuple(dict.fromkeys(understand(item) for item in text.split(",")))


def _on_weekday(text: str) -> OnWeekday:
    nth = _number(text[:-2]) if text[:-2] else 0
    if text[:-2] and abs(nth) not in NTHS:
        raise ValueError(text)
    return OnWeekday(WEEKDAYS.index(text[-2:]), nth)


def _month_day(text: str) -> int:
    number = _number(text)
    if not 1 <= abs(number) <= 31:
        raise ValueError(text)
    return number


def _until(text: str) -> date | datetime:
    if re.fullmatch(r"[0-9]{8}T[0-9]{6}Z", text):
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if not re.fullmatch(r"[0-9]{8}", text):
        raise ValueError(text)
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def dates(rule: Rule, first: date, minute: int = 0) -> list[date]:
    """The local days of a series whose first day is `first`, at `minute` of each day, in order.

    A first day that does not fit the rule is not one of them. Raises BadInput: rule_empty, rule_too_many, and
    rule_too_long where it would go on for more than a year after the first day.
    """
    last = _a_year_after(first)
    if rule.until is not None and not _is_over(rule.until, last + timedelta(days=1), minute):
        raise _too_long()
    found = _counted(rule, first, last)
    if rule.until is not None:
        found = [day for day in found if not _is_over(rule.until, day, minute)]
    if not found:
        raise BadInput("rule_empty", field="rule")
    if rule.count is not None:
        if len(found) < rule.count:
            raise _too_long()
        found = found[: rule.count]
    if len(found) > MOST:
        raise _too_many()
    return found


def _too_long() -> BadInput:
    return BadInput("rule_too_long", field="rule")


def _a_year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return date(day.year + 1, 3, 1)


def _is_over(until: date | datetime, day: date, minute: int) -> bool:
    """Whether a rule has ended before what would be its occurrence on a day."""
    return at_local(day, minute) > until if isinstance(until, datetime) else day > until


def _counted(rule: Rule, first: date, last: date) -> list[date]:
    # What only leaves days out is done here: where nothing is left, dateutil would look as far as the year 9999.
    adds_days = rule.frequency is not Frequency.DAILY
    found = rrule.rrule(
        getattr(rrule, rule.frequency),
        dtstart=datetime.combine(first, time()),
        until=datetime.combine(last, time()),
        interval=rule.interval,
        wkst=rule.week_starts,
        byweekday=(_for_counting(rule.on_weekdays) if adds_days else None) or None,
        bymonthday=(rule.month_days if adds_days and not rule.on_weekdays else None) or None,
    )
    return [moment.date() for moment in found if _is_left_in(rule, moment.date())]


def _is_left_in(rule: Rule, day: date) -> bool:
    only_leaves_out = rule.frequency is Frequency.DAILY
    if only_leaves_out and rule.on_weekdays and OnWeekday(day.weekday()) not in rule.on_weekdays:
        return False
    if not rule.month_days or not (only_leaves_out or rule.on_weekdays):
        return True
    length = monthrange(day.year, day.month)[1]
    return day.day in rule.month_days or day.day - length - 1 in rule.month_days


def _for_counting(days: tuple[OnWeekday, ...]) -> list[rrule.weekday]:
    """With "every Monday or the second Tuesday" dateutil finds what is both; spelled out, it finds either."""
    if any(day.nth for day in days):
        days = tuple(OnWeekday(d.weekday, nth) for d in days for nth in ((d.nth,) if d.nth else NTHS))
    return [rrule.weekday(day.weekday, day.nth or None) for day in days]
