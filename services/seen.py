"""Bookings as lists show them: read as plain rows, many in one statement; to change one, load it by `reading`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from domain.bookings import BookingStatus
from domain.people import ERASED_NAME, Salutation, mask_name
from models import Booking, BoothSlot, Merchant, Person, Product, Show, Space
from models.bookings import Times
from models.prepared import Prepared, Statement, Values
from models.rows import core, listed

CREATOR = aliased(Person)
"""Who typed it, beside `Person`, whom it is for."""


@dataclass(frozen=True, slots=True)
class SeenSpace:
    """The space of a booking."""

    id: int
    name: str
    name_en: str
    is_private: bool
    needs_check_in: bool

    def name_in(self, locale: str) -> str:
        """The name for a reader of that locale."""
        return self.name_en if locale.startswith("en") else self.name


@dataclass(frozen=True, slots=True)
class SeenPerson:
    """Whom a booking is for, or who typed it."""

    id: int
    name: str
    salutation: Salutation
    building: int | None
    erased_at: datetime | None

    @property
    def masked_name(self) -> str:
        """陈先生, or 陈**; 已注销 of somebody whose data were erased."""
        return ERASED_NAME if self.erased_at else mask_name(self.name, self.salutation)


@dataclass(frozen=True, slots=True)
class SeenShow:
    """The show of a booth."""

    id: int
    title: str


@dataclass(frozen=True, slots=True)
class SeenName:
    """The shop of a booth, or its product."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class SeenSlot:
    """What makes a booking a booth."""

    show: SeenShow
    merchant: SeenName
    product: SeenName


@dataclass(slots=True, eq=False)
class SeenBooking(Times):
    """One booking with the names that a list shows beside it."""

    id: int
    space_id: int
    place: int | None
    starts_at: datetime
    ends_at: datetime
    status: BookingStatus
    version: int
    purpose: str
    party_size: int
    booker_id: int
    created_by_id: int
    created_at: datetime
    decided_at: datetime | None
    decision_reason: str
    pickup_number: str
    proposed_starts_at: datetime | None
    proposed_ends_at: datetime | None
    proposed_at: datetime | None
    proposed_to_booker: bool
    first_yes_at: datetime | None
    checked_in_at: datetime | None
    left_at: datetime | None
    space: SeenSpace
    booker: SeenPerson
    created_by: SeenPerson
    booth_slot: SeenSlot | None


AnyBooking = Booking | SeenBooking
_OWN = tuple(
    getattr(Booking, name)
    for name in SeenBooking.__dataclass_fields__
    if name not in ("space", "booker", "created_by", "booth_slot")
)
_WIDTH = len(_OWN)
_SPACE = slice(_WIDTH, _WIDTH + 5)
_BOOKER = slice(_SPACE.stop, _SPACE.stop + 5)
_CREATOR = slice(_BOOKER.stop, _BOOKER.stop + 5)
_SLOT = slice(_CREATOR.stop, _CREATOR.stop + 6)


class Chosen:
    """Bookings of which one statement finds the ids and another, the same for all lists, what is shown of them.

    Apart, because of more than eight tables together PostgreSQL makes a new plan with every question, which takes
    longer than answering it. The ids come first in what `ids` selects; `more` are columns of the second statement.
    """

    def __init__(self, ids: Statement | Callable[[str], Statement], *more: ColumnElement[Any]) -> None:
        self._ids = Prepared(ids)
        self._rows = Prepared(lambda dialect: _of_ids(dialect, more)) if more else _ROWS

    def find(self, session: Session, values: Values) -> list[tuple[SeenBooking, tuple[Any, ...]]]:
        """Each booking, in the order of `ids`, with what else was selected of it there and then `more`."""
        connection = core(session)
        picked = self._ids.rows(connection, values)
        if not picked:
            return []
        rows = self._rows.rows(connection, {**values, IDS: list({one[0] for one in picked})})
        found = {one.id: (one, row[_SLOT.stop :]) for one, row in zip(_seen(rows), rows, strict=True)}
        return [(found[number][0], (*marks, *found[number][1])) for number, *marks in picked]


def _of_ids(dialect: str, more: Sequence[ColumnElement[Any]] = ()) -> Select[*tuple[Any, ...]]:
    people = [
        column
        for one in (Person, CREATOR)
        for column in (one.id, one.name, one.salutation, one.building, one.erased_at)
    ]
    slot = (Show.id, Show.title, Merchant.id, Merchant.name, Product.id, Product.name)
    chosen = listed(dialect, bindparam(IDS))
    return (
        select(
            *_OWN,
            Space.id,
            Space.name,
            Space.name_en,
            Space.is_private,
            Space.needs_check_in,
            *people,
            *slot,
            *more,
        )
        .select_from(chosen)
        .join(Booking, Booking.id == chosen.c.value)
        .join(Space, Space.id == Booking.space_id)
        .join(Person, Person.id == Booking.booker_id)
        .join(CREATOR, CREATOR.id == Booking.created_by_id)
        .outerjoin(BoothSlot, BoothSlot.booking_id == Booking.id)
        .outerjoin(Show, Show.id == BoothSlot.show_id)
        .outerjoin(Merchant, Merchant.id == BoothSlot.merchant_id)
        .outerjoin(Product, Product.id == BoothSlot.product_id)
    )


IDS = "chosen_ids"
_ROWS = Prepared(_of_ids)


def _seen(rows: Sequence[tuple[Any, ...]]) -> list[SeenBooking]:
    spaces: dict[int, SeenSpace] = {}
    people: dict[int, SeenPerson] = {}
    found = []
    for own in rows:
        space_id, booker_id, creator_id = own[_WIDTH], own[_BOOKER.start], own[_CREATOR.start]
        if space_id not in spaces:
            spaces[space_id] = SeenSpace(*own[_SPACE])
        if booker_id not in people:
            people[booker_id] = SeenPerson(*own[_BOOKER])
        if creator_id not in people:
            people[creator_id] = SeenPerson(*own[_CREATOR])
        slot = None if own[_SLOT.start] is None else _slot(*own[_SLOT])
        others = (spaces[space_id], people[booker_id], people[creator_id], slot)
        found.append(SeenBooking(*(*own[:_WIDTH], *others)))
    return found


def _slot(
    show_id: int, title: str, merchant_id: int, merchant: str, product_id: int, product: str
) -> SeenSlot:
    return SeenSlot(SeenShow(show_id, title), SeenName(merchant_id, merchant), SeenName(product_id, product))
