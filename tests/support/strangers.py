"""Somebody else's things at every door: they are answered as what is not there, in the same words after the same work.

Every argument of every route is either somebody's (World.foreign) or is named here with the reason why it is not.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from domain.people import Role
from models.base import db
from tests.support.callers import Caller
from tests.support.statements import statements
from tests.support.who_may import WHO_MAY
from tests.support.who_may_call import STAFF
from tests.support.world import Door, World, doors

FAR = 100_000
"""Added to an id of somebody's it is nobody's."""
NOBODYS = {
    "shown to whoever may come in at that door": "booth code day month sha256 show_id",
    "a word of the house's own": "action kind locale message step",
    "a secret, which opens by being known": "key token",
    "the second of two, beside the one that is somebody's": "other_id",
}
"""Arguments that name nothing of anybody's, by reason."""
OF_STAFF = frozenset({
    "alias_id", "closure_id", "delivery_id", "device_id", "held_id", "hook_id", "host_id", "import_id", "point_id",
    "reason_id", "sheet_id", "walk_in_id", "word_id",
})  # fmt: skip
"""What staff keep for the house; its doors are open to them alone."""
PERSONAL = frozenset({"entry_id", "notice_id"})
"""Where staff are strangers too; whatever else is somebody's they look after."""


def misplaced(tried: Iterable[Door], foreign: Iterable[str]) -> Iterator[str]:
    """Arguments of routes that nobody has thought about, and such of staff's at a door of others."""
    known = {*foreign, *OF_STAFF, *(name for names in NOBODYS.values() for name in names.split())}
    for door in tried:
        named = set(door.rule.arguments)
        yield from (f"{door.method} {door.rule}: whose is {name}?" for name in sorted(named - known))
        if named & OF_STAFF and not WHO_MAY.get(door.endpoint, STAFF) <= STAFF:
            yield f"{door.method} {door.rule}: {sorted(named & OF_STAFF)} are the staff's"


@dataclass
class Pair:
    """What was said at a door of somebody else's thing, and of nothing: with how many statements, in what time."""

    door: Door
    said: list[tuple[int, str]] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)
    seconds: tuple[list[float], list[float]] = ([], [])

    def wrong(self) -> Iterator[str]:
        """By what one learns that the thing is there."""
        where = f"{self.door.method} {self.door.rule}"
        if len(set(self.said)) > 1 or self.said[0][0] != 404:
            yield f"{where}: {[status for status, _ in self.said]}"
        elif len(set(self.statements)) > 1:
            yield f"{where}: {self.statements} statements"

    def medians(self) -> list[float]:
        """The time for somebody else's thing and for nothing, which were asked for in turn."""
        return [median(one) for one in self.seconds]


def strange_to(door: Door, role: Role, world: World) -> set[str]:
    """The arguments by which somebody of this role may name a thing that is not theirs."""
    named = set(door.rule.arguments) & set(world.foreign)
    return named & PERSONAL if role in STAFF else named


def try_strange_things(
    app: Flask, world: World, role: Role, tried: Iterable[Door] | None = None, rounds: int = 1
) -> list[Pair]:
    """Ask at every door that is open to this role for what is somebody else's, in turn with what is not there."""
    stranger = Caller.of(app, world.people[role])
    found = []
    for door in doors(app) if tried is None else tried:
        named = strange_to(door, role, world)
        if not named or role not in WHO_MAY[door.endpoint]:
            continue
        missing = {name: world.foreign[name] + FAR for name in named}
        theirs = {name: world.foreign[name] for name in world.foreign if name in door.rule.arguments}
        stranger.ask(door, world.ids | missing)  # what the house keeps is read by then
        found.append(_pair(stranger, door, [world.ids | theirs, world.ids | theirs | missing], rounds))
    return found


def _pair(stranger: Caller, door: Door, asked: list[dict[str, Any]], rounds: int) -> Pair:
    pair = Pair(door, seconds=([], []))
    for _ in range(rounds):
        for ids, taken in zip(asked, pair.seconds, strict=True):
            with statements(db) as seen:
                began = time.perf_counter()
                answer = stranger.ask(door, ids)
                taken.append(time.perf_counter() - began)
            pair.said.append(told(answer))
            pair.statements.append(len(seen))
    return pair


def told(answer: TestResponse) -> tuple[int, str]:
    """What an answer says, apart from the address that was asked for and from tokens."""
    text = answer.get_data().decode(errors="replace")
    text = re.sub(r'name="(csrf_token|next)" value="[^"]*"', "", text)
    return answer.status_code, re.sub(r"/\d+\b", "/…", text)


def apart(pairs: list[Pair]) -> float:
    """By which part of it the times of all doors together differ: enough to notice one hash at one of them."""
    theirs, nothing = (sum(times) for times in zip(*(pair.medians() for pair in pairs), strict=True))
    return abs(theirs - nothing) / nothing
