"""Whatever people do to bookings, in whatever order: the services end as a plain model says, on both engines."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis.stateful import invariant
from sqlalchemy import select

from domain.people import Role
from domain.studio.wrapping import Outcome
from models import Booking, Space
from services import arbiter, locks, pruning, seats, waitlist
from services.desk import undoing
from services.privacy import erasing, retaining
from services.sales import planning as sales_planning
from services.sales import totals
from services.sales import undoing as sales_undoing
from services.studio import hangings, wrapping
from tests.support.builders import create_actor, create_pool, create_space, create_studio, set_figure
from tests.support.drilling import Drill
from tests.support.history_keeping import FIGURES
from tests.support.history_stage import Stage
from tests.support.history_things import BOOTH_QUOTA, MAX_UPCOMING, NO_SHOW_LIMIT
from tests.support.history_whole_machine import WholeHistory
from tests.support.kept_house import drawn, nothing_kept
from tests.support.model_runs import drilled, until_it_is_found
from tests.support.studio_builders import create_merchant, create_product

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.slow]

AT_ONCE = {"sqlite": 30, "postgresql": 12}
LOOKED_AT = 8


@pytest.fixture
def history() -> Iterator[type[WholeHistory]]:
    """The machine on a stage where collisions are frequent: one morning of five hours."""
    set_figure("max_upcoming_bookings", MAX_UPCOMING)
    set_figure("max_week_minutes", 100_000)
    set_figure("booth_monthly_quota", BOOTH_QUOTA)
    set_figure("booth_lock_hours", 1)
    set_figure("no_show_limit", NO_SHOW_LIMIT)
    for figure, days in FIGURES.items():
        set_figure(figure, days)
    morning = {"opens": 8, "closes": 13, "max_minutes": 120}
    spaces = {
        "tea-room": create_space(buffer_minutes=15, **morning),
        "pavilion": create_space(**morning),
        "rest-station": create_pool(places=2, **morning | {"max_minutes": 60}),
        "studio": create_studio(opens=8, closes=13),
    }
    residents = [create_actor(name=f"邻居{number}号") for number in range(6)]
    merchants = {name: create_merchant() for name in ("tea shop", "noodle shop")}
    shops = {name: actor for name, (_, actor) in merchants.items()}
    products = {
        name: [create_product(merchant, f"{name} {number}").id for number in range(3)]
        for name, (merchant, _) in merchants.items()
    }
    stage = Stage(spaces, residents, create_actor(Role.STAFF), shops, products)
    yield type("History", (WholeHistory,), {"stage": stage})
    stage.close()


@pytest.mark.drill("model")
def test_every_history_ends_as_the_model_says(
    history: type[WholeHistory], engine_name: str, drill: Drill
) -> None:
    drilled(history, drill, AT_ONCE[engine_name])


@pytest.fixture
def compared(history: type[WholeHistory], monkeypatch: pytest.MonkeyPatch) -> type[WholeHistory]:
    """The same machine; after every step each viewer's lanes are compared with those that are made anew."""

    def look(self: WholeHistory) -> None:
        viewers = [None, self.stage.staff, *self.stage.residents.values()]
        seen = [drawn(viewer, self.now) for viewer in viewers]
        with nothing_kept(monkeypatch):
            assert seen == [drawn(viewer, self.now) for viewer in viewers]

    return type("Compared", (history,), {"lanes_are_true": invariant()(look)})


@pytest.mark.drill("model")
def test_lanes_that_were_kept_are_those_made_anew(compared: type[WholeHistory], drill: Drill) -> None:
    drilled(compared, drill, LOOKED_AT)


@pytest.mark.mutant
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_writer_that_tells_nobody_is_found(
    compared: type[WholeHistory], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "_REVISE", select(Space.id).where(Space.id == 0))

    with pytest.raises((AssertionError, ExceptionGroup)):
        until_it_is_found(compared)


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


def undo_what_others_built_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sales_undoing, "obstacles", lambda session, found: [])


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


def say_that_everybody_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrapping, "known_outcome", lambda airing, console_used: Outcome.AIRED)


@pytest.mark.mutant
@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize(
    "slip",
    [
        forget_to_release,
        ignore_the_buffer,
        ignore_the_version,
        give_seats_beyond_the_last,
        forget_who_waits,
        leave_the_offers_of_what_is_undone,
        hold_the_old_time_too,
        let_the_last_file_win,
        undo_what_others_built_on,
        sum_up_nothing,
        keep_what_bookings_were_for,
        prune_ticks_of_today,
        erase_all_but_the_name,
        leave_the_booths_of_what_is_called_off,
        say_that_everybody_was_there,
    ],
)
def test_a_slip_is_found(history: type[WholeHistory], monkeypatch: pytest.MonkeyPatch, slip) -> None:
    slip(monkeypatch)

    with pytest.raises((AssertionError, ExceptionGroup)):
        until_it_is_found(history)
