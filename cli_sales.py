"""Commands of sales."""

from __future__ import annotations

from pathlib import Path

import click

from blueprints.clock import now
from cli_house import House
from domain.interval import local
from domain.money import format_yuan
from services import keeper
from services.sales import income_reading, totals

sales = House("sales", help="Sales.")


@sales.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--show", type=int, help="The show that the export was made for.")
@click.option("--platform", help="Where the headers don't tell.")
@click.option("--dry-run", is_flag=True, help="Only tell what it would do.")
def import_sales(file: Path, show: int | None, platform: str | None, dry_run: bool) -> None:
    """Import an order export, as the page does."""
    counts = keeper.import_sales(file, show_id=show, platform=platform, dry_run=dry_run, now=now())
    click.echo(" ".join(f"{name.removesuffix('_count')}={count}" for name, count in counts.items()))


@sales.command("totals")
@click.option("--rebuild", is_flag=True, help="Make all sums anew from the lines.")
def sums_by_day(rebuild: bool) -> None:
    """Count the kept sums by day, or make them anew; `flask doctor` tells whether they are right."""
    click.echo(f"sums={totals.make_anew(now=now()) if rebuild else totals.count()}")


@sales.command("income")
def list_income() -> None:
    """List the reports of income that wait for staff, the oldest first."""
    for one in income_reading.review_list(keeper.on_duty()).waiting:
        told = one.report
        since = f"{local(told.created_at):%Y-%m-%d %H:%M}"
        parts = (
            told.id,
            since,
            told.merchant.name,
            told.kind.value,
            told.sold_on,
            format_yuan(told.amount_fen),
        )
        click.echo("\t".join(map(str, parts)))
