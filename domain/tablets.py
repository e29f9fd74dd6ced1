"""Shared tablets: what a PIN may be, what a tablet is called, and when it locks by itself."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from domain.errors import BadInput

MIN_PIN = 4
MAX_PIN = 6
MAX_NAME = 40
MAX_HELD = 20_000
"""Characters of a form that waits while the tablet is locked."""
SECRETS = frozenset({"pin", "again", "secret"})
MINUTE = timedelta(minutes=1)
EASY_STEPS = ({0}, {1}, {9})
"""From one digit to the next: 0000, 1234 and 7890, 4321 and 2109."""


def clean_pin(text: str) -> str:
    """The digits of a PIN as it was typed, in full width as well as in half; it may be none that anybody has."""
    return "".join(unicodedata.normalize("NFKC", text or "").split())


def check_pin(text: str, phone: str | None) -> str:
    """A PIN of 4 to 6 digits that is no run, no repetition and not how the own phone ends; else BadInput."""
    pin = clean_pin(text)
    if not (pin.isascii() and pin.isdigit() and MIN_PIN <= len(pin) <= MAX_PIN):
        raise BadInput("pin_invalid", field="pin", minimum=MIN_PIN, maximum=MAX_PIN)
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    is_pair_again = len(pin) in (4, 6) and pin == pin[:2] * (len(pin) // 2)
    if steps in EASY_STEPS or is_pair_again:
        raise BadInput("pin_easy", field="pin")
    if phone and phone.endswith(pin):
        raise BadInput("pin_of_phone", field="pin")
    return pin


def clean_tablet_name(text: str) -> str:
    """A name without stray white space, of 1 to 40 characters; else BadInput."""
    name = " ".join((text or "").split())
    if not name:
        raise BadInput("tablet_name_missing", field="name")
    if len(name) > MAX_NAME:
        raise BadInput("tablet_name_long", field="name", maximum=MAX_NAME)
    return name


@dataclass(frozen=True, slots=True)
class HeldForm:
    """A form that was sent while the tablet was locked: where it goes and what was typed."""

    action: str
    fields: tuple[tuple[str, str], ...]

    @property
    def may_be_kept(self) -> bool:
        """Whether it may wait for its person: it isn't huge, and holds no password, no PIN and no key."""
        is_small = sum(len(name) + len(value) for name, value in self.fields) <= MAX_HELD
        return is_small and not any("password" in name or name in SECRETS for name, _ in self.fields)


@dataclass(frozen=True, slots=True)
class IdleLock:
    """When a tablet that nobody touches locks; `minutes` is the figure of the house, and none lets it stay open."""

    minutes: int

    @property
    def after(self) -> timedelta:
        """How long nobody may have touched it."""
        return MINUTE * max(1, self.minutes)

    @property
    def noted_every(self) -> timedelta:
        """How often a touch is written down at most: once a minute, and often enough that it counts in time."""
        return min(MINUTE, self.after / 2)

    @property
    def warned_before(self) -> timedelta:
        """How long before it locks the screen says so."""
        return min(MINUTE / 2, self.after / 3)

    def is_due(self, last_active_at: datetime | None, now: datetime) -> bool:
        """Whether it is locked: nobody has touched it for so long, or somebody locked it by hand.

        Where the clock was put back, nobody can say any more when it was touched.
        """
        return last_active_at is None or abs(now - last_active_at) >= self.after

    def is_worth_noting(self, last_active_at: datetime | None, now: datetime) -> bool:
        """Whether a touch has to be written down again."""
        return last_active_at is not None and now - last_active_at >= self.noted_every
