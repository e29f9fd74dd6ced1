"""The commands of the house: they read their arguments, call a service and say what came of it.

What only one command needs, it imports itself: this module is loaded by every process that answers pages.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask, current_app

import cli_keys
import cli_people
import cli_reports
import cli_sales
import cli_serve
import cli_studio
from blueprints.clock import now
from cli_house import House, need_current_tables
from cli_serve import bring_up_to_date, in_production
from domain.errors import BadInput, Missing
from domain.people import Role
from models import db
from services import login, people, settings, soundness, tables
from services.merchants import shops
from services.passwords import hash_password

if TYPE_CHECKING:
    from services.backup.transfer import Digest

ROOT = Path(__file__).parent
MOST_OF_AN_ADDRESS = 4096
KNOWN_ENGINES = ("sqlite://", "postgresql://", "postgresql+psycopg://", "postgres://")
house = House()


@house.command("seed")
@click.option("--size", type=click.Choice(["demo", "large"]), default="demo", show_default=True)
def seed(size: str) -> None:
    """Fill the database with the demo or with a large community; what is there already stays."""
    if in_production():
        raise click.ClickException("Demo accounts have no place in a database of APP_ENV=production.")
    from services.seed import demo, large

    bring_up_to_date()
    lay = large.lay_large if size == "large" else demo.lay_demo
    made = lay(password_hash=hash_password(current_app.config["DEMO_PASSWORD"]), now=now())
    click.echo("Done." if made else "It is there already; nothing changed.")


token = House("token", help="API tokens.")


@token.command("create")
@click.option("--phone", required=True, help="Of the account that the token acts for.")
@click.option("--label", default="", help="What the token is for.")
def create_token(phone: str, label: str) -> None:
    """Make an API token and print it, alone; it is shown this once."""
    try:
        click.echo(login.create_token(phone, label=label, now=now()))
    except Missing as error:
        raise click.ClickException("No account has this phone.") from error


user = House("user", help="Accounts.")


@user.command("create")
@click.option("--phone", required=True)
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--password", help="“-” reads it from standard input; asked for when left out.")
@click.option("--captain-of", type=int, help="The building that a captain looks after.")
@click.option(
    "--shop", help="The shop that a merchant acts for; founded if need be. By default one of the same name."
)
def create_user(
    phone: str, name: str, role: str, password: str | None, captain_of: int | None, shop: str | None
) -> None:
    """Make a verified account."""
    if captain_of is not None and role != Role.CAPTAIN:
        raise click.UsageError("Only a captain looks after a building.")
    if shop is not None and role != Role.MERCHANT:
        raise click.UsageError("Only a merchant has a shop.")
    person = people.create_account(
        phone=phone,
        name=name,
        role=Role(role),
        captain_of=captain_of,
        password=_password(password),
        now=now(),
    )
    if person.role is Role.MERCHANT:
        shops.open_shop(person.id, shop or person.name, now=now())
    click.echo(f"{person.role.value} {person.masked_phone} {person.name}")


def _password(given: str | None) -> str | None:
    if given == "-":
        return sys.stdin.readline().rstrip("\r\n")
    if given is None and sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    if given is None:
        click.echo("Without a password nobody can log in to this account; API tokens work.", err=True)
    return given


@house.command("doctor")
def run_doctor() -> None:
    """Check everything that must always be true; status 1 when something isn't."""
    from services import doctor

    findings = doctor.examine(now(), current_app.config["MIGRATION_HEAD"])
    for finding in findings:
        click.echo(f"{finding.code}: {finding.text}")
    if findings:
        sys.exit(1)
    click.echo("All is well.")


@house.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def save_backup(file: Path) -> None:
    """Write a verified backup of the running database to FILE."""
    from services import backup

    contents = backup.save(file)
    click.echo(f"{file}: {contents.total} rows of {contents.engine}, read back and complete.")


@house.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what the database holds now.")
@click.option(
    "--erasures",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What `flask people erasures` wrote, where this database doesn't know them.",
)
def restore_backup(file: Path, force: bool, erasures: Path | None) -> None:
    """Put a backup in place of the database; a database that holds anything is kept unless forced.

    Whose data were erased since the backup are erased again.
    """
    from flask_migrate import upgrade

    from services import backup

    gone = cli_people.erasures_to_replay(erasures)
    contents = backup.look_into(file)
    if contents.engine != db.engine.dialect.name:
        raise BadInput("backup_of_another_engine", backup=contents.engine, database=db.engine.dialect.name)
    if not force and not backup.is_empty():
        raise click.ClickException("The database holds data. --force replaces it by the backup.")
    if contents.revision not in _known_revisions():
        raise click.ClickException(f"The backup comes from a newer program (version {contents.revision}).")
    if contents.engine == "postgresql":
        _bring_tables_to(contents.revision)
    backup.load(file, contents)
    upgrade()
    click.echo(f"{contents.total} rows of {contents.engine} restored and counted.")
    cli_people.replay(gone)


def _known_revisions() -> list[str]:
    """All versions of the tables, the newest first."""
    from alembic.script import ScriptDirectory

    return [script.revision for script in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()]


def _bring_tables_to(revision: str) -> None:
    from flask_migrate import downgrade, upgrade

    known, current = _known_revisions(), tables.revision()
    if current is None or known.index(current) > known.index(revision):
        upgrade(revision=revision)
    elif current != revision:
        downgrade(revision=revision)


@house.command("move")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def move_house(source: str, target: str) -> None:
    """Copy the house at FROM into the empty database at TO, of whichever engine, and compare every row.

    Both are addresses as in DATABASE_URL, files that hold one, or a file of SQLite. What is at FROM stays as it is.
    """
    from services import backup
    from services.backup import transfer

    here, there = _house_at(source), _house_at(target)
    with here.app_context():
        _need_a_file()
        need_current_tables()
    with there.app_context():
        if not backup.is_empty():
            raise BadInput("transfer_not_empty")
        bring_up_to_date()
        to = db.engine
    with here.app_context():
        transfer.move(to, _tell_of_a_table)
    click.echo(f"All of it is at {to.url.render_as_string()}; DATABASE_URL has to say so from now on.")


def _house_at(address: str) -> Flask:
    """The application on another database; raises ClickException for what is no address."""
    from app import create_app
    from config import database_url

    url = address if "://" in address else _address_in(Path(address))
    if not url.startswith(KNOWN_ENGINES):
        raise click.ClickException("Addresses begin with sqlite:// or postgresql://.")
    return create_app({"SQLALCHEMY_DATABASE_URI": database_url({"DATABASE_URL": url})})


def _address_in(file: Path) -> str:
    if not file.is_file():
        raise click.ClickException(f"{file} is no address of a database, and no file.")
    with file.open("rb") as stream:
        content = stream.read(MOST_OF_AN_ADDRESS)
    if content.startswith(soundness.MAGIC):
        return f"sqlite:///{file.absolute()}"
    return content.decode(errors="replace").strip()


def _need_a_file() -> None:
    """SQLite would make one, and find nothing in it."""
    url = db.engine.url
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise click.ClickException(f"There is no database at {url.database}.")


def _tell_of_a_table(one: Digest) -> None:
    click.echo(f"{one.table}: {one.rows} rows, {one.text[:16]} on both sides.")


settings_ = House("settings", help="The house's figures.")


@settings_.command("list")
def list_settings() -> None:
    """Print every figure."""
    for key, value in asdict(settings.current()).items():
        click.echo(f"{key}={value}")


@settings_.command("set")
@click.argument("key")
@click.argument("value", type=int)
def set_setting(key: str, value: int) -> None:
    """Change a figure."""
    settings.change(key, value, now=now())
    click.echo(f"{key}={value}")


GROUPS = (
    token,
    user,
    cli_serve.jobs_,
    cli_sales.sales,
    settings_,
    cli_studio.studio,
    cli_people.people_,
    cli_keys.keys,
    cli_reports.reports,
)


def init_app(app: Flask) -> None:
    """Attach the commands."""
    for command in (*house.commands.values(), *cli_serve.house.commands.values(), *GROUPS):
        app.cli.add_command(command)
