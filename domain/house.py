"""What an admin may say about a space: its facts and its hours, checked before anything is stored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from domain.errors import BadInput, RuleViolation, Violation
from domain.spaces import KINDS_OF_DAY, Approval, Equipment, Hours, OpenOn, SpaceKind

MINUTES_OF_DAY = 1440
GRID = 15
LONGEST_NAME = 60
LONGEST_ABOUT = 1000
LONGEST_REASON = 200
LARGEST_FIGURE = 10_000
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_CODE = 40
RESERVED_CODES = frozenset({"new"})


@dataclass(frozen=True, slots=True)
class SpaceFacts:
    """A space as an admin describes it; lengths, buffer and lead in minutes. Its code and kind stay for ever."""

    name: str
    name_en: str
    kind: SpaceKind
    approval: Approval
    min_minutes: int
    max_minutes: int
    about: str = ""
    about_en: str = ""
    places: int = 1
    capacity: int | None = None
    buffer_minutes: int = 0
    advance_days: int = 30
    lead_minutes: int = 30
    is_private: bool = False
    needs_check_in: bool = True
    equipment: frozenset[Equipment] = frozenset()


def clean_code(code: str) -> str:
    """The word that stands in a space's address; raises BadInput."""
    cleaned = code.strip().lower()
    if not CODE.fullmatch(cleaned) or len(cleaned) > LONGEST_CODE or cleaned in RESERVED_CODES:
        raise BadInput("space_code_invalid", field="code")
    return cleaned


def clean_facts(facts: SpaceFacts) -> SpaceFacts:
    """The facts without stray white space; raises RuleViolation with everything that is wrong."""
    facts = replace(
        facts,
        name=" ".join(facts.name.split()),
        name_en=" ".join(facts.name_en.split()),
        about=facts.about.strip(),
        about_en=facts.about_en.strip(),
    )
    wrong = [*_texts(facts), *_figures(facts), *_lengths(facts)]
    if wrong:
        raise RuleViolation(wrong)
    return facts


def _texts(facts: SpaceFacts) -> list[Violation]:
    wrong = []
    for field in ("name", "name_en"):
        text = getattr(facts, field)
        if not text:
            wrong.append(Violation("space_name_missing", field=field))
        elif len(text) > LONGEST_NAME:
            wrong.append(Violation("space_name_long", {"maximum": LONGEST_NAME}, field))
    for field in ("about", "about_en"):
        if len(getattr(facts, field)) > LONGEST_ABOUT:
            wrong.append(Violation("space_about_long", {"maximum": LONGEST_ABOUT}, field))
    return wrong


def _figures(facts: SpaceFacts) -> list[Violation]:
    wrong = []
    lowest = {"places": 1, "capacity": 1, "advance_days": 0, "lead_minutes": 0, "buffer_minutes": 0}
    for field, minimum in lowest.items():
        figure = getattr(facts, field)
        if figure is not None and not minimum <= figure <= LARGEST_FIGURE:
            about = {"minimum": minimum, "maximum": LARGEST_FIGURE}
            wrong.append(Violation("space_figure_out_of_range", about, field))
    if facts.kind is SpaceKind.ROOM and facts.places != 1:
        wrong.append(Violation("room_has_one_place", field="places"))
    if facts.kind is not SpaceKind.STUDIO and facts.capacity is None:
        wrong.append(Violation("capacity_missing", field="capacity"))
    if facts.kind is SpaceKind.STUDIO and facts.is_private:
        wrong.append(Violation("studio_is_public", field="is_private"))
    return wrong


def _lengths(facts: SpaceFacts) -> list[Violation]:
    wrong = [
        Violation("length_off_grid", field=field)
        for field in ("min_minutes", "max_minutes", "buffer_minutes")
        if getattr(facts, field) % GRID
    ]
    if not GRID <= facts.min_minutes <= MINUTES_OF_DAY:
        wrong.append(Violation("length_out_of_range", field="min_minutes"))
    if not facts.min_minutes <= facts.max_minutes <= MINUTES_OF_DAY:
        wrong.append(Violation("longest_below_shortest", field="max_minutes"))
    return wrong


def clean_hours(hours: Sequence[Hours]) -> list[Hours]:
    """The hours in order; raises BadInput for the first day whose openings make no sense together."""
    for line in hours:
        if line.opens_minute % GRID or line.closes_minute % GRID:
            raise BadInput("hours_off_grid", field=line.open_on.value)
        shut = line.opens_minute == line.closes_minute == 0 and line.open_on not in KINDS_OF_DAY
        if not shut and not 0 <= line.opens_minute < line.closes_minute <= MINUTES_OF_DAY:
            raise BadInput("hours_order", field=line.open_on.value)
    cleaned: list[Hours] = []
    for open_on in OpenOn:
        openings = sorted((h for h in hours if h.open_on is open_on), key=lambda h: h.opens_minute)
        for earlier, later in pairwise(openings):
            if later.opens_minute <= earlier.closes_minute:
                raise BadInput("hours_overlap", field=open_on.value)
        cleaned += openings
    return cleaned
