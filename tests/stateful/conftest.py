"""The stage on which the histories of this folder play."""

from collections.abc import Iterator

import pytest

from domain.people import Role
from tests.support.builders import create_actor, create_pool, create_space, create_studio, set_figure
from tests.support.history_keeping import FIGURES
from tests.support.history_stage import Stage
from tests.support.history_things import BOOTH_QUOTA, MAX_UPCOMING, NO_SHOW_LIMIT
from tests.support.model_runs import in_batches
from tests.support.studio_builders import create_merchant, create_product

pytest_generate_tests = in_batches


@pytest.fixture
def stage(db: object) -> Iterator[Stage]:
    """A house in which collisions are frequent: one morning of five hours."""
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
    yield stage
    stage.close()
