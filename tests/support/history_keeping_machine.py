"""Random histories in which days pass and people leave for good: what is over is forgotten, and nothing else is."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from models import IdempotencyKey, LoginSession, PasswordReset, db
from models.sales_imports import ImportStatus
from services import login, outbox, pruning
from services.privacy import erasing, retaining
from services.sales import removing
from services.telling import reminders
from services.unit_of_work import in_transaction
from tests.support.history_base import QUARTER
from tests.support.history_books_machine import BooksHistory
from tests.support.history_full_machine import WHO, FullHistory
from tests.support.history_keeping import (
    A_DAY,
    after_forgetting,
    all_rows,
    differences,
    lost_by_erasing,
    of_person,
    words_of,
)
from tests.support.history_things import A_DAY as QUARTERS

LAST_DAY = 6
"""No history leaves its month, of which booths have a quota."""
MORNING = -12
FORGETTING = (
    retaining.forget_due,
    pruning.prune_sessions,
    pruning.prune_throttles,
    pruning.prune_reminders,
    pruning.prune_idempotency_keys,
    pruning.prune_ticks,
)


class KeepingHistory(FullHistory, BooksHistory):
    """What time does to what the house knows, between whatever else happens."""

    def __init__(self) -> None:
        super().__init__()
        self.traces = 0
        self.spares = [name for name in self.stage.residents if name not in self.seats]

    @rule(who=WHO, days_ago=st.sampled_from([0, 2, 8]))
    def traces_are_left(self, who: int, days_ago: int) -> None:
        """Somebody logs in, asks for a PIN and sends something twice, today or before."""
        person_id, at = self.stage.residents[self.seats[who]].id, self.now - days_ago * A_DAY
        login.reserve_attempt({f"phone:{person_id}": 1_000_000}, at)
        self.traces += 1
        name = f"{self.traces:064}"
        left = (
            LoginSession(
                token_hash=name, person_id=person_id, created_at=at, expires_at=at + 30 * A_DAY,
                revoked_at=at if days_ago else None,
            ),
            IdempotencyKey(actor_id=person_id, key=name, fingerprint="f", created_at=at),
            PasswordReset(
                person_id=person_id, pin_hash="0", created_by_id=self.stage.staff.id, created_at=at,
                expires_at=at + QUARTER,
            ),
        )  # fmt: skip
        in_transaction(lambda: [db.session.merge(one) for one in left])

    @precondition(lambda self: self.model.today < LAST_DAY)
    @rule(days=st.sampled_from([1, 1, 2]), hours=st.integers(0, 12))
    def days_pass(self, days: int, hours: int) -> None:
        """What was to be is over, people are told, and the house forgets by its figures: that, and not a row more."""
        self.model.now = (self.model.today + days) * QUARTERS + MORNING + hours * 4
        self.the_jobs_run(0)
        reminders.remind_due(self.now)
        outbox.deliver_due(self.now)
        before = all_rows()
        for job in FORGETTING:
            while job(self.now) and job is not pruning.prune_ticks:
                pass
        wrong = differences(all_rows(), after_forgetting(before, self.now))
        assert wrong == [], wrong
        self.model.prune()
        self.abandoned_imports_go()

    def abandoned_imports_go(self) -> None:
        """What was read and never applied goes after a day."""
        removing.cancel_abandoned(self.now)
        for one in self.books.imports:
            if one.status == "staged" and one.at < self.model.now - QUARTERS:
                one.status = ImportStatus.CANCELLED.value
        self.books_are_those_of_the_model()

    @precondition(lambda self: self.spares)
    @rule(who=WHO)
    def erase(self, who: int) -> None:
        """Somebody leaves for good: what was to come goes, what is counted stays, and nothing says who it was."""
        name = self.seats[who]
        person_id, before = self.stage.residents[name].id, all_rows()
        known = before["person"][(person_id,)]
        self.model.erase(name)
        erasing.erase_by_house(person_id, self.now)
        self.learn_new_ones()
        after = all_rows()
        found = words_of(after, known["name"], known["phone"]) + lost_by_erasing(before, after)
        assert found == [], found
        assert not any(row["purpose"] for row in of_person(after, person_id))
        self.seats[who] = self.spares.pop()
