"""Anybody recomputes a draw with a few lines of their own, or with those that the page shows."""

import html
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from services.studio import draw_reading
from tests.support.builders import create_studio
from tests.support.draw_builders import apply_for, by_rank, close_and_draw, create_draw_show
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
SCRIPT = Path(__file__).parents[1] / "support" / "recompute_draw.py"


@pytest.fixture
def show():
    """A show of three booths that will be drawn."""
    return create_draw_show(create_studio())


def downloaded(app, show, folder: Path) -> Path:
    """What somebody saved of a draw."""
    file = folder / f"draw-{show.id}.json"
    file.write_bytes(visitor(app).get(f"/shows/{show.id}/draw.json").data)
    return file


def run(script: Path, *words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a script that can't see the house."""
    command = [sys.executable, "-I", str(script), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


def test_an_independent_script_recomputes_the_draw(app, show, tmp_path) -> None:
    apply_for(show, 3, booth=3)
    apply_for(show, 2)
    close_and_draw(show)
    file = downloaded(app, show, tmp_path)
    listed = {one.id: one.merchant for one in draw_reading.public_draw(show.id).published.applicants}

    told = run(SCRIPT, file, cwd=tmp_path)

    assert told.returncode == 0, told.stderr
    assert told.stdout.split() == [listed[one.id] for one in by_rank(show)]


@pytest.mark.parametrize(
    ("what", "fault"),
    [("seed", "another seed"), ("list_text", "another list"), ("results", "other ranks")],
)
@pytest.mark.mutant
def test_the_independent_script_notices_what_was_changed(app, show, tmp_path, what, fault) -> None:
    apply_for(show, 4)
    close_and_draw(show)
    file = downloaded(app, show, tmp_path)
    found = json.loads(file.read_text(encoding="utf-8"))
    found[what] = found[what][::-1]
    file.write_text(json.dumps(found), encoding="utf-8")

    told = run(SCRIPT, file, cwd=tmp_path)

    assert told.returncode == 1
    assert fault in told.stderr


def test_the_few_lines_that_the_page_shows_do_what_it_says(app, show, tmp_path) -> None:
    apply_for(show, 4)
    close_and_draw(show)
    downloaded(app, show, tmp_path)
    page = visitor(app).get(f"/shows/{show.id}/draw").text
    script = tmp_path / "recompute.py"
    shown = re.search(r'<pre[^>]*id="recompute">(.*?)</pre>', page, re.DOTALL)
    assert shown is not None
    script.write_text(html.unescape(shown[1]), encoding="utf-8")

    told = run(script, cwd=tmp_path)

    names = [one.merchant for one in draw_reading.public_draw(show.id).published.applicants]
    assert told.stdout.splitlines()[:2] == ["seed: True", "list: True"], told.stderr
    assert sorted(line.split()[1] for line in told.stdout.splitlines()[2:]) == sorted(names)
