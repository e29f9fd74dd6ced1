"""The figures by which a space is booked as such: of a studio, whose row has those of a booth, the house's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy.orm import Session

from domain.policies import SpaceRules
from domain.settings import HouseSettings
from domain.spaces import SpaceKind
from models import Space
from services import settings
from services.space_lines import AnySpace


def rules_of(session: Session, space: Space) -> SpaceRules:
    """What the rulebook looks at when somebody wants the space itself, a studio for a rehearsal included."""
    return rules_by_space(session, [space])[space.id]


def rules_with(space: AnySpace, house: HouseSettings) -> SpaceRules:
    """The same, where the settings are known already."""
    rules = space.rules()
    if rules.kind is not SpaceKind.STUDIO:
        return rules
    return replace(rules, min_minutes=house.studio_min_minutes, max_minutes=house.studio_max_minutes)


def rules_by_space(session: Session, spaces: Iterable[AnySpace]) -> dict[int, SpaceRules]:
    """The same for many spaces, in at most one query."""
    wanted = list(spaces)
    has_studio = any(space.kind is SpaceKind.STUDIO for space in wanted)
    house = settings.load(session) if has_studio else settings.DEFAULTS
    return {space.id: rules_with(space, house) for space in wanted}
