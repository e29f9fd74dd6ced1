"""Time as the house sees it: half-open intervals, quarter-hour ticks, one community time zone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

TICK_SECONDS = 900
TICK = timedelta(seconds=TICK_SECONDS)
ZONE = ZoneInfo("Asia/Shanghai")


def require_aware(moment: datetime) -> datetime:
    """Return the moment in UTC; a naive one raises ValueError, and so does one that has no year there."""
    if moment.tzinfo is None:
        raise ValueError("naive datetime")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("no such year in UTC") from error


def tick_of(moment: datetime) -> int:
    """The number of the quarter-hour that holds this moment (UTC epoch // 900)."""
    return int(require_aware(moment).timestamp()) // TICK_SECONDS


def moment_of(tick: int) -> datetime:
    """The start of a tick, aware, in UTC."""
    return datetime.fromtimestamp(tick * TICK_SECONDS, UTC)


def on_grid(moment: datetime) -> bool:
    """Whether a moment lies on a quarter-hour."""
    return require_aware(moment).timestamp() % TICK_SECONDS == 0


def local(moment: datetime) -> datetime:
    """The same moment on the community's wall clock; a naive one raises ValueError."""
    if moment.tzinfo is None:
        raise ValueError("naive datetime")
    return moment.astimezone(ZONE)


@lru_cache(maxsize=256)  # a page, and who books, ask for the same few moments again and again
def at_local(day: date, minute: int) -> datetime:
    """The moment that is `minute` minutes after local midnight of a day, in UTC; 1440 is the next midnight."""
    return (datetime.combine(day, time(), ZONE) + timedelta(minutes=minute)).astimezone(UTC)


def local_day(moment: datetime) -> date:
    """The community's calendar day of a moment."""
    return local(moment).date()


def week_start(day: date) -> date:
    """The Monday of the week that holds a day."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A half-open stretch of time `[starts_at, ends_at)`, both aware and kept in UTC."""

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is not UTC:
            object.__setattr__(self, "starts_at", require_aware(self.starts_at))
        if self.ends_at.tzinfo is not UTC:
            object.__setattr__(self, "ends_at", require_aware(self.ends_at))
        if self.ends_at <= self.starts_at:
            raise ValueError("an interval must end after it starts")

    @property
    def minutes(self) -> int:
        """Length in whole minutes."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    def overlaps(self, other: Interval) -> bool:
        """The one overlap predicate of the house."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def contains(self, other: Interval) -> bool:
        """Whether the other lies wholly within this one."""
        return self.starts_at <= other.starts_at and other.ends_at <= self.ends_at

    def shifted(self, by: timedelta) -> Interval:
        """The same length at another time."""
        return Interval(self.starts_at + by, self.ends_at + by)

    def ticks(self, buffer_minutes: int = 0) -> range:
        """The ticks that it covers, with the clean-up time after it."""
        end = self.ends_at + timedelta(minutes=buffer_minutes)
        return range(tick_of(self.starts_at), -(-int(end.timestamp()) // TICK_SECONDS))

    @classmethod
    def of_ticks(cls, first: int, count: int) -> Interval:
        """The interval of `count` ticks from `first` on."""
        return cls(moment_of(first), moment_of(first + count))

    @classmethod
    def of_day(cls, day: date) -> Interval:
        """A whole local day."""
        return cls(at_local(day, 0), at_local(day, 1440))


def subtract(intervals: Iterable[Interval], gaps: Iterable[Interval]) -> list[Interval]:
    """What is left of intervals when the gaps are taken out, in the given order."""
    left = list(intervals)
    for gap in gaps:
        left = [
            part
            for one in left
            for part in (
                (one,)
                if not one.overlaps(gap)
                else (
                    *((Interval(one.starts_at, gap.starts_at),) if one.starts_at < gap.starts_at else ()),
                    *((Interval(gap.ends_at, one.ends_at),) if gap.ends_at < one.ends_at else ()),
                )
            )
        ]
    return left


def merge_ticks(ticks: Iterator[int] | list[int] | set[int]) -> list[Interval]:
    """Turn ticks into the fewest intervals that cover exactly them."""
    merged: list[list[int]] = []
    for tick in sorted(ticks):
        if merged and merged[-1][1] == tick:
            merged[-1][1] = tick + 1
        else:
            merged.append([tick, tick + 1])
    return [Interval(moment_of(first), moment_of(end)) for first, end in merged]
