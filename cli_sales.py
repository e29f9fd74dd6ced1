"""Commands of sales."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from blueprints.clock import now
from cli_house import House
from models import SalesImport
from services import keeper
from services.sales import totals

sales = House("sales", help="Sales.")


@sales.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--show", type=int, help="The show that the export was made for.")
@click.option("--platform", help="Where the headers don't tell.")
@click.option("--dry-run", is_flag=True, help="Only tell what it would do.")
def import_sales(file: Path, show: int | None, platform: str | None, dry_run: bool) -> None:
    """Import an order export or after-sales file, as the page does."""
    counts = keeper.import_sales(
        file, show_id=show, platform=platform, dry_run=dry_run, now=now(), told=_progress()
    )
    click.echo(" ".join(f"{name.removesuffix('_count')}={count}" for name, count in counts.items()))


@sales.command("list")
@click.option("--number", type=click.IntRange(1, 200), default=20, help="How many.")
def list_imports(number: int) -> None:
    """The latest imports: id, state, platform, counts, file."""
    for found in keeper.latest_imports(number):
        click.echo(
            f"{found.id} {found.status.value} {found.layout} read={found.read_count} inserted={found.inserted}"
            f" updated={found.updated} unchanged={found.unchanged} held={found.held} rejected={found.rejected}"
            f" gmv_fen={found.gmv_fen} refunded_fen={found.refunded_fen} {found.file_name}"
        )


@sales.command("undo")
@click.argument("import_id", type=int)
def undo(import_id: int) -> None:
    """Take an import out of the books again, as long as nothing was built on it."""
    found = keeper.undo_import(import_id, now=now())
    click.echo(f"{found.id} {found.status.value}")


@sales.command("totals")
@click.option("--rebuild", is_flag=True, help="Make all sums anew from the lines.")
def sums_by_day(rebuild: bool) -> None:
    """Count the kept sums by day, or make them anew; `flask doctor` tells whether they are right."""
    click.echo(f"sums={totals.make_anew(now=now()) if rebuild else totals.count()}")


def _progress() -> Callable[[SalesImport], None]:
    """Tells a terminal how far an import has come; whoever reads the output by program hears nothing."""
    if not sys.stderr.isatty():
        return lambda _found: None

    def tell(found: SalesImport) -> None:
        end = "\n" if found.rows_done == found.row_count else ""
        click.echo(f"\r{found.status.value} {found.rows_done}/{found.row_count}", nl=False, err=True)
        click.echo(end, nl=False, err=True)

    return tell
