"""The figures by which a space is booked as such: of a studio, whose row has those of a booth, the house's own."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from domain.policies import SpaceRules
from domain.settings import HouseSettings
from domain.spaces import SpaceKind
from models import Space
from services import settings


def rules_of(session: Session, space: Space) -> SpaceRules:
    """What the rulebook looks at when somebody wants the space itself, a studio for a rehearsal included."""
    return rules_with(space, settings.load(session)) if space.kind is SpaceKind.STUDIO else space.rules()


def rules_with(space: Space, house: HouseSettings) -> SpaceRules:
    """The same, where the settings are known already."""
    if space.kind is not SpaceKind.STUDIO:
        return space.rules()
    return replace(space.rules(), min_minutes=house.studio_min_minutes, max_minutes=house.studio_max_minutes)
