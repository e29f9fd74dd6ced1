"""One module writes the ticks: there is no second path, staff and seeds included."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WIRING = ("app.py", "cli.py", "cli_house.py", "cli_people.py", "cli_studio.py", "config.py")
PLACES = (*WIRING, "blueprints", "services", "models", "domain", "scripts")
ARBITER = "services/arbiter.py"
TABLE = "Occupancy"
WRITERS = {"insert", "update", "delete", "insert_ignoring", "ignoring", "merge", "bulk_insert_mappings"}
RAW = re.compile(r"\b(INTO|UPDATE|FROM|TABLE)\s+\"?occupancy\b", re.IGNORECASE)


def writes(source: str) -> Iterator[str]:
    """Where a source makes, changes or removes ticks, by the model or in SQL, or hides the model's name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            named = {getattr(argument, "id", getattr(argument, "attr", "")) for argument in node.args}
            if name == TABLE or (name in WRITERS and TABLE in named):
                yield f"{name}(…) in line {node.lineno}"
        elif (
            isinstance(node, ast.Attribute) and node.attr == "__table__" and ast.unparse(node.value) == TABLE
        ):
            yield f"{TABLE}.__table__ in line {node.lineno}"
        elif isinstance(node, ast.alias) and node.name.split(".")[-1] == TABLE and node.asname:
            yield f"{TABLE} as {node.asname} in line {node.lineno}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and RAW.search(node.value):
            yield f"SQL in line {node.lineno}"


def modules() -> Iterator[Path]:
    """Every module of the house."""
    for place in PLACES:
        found = ROOT / place
        yield from [found] if found.is_file() else sorted(found.rglob("*.py"))


def test_only_the_arbiter_writes_ticks() -> None:
    found = {
        str(path.relative_to(ROOT)): list(writes(path.read_text(encoding="utf-8")))
        for path in modules()
        if str(path.relative_to(ROOT)) != ARBITER
    }

    assert {path: uses for path, uses in found.items() if uses} == {}


def test_the_arbiter_is_seen_to_write() -> None:
    assert len(list(writes((ROOT / ARBITER).read_text(encoding="utf-8")))) >= 2


@pytest.mark.parametrize(
    "slip",
    [
        "session.add(Occupancy(space_id=1, tick=2, place=1))",
        "session.add(models.Occupancy(space_id=1))",
        "session.execute(insert(Occupancy).values(rows))",
        "connection.execute(ignoring(connection.dialect.name, Occupancy), rows)",
        "session.execute(sa.delete(models.Occupancy))",
        "session.execute(Occupancy.__table__.insert())",
        "session.execute(text('DELETE FROM occupancy WHERE tick < 5'))",
        "from models import Occupancy as Ticks",
    ],
)
@pytest.mark.mutant
def test_a_second_path_is_noticed(slip: str) -> None:
    assert len(list(writes(slip))) >= 1


@pytest.mark.parametrize(
    "use", ["select(Occupancy.tick)", "from models import Occupancy", "x = 'the occupancy'"]
)
def test_reading_is_everybodys_right(use: str) -> None:
    assert list(writes(use)) == []
