"""The stage of random histories of booths: one show, its shops, and how a step of the house is compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.errors import RuleViolation, SlotTaken, Stale
from domain.people import Actor
from domain.studio.compliance import Light
from models import Booking, Show, db
from services import kept
from tests.support.booth_reference import OK, RULE, STALE, TAKEN, Model
from tests.support.builders import MONDAY, NOW
from tests.support.tried_house import remembered

SHOPS, PRODUCTS, PLACES = 3, 2, 3
NUMBERS = st.integers(0, 9)
SHOP, PRODUCT, PLACE = st.integers(0, SHOPS - 1), st.integers(0, PRODUCTS - 1), st.integers(1, PLACES)
ENDINGS: tuple[tuple[type[Exception], str], ...] = (
    (RuleViolation, RULE),
    (SlotTaken, TAKEN),
    (Stale, STALE),
)
LIGHTS = {"cleared": Light.OK, "unreviewed": Light.WAITING, "refused": Light.MISSING}
EXPIRED = MONDAY - timedelta(days=1)


@dataclass
class Stage:
    """One show, three shops with two products each, and somebody of the staff."""

    show: Show
    staff: Actor
    shops: list[Actor]
    products: list[list[int]]

    def __post_init__(self) -> None:
        self._memory = remembered()

    def clear(self) -> None:
        """Take back everything that a history did."""
        db.session.remove()
        self._memory.restore(set(db.metadata.tables))
        kept.forget()

    def close(self) -> None:
        """Let go of the database."""
        self._memory.close()


class BoothStage(RuleBasedStateMachine):
    """A house and a model of it side by side, what both know of a show's booths, and how a step is compared."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        products = range(SHOPS * PRODUCTS)
        self.model = Model(PLACES, dict.fromkeys(range(SHOPS), True), dict.fromkeys(products, "cleared"))
        self.ids: list[int] = []
        self.swap_ids: list[int] = []
        self.entry_ids: list[int] = []
        self.stood: dict[int, BookingStatus] = {}

    def teardown(self) -> None:
        """The next history starts afresh."""
        self.stage.clear()

    @property
    def now(self) -> Any:
        """The moment of the model."""
        return NOW + timedelta(hours=self.model.now)

    def ends_as(self, expected: str, action: Callable[[], Any]) -> Any:
        """Do it for real; it must end as the model says."""
        done, ending = None, OK
        try:
            done = action()
        except (RuleViolation, SlotTaken, Stale) as refusal:
            ending = next(word for kind, word in ENDINGS if isinstance(refusal, kind))
        assert ending == expected
        self.learn_new_ones()
        return done

    def learn_new_ones(self) -> None:
        """Number new bookings in the order in which they were made."""
        found = db.session.scalars(select(Booking.id).order_by(Booking.id))
        self.ids += [number for number in found if number not in set(self.ids)]

    def one_of(self, number: int, *states: str) -> int:
        """Mostly a booth in one of these states, now and then any."""
        fitting = [n for n, one in enumerate(self.model.booths) if one.status in states]
        chosen = fitting if fitting and number < 8 else range(len(self.ids))
        return list(chosen)[number % len(chosen)]

    def owner(self, number: int) -> Actor:
        """Who acts for the shop of a booth."""
        return self.stage.shops[self.model.booths[number].shop]

    def a_question(self, number: int) -> int:
        """Mostly one that stands, now and then any."""
        standing = [n for n, swap in enumerate(self.model.swaps) if swap.status == "proposed"]
        chosen = standing if standing and number < 8 else range(len(self.swap_ids))
        return list(chosen)[number % len(chosen)]
