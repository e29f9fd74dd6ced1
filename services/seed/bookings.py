"""The demo's bookings: every wish is asked, decided and ended by the house's own services, at the time it happened."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from random import Random

from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.errors import Refusal
from domain.people import Actor
from domain.policies import Override
from models import Booking
from services import attendance, booking, decisions, passing, series, series_reading
from services.seed.news import weekly_hour
from services.seed.people import Cast
from services.seed.wishes import Fate, Who, Wish, civil, draw, near, own

TRIES = 4
REASONS = ("当天茶话室要消毒保养，请换一天", "和社区义诊活动冲突，请改到下午", "人数超过安全上限，请分批预约")
CHECK_IN_ENDS = timedelta(minutes=15)
QUOTAS = frozenset({"quota_count", "quota_hours"})
CHANGED_MIND = ("家里临时有事", "改天再约", "")


Scene = Callable[[datetime], object]


@dataclass(slots=True)
class Play:
    """What happens, in the order of time."""

    session: Session
    dice: Random
    cast: Cast
    now: datetime
    _scenes: list[tuple[datetime, int, Scene]] = field(default_factory=list)
    _serial: Iterator[int] = field(default_factory=count)

    def at(self, moment: datetime, scene: Scene) -> None:
        """Plan something; what lies in the future does not happen."""
        if moment <= self.now:
            heapq.heappush(self._scenes, (moment, next(self._serial), scene))

    def perform(self) -> None:
        """Let it all happen up to now."""
        while self._scenes:
            moment, _, scene = heapq.heappop(self._scenes)
            scene(moment)


def play_bookings(session: Session, dice: Random, cast: Cast, now: datetime) -> None:
    """Ask for, decide and end all bookings of the demo."""
    play = Play(session, dice, cast, now)
    for wish in [*draw(dice, now), *own(now), *near(now)]:
        play.at(wish.asked_at, partial(_ask, play, wish))
    asked_at, plan = weekly_hour(now)
    play.at(asked_at, partial(_open_weekly, play, plan))
    play.perform()


def _open_weekly(play: Play, plan: series.Plan, moment: datetime) -> None:
    """The house keeps an hour every week, past what one person may hold; each time somebody checks in."""
    made = series.book(play.cast.staff, plan, now=moment, override=Override(QUOTAS, "社区固定活动"))
    for one in series_reading.one(play.cast.staff, made.id).occurrences:
        _follow(play, one)


def _ask(play: Play, wish: Wish, moment: datetime) -> None:
    for actor, on_behalf_of in _askers(play, wish):
        try:
            with play.session.begin_nested():
                made = booking.request_booking(
                    actor,
                    wish.space,
                    wish.interval,
                    purpose=wish.purpose,
                    party_size=wish.party_size,
                    now=moment,
                    on_behalf_of=on_behalf_of,
                )
        except Refusal:
            continue  # taken, or this neighbour holds enough already: as in life, somebody else asks
        _plan(play, made, wish.fate, actor, moment)
        return


def _askers(play: Play, wish: Wish) -> Iterator[tuple[Actor, int | None]]:
    cast, dice = play.cast, play.dice
    if wish.who is Who.RESIDENT:
        yield cast.resident, None
        return
    for _ in range(TRIES):
        if wish.who is Who.CAPTAIN:
            yield dice.choice(cast.captains), None
        elif wish.who is Who.ON_BEHALF:
            neighbour = dice.choice(cast.without_phone)
            yield next(c for c in cast.captains if c.captain_of == neighbour.building), neighbour.id
        else:
            yield dice.choice(cast.neighbours), None


def _plan(play: Play, made: Booking, fate: Fate, actor: Actor, moment: datetime) -> None:
    """Put what follows a booking on the agenda of the play."""
    if made.status is BookingStatus.PENDING:
        if fate is Fate.LEFT:
            play.at(made.starts_at, passing.expire_due)
            return
        decision = _decline if fate is Fate.DECLINED else _approve
        decided_at = _between(play, moment, made.starts_at, 0.01, 0.04)
        play.at(decided_at, lambda at: decision(play, made, at))
    if fate is Fate.CANCELLED:
        cancelled_at = _between(play, moment, made.starts_at, 0.6, 0.9)
        play.at(cancelled_at, lambda at: _cancel(play, made, actor, at))
    elif fate is Fate.NO_SHOW:
        play.at(made.starts_at + CHECK_IN_ENDS, attendance.release_no_shows)
    else:
        _follow(play, made)
        return
    play.at(made.ends_at + timedelta(minutes=made.buffer_minutes), passing.complete_due)


def _follow(play: Play, made: Booking) -> None:
    """Let somebody come, and the booking end once the room is clean."""
    play.at(made.starts_at, lambda at: _come(play, made, at))
    play.at(made.ends_at + timedelta(minutes=made.buffer_minutes), passing.complete_due)


def _between(play: Play, moment: datetime, start: datetime, low: float, high: float) -> datetime:
    somewhen = moment + (start - moment) * play.dice.uniform(low, high)
    awake = civil(somewhen)
    return awake if moment < awake < start else somewhen


def _approve(play: Play, made: Booking, at: datetime) -> None:
    if made.status is BookingStatus.PENDING:
        decisions.approve(play.cast.staff, made.id, version=made.version, now=at)


def _decline(play: Play, made: Booking, at: datetime) -> None:
    reason = play.dice.choice(REASONS)
    decisions.decline(play.cast.staff, made.id, version=made.version, reason=reason, now=at)


def _cancel(play: Play, made: Booking, actor: Actor, at: datetime) -> None:
    reason = play.dice.choice(CHANGED_MIND)
    booking.cancel(actor, made.id, version=made.version, reason=reason, now=at)


def _come(play: Play, made: Booking, at: datetime) -> None:
    """Check in who has not gone another way meanwhile."""
    if made.status is BookingStatus.CONFIRMED:
        attendance.check_in(play.cast.staff, made.id, now=at)
