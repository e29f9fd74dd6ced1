"""Finding people by whatever the desk knows of them, a page at a time."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, false, func, select
from sqlalchemy.orm import Session

from domain.errors import Forbidden
from domain.people import STAFF_ROLES, Actor, Role
from models import Person
from services.space_lines import SPACES_A_PAGE, Pages, pages_in
from services.unit_of_work import query

PAGE = 30
WHOLE_PHONE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
LAST_FOUR = re.compile(r"\d{4}")
HOME = re.compile(r"(\d{1,4})\D+(\d{1,4})\D+([0-9A-Za-z-]{1,8}?)(?:室|号|号房)?")


class State(StrEnum):
    """How an account stands."""

    IN_USE = "in_use"
    WAITING = "waiting"
    DISABLED = "disabled"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: a name, the last four digits or all of a phone, a home such as 22-1-301; a role, a state."""

    text: str = ""
    role: Role | None = None
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of people, the newest account first; `next_before` leads to the next page."""

    people: list[Person]
    next_before: int | None


@dataclass(frozen=True, slots=True)
class Newcomers:
    """A page of those who wait to be verified, the oldest first, and how many there are on all pages."""

    people: list[Person]
    count: int
    pages: Pages


@query
def find(
    session: Session, actor: Actor, wanted: Wanted, *, before: int | None = None, size: int = PAGE
) -> Found:
    """The accounts that fit; staff find whoever is no staff. Raises Forbidden."""
    if not actor.is_staff:
        raise Forbidden
    people = list(session.scalars(_page(actor, wanted, before, size + 1)))
    more = len(people) > size
    return Found(people[:size], people[size - 1].id if more else None)


@query
def newcomers(session: Session, actor: Actor, text: str = "", page: int = 1) -> Newcomers:
    """Sign-ups that wait for this captain (the own building) or for staff (all); raises Forbidden."""
    waiting = [_stands(State.WAITING), Person.role == Role.RESIDENT]
    if not actor.is_staff:
        if actor.captain_of is None:
            raise Forbidden
        waiting.append(Person.building == actor.captain_of)
    if text.strip():
        waiting.append(_fits(text))
    count = session.scalar(select(func.count()).select_from(Person).where(*waiting)) or 0
    pages = pages_in(count, page)
    found = select(Person).where(*waiting).order_by(Person.created_at, Person.id)
    people = session.scalars(found.offset(pages.skipped).limit(SPACES_A_PAGE))
    return Newcomers(list(people), count, pages)


@query
def find_all(session: Session, wanted: Wanted, *, most: int = 200) -> list[Person]:
    """The accounts that fit, for the command line."""
    return list(session.scalars(_accounts(wanted).limit(most)))


def _accounts(wanted: Wanted) -> Select[Person]:
    found = select(Person).where(_stands(wanted.state)).order_by(Person.id.desc())
    if wanted.text.strip():
        found = found.where(_fits(wanted.text))
    return found if wanted.role is None else found.where(Person.role == wanted.role)


def _page(actor: Actor, wanted: Wanted, before: int | None, size: int) -> Select[Person]:
    found = _accounts(wanted).limit(size)
    if not actor.is_admin:
        found = found.where(Person.role.not_in(STAFF_ROLES))
    return found if before is None else found.where(Person.id < before)


def _fits(text: str) -> ColumnElement[bool]:
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    digits = re.sub(r"[\s\-()]", "", text)
    if phone := WHOLE_PHONE.fullmatch(digits):
        return Person.phone == phone[1]
    if LAST_FOUR.fullmatch(text):
        return Person.phone_tail == text
    if home := HOME.fullmatch(text):
        building, unit, room = home.groups()
        return (Person.building == int(building)) & (Person.unit == int(unit)) & (Person.room == room.upper())
    return Person.name.contains(text, autoescape=True) if len(text) <= 40 else false()


def _stands(state: State | None) -> ColumnElement[bool]:
    if state is State.ERASED:
        return Person.erased_at.is_not(None)
    if state is State.DISABLED:
        return Person.disabled_at.is_not(None) & Person.erased_at.is_(None)
    in_use = Person.disabled_at.is_(None)
    return in_use & Person.verified_at.is_(None) if state is State.WAITING else in_use
