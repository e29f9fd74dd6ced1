"""Which bookings the demo's neighbours wish for: a few weeks of a living community, drawn from one seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random

from domain.interval import TICK, Interval, at_local, local_day, moment_of, tick_of

DAYS_BACK = 21
DAYS_AHEAD = 14


class Fate(StrEnum):
    """What becomes of a wish once it is asked for."""

    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    LEFT = "left"
    NO_SHOW = "no_show"


class Who(StrEnum):
    """Who asks: the printed resident, a neighbour, a captain, or a captain for a neighbour without a phone."""

    RESIDENT = "resident"
    NEIGHBOUR = "neighbour"
    CAPTAIN = "captain"
    ON_BEHALF = "on_behalf"


@dataclass(frozen=True, slots=True)
class Wish:
    """One booking that somebody will ask for at a certain time."""

    asked_at: datetime
    space: str
    interval: Interval
    purpose: str
    party_size: int
    who: Who
    fate: Fate


@dataclass(frozen=True, slots=True)
class Habit:
    """Something that people use a space for: starts at one of the hours, for so many minutes and people."""

    space: str
    purpose: str
    hours: tuple[float, ...]
    minutes: int
    people: tuple[int, int]
    chance: float
    who: Who = Who.NEIGHBOUR
    weekdays: tuple[int, ...] = tuple(range(7))


WORK = (0, 1, 2, 3, 4)
HABITS = (
    Habit("pavilion", "楼栋会议", (19, 19.5), 90, (6, 12), 0.6, Who.CAPTAIN),
    Habit("pavilion", "两议会议：电动车充电棚", (9, 9.5), 120, (8, 12), 0.35, Who.CAPTAIN, WORK),
    Habit("pavilion", "老友下棋", (14, 14.5), 120, (2, 6), 0.55),
    Habit("pavilion", "志愿服务队碰头", (16.5,), 60, (4, 10), 0.45),
    Habit("pavilion", "楼道整治商量会", (10.5, 11), 60, (4, 9), 0.3, Who.ON_BEHALF),
    Habit("tea-room", "合唱队排练", (9,), 120, (12, 20), 0.7),
    Habit("tea-room", "南音弹唱", (19.5,), 120, (6, 14), 0.6),
    Habit("tea-room", "家庭聚会", (11.5, 12), 120, (8, 16), 0.5),
    Habit("tea-room", "茶友会：铁观音品鉴", (14.5, 15), 120, (6, 14), 0.6),
    Habit("tea-room", "广场舞队总结会", (17, 17.5), 60, (8, 18), 0.4),
    Habit("mediation-room", "邻里噪音调解", (9, 9.5), 60, (3, 5), 0.45, Who.CAPTAIN, WORK),
    Habit("mediation-room", "漏水赔偿调解", (14.5, 15), 90, (3, 6), 0.45, Who.NEIGHBOUR, WORK),
    Habit("mediation-room", "家庭关系谈心", (16.5,), 60, (2, 4), 0.3, Who.NEIGHBOUR, WORK),
)
SEATS = ("歇脚喝茶", "手机充电", "等孩子放学", "避雨休息", "量血压")
STORY_DAY, STORY_FROM, STORY_TO = 1, 14, 19
"""Tomorrow afternoon the tea room stays free, so that whoever tries the demo finds a time to book."""


def draw(dice: Random, now: datetime) -> list[Wish]:
    """All wishes from three weeks back to two weeks ahead, in the order in which they are asked."""
    today = local_day(now)
    wishes: list[Wish] = []
    for offset in range(-DAYS_BACK, DAYS_AHEAD + 1):
        day = today + timedelta(days=offset)
        wishes += _rooms(dice, day, offset, now)
        wishes += _seats(dice, day, offset, now)
    return sorted((w for w in wishes if w.asked_at < now), key=lambda w: (w.asked_at, w.space, w.interval))


def _rooms(dice: Random, day: date, offset: int, now: datetime) -> Iterator[Wish]:
    for habit in HABITS:
        hour = dice.choice(habit.hours)
        start = at_local(day, int(hour * 60))
        interval = Interval(start, start + timedelta(minutes=habit.minutes))
        ahead = timedelta(days=dice.uniform(1, 6))
        people = dice.randint(*habit.people)
        fate, wanted = _fate(dice, interval, now), dice.random() < _chance(habit, offset)
        if wanted and day.weekday() in habit.weekdays and not _kept_free(habit.space, offset, hour):
            before = max(ahead, timedelta(days=max(0, offset))) + timedelta(hours=dice.uniform(0, 60))
            asked_at = civil(start - before)
            yield Wish(asked_at, habit.space, interval, habit.purpose, people, habit.who, fate)


def _chance(habit: Habit, offset: int) -> float:
    if offset == 0:
        return 0.92
    return habit.chance * (1 - 0.04 * offset) if offset > 0 else habit.chance


def own(now: datetime) -> list[Wish]:
    """What the printed resident asked for: one behind, one declined, one to look forward to."""
    today = local_day(now)

    def wish(
        asked: int, days: int, hours: tuple[float, float], what: tuple[str, str, int], fate: Fate
    ) -> Wish:
        day = today + timedelta(days=days)
        interval = Interval(at_local(day, int(hours[0] * 60)), at_local(day, int(hours[1] * 60)))
        space, purpose, people = what
        return Wish(now - timedelta(days=asked), space, interval, purpose, people, Who.RESIDENT, fate)

    return [
        wish(16, -6, (14.5, 16), ("pavilion", "孙辈功课互助小组", 5), Fate.APPROVED),
        wish(10, 2, (10, 11.5), ("tea-room", "女儿回娘家，一家人喝茶", 8), Fate.APPROVED),
        wish(9, 5, (19, 21), ("tea-room", "同学聚会", 18), Fate.DECLINED),
    ]


def near(now: datetime) -> list[Wish]:
    """What stands around this moment, so that the staff's day has something to do whenever the house is open."""
    running = moment_of(tick_of(now))

    def wish(space: str, back: int, length: int, what: tuple[str, int], who: Who, fate: Fate) -> Wish:
        start = running - back * TICK
        asked_at = min(start, now) - timedelta(hours=3 if space == "pavilion" else 0, minutes=10)
        return Wish(asked_at, space, Interval(start, start + length * TICK), *what, who, fate)

    return [
        wish("rest-station", 3, 4, ("量血压", 1), Who.NEIGHBOUR, Fate.NO_SHOW),
        wish("rest-station", -1, 2, ("歇脚喝茶", 1), Who.NEIGHBOUR, Fate.APPROVED),
        wish("rest-station", -3, 3, ("等孩子放学", 1), Who.NEIGHBOUR, Fate.APPROVED),
        wish("pavilion", -1, 4, ("志愿服务队碰头", 6), Who.CAPTAIN, Fate.APPROVED),
    ]


def _kept_free(space: str, offset: int, hour: float) -> bool:
    return space == "tea-room" and offset == STORY_DAY and STORY_FROM <= hour < STORY_TO


def _fate(dice: Random, interval: Interval, now: datetime) -> Fate:
    roll = dice.random()
    if interval.starts_at > now:
        return Fate.LEFT if roll < 0.02 else Fate.DECLINED if roll < 0.1 else Fate.APPROVED
    if interval.ends_at > now:
        return Fate.APPROVED
    for limit, fate in (
        (0.06, Fate.DECLINED),
        (0.14, Fate.CANCELLED),
        (0.18, Fate.LEFT),
        (0.24, Fate.NO_SHOW),
    ):
        if roll < limit:
            return fate
    return Fate.APPROVED


def civil(moment: datetime) -> datetime:
    """The same day at an hour at which people are awake."""
    day, minute = local_day(moment), int((moment - at_local(local_day(moment), 0)).total_seconds()) // 60
    return at_local(day, 7 * 60 + minute % (14 * 60))


def _seats(dice: Random, day: date, offset: int, now: datetime) -> Iterator[Wish]:
    """Seats of the rest station: mostly on the spot, today more than on other days."""
    if offset > 1:
        return
    for _ in range(30 if offset == 0 else 4):
        start = at_local(day, 7 * 60 + 15 * dice.randrange(52))
        interval = Interval(start, start + TICK * dice.randint(1, 4))
        asked_at = start - timedelta(minutes=dice.randint(1, 50))
        yield Wish(asked_at, "rest-station", interval, dice.choice(SEATS), 1, Who.NEIGHBOUR, _seat_fate(dice))
    if offset == 0:
        for back in (0, 0, 1, 1, 2):
            start = moment_of(tick_of(now) - back)
            interval = Interval(start, start + TICK * dice.randint(back + 1, 4))
            asked_at, purpose = start - timedelta(minutes=5), dice.choice(SEATS)
            yield Wish(asked_at, "rest-station", interval, purpose, 1, Who.NEIGHBOUR, Fate.APPROVED)


def _seat_fate(dice: Random) -> Fate:
    roll = dice.random()
    return Fate.NO_SHOW if roll < 0.06 else Fate.CANCELLED if roll < 0.1 else Fate.APPROVED
