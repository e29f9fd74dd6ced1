"""What a start loads and what it leaves for later, and how the processes of the house part."""

import ctypes
import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from jinja2 import DictLoader, Environment

from app import create_app
from blueprints import warming
from cli_db import MIGRATIONS
from models import db
from services import warden

ROOT = Path(__file__).parents[2]
FOR_LATER = (
    "icalendar", "segno", "xlsxwriter", "psycopg", "gunicorn", "chinese_calendar", "services.backup",
    "services.doctor", "services.jobs", "services.seed.demo", "blueprints.calendar_feeds.ics", "alembic",
    "flask_migrate", "PIL", "smtplib", "email.headerregistry",
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


@pytest.mark.mutant
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


def test_a_page_is_shown_though_the_disk_has_no_room_for_what_was_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = Flask(__name__)
    warming.keep_templates(house, tmp_path / "templates")
    monkeypatch.setattr("tempfile.NamedTemporaryFile", full)

    house.jinja_env.loader = DictLoader({"page.html": "{{ 1 + 1 }}"})
    assert house.jinja_env.get_template("page.html").render() == "2"


def full(**_how: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


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
        "import sys\nfrom services import serving, warden\n"
        f"child = warden.Child('x', serving.fork(lambda: {work}))\n"
        "child.wait(20)\nprint(child.status)"
    )

    assert run_python(code).stdout == f"{status}\n"


@pytest.mark.parametrize(
    ("work", "status"),
    [("None", 0), ("1 / 0", 1), ("os.kill(os.getpid(), 9)", -9), ("os.kill(os.getpid(), 15)", 0)],
)
def test_what_is_done_aside_ends_with_its_own_status_and_leaves_nothing_behind(
    work: str, status: int
) -> None:
    code = (
        "import os, sys\nfrom services import serving, warden\n"
        "with warden.Signals():\n"
        f"    part = serving.Part('x', lambda: ({work}, sys.modules.update(only_there=os)))\n"
        "    print(serving.aside(part))\n"
        "print('only_there' in sys.modules)"
    )

    assert run_python(code).stdout == f"{status}\nFalse\n"


def test_a_process_whose_loop_hangs_ends_and_says_where() -> None:
    done = run_python(
        "from types import SimpleNamespace\n"
        "from services.patient_worker import PatientWorker\n"
        "worker = PatientWorker.__new__(PatientWorker)\n"
        "worker.cfg, worker.tmp = SimpleNamespace(timeout=1), SimpleNamespace(notify=print)\n"
        "worker._noted_at = 0.0\n"
        "def hang():\n    while True: pass\n"
        "worker.notify()\nhang()"
    )

    assert (done.returncode, "in hang" in done.stderr) == (1, True), done.stderr


def test_who_keeps_the_processes_together_loads_nothing_of_the_house() -> None:
    code = "import sys; exec(open(sys.argv[1]).read(), {'__name__': 'it'}); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-S", "-P", "-c", code, warden.__file__], capture_output=True, text=True, check=True
    )

    assert {"signal", "select"} <= set(done.stdout.split())
    assert not {"flask", "sqlalchemy", "services", "dataclasses", "typing"} & set(done.stdout.split())


def test_the_page_that_warms_the_house_leaves_no_connection_behind(app: Flask) -> None:
    with app.app_context():
        in_use = db.engine.pool.checkedout  # type: ignore[attr-defined]  # of a QueuePool

        warming.warm(app)

        assert in_use() == 0
        # A page in the context of a command would leave its session to that.
        with app.test_request_context():
            app.full_dispatch_request()
        assert in_use() == 1


def test_what_children_put_down_copies_no_more_than_it_needs() -> None:
    code = """
from services import serving
import ctypes, os, resource
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
kept = [libc.malloc(size) for _ in range(40_000) for size in (48, 200)]
for address in kept[::50]:
    libc.free(address)
{}
if (pid := os.fork()) == 0:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for address in [libc.malloc(48) for _ in range(800)]:
        ctypes.memset(address, 1, 48)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before, flush=True)
    os._exit(0)
os.waitpid(pid, 0)
"""
    whole, torn = (
        int(run_python(code.format(first)).stdout)
        for first in ("serving.keep_whole()", "serving.gc.freeze()")
    )

    assert whole < torn / 2 or not hasattr(ctypes.CDLL(None), "mallinfo2")
