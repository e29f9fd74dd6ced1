"""Commands of sales."""

from __future__ import annotations

from pathlib import Path

import click

from blueprints.clock import now
from cli_house import House
from domain.money import format_yuan
from services import keeper
from services.sales import inbox, totals

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


@sales.command("inbox")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="How many of each kind."
)
def show_inbox(limit: int) -> None:
    """List what waits for a person: words, rows and unknown products, the most money first."""
    actor = keeper.on_duty()
    waiting = inbox.waiting(actor)
    click.echo(f"words={waiting.words} rows={waiting.rows} products={waiting.products}")
    for word in inbox.words(actor, limit=limit):
        click.echo(f"word {word.platform} {word.axis} “{word.word}” rows={word.rows} {format_yuan(word.fen)}")
    for held in inbox.rows(actor, limit=limit):
        order = held.order
        about = order.get("title") or order.get("case_no")
        fen = order.get("amount_fen", order.get("refund_fen", 0))
        click.echo(f"row {held.id} {held.platform} {held.code} {format_yuan(fen)} {about}")
    for product in inbox.products(actor, limit=limit):
        mark = product.code or "-"
        click.echo(
            f"product {product.platform} {mark} lines={product.lines} {format_yuan(product.fen)} {product.name}"
        )


@sales.command("totals")
@click.option("--rebuild", is_flag=True, help="Make all sums anew from the lines.")
def sums_by_day(rebuild: bool) -> None:
    """Count the kept sums by day, or make them anew; `flask doctor` tells whether they are right."""
    click.echo(f"sums={totals.make_anew(now=now()) if rebuild else totals.count()}")
