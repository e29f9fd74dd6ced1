"""Commands about the data keys, under which phones are sealed."""

from __future__ import annotations

from collections.abc import Iterable

import click

from blueprints.clock import now
from cli_house import House
from services import data_keys
from services.data_keys import KeyUse

keys = House("key", help="The data keys, under which phones are sealed.")


@keys.command("list")
def list_keys() -> None:
    """Print each key's number, whether it seals, and how many values are under it."""
    _tell(data_keys.uses())


@keys.command("rotate")
def rotate_keys() -> None:
    """Seal every phone under a new key, while the house is open; older keys stay in the file for older backups."""
    _tell(data_keys.rotate(now()))


@keys.command("forget")
@click.argument("number")
def forget_key(number: str) -> None:
    """Take a key out of the file under which nothing is any more; backups from its time can't be read then."""
    data_keys.forget(number)
    _tell(data_keys.uses())


def _tell(uses: Iterable[KeyUse]) -> None:
    for use in uses:
        stands = "seals" if use.seals else "reads" if use.known else "MISSING"
        click.echo(f"{use.number}\t{stands}\t{use.values}")
