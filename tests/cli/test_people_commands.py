"""People and their own data from the command line; a restore that brings nobody back."""

import json
from pathlib import Path

import pytest

from domain.people import ERASED_NAME
from models import Person
from models.base import db as database
from services import backup
from tests.support.builders import create_person

pytestmark = pytest.mark.usefixtures("db")
on_sqlite = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def flask(app):
    """Run `flask …`."""
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=[str(word) for word in words])


@pytest.fixture
def person():
    return create_person(name="黄秀英", phone="13812345678")


def name_of(person):
    database.session.rollback()
    return database.session.get(Person, person.id, populate_existing=True).name


@on_sqlite
def test_somebody_is_found_with_a_masked_phone(flask, person):
    said = flask("people", "find", "秀英")

    assert said.exit_code == 0
    assert said.stdout.split("\t")[:3] == [str(person.id), "resident", "黄秀英"]
    assert "13812345678" not in said.stdout
    assert flask("people", "find", "nobody").exit_code == 1


@on_sqlite
def test_data_are_printed_or_packed(flask, person, tmp_path):
    printed = flask("people", "export", person.id)
    packed = flask("people", "export", person.id, "--out", tmp_path / "a.zip")

    assert json.loads(printed.stdout)["person"][0]["phone"] == "13812345678"
    assert packed.exit_code == 0
    assert (tmp_path / "a.zip").stat().st_mode & 0o077 == 0
    assert flask("people", "export", 999).exit_code == 1


@on_sqlite
@pytest.mark.parametrize("is_there", [False, True])
def test_nobody_else_can_read_the_file_while_it_is_written(flask, person, tmp_path, monkeypatch, is_there):
    out, modes, write = tmp_path / "a.zip", [], Path.write_bytes
    if is_there:
        out.touch(mode=0o644)

    def looked_at(path, content):
        modes.append(path.stat().st_mode & 0o077 if path.exists() else None)
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", looked_at)
    flask("people", "export", person.id, "--out", out)

    assert modes == [0]


@on_sqlite
def test_erasing_wants_a_yes(flask, person):
    assert flask("people", "erase", person.id).exit_code == 1
    assert name_of(person) == "黄秀英"

    done = flask("people", "erase", person.id, "--yes")

    assert (done.exit_code, name_of(person)) == (0, ERASED_NAME)
    assert flask("people", "erase", person.id, "--yes").exit_code == 1


def test_a_restore_erases_again_what_this_database_knows(flask, person, tmp_path):
    backup.save(tmp_path / "old")
    flask("people", "erase", person.id, "--yes")

    said = flask("restore", tmp_path / "old", "--force")

    assert said.exit_code == 0, said.output
    assert "1 erased again" in said.stdout
    assert name_of(person) == ERASED_NAME


@on_sqlite
def test_a_file_tells_it_to_a_database_that_does_not_know(flask, person, tmp_path):
    backup.save(tmp_path / "old")
    flask("people", "erase", person.id, "--yes")
    (tmp_path / "erasures").write_text(flask("people", "erasures").stdout, encoding="utf-8")
    backup.load(tmp_path / "old", backup.look_into(tmp_path / "old"))
    assert name_of(person) == "黄秀英"

    said = flask("restore", tmp_path / "old", "--force", "--erasures", tmp_path / "erasures")

    assert (said.exit_code, name_of(person)) == (0, ERASED_NAME)


@on_sqlite
def test_another_account_of_that_number_is_left_alone_and_said(flask, person, tmp_path):
    backup.save(tmp_path / "old")
    wrong = {
        "person_id": person.id,
        "created_at": "2001-01-01T00:00:00+00:00",
        "erased_at": "2026-01-01T00:00:00+00:00",
    }
    (tmp_path / "erasures").write_text(
        json.dumps({"kind": "jufu-erasures-1", "erasures": [wrong]}), encoding="utf-8"
    )

    said = flask("restore", tmp_path / "old", "--force", "--erasures", tmp_path / "erasures")

    assert said.exit_code == 1
    assert str(person.id) in said.stderr
    assert name_of(person) == "黄秀英"
