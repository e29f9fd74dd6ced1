"""A slip in any part of the house is found by the part of the machine that knows of it; the whole is made of these."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis.stateful import RuleBasedStateMachine

from models import Booking, Space
from services import arbiter, pruning, seats, waitlist
from services.desk import undoing
from services.privacy import erasing, retaining
from services.sales import planning as sales_planning
from services.sales import totals
from services.studio import hangings
from tests.support.drilling import in_full_on_both
from tests.support.history_books_machine import BooksHistory
from tests.support.history_desk_machine import DeskHistory
from tests.support.history_full_machine import FullHistory
from tests.support.history_keeping_machine import KeepingHistory
from tests.support.history_machine import BookingHistory
from tests.support.history_series_machine import SeriesHistory
from tests.support.history_shows_machine import ShowsHistory
from tests.support.history_stage import Stage
from tests.support.model_runs import until_it_is_found

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.slow]
pytest_generate_tests = in_full_on_both


@pytest.fixture
def engine_name(request: pytest.FixtureRequest) -> str:
    """SQLite finds as much in less time; in full size both are asked."""
    return str(request.param)


class RoomsHistory(DeskHistory, SeriesHistory):
    """Bookings, the line, the desk and series."""


class OnAirHistory(ShowsHistory, FullHistory):
    """Shows, their booths and the line."""


def forget_to_release(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arbiter, "release", lambda session, holder: None)


def ignore_the_buffer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arbiter, "_ticks", lambda holder, interval: interval.ticks())


def ignore_the_version(monkeypatch: pytest.MonkeyPatch) -> None:
    change = arbiter.change

    def careless(session: object, booking: Booking, target: object, *, version: int, **more: object) -> None:
        change(session, booking, target, version=booking.version, **more)

    monkeypatch.setattr(arbiter, "change", careless)


def give_seats_beyond_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    free_seats = seats.free_seats

    def careless(session: object, space: Space, ticks: object) -> object:
        return free_seats(session, SimpleNamespace(id=space.id, places=space.places + 1), ticks)

    monkeypatch.setattr(seats, "free_seats", careless)


def forget_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waitlist, "pass_on", lambda session, space, freed, now: [])


def leave_the_offers_of_what_is_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoing, "_offers_of", lambda session, decision: [])


def hold_the_old_time_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arbiter, "_release_the_rest", lambda session, booking: None)


def let_the_last_file_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sales_planning, "joined", lambda stored, incoming, learned: incoming)


def sum_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totals, "refresh", lambda session, touched: None)


def keep_what_bookings_were_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retaining, "_blank_bookings", lambda session, over: 0)


def prune_ticks_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "TICKS_KEPT", timedelta(0))


def erase_all_but_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "_empty", lambda person, erased_at: None)


def leave_the_booths_of_what_is_called_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hangings, "of_show", lambda session, show: hangings.Hanging([], [], [], []))


def move_only_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    move_each = arbiter.move_each
    monkeypatch.setattr(
        arbiter, "move_each", lambda session, space, moves: move_each(session, space, moves[:1])
    )


SLIPS = {
    BookingHistory: [give_seats_beyond_the_last],
    RoomsHistory: [
        forget_to_release,
        ignore_the_buffer,
        ignore_the_version,
        forget_who_waits,
        leave_the_offers_of_what_is_undone,
        hold_the_old_time_too,
    ],
    SeriesHistory: [move_only_the_first],
    BooksHistory: [let_the_last_file_win, sum_up_nothing],
    KeepingHistory: [keep_what_bookings_were_for, prune_ticks_of_today, erase_all_but_the_name],
    OnAirHistory: [leave_the_booths_of_what_is_called_off],
}


@pytest.mark.mutant
@pytest.mark.parametrize(
    ("part", "slip"),
    [
        pytest.param(part, slip, id=slip.__name__.replace("_", "-"))
        for part, slips in SLIPS.items()
        for slip in slips
    ],
)
def test_a_slip_is_found(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, part: type[RuleBasedStateMachine], slip
) -> None:
    slip(monkeypatch)

    with pytest.raises((AssertionError, ExceptionGroup)):
        until_it_is_found(type("History", (part,), {"stage": stage}))
