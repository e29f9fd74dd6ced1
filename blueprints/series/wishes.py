"""How often, from when and until when: what the form of a series asks, turned into a rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from werkzeug.datastructures import MultiDict

from blueprints.timeline import interval_of, parse_day
from domain.errors import BadInput
from domain.interval import Interval
from domain.recurrence import WEEKDAYS, OnWeekday, Rule, parse

DAILY, WEEKLY, FORTNIGHTLY, MONTH_DAY, MONTH_WEEKDAY = REPEATS = (
    "daily",
    "weekly",
    "fortnightly",
    "month_day",
    "month_weekday",
)
COUNT, UNTIL = ENDS = ("count", "until")
USUAL_COUNT = "8"
FIELDS = ("start", "end", "repeat", "ends", "count", "until")


@dataclass(frozen=True, slots=True)
class Wish:
    """The form as it was filled in; `repeat` is empty until it was sent."""

    day: date
    start: str
    end: str
    repeat: str
    weekdays: tuple[str, ...]
    ends: str
    count: str
    until: str

    @classmethod
    def of(cls, sent: MultiDict[str, str], first_day: date) -> Wish:
        """Read it off a form or an address; without a day it begins on the one given."""
        return cls(
            day=parse_day(sent.get("day")) or first_day,
            start=sent.get("start", ""),
            end=sent.get("end", ""),
            repeat=sent.get("repeat", ""),
            weekdays=tuple(code for code in WEEKDAYS if code in sent.getlist("weekday")),
            ends=sent.get("ends", COUNT),
            count=sent.get("count", USUAL_COUNT),
            until=sent.get("until", ""),
        )

    @property
    def interval(self) -> Interval | None:
        """The first time, None where it means nothing."""
        return interval_of(self.day, self.start, self.end)

    def fields(self) -> list[tuple[str, str]]:
        """Names and values that carry the wish on, weekdays one by one."""
        kept = [("day", self.day.isoformat()), *((name, getattr(self, name)) for name in FIELDS)]
        return [*kept, *(("weekday", code) for code in self.weekdays)]

    def rule(self) -> Rule:
        """What was asked for as a rule; raises BadInput."""
        return parse(";".join([*self._how_often(), self._end()]))

    def _how_often(self) -> list[str]:
        if self.repeat == DAILY:
            return ["FREQ=DAILY"]
        if self.repeat == MONTH_DAY:
            return ["FREQ=MONTHLY", f"BYMONTHDAY={self.day.day}"]
        if self.repeat == MONTH_WEEKDAY:
            return ["FREQ=MONTHLY", f"BYDAY={self._weekday_of_month()}"]
        interval = ["INTERVAL=2"] if self.repeat == FORTNIGHTLY else []
        return ["FREQ=WEEKLY", *interval, f"BYDAY={','.join(self.weekdays or (self._own_weekday(),))}"]

    def _own_weekday(self) -> str:
        return WEEKDAYS[self.day.weekday()]

    def _weekday_of_month(self) -> OnWeekday:
        """Of the fifth in a month hardly any month has one: then it is the last."""
        nth = (self.day.day - 1) // 7 + 1
        return OnWeekday(self.day.weekday(), nth if nth < 5 else -1)

    def _end(self) -> str:
        if self.ends == UNTIL:
            last = parse_day(self.until)
            if last is None:
                raise BadInput("rule_without_end", field="until")
            return f"UNTIL={last.strftime('%Y%m%d')}"
        if not (self.count.isascii() and self.count.isdigit() and int(self.count[:7]) > 0):
            raise BadInput("rule_without_end", field="count")
        return f"COUNT={int(self.count[:7])}"
