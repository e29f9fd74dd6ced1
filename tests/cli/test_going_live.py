"""docs/operations.md as somebody follows it who has never seen the house: every command, in a scratch root."""

import socket
import sqlite3
import subprocess
from contextlib import closing

import pytest

from tests.support.engines import throwaway
from tests.support.one_box import PASSWORD, Box, commands_of
from tests.support.server import takes_writes

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("going live")]


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    """A machine on which the section for one box was followed to its end."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    box = Box(tmp_path_factory.mktemp("box") / "root", port)
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
    (move,) = commands_of("PostgreSQL with a standby")
    with throwaway("postgresql") as address:
        (box.root / "etc/jufu/database_url").write_text(address)

        shown = box.run(move)

    assert "person: 1 rows" in shown
    assert "All of it is at postgresql" in shown
    box.run("systemctl start jufu.service")


def test_secrets_of_containers_are_made_and_fit_each_other(box):
    secrets, _containers = commands_of("Containers")

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
