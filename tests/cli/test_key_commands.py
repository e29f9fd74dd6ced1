"""The data keys from the command line, and a house that does not start without the one that it needs."""

import pytest

from models import sealing
from tests.support.builders import create_person
from tests.support.own_keys import own_keys

pytestmark = pytest.mark.usefixtures("db")
on_sqlite = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def ring(tmp_path):
    with own_keys(tmp_path) as own:
        yield own


@pytest.fixture
def flask(app, ring):
    """Run `flask …`."""
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=[str(word) for word in words])


def lines(said):
    return [line.split("\t") for line in said.stdout.splitlines()]


@on_sqlite
def test_a_new_key_seals_and_the_old_one_is_forgotten(flask, db, ring):
    create_person(phone="13812345678")
    db.session.commit()
    old = ring.keys[0].number
    assert lines(flask("key", "list")) == [[old, "seals", "2"]]

    new = lines(flask("key", "rotate"))[0][0]

    assert lines(flask("key", "list")) == [[new, "seals", "2"], [old, "reads", "0"]]
    assert lines(flask("key", "forget", old)) == [[new, "seals", "2"]]


@on_sqlite
def test_the_key_in_use_is_kept(flask, db, ring):
    said = flask("key", "forget", ring.keys[0].number)

    assert said.exit_code == 1
    assert said.output == "Error: This key is still in use and cannot go.\n"


@on_sqlite
def test_without_its_key_the_jobs_do_not_start_and_say_which_is_missing(flask, db, ring):
    create_person(phone="13812345678")
    db.session.commit()
    lost = ring.keys[0].number
    ring.keep([sealing.new_key()])

    said = flask("jobs", "run", "--once")

    assert said.exit_code == 1
    assert lost in said.output
    assert lines(flask("key", "list"))[1] == [lost, "MISSING", "2"]


@on_sqlite
@pytest.mark.parametrize(
    "command",
    [("key", "rotate"), ("token", "create", "--phone", "13812345678"), ("people", "find", "陈")],
)
def test_nothing_is_sealed_or_read_by_a_command_while_a_key_is_missing(flask, db, ring, command):
    create_person(phone="13812345678")
    db.session.commit()
    lost = ring.keys[0].number
    ring.keep([sealing.new_key()])

    said = flask(*command)

    assert said.exit_code == 1
    assert lost in said.output
