"""The figures by which a space is booked as such: of a studio, whose row has those of a booth, the house's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy.orm import Session

from domain.policies import SpaceRules
from domain.spaces import SpaceKind
from models import Space
from services import settings
from services.space_lines import AnySpace


def rules_of(session: Session, space: Space) -> SpaceRules:
    """What the rulebook looks at when somebody wants the space itself, a studio for a rehearsal included."""
    return rules_by_space(session, [space])[space.id]


def rules_by_space(session: Session, spaces: Iterable[AnySpace]) -> dict[int, SpaceRules]:
    """The same for many spaces, in at most one query."""
    rules = {space.id: space.rules() for space in spaces}
    studios = [number for number, one in rules.items() if one.kind is SpaceKind.STUDIO]
    if studios:
        house = settings.load(session)
        for number in studios:
            rules[number] = replace(
                rules[number], min_minutes=house.studio_min_minutes, max_minutes=house.studio_max_minutes
            )
    return rules
