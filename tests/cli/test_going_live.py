"""docs/operations.md as somebody follows it who has never seen the house: every command, in a scratch root."""

import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from config import database_url
from services import durability
from tests.support.engines import throwaway
from tests.support.one_box import HANDBOOK, PASSWORD, Box, commands_of, unread_blocks
from tests.support.ports import free_port
from tests.support.server import takes_writes
from tests.support.two_databases import two_machines

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("going live")]
PATIENCE = 60.0
RUN_HERE = {"One box", "PostgreSQL with a standby", "Backup", "Upgrade and roll-back", "Containers"}
"""Sections of which each test below takes all blocks apart; what one of them does not run, the page says."""


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    """A machine on which the section for one box was followed to its end."""
    box = Box(tmp_path_factory.mktemp("box") / "root", free_port())
    try:
        names, *commands = commands_of("One box")
        assert "NAME=house.example" in names
        box.run("\n".join(commands), NAME="house.example", REPOSITORY=str(box.root / "origin"))
        yield box
    finally:
        box.close()


def rows(box, question):
    with closing(sqlite3.connect(box.root / "var/lib/jufu/jufu.sqlite3")) as database:
        return database.execute(question).fetchall()


def backups(box):
    return sorted((box.root / "var/backups/jufu").glob("jufu-*.backup"))


def test_a_new_house_is_open_and_has_its_first_admin_and_nobody_else(box):
    assert takes_writes(f"http://127.0.0.1:{box.port}")
    assert rows(box, "SELECT name, role, is_demo FROM person") == [("吴敏", "admin", 0)]
    assert rows(box, "SELECT count(*) FROM space") == [(5,)]
    ((kept,),) = rows(box, "SELECT password_hash FROM person")
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


def test_its_key_is_its_own_and_nothing_is_open_to_others(box):
    key = box.root / "etc/jufu/secret_key"

    assert len(key.read_text().strip()) == 64
    assert [(key.stat().st_mode & 0o777), (box.root / "etc/jufu/jufu.env").stat().st_mode & 0o777] == [
        0o640
    ] * 2
    assert (box.root / "var/lib/jufu").stat().st_mode & 0o777 == 0o700
    assert all(file.stat().st_mode & 0o077 == 0 for file in backups(box))
    assert not list((box.root / "opt/jufu").glob("instance*"))


def test_caddy_is_told_the_name_and_only_what_needs_the_outside_was_played(box):
    assert "house.example" in (box.root / "etc/caddy/Caddyfile").read_text()
    played = {line.split()[0] for line in box.played().splitlines()}

    assert {"apt-get", "useradd", "caddy", "systemctl", "curl"} <= played


def test_settling_again_keeps_key_settings_and_data(box):
    before = (box.root / "etc/jufu/secret_key").read_text()
    settings = box.root / "etc/jufu/jufu.env"
    settings.write_text(settings.read_text() + "# by hand\n")

    box.run("sh deploy/install.sh other.example")

    assert (box.root / "etc/jufu/secret_key").read_text() == before
    assert settings.read_text().endswith("# by hand\n")
    assert "PUBLIC_URL=https://house.example" in settings.read_text()


def test_a_backup_is_restored(box):
    (restore,) = commands_of("Backup")
    box.run("systemctl start jufu-backup.service")
    box.run(
        "jufu user create --phone 13800005678 --name 后来 --role staff --password - <<'END'\ngeheim-123\nEND"
    )

    shown = box.run(restore)

    assert "restored and counted" in shown
    assert "All is well." in shown
    assert rows(box, "SELECT name FROM person") == [("吴敏",)]


def test_an_upgrade_and_the_way_back_keep_everything(box):
    upgrade, back = commands_of("Upgrade and roll-back")
    box.run("git checkout -q before")

    shown = box.run(upgrade, VERSION="after", NAME="house.example")

    assert "All is well." in shown
    assert "after" in box.run("git describe --always --tags")
    ((tables,),) = rows(box, "SELECT version_num FROM alembic_version")
    assert f"{tables} (head)" in shown
    shown = box.run(back, TABLES=tables, BEFORE="before", NAME="house.example")
    assert "All is well." in shown
    assert takes_writes(f"http://127.0.0.1:{box.port}")
    assert rows(box, "SELECT name FROM person") == [("吴敏",)]


@pytest.mark.postgresql
def test_a_house_moves_to_postgresql(box):
    move = commands_of("PostgreSQL with a standby")[-2]
    with throwaway("postgresql") as address:
        (box.root / "etc/jufu/database_url").write_text(address)

        shown = box.run(move)

    assert "person: 1 rows" in shown
    assert "All of it is at postgresql" in shown
    box.run("systemctl start jufu.service")


@pytest.mark.postgresql
def test_two_databases_follow_each_other_and_the_second_takes_over():
    names, first, second, wait, tell, _move, promote = commands_of("PostgreSQL with a standby")
    assert all(f"{name}=" in names for name in ("PRIMARY", "STANDBY", "MACHINES"))
    with two_machines() as (primary, standby):
        primary.run(first)
        standby.run(second)
        wait_until(primary, "SELECT state FROM pg_stat_replication", "streaming")
        assert "standby|streaming" in primary.run(wait)
        wait_until(primary, "SELECT sync_state FROM pg_stat_replication", "sync")
        primary.run(tell)
        address = (primary.root / "etc/jufu/database_url").read_text().strip()
        assert "\nDATABASE_URL_FILE=/etc/jufu" in (primary.root / "etc/jufu/jufu.env").read_text()
        with (
            engine_of(address.replace("77", "78")) as engine,
            pytest.raises(OperationalError, match="password"),
        ):
            engine.connect()

        with engine_of(address) as engine, engine.begin() as connection:
            assert durability.of(connection) == []
            connection.execute(text("CREATE TABLE kept AS SELECT 7 AS number"))
        primary.fail()
        standby.run(promote)

        with engine_of(address) as engine, engine.begin() as connection:
            assert connection.scalar(text("SELECT number FROM kept")) == 7
            connection.execute(text("INSERT INTO kept VALUES (8)"))


@contextmanager
def engine_of(address):
    """As the house opens what stands in its file."""
    engine = create_engine(database_url({"DATABASE_URL": address}))
    try:
        yield engine
    finally:
        engine.dispose()


def wait_until(machine, question, answer):
    """Until the database of a machine says so; AssertionError where it never does."""
    until = time.monotonic() + PATIENCE
    while answer not in machine.run(f'psql -Atc "{question}"'):
        assert time.monotonic() < until, f"{question} is not {answer}"


def test_secrets_of_containers_are_made_and_fit_each_other(box):
    secrets, containers = commands_of("Containers")
    assert all("docker compose" in line for line in containers.splitlines())
    assert "any container" in HANDBOOK.read_text(encoding="utf-8").partition("Not run so far: ")[2]

    box.run(secrets)

    folder = box.root / "opt/jufu/deploy/secrets"
    password = (folder / "database_password").read_text()
    assert len(password) == 64
    assert (folder / "database_url").read_text() == f"postgresql://jufu:{password}@database/jufu"
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    status = ["git", "status", "--porcelain", "--ignored", "deploy"]
    shown = subprocess.run(
        status, cwd=box.root / "opt/jufu", capture_output=True, text=True, check=True
    ).stdout
    assert shown == "!! deploy/secrets/\n"


def test_there_is_no_block_of_commands_that_nobody_here_has_read():
    assert unread_blocks(HANDBOOK.read_text(encoding="utf-8"), RUN_HERE) == []


@pytest.mark.mutant
@pytest.mark.parametrize(
    "block",
    ["## Anew\n\n```sh\nrm -r /\n```\n", "## Backup\n\n```bash\nrm -r /\n```\n", "```\nrm -r /\n```\n"],
    ids=["a new part", "an old part", "no part"],
)
def test_a_block_of_commands_in_a_new_place_is_found(block):
    page = HANDBOOK.read_text(encoding="utf-8")

    assert unread_blocks(f"# Operations\n\n{block}\n{page}", RUN_HERE) == ["rm -r /\n"]
