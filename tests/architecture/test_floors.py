"""The floors of the house, checked: imports, the database below the blueprints, and the size of things."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WIRING = ("app.py", "cli.py", "cli_house.py", "cli_people.py", "cli_serve.py", "cli_studio.py", "config.py")
FLOORS = ("blueprints", "services", "models", "domain")
MEASURED = (*WIRING, *FLOORS, "templates", "static", "tests", "scripts", "benchmarks")
MEASURED_KINDS = (".py", ".html", ".css", ".js", ".sh")
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
LONG_FILES_ALLOWED: frozenset[str] = frozenset()
LONG_FUNCTIONS_ALLOWED: frozenset[str] = frozenset()


def files(places: tuple[str, ...], kinds: tuple[str, ...], root: Path = ROOT) -> Iterator[Path]:
    """The files of these kinds in these places, without caches and fetched copies."""
    for place in places:
        found = [root / place] if (root / place).is_file() else sorted((root / place).rglob("*"))
        for path in found:
            if path.suffix in kinds and not {"__pycache__", "vendor"} & set(path.parts):
                yield path


def too_long(path: Path) -> int | None:
    """Number of lines where it is over the limit."""
    lines = len(path.read_text(encoding="utf-8").splitlines())
    return lines if lines > LONGEST_FILE else None


def long_functions(source: str) -> Iterator[tuple[str, int]]:
    """Name and length of each function that is over the limit."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield node.name, length


def database_uses(source: str) -> Iterator[str]:
    """Where a blueprint reaches for the database by itself."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "db":
            yield f"db.{node.attr} in line {node.lineno}"
        elif isinstance(node, ast.ImportFrom) and any(name.name == "db" for name in node.names):
            yield f"from {node.module} import db in line {node.lineno}"


def broken_contracts(root: Path, configuration: Path) -> str:
    """What import-linter has to say, empty when every contract is kept."""
    linter = "from importlinter.cli import lint_imports_command as run; run()"
    done = subprocess.run(
        [sys.executable, "-c", linter, "--config", str(configuration), "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_each_floor_imports_only_the_ones_below() -> None:
    problems = broken_contracts(ROOT, ROOT / "pyproject.toml")

    assert not problems, problems


def test_blueprints_leave_the_database_to_services() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {use}"
        for path in files(("blueprints",), (".py",))
        for use in database_uses(path.read_text(encoding="utf-8"))
    }

    assert found == set()


def test_files_are_short() -> None:
    found = {
        str(path.relative_to(ROOT)): length
        for path in files(MEASURED, MEASURED_KINDS)
        if (length := too_long(path)) and str(path.relative_to(ROOT)) not in LONG_FILES_ALLOWED
    }

    assert found == {}


def test_functions_are_short() -> None:
    found = {
        f"{path.relative_to(ROOT)}::{name}": length
        for path in files(MEASURED, (".py",))
        for name, length in long_functions(path.read_text(encoding="utf-8"))
    }

    assert {name: length for name, length in found.items() if name not in LONG_FUNCTIONS_ALLOWED} == {}


SCRATCH = {
    "blueprints": "import services",
    "services": "import models",
    "models": "import domain",
    "domain": "",
}


@pytest.fixture
def scratch_house(tmp_path: Path) -> Path:
    """A tiny house with all floors in order, under the real contracts."""
    for floor, source in SCRATCH.items():
        (tmp_path / floor).mkdir()
        (tmp_path / floor / "__init__.py").write_text(source)
    for module in WIRING:
        (tmp_path / module).touch()
    (tmp_path / "models" / "base.py").write_text("db = None")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return tmp_path


def test_the_contracts_accept_a_house_in_order(scratch_house: Path) -> None:
    assert broken_contracts(scratch_house, scratch_house / "pyproject.toml") == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("floor", "forbidden"),
    [
        ("domain", "import models"),
        ("domain", "import flask"),
        ("domain", "from sqlalchemy import select"),
        ("models", "import services"),
        ("models", "from flask import request"),
        ("services", "import blueprints"),
        ("services", "from config import load"),
        ("services", "from flask import current_app"),
        ("services", "from flask_login import current_user"),
        ("blueprints", "import app"),
        ("blueprints", "from models.base import db"),
        ("blueprints", "from sqlalchemy import select"),
    ],
)
def test_the_contracts_notice_a_broken_floor(scratch_house: Path, floor: str, forbidden: str) -> None:
    (scratch_house / floor / "slip.py").write_text(forbidden)

    assert f"{floor}.slip" in broken_contracts(scratch_house, scratch_house / "pyproject.toml")


def test_the_contracts_cover_every_floor() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert set(settings["tool"]["importlinter"]["root_packages"]) == set(FLOORS)


def test_reaching_for_the_database_is_noticed() -> None:
    source = "from models import db\n\n\ndef view():\n    return db.session.get(1)\n"

    assert list(database_uses(source)) == ["from models import db in line 1", "db.session in line 5"]


def test_long_things_are_noticed(tmp_path: Path) -> None:
    source = "def tall():\n" + "    pass\n" * LONGEST_FILE
    (tmp_path / "tall.py").write_text(source)

    assert too_long(tmp_path / "tall.py") == LONGEST_FILE + 1
    assert list(long_functions(source)) == [("tall", LONGEST_FILE + 1)]
