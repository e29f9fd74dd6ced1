"""Whatever happens to the booths of a show on their three axes: all ends as a plain model says, on both engines."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from domain.people import Role
from services import arbiter, waitlist
from services.studio import readiness, swaps
from tests.support.booth_machine import BoothHistory
from tests.support.booth_reference import START
from tests.support.booth_stage import PLACES, PRODUCTS, SHOPS, Stage
from tests.support.builders import NOW, create_actor, create_studio, set_figure
from tests.support.drilling import Drill
from tests.support.model_runs import drilled, until_it_is_found
from tests.support.studio_builders import create_merchant, create_product, create_show

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.slow]

AT_ONCE = {"sqlite": 12, "postgresql": 6}


@pytest.fixture
def history() -> Iterator[type[BoothHistory]]:
    """The machine on a stage where everything collides: three booths for three shops."""
    set_figure("booth_monthly_quota", 1000)
    show = create_show(create_studio(), NOW + timedelta(hours=START), booths=PLACES)
    merchants = [create_merchant() for _ in range(SHOPS)]
    products = [[create_product(shop, f"好物{n}").id for n in range(PRODUCTS)] for shop, _ in merchants]
    stage = Stage(show, create_actor(Role.STAFF), [actor for _, actor in merchants], products)
    yield type("History", (BoothHistory,), {"stage": stage})
    stage.close()


@pytest.mark.drill("model")
def test_every_history_of_booths_ends_as_the_model_says(
    history: type[BoothHistory], engine_name: str, drill: Drill, batch: int
) -> None:
    drilled(history, drill, batch, AT_ONCE[engine_name])


def confirm_without_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "must_be_ready", lambda session, booking: None)


def forget_to_lapse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swaps, "lapse_of", lambda session, booking, now: None)


def forget_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waitlist, "pass_on", lambda session, space, freed, now: [])


def keep_old_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arbiter, "release", lambda session, holder: None)


SWAPS_ALONE = dict.fromkeys(("accept_offer", "mark_sample", "papers_change", "claims_change", "go_on_air"))
LEFT_OUT = {forget_to_lapse: SWAPS_ALONE}
"""Rules that only stand in the way of a slip that few histories meet."""


@pytest.mark.mutant
@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize("slip", [confirm_without_looking, forget_to_lapse, forget_the_line, keep_old_ticks])
def test_a_slip_in_the_booths_is_found(
    history: type[BoothHistory], monkeypatch: pytest.MonkeyPatch, slip
) -> None:
    slip(monkeypatch)

    with pytest.raises((AssertionError, ExceptionGroup)):
        until_it_is_found(type("Fewer", (history,), LEFT_OUT.get(slip, {})))
