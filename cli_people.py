"""Commands about people and their own data."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from blueprints.clock import now
from cli_house import House
from domain.errors import Missing
from models import Person
from services.privacy import erasing, exporting, replaying
from services.registry import finding
from services.registry.finding import State, Wanted

people_ = House("people", help="People and their own data.")


@people_.command("find")
@click.argument("text")
@click.option("--state", type=click.Choice([state.value for state in State]), help="How the account stands.")
def find_people(text: str, state: str | None) -> None:
    """Print accounts by part of a name, a phone or its last four digits, or a home such as 22-1-301."""
    found = finding.find_all(Wanted(text, state=State(state) if state else None))
    for person in found:
        click.echo(_line(person))
    if not found:
        raise click.ClickException("Nobody is known by that.")


def _line(person: Person) -> str:
    home = f"{person.building}-{person.unit}-{person.room}" if person.building else "-"
    return "\t".join([str(person.id), person.role.value, person.name, home, person.masked_phone or "-"])


@people_.command("export")
@click.argument("person_id", type=int)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="A ZIP file with their files, too."
)
def export_person(person_id: int, out: Path | None) -> None:
    """Print what the house knows of PERSON_ID as JSON; it is written down that it was handed out."""
    try:
        data = exporting.hand_out_by_house(person_id, now())
    except Missing as error:
        raise click.ClickException("There is no such account.") from error
    if out is None:
        click.echo(exporting.as_json(data).decode())
        return
    content = exporting.archive(data)
    out.touch(mode=0o600)
    out.chmod(0o600)  # before anything stands in it
    out.write_bytes(content)
    click.echo(f"{out}: {len(data.content)} parts, {len(data.files)} files.")


@people_.command("erase")
@click.argument("person_id", type=int)
@click.option("--yes", is_flag=True, help="Really; it can't be undone.")
def erase_person(person_id: int, yes: bool) -> None:
    """Erase the personal data of PERSON_ID."""
    if not yes:
        raise click.ClickException("Nothing was erased. --yes erases, and that can't be undone.")
    try:
        erasing.erase_by_house(person_id, now())
    except Missing as error:
        raise click.ClickException("There is no such account, or it is erased already.") from error
    click.echo(f"{person_id} is erased.")


@people_.command("erasures")
def print_erasures() -> None:
    """Print every erasure, to be kept outside of the database and given to `flask restore --erasures`."""
    click.echo(replaying.written(replaying.recorded()))


def erasures_to_replay(file: Path | None) -> list[replaying.Gone]:
    """What this database knows to be erased, and what a file says."""
    known = replaying.recorded()
    return known if file is None else [*known, *replaying.read(file.read_text(encoding="utf-8"))]


def replay(gone: Sequence[replaying.Gone]) -> None:
    """Erase again after a restore, and say what came of it; status 1 where an account is somebody else's."""
    if not gone:
        return
    done = replaying.replay(gone, now())
    click.echo(f"{done.again} erased again, {done.already} were, {done.absent} are not in the backup.")
    if done.others:
        click.echo(f"Left alone, for they are other accounts: {', '.join(map(str, done.others))}.", err=True)
        sys.exit(1)
