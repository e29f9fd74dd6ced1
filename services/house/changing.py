"""Changing what a space is and when it is open in one go: both, or neither."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from domain.people import Actor
from domain.spaces import Hours
from models import Space
from services.house import hours, spaces
from services.unit_of_work import transaction


@transaction
def change(
    session: Session,
    actor: Actor,
    code: str,
    changes: Mapping[str, Any],
    lines: Sequence[Hours] | None,
    *,
    version: int,
    now: datetime,
    confirmed: Sequence[int] | None = None,
) -> Space:
    """Change some facts of a space, its hours, or both; raises what each of them raises."""
    space = spaces.one(actor, code)
    if changes:
        facts = replace(spaces.facts_of(space), **changes)
        space = spaces.edit(actor, code, facts, version=version, now=now, confirmed=confirmed)
        version = space.version
    if lines is not None:
        space = hours.set_hours(actor, code, lines, version=version, now=now, confirmed=confirmed)
    return space
