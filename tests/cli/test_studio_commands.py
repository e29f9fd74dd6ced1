"""Verifying a draw from the command line: what the house holds, or what somebody downloaded."""

import json

import pytest

from blueprints.draw_document import document
from models import Draw, db
from services.studio import closing_list, draw_reading
from tests.support.builders import create_studio
from tests.support.draw_builders import CLOSES, apply_for, by_rank, close_and_draw, create_draw_show, forge

pytestmark = [
    pytest.mark.usefixtures("db"),
    pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True),
]


@pytest.fixture
def verify(app):
    """Run `flask studio draw-verify`."""
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["studio", "draw-verify", *map(str, words)])


@pytest.fixture
def show():
    """A show that five shops have applied for."""
    made = create_draw_show(create_studio())
    apply_for(made, 5)
    return made


def saved(show, folder, **changes):
    """A download of the draw, changed by somebody."""
    file = folder / "draw.json"
    file.write_text(json.dumps(document(draw_reading.public_draw(show.id)) | changes), encoding="utf-8")
    return file


def test_a_draw_that_agrees_ends_with_zero(verify, show, tmp_path) -> None:
    close_and_draw(show)

    for said in (verify(show.id), verify("--file", saved(show, tmp_path))):
        assert (said.exit_code, said.stdout.startswith("一致")) == (0, True)


def test_a_list_that_is_not_drawn_yet_is_checked_as_far_as_it_goes(verify, show, tmp_path) -> None:
    closing_list.close_due(CLOSES)

    for said in (verify(show.id), verify("--file", saved(show, tmp_path))):
        assert (said.exit_code, said.stdout) == (0, "一致：名单和公布的指纹一样；还没有抽签。\n")


def test_every_fault_has_its_line(verify, show) -> None:
    close_and_draw(show)
    first = by_rank(show)[0]
    forge(first, points=7)
    forge(db.session.get_one(Draw, show.id), seed="another")

    said = verify(show.id)

    assert said.exit_code == 1
    lines = dict(line.split(": ", 1) for line in said.stdout.splitlines())
    assert lines["draw_seed_changed"] == "种子被换过：它的指纹和事先公布的不一样。"
    assert lines["draw_application_edited"] == f"这些报名在名单公布以后被改过：{first.id}。"


def test_a_download_that_was_changed_is_told(verify, show, tmp_path) -> None:
    close_and_draw(show)

    said = verify("--file", saved(show, tmp_path, seed="another"))

    assert said.exit_code == 1
    assert "draw_seed_changed: " in said.stdout


def test_what_can_not_be_checked_is_refused_in_a_sentence(verify, show, tmp_path) -> None:
    nonsense = tmp_path / "nonsense.json"
    nonsense.write_text("[]")

    for words, status, told in (
        ((), 2, "Name a show"),
        ((show.id, "--file", nonsense), 2, "Name a show"),
        ((show.id + 1,), 1, "No show of this number is drawn."),
        (("--file", nonsense), 1, "is no download of a draw whose list is closed."),
        (("--file", saved(show, tmp_path)), 1, "is no download of a draw whose list is closed."),
        (("--file", saved(show, tmp_path, list_text="x", results=3)), 1, "is no download of a draw"),
    ):
        said = verify(*words)
        assert said.exit_code == status
        assert told in said.stderr


def test_before_the_list_is_closed_there_is_nothing_to_verify(verify, show) -> None:
    said = verify(show.id)

    assert said.exit_code == 1
    assert said.stderr.startswith("Error: ")
