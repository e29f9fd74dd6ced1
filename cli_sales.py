"""Commands of sales."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask_babel import force_locale

from blueprints.clock import now
from blueprints.sales import line_views
from cli_house import House, need_current_tables
from domain.errors import Missing
from services import keeper
from services.sales import attributing, explaining

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


@sales.command("attribute")
@click.option("--show", type=int, help="Only this show, whether or not its times on air changed.")
def attribute_sales(show: int | None) -> None:
    """Attribute sales to booths anew where times on air or the rule changed, as the job does every minute."""
    need_current_tables()
    try:
        done = attributing.recompute(keeper.on_duty(), show, now=now())
    except Missing as error:
        raise click.ClickException("No show has this number.") from error
    for one in done:
        moved = " ".join(f"{way}={count}" for way, count in sorted(one.moved.items()))
        click.echo(f"show={one.show_id} lines={one.looked_at} {moved}".rstrip())
    click.echo(f"shows={len(done)} moved={sum(one.moved.total() for one in done)}")


@sales.command("explain")
@click.argument("line", type=int)
def explain(line: int) -> None:
    """Say why the order line of this number counts where it does."""
    need_current_tables()
    try:
        story = explaining.story(keeper.on_duty(), line)
    except Missing as error:
        raise click.ClickException("No order line has this number.") from error
    with current_app.test_request_context(), force_locale("zh_Hans_CN"):
        click.echo(line_views.why(story))
        if story.by_hand:
            click.echo(f"{story.sale.attribution_reason} ({line_views.rule_says(story)})")
