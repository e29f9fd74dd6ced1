"""The house's changeable figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import BadInput, Changed, Forbidden
from domain.people import Actor
from domain.settings import FIGURES, HouseSettings
from domain.spaces import SpaceKind
from models import Person, Setting, SettingChange, Space
from services import locks
from services.unit_of_work import query, transaction

MOST_CHANGES = 100
OF_STUDIOS = frozenset({"studio_min_minutes", "studio_max_minutes"})
"""Figures that say where a calendar offers time: what is shown of a studio changes with them."""
DEFAULTS = HouseSettings()
_STORED = select(Setting.__table__.c.key, Setting.__table__.c.value)


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the history; `by` is empty where the command line changed it."""

    key: str
    before: int | None
    after: int
    by: str
    at: datetime


def load(session: Session) -> HouseSettings:
    """The settings as they stand, for use inside another service."""
    return laid_over({key: value for key, value in session.execute(_STORED)})


def laid_over(stored: Mapping[str, int]) -> HouseSettings:
    """What is stored in the place of what counts otherwise; a key that nobody knows any more is passed over."""
    return _laid_over(frozenset(stored.items()))


@lru_cache(maxsize=8)  # every booking asks, and they change a few times a year
def _laid_over(stored: frozenset[tuple[str, int]]) -> HouseSettings:
    return replace(DEFAULTS, **{key: value for key, value in stored if key in FIGURES})


@query
def current(session: Session) -> HouseSettings:
    """The settings as they stand."""
    return load(session)


@transaction
def change(
    session: Session,
    key: str,
    value: int,
    *,
    now: datetime,
    actor: Actor | None = None,
    seen: int | None = None,
) -> None:
    """Set one figure and keep what it was; without an actor it is the command line.

    `seen` is the value that was on screen. Raises Forbidden, Changed when it is another one by now, and BadInput for an
    unknown key or a value outside of its bounds.
    """
    if actor is not None and not actor.is_admin:
        raise Forbidden
    if key not in FIGURES:
        raise BadInput("setting_unknown", key=key)
    FIGURES[key].check(key, value)
    if key in OF_STUDIOS:
        studios = select(Space.id).where(Space.kind == SpaceKind.STUDIO)
        locks.lock_spaces(session, session.scalars(studios).all())
    row = session.get(Setting, key, with_for_update=True, populate_existing=True)
    counted = row.value if row else asdict(HouseSettings())[key]
    if seen is not None and seen != counted:
        raise Changed
    if value == counted:
        return
    session.add(
        SettingChange(
            key=key,
            before=row.value if row else None,
            after=value,
            changed_by_id=actor.id if actor else None,
            changed_at=now,
        )
    )
    session.merge(Setting(key=key, value=value))


@query
def history(session: Session, actor: Actor, key: str | None = None) -> Sequence[Change]:
    """The last changes, of one figure or of all, the newest first; raises Forbidden."""
    if not actor.is_admin:
        raise Forbidden
    wanted = select(SettingChange, Person.name).outerjoin(Person, Person.id == SettingChange.changed_by_id)
    if key is not None:
        wanted = wanted.where(SettingChange.key == key)
    rows = session.execute(
        wanted.order_by(SettingChange.changed_at.desc(), SettingChange.id.desc()).limit(MOST_CHANGES)
    )
    return [Change(row.key, row.before, row.after, name or "", row.changed_at) for row, name in rows]
