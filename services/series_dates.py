"""Judging many dates of one booker together, so that a refusal names them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from domain.errors import RuleViolation, SlotTaken, Violation
from domain.interval import Interval
from domain.people import Actor
from domain.policies import Override
from models import Space
from services import asking

Times = Mapping[date, Interval]


def grant_all(
    actor: Actor, known: asking.Wishes, times: Times, party_size: int, override: Override | None
) -> dict[date, frozenset[str]]:
    """Judge each date with those before it counted; returns which rules were set aside on which date.

    Raises RuleViolation with everything that is broken on any of them, each violation with its `day`.
    """
    broken: list[Violation] = []
    set_aside: dict[date, frozenset[str]] = {}
    if override is not None:
        asking.allow(actor, override)
    for day, interval in times.items():
        try:
            set_aside[day] = asking.judge(actor, known.violations(interval, party_size), override)
        except RuleViolation as refusal:
            broken += [replace(found, params={**found.params, "day": day}) for found in refusal.violations]
        else:
            known.grant(interval)
    if broken:
        raise RuleViolation(broken)
    return set_aside


@contextmanager
def naming_days(space: Space, times: Times) -> Iterator[None]:
    """Let a SlotTaken tell which `days` it is about."""
    try:
        yield
    except SlotTaken as taken:
        blocked = {tick for interval in taken.blocking for tick in interval.ticks()}
        named = SlotTaken(taken.blocking)
        named.params = {
            "days": [
                day
                for day, interval in times.items()
                if not blocked.isdisjoint(interval.ticks(space.buffer_minutes))
            ]
        }
        raise named from taken
