"""Spaces as calendars read them: plain values of two light queries, for pages that show hundreds of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ScalarSelect, Select, String, bindparam, case, func, select, type_coerce
from sqlalchemy.orm import Session

from domain.errors import Missing
from domain.spaces import Approval, Hours, OpenOn, SpaceKind
from models import OpeningHours, Space
from models.prepared import Prepared
from models.rows import core
from models.spaces import SpaceFacts

SPACES_A_PAGE = 50
Item = TypeVar("Item")


class _Columns(NamedTuple):
    id: int
    code: str
    name: str
    name_en: str
    about: str
    about_en: str
    kind: SpaceKind
    approval: Approval
    approval_levels: int
    places: int
    capacity: int | None
    min_minutes: int
    max_minutes: int
    buffer_minutes: int
    advance_days: int
    lead_minutes: int
    is_private: bool
    hours: tuple[Hours, ...]


class SpaceLine(SpaceFacts, _Columns):
    """What a calendar needs of a space, under the names of the model."""

    __slots__ = ()

    def opening_rules(self) -> tuple[Hours, ...]:
        """The opening hours."""
        return self.hours


AnySpace = Space | SpaceLine
"""A space with its hours, as a row of the model or as a line."""

_KINDS = {kind.value: kind for kind in SpaceKind}
_APPROVALS = {one.value: one for one in Approval}


class SpaceName(NamedTuple):
    """What a link to a space needs, under the names of the model."""

    id: int
    code: str
    name: str
    name_en: str

    def name_in(self, locale: str) -> str:
        """The name for a reader of that locale."""
        return self.name_en if locale.startswith("en") else self.name


class Listed(NamedTuple):
    """A space that is in use, its revision, and how far ahead it can be booked."""

    id: int
    revision: int
    advance_days: int


class InUse(NamedTuple):
    """How many spaces of a kind are in use, and how far ahead the furthest of them can be booked.

    `revision` is the sum of those of all of this kind, the archived ones too.
    """

    kind: SpaceKind
    spaces: int
    advance_days: int
    revision: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand with the spaces of each kind, those that are archived included."""

    kinds: Sequence[InUse]

    @property
    def in_use(self) -> list[InUse]:
        """The kinds of which a space is in use."""
        return [one for one in self.kinds if one.spaces]

    def revision(self, *kinds: SpaceKind) -> int:
        """A number that grows with every change of any space of these kinds, else of any at all."""
        return sum(one.revision for one in self.kinds if not kinds or one.kind in kinds)


@dataclass(frozen=True, slots=True)
class Pages:
    """Which of many spaces are shown: the kinds in use, the one that is wanted, and the page of so many."""

    kinds: Sequence[SpaceKind]
    kind: SpaceKind | None
    number: int
    last: int

    @property
    def asked(self) -> dict[str, str | int]:
        """What a link needs to come to the same spaces."""
        kind: dict[str, str | int] = {"kind": self.kind.value} if self.kind else {}
        return kind | ({"page": self.number} if self.number > 1 else {})

    @property
    def skipped(self) -> int:
        """How many spaces come before this page."""
        return (self.number - 1) * SPACES_A_PAGE

    def of(self, items: Sequence[Item]) -> list[Item]:
        """Those of all that stand on this page."""
        return list(items[self.skipped : self.skipped + SPACES_A_PAGE])


def _of_a_page(wanted: Select[Any]) -> Select[Any]:
    return (
        wanted.where(_KIND.in_(bindparam("kinds", expanding=True)))
        .order_by(_SPACE.position, _SPACE.id)
        .limit(bindparam("most"))
        .offset(bindparam("skipped"))
    )


# Statements are put together once, of tables rather than of models: that costs more than running them.
_SPACE, _OPEN = Space.__table__.c, OpeningHours.__table__.c
_KIND = type_coerce(_SPACE.kind, String)
_COLUMNS = (
    _SPACE.id,
    _SPACE.code,
    _SPACE.name,
    _SPACE.name_en,
    _SPACE.about,
    _SPACE.about_en,
    _KIND.label("kind"),
    type_coerce(_SPACE.approval, String).label("approval"),
    _SPACE.approval_levels,
    _SPACE.places,
    _SPACE.capacity,
    _SPACE.min_minutes,
    _SPACE.max_minutes,
    _SPACE.buffer_minutes,
    _SPACE.advance_days,
    _SPACE.lead_minutes,
    _SPACE.is_private,
)
_IN_USE = select(*_COLUMNS).where(_SPACE.archived_at.is_(None))
_ALL = _IN_USE.order_by(_SPACE.position, _SPACE.id)
_SOME = _of_a_page(_IN_USE)
_TIMES = (type_coerce(_OPEN.open_on, String).label("open_on"), _OPEN.opens_minute, _OPEN.closes_minute)
_HOURS = (
    select(_OPEN.space_id, *_TIMES)
    .where(_OPEN.space_id.in_(bindparam("spaces", expanding=True)))
    .order_by(_OPEN.opens_minute)
)
_REVISIONS = select(*(_SPACE[name] for name in Listed._fields)).where(_SPACE.archived_at.is_(None))
_LISTED = _of_a_page(_REVISIONS)
_NAMES = _of_a_page(select(*(_SPACE[name] for name in SpaceName._fields)).where(_SPACE.archived_at.is_(None)))
_FOUND = _REVISIONS.where(_SPACE.code == bindparam("code"))
_WITH_HOURS = (
    select(*_COLUMNS, *_TIMES)
    .outerjoin_from(Space.__table__, OpeningHours.__table__, _OPEN.space_id == _SPACE.id)
    .where(_SPACE.archived_at.is_(None))
    .order_by(_SPACE.position, _SPACE.id, _OPEN.opens_minute)
)
_BY_CODE = Prepared(_WITH_HOURS.where(_SPACE.code == bindparam("code")))
_THESE = _WITH_HOURS.where(_SPACE.id.in_(bindparam("ids", expanding=True)))
_DAYS = case((_SPACE.archived_at.is_(None), _SPACE.advance_days))
_COUNTED = select(_KIND, func.count(_DAYS), func.max(_DAYS), func.sum(_SPACE.revision)).group_by(_KIND)


def by_code(session: Session, code: str) -> SpaceLine:
    """A space that is in use; raises Missing."""
    found = _joined(_BY_CODE.rows(core(session), {"code": code}))
    if not found:
        raise Missing
    return found[0]


def found(session: Session, code: str) -> Listed:
    """What says whether anything of a space in use has changed; raises Missing."""
    row = session.execute(_FOUND, {"code": code}).first()
    if row is None:
        raise Missing
    return Listed._make(row)


def listed(session: Session, pages: Pages) -> list[Listed]:
    """The same of the spaces of a page, in the house's order."""
    return [Listed._make(row) for row in session.execute(_LISTED, _wanted(pages))]


def names(session: Session, pages: Pages) -> list[SpaceName]:
    """The names of the spaces of a page, in the house's order."""
    return [SpaceName._make(row) for row in session.execute(_NAMES, _wanted(pages))]


def of_ids(session: Session, ids: Sequence[int]) -> list[SpaceLine]:
    """These spaces, as far as they are in use."""
    return _joined(session.execute(_THESE, {"ids": ids}))


def in_use(session: Session) -> list[SpaceLine]:
    """Every space that is in use, in the house's order."""
    return _lines(session, session.execute(_ALL).all())


def named_by(some: ScalarSelect[int]) -> Prepared:
    """The statement of those spaces in use whose ids another one finds, with their hours, in the house's order."""
    return Prepared(_WITH_HOURS.where(_SPACE.id.in_(some)))


def read(session: Session, wanted: Prepared, asked: Mapping[str, Any]) -> list[SpaceLine]:
    """The spaces of such a statement."""
    return _joined(wanted.rows(core(session), asked))


def of_page(session: Session, pages: Pages) -> list[SpaceLine]:
    """The spaces of a page, in the house's order."""
    return _lines(session, session.execute(_SOME, _wanted(pages)).all())


def _wanted(pages: Pages) -> dict[str, Any]:
    kinds = [pages.kind] if pages.kind else pages.kinds
    return {"kinds": [kind.value for kind in kinds], "most": SPACES_A_PAGE, "skipped": pages.skipped}


def counted(session: Session) -> list[InUse]:
    """What there is of each kind, in one row a kind."""
    return standing(session).in_use


def standing(session: Session) -> Standing:
    """The same with what tells of changes, in one row a kind."""
    rows = {kind: tuple(more) for kind, *more in session.execute(_COUNTED)}
    return Standing([InUse(kind, *rows[kind.value]) for kind in SpaceKind if kind.value in rows])


def pages_of(in_use: Sequence[InUse], kind: SpaceKind | None, page: int) -> Pages:
    """The page that is wanted, kept between the first and the last one; a kind that is not there is no filter."""
    kinds = [one.kind for one in in_use]
    chosen = kind if kind in kinds else None
    count = sum(one.spaces for one in in_use if chosen in (None, one.kind))
    return pages_in(count, page, kinds, chosen)


def pages_in(count: int, page: int, kinds: Sequence[SpaceKind] = (), kind: SpaceKind | None = None) -> Pages:
    """The same of so many that are known already."""
    last = max(1, -(-count // SPACES_A_PAGE))
    return Pages(kinds, kind, min(max(page, 1), last), last)


def _lines(session: Session, rows: Sequence[Any]) -> list[SpaceLine]:
    hours: dict[int, list[Hours]] = defaultdict(list)
    if rows:
        for space_id, open_on, opens, closes in session.execute(_HOURS, {"spaces": [row[0] for row in rows]}):
            hours[space_id].append(_hours(open_on, opens, closes))
    return [_line(tuple(row), hours.get(row[0], ())) for row in rows]


def _joined(rows: Iterable[Any]) -> list[SpaceLine]:
    """The same of rows with a line of the hours in each; a space without any has one with none."""
    columns: dict[int, tuple[Any, ...]] = {}
    hours: dict[int, list[Hours]] = defaultdict(list)
    for *row, open_on, opens, closes in rows:
        columns[row[0]] = tuple(row)
        if open_on is not None:
            hours[row[0]].append(_hours(open_on, opens, closes))
    return [_line(row, hours[space_id]) for space_id, row in columns.items()]


def _line(row: tuple[Any, ...], hours: Iterable[Hours]) -> SpaceLine:
    return SpaceLine._make((*row[:6], _KINDS[row[6]], _APPROVALS[row[7]], *row[8:], tuple(hours)))


@lru_cache(maxsize=512)
def _hours(open_on: str, opens_minute: int, closes_minute: int) -> Hours:
    """Hundreds of spaces share a handful of lines of opening hours."""
    return Hours(OpenOn(open_on), opens_minute, closes_minute)
