"""A house and its reference model side by side: their one clock, how a step is compared, and how a history ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import bindparam, select

from domain.errors import RuleViolation, SlotTaken, Stale
from domain.interval import Interval
from models import Booking, db
from models.prepared import Prepared
from services import doctor
from tests.support.builders import at
from tests.support.history_series import SeriesHouse
from tests.support.history_stage import Stage
from tests.support.history_things import OK, RULE, STALE, TAKEN

Thing = TypeVar("Thing")
OPENING = at(8)
QUARTER = timedelta(minutes=15)
ENDINGS = {RuleViolation: RULE, Stale: STALE, SlotTaken: TAKEN}
_NEW = Prepared(select(Booking.id).where(Booking.id > bindparam("last")).order_by(Booking.id))


class History(RuleBasedStateMachine):
    """What all rules of a history share; a subclass sets the stage."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.model = SeriesHouse(self.stage.model, now=-12)
        self.ids: list[int] = []

    def teardown(self) -> None:
        """All of it is looked at once more, the doctor has the last word, then the next history starts afresh."""
        try:
            db.session.rollback()
            self.look_closely()
            wrong = doctor.data_findings(self.now)
            assert wrong == [], wrong
        finally:
            self.stage.clear()

    def look_closely(self) -> None:
        """Compare what no step compares, or only a step that might have changed it."""

    @property
    def now(self) -> datetime:
        """The moment of the model."""
        return OPENING + self.model.now * QUARTER

    def when(self, start: int, length: int) -> Interval:
        """A time as the services are told it."""
        return Interval(OPENING + start * QUARTER, OPENING + (start + length) * QUARTER)

    def ends_as(self, expected: str, action: Callable[[], Thing]) -> Thing | None:
        """Do it for real; it must end as the model says. Whatever was offered on the way is known from then on."""
        try:
            done, ending = action(), OK
        except (RuleViolation, Stale, SlotTaken) as refusal:
            done, ending = None, ENDINGS[refusal.__class__.__mro__[0 if type(refusal) in ENDINGS else 1]]
        assert ending == expected
        self.learn_new_ones()
        return done

    def learn_new_ones(self) -> None:
        """Number what is new in the order in which it was made, as the model does."""
        last = self.ids[-1] if self.ids else 0
        self.ids += [number for (number,) in _NEW.rows(db.session.connection(), {"last": last})]
