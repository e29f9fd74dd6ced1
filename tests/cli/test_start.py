"""What a start loads and what it leaves for later, and how the processes of the house part."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from jinja2 import Environment

from app import MIGRATIONS, create_app
from blueprints import warming

ROOT = Path(__file__).parents[2]
FOR_LATER = (
    "icalendar", "segno", "xlsxwriter", "psycopg", "gunicorn", "chinese_calendar", "services.backup",
    "services.doctor", "services.jobs", "services.seed.demo", "blueprints.calendar_feeds.ics",
)  # fmt: skip
LOADED = f"""
import sys, app
app.create_app()
print(*[name for name in {FOR_LATER} if name in sys.modules])
"""


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    """The code in a Python of its own, at the root of the house, with a SQLite database."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": "sqlite://"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_start_leaves_for_later_what_few_processes_need() -> None:
    done = run_python(LOADED)

    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr


def test_what_is_loaded_would_be_seen() -> None:
    assert run_python("import icalendar, services.backup\n" + LOADED).stdout.split() == [
        "icalendar", "psycopg", "services.backup",
    ]  # fmt: skip


def test_the_newest_tables_are_those_that_alembic_would_make(app: Flask) -> None:
    assert app.config["MIGRATION_HEAD"] == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def test_the_search_for_garbage_goes_on_after_the_start() -> None:
    done = run_python(
        "import gc, app\nbefore = gc.isenabled()\napp.create_app()\nprint(before, gc.isenabled())"
    )

    assert done.stdout.split() == ["False", "True"]


def test_compiled_templates_are_kept_for_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = create_app({"SQLALCHEMY_DATABASE_URI": "sqlite://"})
    again = create_app({"SQLALCHEMY_DATABASE_URI": "sqlite://"})
    for house in (first, again):
        warming.keep_templates(house, tmp_path / "templates")
    first.jinja_env.get_template("shell/offline.html")

    compiled: list[str | None] = []
    compile_ = Environment.compile
    monkeypatch.setattr(
        Environment,
        "compile",
        lambda self, source, name=None, *more, **kw: (
            compiled.append(name) or compile_(self, source, name, *more, **kw)  # type: ignore[func-returns-value]  # noted, then done
        ),
    )
    warming.load_compiled(again.jinja_env)
    again.jinja_env.get_template("shell/offline.html")

    assert compiled == []
    again.jinja_env.get_template("base.html")
    assert compiled == ["base.html"]


def test_a_house_that_may_write_nowhere_compiles_each_time(tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    house = Flask("house")

    warming.keep_templates(house, tmp_path / "a-file" / "templates")

    assert house.jinja_env.bytecode_cache is None


@pytest.mark.parametrize(
    ("work", "status", "said"),
    [
        ("print('done')", 0, "done\nafter\n"),
        ("sys.exit(3)", 3, ""),
        ("1 / 0", 1, ""),
        ("os.kill(os.getpid(), 9)", 137, ""),
    ],
)
def test_what_runs_apart_ends_the_start_only_where_it_failed(work: str, status: int, said: str) -> None:
    code = f"import os, sys\nfrom services import serving\nserving.apart(lambda: {work})\nprint('after')"
    done = run_python(code)

    assert (done.returncode, done.stdout) == (status, said)


@pytest.mark.parametrize(
    ("work", "status"),
    [("None", 0), ("sys.exit()", 0), ("sys.exit(4)", 4), ("sys.exit('no')", 1), ("1 / 0", 1)],
)
def test_a_child_ends_with_the_status_of_its_work_and_never_goes_on(work: str, status: int) -> None:
    code = (
        "import sys\nfrom services import serving\n"
        f"child = serving.Child(serving.Part('x', print), serving.fork(lambda: {work}))\n"
        "child.wait(20)\nprint(child.status)"
    )

    assert run_python(code).stdout == f"{status}\n"
