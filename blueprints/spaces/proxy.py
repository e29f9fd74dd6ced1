"""Booking for somebody else: who may, and finding the neighbour by the flat."""

from __future__ import annotations

from flask import request

from blueprints.identity import current_actor
from domain.errors import BadInput
from domain.people import Actor, Home, clean_home
from models import Person, Space
from services import neighbours
from services.booking import Outline

FLAT = ("building", "unit", "room")


def books_for_others(actor: Actor | None, space: Space | Outline) -> bool:
    """Whether this person may book here for neighbours: staff everywhere, a captain where nothing is private."""
    if actor is None:
        return False
    return actor.is_staff or (actor.captain_of is not None and not space.is_private)


def flat_asked() -> dict[str, str]:
    """The flat that was typed, part by part; nothing when no part was."""
    typed = {name: value for name in FLAT if (value := request.values.get(name, "").strip())}
    captain_of = getattr(current_actor(), "captain_of", None)
    if captain_of is not None and set(typed) == {"building"}:
        return {}  # the captain's own building stands there from the start
    return typed


def neighbours_for(space: Space | Outline) -> list[Person]:
    """Whom this person may book for here."""
    actor = current_actor()
    if actor is None or not books_for_others(actor, space):
        return []
    typed = flat_asked()
    try:
        home = home_of(typed) if typed else None
    except BadInput:
        return []
    return neighbours.bookable_for(actor, home)


def home_of(typed: dict[str, str]) -> Home:
    """The flat that was typed; raises BadInput."""
    return clean_home(*(typed.get(name, "") for name in FLAT))
