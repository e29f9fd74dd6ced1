"""What a disk may hold after the power went: all that it was told to keep, and of the rest whatever it likes.

Of what was written since the last sync of a file each sector of 512 bytes is there or not, in any order; the length of
the file may have grown before its content; a file that was made or deleted may be so, or not yet.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise

from tests.support.recording_vfs import BESIDE, Did, Event

SECTOR = 512
Files = dict[str, bytes]
"""The files of a database that are there, by how their names end."""


class Mood(Enum):
    """How a disk treats what it was not told to keep."""

    LOSES_ALL = 0.0
    LOSES_MOST = 0.1
    TOSSES = 0.5
    LOSES_LITTLE = 0.95
    KEEPS_ALL = 1.0


@dataclass
class Whim:
    """What one disk does in one power cut."""

    chance: random.Random
    mood: Mood
    is_in_order: bool

    @classmethod
    def of(cls, chance: random.Random) -> Whim:
        """Any."""
        return cls(chance, chance.choice(list(Mood)), chance.random() < 0.5)

    def keeps(self) -> bool:
        """Whether one thing more is there."""
        return self.chance.random() < self.mood.value


@dataclass
class Content:
    """What stands in a file: for certain, and what came after."""

    kept: bytearray = field(default_factory=bytearray)
    since: list[Event] = field(default_factory=list)

    def sync(self) -> None:
        """From now on all of it stands there for certain."""
        for event in self.since:
            _do(self.kept, event)
        self.since.clear()

    def after(self, whim: Whim) -> bytes:
        """What is left of it."""
        pieces = [piece for event in self.since for piece in _pieces(event) if whim.keeps()]
        if not whim.is_in_order:
            whim.chance.shuffle(pieces)
        left, before = bytearray(self.kept), bytearray(self.kept)
        for piece in pieces:
            _do(left, piece)
        for event in self.since:
            _do(before, event)
        if whim.keeps():
            left.extend(bytes(max(0, len(before) - len(left))))
        return bytes(left)


@dataclass
class Name:
    """Which file a folder has under a name: for certain, and since."""

    kept: Content | None = None
    since: list[Content | None] = field(default_factory=list)

    @property
    def now(self) -> Content | None:
        """As the program sees it."""
        return self.since[-1] if self.since else self.kept

    def settle(self) -> None:
        """From now on the folder has it so for certain."""
        self.kept = self.now
        self.since.clear()

    def after(self, whim: Whim) -> bytes | None:
        """What is left under the name; None for nothing."""
        found = self.kept
        for later in self.since:
            if whim.keeps():
                found = later
        return None if found is None else found.after(whim)


class Disk:
    """The files of a database as one thing after the other happens to them."""

    def __init__(self, at_first: Files) -> None:
        self._names = {
            ending: Name(Content(bytearray(at_first[ending])) if ending in at_first else None)
            for ending in BESIDE
        }

    def take(self, event: Event) -> None:
        """One thing more happened."""
        if event.did is Did.ANSWER:
            return
        name = self._names[event.name]
        if event.did is Did.CREATE:
            name.since.append(Content())
        elif event.did is Did.DELETE:
            name.since.append(None)
            if event.kept:
                name.settle()
        elif name.now is None:
            raise AssertionError(f"{event.did.value} of {event.name or 'the database'}, which is not there")
        elif event.did is Did.SYNC:
            name.now.sync()
            name.settle()  # SQLite syncs the folder of a file that it has made with the file
        else:
            name.now.since.append(event)

    def after(self, whim: Whim) -> Files:
        """What is there after a power cut now."""
        left = {ending: name.after(whim) for ending, name in self._names.items()}
        return {ending: content for ending, content in left.items() if content is not None}


@dataclass(frozen=True)
class Cut:
    """A power cut: how many things had happened, how many answers had been given, and what is left."""

    happened: int
    answers: int
    whim: Whim
    files: Files


def cuts(at_first: Files, events: Sequence[Event], count: int, chance: random.Random) -> Iterator[Cut]:
    """Power cuts at moments spread over all that happened, in their order; a disk has another whim at each."""
    disk, answers = Disk(at_first), 0
    moments = sorted(chance.randrange(len(events) + 1) for _ in range(count))
    for since, until in pairwise([0, *moments]):
        for event in events[since:until]:
            disk.take(event)
            answers += event.did is Did.ANSWER
        whim = Whim.of(chance)
        yield Cut(until, answers, whim, disk.after(whim))


def _pieces(event: Event) -> Iterator[Event]:
    """A thing that was done, sector by sector."""
    if event.did is not Did.WRITE:
        yield event
        return
    begin, end = event.at, event.at + len(event.data)
    while begin < end:
        until = min(end, begin - begin % SECTOR + SECTOR)
        yield Event(Did.WRITE, event.name, begin, event.data[begin - event.at : until - event.at])
        begin = until


def _do(content: bytearray, event: Event) -> None:
    """To a file; what a write leaves out before it becomes zeros."""
    content.extend(bytes(max(0, event.at - len(content))))
    if event.did is Did.TRUNCATE:
        del content[event.at :]
    else:
        content[event.at : event.at + len(event.data)] = event.data
