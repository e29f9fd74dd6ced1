"""Whether what many clients saw can have happened one after the other; it knows nothing of the house but the times.

An operation took effect at some moment between its sending and its answer (linearizability: Herlihy and Wing, 1990).
From that follows when a booking surely held a quarter-hour, and when it possibly did; what must never be follows from
these two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise
from math import inf

TAKEN, STALE = "slot_taken", "stale"
FIRST = 1
"""The version of a booking that nobody changed."""


class Kind(Enum):
    """What a client asked for."""

    BOOK = "book"
    SERIES = "series"
    MOVE = "move"
    DECIDE = "decide"
    END = "end"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Operation:
    """One request as its client knows it.

    `code` is `ok` or that of the refusal; it is empty, and `ended` infinite, where no answer ever came, which only who
    books may leave at that. A series that was booked is told as a booking for each of its dates. `ticks` are what was
    asked for, `version` what a change led to, `lives` what a read said.
    """

    kind: Kind
    began: float
    ended: float
    code: str
    room: str = ""
    ticks: tuple[int, ...] = ()
    booking: int | None = None
    version: int = FIRST
    lives: bool | None = None

    @property
    def done(self) -> bool:
        """Whether it was said to have been done."""
        return self.code == "ok"

    @property
    def maybe(self) -> bool:
        """Whether nobody knows."""
        return self.code == ""


@dataclass(slots=True)
class Claim:
    """A booking's hold on some ticks: possibly from `begins[0]` to `ends[1]`, surely from `begins[1]` to `ends[0]`."""

    booking: int | None
    room: str
    ticks: tuple[int, ...]
    begins: tuple[float, float]
    ends: tuple[float, float] = (inf, inf)

    def possibly_within(self, began: float, ended: float) -> bool:
        """Whether it may have been held at some moment of a span."""
        return self.begins[0] <= ended and began <= self.ends[1]

    def surely_throughout(self, began: float, ended: float) -> bool:
        """Whether it was held during all of a span."""
        return self.begins[1] < began and ended < self.ends[0]


@dataclass
class Story:
    """What follows from a history: who held what and when, by booking and by room and tick."""

    by_booking: dict[int, list[Claim]] = field(default_factory=lambda: defaultdict(list))
    by_tick: dict[tuple[str, int], list[Claim]] = field(default_factory=lambda: defaultdict(list))
    changes: dict[int, list[Operation]] = field(default_factory=lambda: defaultdict(list))

    def add(self, claim: Claim) -> None:
        """Somebody held something."""
        if claim.booking is not None:
            self.by_booking[claim.booking].append(claim)
        for tick in claim.ticks:
            self.by_tick[claim.room, tick].append(claim)


def anomalies(history: Sequence[Operation], places: Mapping[str, int] | None = None) -> Iterator[str]:
    """What no order of these operations explains, in words; a room has one place unless said otherwise."""
    story, places = told_by(history), places or {}
    yield from _ended_twice(story)
    yield from _one_version_twice(story)
    yield from _too_many(story, places)
    for one in history:
        if one.code == TAKEN:
            yield from _refused_for_nothing(story, one, places.get(one.room, 1))
        elif one.code == STALE:
            yield from _stale_for_nothing(story, one)
        elif one.kind is Kind.READ and one.done:
            yield from _wrongly_read(story, one)


def told_by(history: Sequence[Operation]) -> Story:
    """The claims of a history; what was done to a booking is taken in the order of the versions that it led to."""
    story = Story()
    for one in history:
        if one.kind in (Kind.BOOK, Kind.SERIES) and (one.done or one.maybe):
            story.add(Claim(one.booking, one.room, one.ticks, (one.began, one.ended)))
        elif one.done and one.booking is not None and one.kind is not Kind.READ:
            story.changes[one.booking].append(one)
    for booking, asked in story.changes.items():
        asked[:] = _changes(story, booking, sorted(asked, key=lambda one: (one.version, one.began)))
    return story


def _changes(story: Story, booking: int, asked: list[Operation]) -> list[Operation]:
    """Add what each leads to; a move to where the booking is already is done and changes nothing, so it is left out."""
    changes: list[Operation] = []
    for one in asked:
        held, version = story.by_booking[booking], changes[-1].version if changes else FIRST
        if one.kind is Kind.MOVE and held and (held[-1].ticks, version) == (one.ticks, one.version):
            continue
        changes.append(one)
        _apply(story, booking, one)
    return changes


def _apply(story: Story, booking: int, change: Operation) -> None:
    if change.kind is Kind.DECIDE:
        return
    held = story.by_booking[booking]
    if held and held[-1].ends == (inf, inf):
        held[-1].ends = (change.began, change.ended)
    if change.kind is Kind.MOVE:
        story.add(Claim(booking, change.room, change.ticks, (change.began, change.ended)))


def _ended_twice(story: Story) -> Iterator[str]:
    for booking, changes in story.changes.items():
        ends = [one for one in changes if one.kind is Kind.END and one.done]
        if len(ends) > 1:
            yield f"booking {booking} was ended {len(ends)} times"


def _one_version_twice(story: Story) -> Iterator[str]:
    for booking, changes in story.changes.items():
        versions = [FIRST, *(one.version for one in changes)]
        yield from (
            f"two changes of booking {booking} led to its version {after}"
            for before, after in pairwise(versions)
            if before == after
        )


def _too_many(story: Story, places: Mapping[str, int]) -> Iterator[str]:
    for (room, tick), claims in story.by_tick.items():
        there: list[Claim] = []
        for claim in sorted(claims, key=lambda claim: claim.begins[1]):
            began = claim.begins[1]
            if began >= claim.ends[0]:
                continue  # at no moment it was surely held
            there = [one for one in there if began < one.ends[0]] + [claim]
            if len(there) > places.get(room, 1):
                yield f"bookings {' and '.join(str(one.booking) for one in there)} all held {tick} of {room}"


def _refused_for_nothing(story: Story, refused: Operation, places: int) -> Iterator[str]:
    explained = any(_others(story, refused, tick) >= places for tick in refused.ticks)
    if not explained:
        yield f"{refused.kind.value} of {refused.ticks} of {refused.room} was refused, though it can't have been full"


def _others(story: Story, refused: Operation, tick: int) -> int:
    """How many others may have held something at the time of a refusal."""
    held = [
        claim.booking
        for claim in story.by_tick.get((refused.room, tick), ())
        if claim.possibly_within(refused.began, refused.ended)
        and (claim.booking is None or claim.booking != refused.booking)
    ]
    return len({one for one in held if one is not None}) + held.count(None)


def _stale_for_nothing(story: Story, refused: Operation) -> Iterator[str]:
    assert refused.booking is not None
    if not any(one.began <= refused.ended for one in story.changes.get(refused.booking, ())):
        yield f"{refused.kind.value} of booking {refused.booking} was stale, though nobody had changed it"


def _wrongly_read(story: Story, read: Operation) -> Iterator[str]:
    assert read.booking is not None
    claims = story.by_booking.get(read.booking, [])
    if read.lives and not any(claim.possibly_within(read.began, read.ended) for claim in claims):
        yield f"booking {read.booking} was read as alive, though it had ended"
    if not read.lives and any(claim.surely_throughout(read.began, read.ended) for claim in claims):
        yield f"booking {read.booking} was read as over, though it was alive"
