"""The reference model of shows: said anew, called off, run at the console, and written down when they are over."""

from __future__ import annotations

from collections import defaultdict
from copy import deepcopy
from dataclasses import dataclass, field

from tests.support.history_desk import DeskHouse
from tests.support.history_things import OK, RULE, STALE, Show

STANDS = {"confirmed", "completed"}
EARLY = 2
WRAP_UP = 96


@dataclass
class Item:
    """The booths of one slot."""

    booths: list[int]
    state: str = "waiting"
    reason: str | None = None


@dataclass
class Run:
    """The running order of a show, and how it stood before each press that nobody took back."""

    items: list[Item]
    version: int = 1
    began: bool = False
    ended: bool = False
    before: list[tuple[list[Item], bool, bool]] = field(default_factory=list)

    def first(self, state: str) -> Item | None:
        """The first item in a state."""
        return next((item for item in self.items if item.state == state), None)


class ShowHouse(DeskHouse):
    """The house with everything that happens to its shows."""

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # the house's own
        self.runs: dict[int, Run] = {}

    def change_show(self, number: int, version: int) -> str:
        """Give it another title."""
        show = self.shows[number]
        if show.version != version:
            return STALE
        if show.status == "cancelled" or show.wrapped or show.start + show.slots <= self.now:
            return RULE
        show.version += 1
        return OK

    def cancel_show(self, number: int, version: int) -> str:
        """Call it off, with every booth and hope of it; nobody is offered anything."""
        show, run = self.shows[number], self.runs.get(number)
        if show.version != version:
            return STALE
        if show.status == "cancelled" or show.start <= self.now or (run and run.began):
            return RULE
        for entry in self.line:
            if entry.show == number and entry.status in {"waiting", "offered"}:
                entry.status = "lapsed"
        for one in self.bookings:
            if one.show == number and one.status in {"offered", "pending", "confirmed"}:
                one.status, one.version = "cancelled", one.version + 1
        show.status, show.version = "cancelled", show.version + 1
        return OK

    def press(self, number: int, action: str, version: int) -> str:
        """One press of the console."""
        show, run = self.shows[number], self.runs.get(number)
        if show.status == "cancelled" or show.wrapped:
            return RULE
        if version == 0 and action == "start":
            if run:
                return STALE
            run, version = Run(self._planned(number)), 1
        if run is None or run.version != version:
            return STALE
        after = deepcopy(run)
        ending = self._undone(after) if action == "undo" else self._pressed(show, after, action)
        if ending == OK:
            after.version = version + 1
            self.runs[number] = after
        return ending

    def _planned(self, number: int) -> list[Item]:
        slots: dict[int, list[int]] = defaultdict(list)
        for booth, one in enumerate(self.bookings):
            if one.show == number and one.status in STANDS:
                slots[one.start].append(booth)
        return [Item(booths) for _, booths in sorted(slots.items())]

    def _pressed(self, show: Show, run: Run, action: str) -> str:
        before = deepcopy(run.items), run.began, run.ended
        if action in {"start", "next"} and self.now < show.start - EARLY:
            return RULE
        current, waiting = run.first("on_air"), run.first("waiting")
        if run.ended or self._makes_no_sense(run, action):
            return RULE
        if current and action in {"next", "end"}:
            current.state = "done"
        if waiting and action in {"start", "next"}:
            if any(self.bookings[booth].status not in STANDS | {"no_show"} for booth in waiting.booths):
                return RULE
            waiting.state, run.began = "on_air", True
        if waiting and action == "skip":
            waiting.state, waiting.reason = "skipped", "absent"
        if action == "end":
            run.ended = True
            for item in run.items:
                if item.state == "waiting":
                    item.state, item.reason = "skipped", "no_time"
        run.before.append(before)
        return OK

    @staticmethod
    def _makes_no_sense(run: Run, action: str) -> bool:
        current, waiting = run.first("on_air"), run.first("waiting")
        return {
            "start": current is not None or waiting is None,
            "next": current is None or waiting is None,
            "skip": waiting is None,
            "end": not run.began,
        }[action]

    @staticmethod
    def _undone(run: Run) -> str:
        if not run.before:
            return RULE
        run.items, run.began, run.ended = run.before.pop()
        return OK

    def wrap_up(self, number: int) -> str:
        """Write down what became of each booth, as far as it is known."""
        show, run = self.shows[number], self.runs.get(number)
        if self.now < show.start + show.slots and not (run and run.ended):
            return RULE
        if show.wrapped:
            return RULE
        show.wrapped, show.version = True, show.version + 1
        absent = {
            booth for item in (run.items if run else []) for booth in item.booths if item.reason == "absent"
        }
        for booth, one in enumerate(self.bookings):
            if one.show == number and one.status == "confirmed":
                one.status, one.version = "no_show" if booth in absent else "completed", one.version + 1
        return OK

    def wrap_up_due(self) -> None:
        """What nobody wrote down within a day."""
        for number, show in enumerate(self.shows):
            is_over = show.start + show.slots <= self.now - WRAP_UP
            if show.status == "open" and not show.wrapped and is_over:
                self.wrap_up(number)
