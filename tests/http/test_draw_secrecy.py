"""The seed of a draw before it is drawn: searched for on every page, in every answer, log and backup command."""

import logging
from dataclasses import replace

import pytest
from sqlalchemy import select

from domain.people import Role
from models import Draw, Space, db
from services.studio import closing_list, draw_reading, drawing
from tests.support.builders import create_actor
from tests.support.draw_builders import CLOSES, LATER, apply_for, create_draw_show
from tests.support.telling import told
from tests.support.world import SAFE, build_world, contents, doors, knock

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.slow]


@pytest.fixture
def engine_name():
    """What a page shows does not depend on the engine."""
    return "sqlite"


@pytest.fixture
def world(db):
    """One of everything, and a show that will be drawn in place of the other one."""
    return build_world()


@pytest.fixture
def show(world):
    """A show that two shops have applied for."""
    studio = db.session.scalars(select(Space).where(Space.code == "studio")).one()
    made = create_draw_show(studio, CLOSES.replace(day=28))
    apply_for(made, 2)
    return made


def seed_of(show) -> str:
    """The secret."""
    return db.session.get_one(Draw, show.id, populate_existing=True).seed


def sung(app, world, show, role, caplog) -> tuple[set[str], int]:
    """Every address that is safe to open and whose answer, or log, has the seed; and how many opened."""
    seed, ids, found, opened = seed_of(show), world.ids | {"show_id": show.id}, set(), 0
    with caplog.at_level(logging.DEBUG):
        for door in doors(app):
            if door.method in SAFE:
                answer = knock(app, door, world.people.get(role), ids)
                opened += answer.status_code == 200
                if seed in told(answer) or seed in str(answer.headers):
                    found.add(door.endpoint)
    if seed in caplog.text:
        found.add("log")
    return found, opened


@pytest.mark.parametrize("role", [None, *Role], ids=str)
@pytest.mark.parametrize("is_closed", [False, True])
def test_nobody_reads_the_seed_before_it_is_drawn(app, world, show, role, is_closed, caplog) -> None:
    if is_closed:
        closing_list.close_due(CLOSES)

    found, opened = sung(app, world, show, role, caplog)

    assert found == set()
    assert opened > 10


def test_once_it_is_drawn_everybody_reads_it(app, world, show, caplog) -> None:
    closing_list.close_due(CLOSES)
    drawing.draw_due(LATER)

    found, _ = sung(app, world, show, None, caplog)

    assert found == {"draws.draw", "draws.download", "api_draws.one"}


def test_the_seed_stands_in_one_table_alone_until_it_is_drawn(world, show) -> None:
    closing_list.close_due(CLOSES)
    seed = seed_of(show)
    holding = {name for name, rows in contents().items() if any(seed in row for row in rows)}

    assert holding == {"draw"}


def test_no_command_says_it(app, world, show, tmp_path) -> None:
    runner = app.test_cli_runner()
    staff = create_actor(Role.STAFF)
    closing_list.close(staff, show.id, now=CLOSES)
    said = [
        runner.invoke(args=words).output
        for words in (
            ["backup", str(tmp_path / "house.backup")],
            ["doctor"],
            ["studio", "draw-verify", str(show.id)],
            ["settings", "list"],
        )
    ]

    assert all(said)
    assert not any(seed_of(show) in one for one in said)
    assert seed_of(show) not in repr(draw_reading.public_draw(show.id, actor=staff))


@pytest.mark.mutant
def test_the_canary_would_be_heard(app, world, show, caplog, monkeypatch) -> None:
    seed = seed_of(show)
    public = draw_reading.public_draw

    def careless(*words, **more):
        return replace(public(*words, **more), seed=seed)

    monkeypatch.setattr(draw_reading, "public_draw", careless)

    assert "draws.download" in sung(app, world, show, Role.RESIDENT, caplog)[0]
