"""The running order of a show while it is live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.studio.booths import OnAir


class ItemKind(StrEnum):
    """What an item of the running order is: one or, in a market, several booths; or something put in between."""

    BOOTHS = "booths"
    BREAK = "break"


class Overrun(StrEnum):
    """What becomes of the rest when an item takes longer: shift it, squeeze it, or leave it to the next item."""

    SHIFT = "shift"
    SQUEEZE = "squeeze"
    LEAVE = "leave"


class SkipReason(StrEnum):
    """Why something was not aired; only the first is the shop's own doing."""

    ABSENT = "absent"
    NO_TIME = "no_time"
    NOT_READY = "not_ready"
    OTHER = "other"


class Action(StrEnum):
    """What can be pressed at the console of a show."""

    START = "start"
    NEXT = "next"
    PAUSE = "pause"
    EXTEND = "extend"
    SKIP = "skip"
    SWAP = "swap"
    MOVE = "move"
    REPEAT = "repeat"
    INSERT = "insert"
    OVERRUN = "overrun"
    CATCH_UP = "catch_up"
    END = "end"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Airing:
    """How a booth went on air over all its times: the state, the first start, the last end."""

    state: OnAir
    started_at: datetime | None = None
    ended_at: datetime | None = None
    skip_reason: SkipReason | None = None
    times: tuple[tuple[datetime, datetime], ...] = field(default=(), compare=False)
    """Each time that is over, from when to when."""


NOT_YET_AIRED = Airing(OnAir.WAITING)


def airing_of(times: Sequence[Airing]) -> Airing:
    """The on-air axis of a booth from all its items: on air now, else done once, else still to come, else skipped."""
    for state in (OnAir.ON_AIR, OnAir.DONE, OnAir.WAITING, OnAir.SKIPPED):
        fitting = [one for one in times if one.state is state]
        if fitting:
            starts = [one.started_at for one in times if one.started_at and one.state is not OnAir.SKIPPED]
            ends = [one.ended_at for one in fitting if one.ended_at]
            return Airing(
                state,
                min(starts, default=None),
                None if state is OnAir.ON_AIR else max(ends, default=None),
                fitting[-1].skip_reason,
                _done(times),
            )
    return NOT_YET_AIRED


def _done(times: Sequence[Airing]) -> tuple[tuple[datetime, datetime], ...]:
    over = [(one.started_at, one.ended_at) for one in times if one.state is OnAir.DONE]
    return tuple((begin, end) for begin, end in over if begin is not None and end is not None)
