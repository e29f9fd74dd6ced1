"""Commands of sales."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import click
from flask import current_app
from flask_babel import force_locale

from blueprints.clock import now
from blueprints.edge import parse_month
from blueprints.sales import line_views
from cli_house import House, need_current_tables
from domain.errors import Missing
from domain.interval import local
from domain.money import format_yuan
from models import SalesImport
from services import keeper
from services.sales import (
    attributing,
    community,
    explaining,
    inbox,
    income_reading,
    shop_home,
    show_report,
    statement_lists,
    statement_locking,
    totals,
)

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


@sales.command("statements")
@click.option(
    "--month", callback=lambda _context, _option, text: _month(text), help="2026-10; else all months."
)
@click.option("--lock", is_flag=True, help="First lock what is due, as the job does every hour.")
def statements(month: date | None, lock: bool) -> None:
    """List statements, a line each: month, merchant, net and adjustments in fen, and when it was locked."""
    moment = now()
    if lock:
        locked = 0
        while done := statement_locking.lock_due(moment):
            locked += done
        click.echo(f"locked={locked}")
    for row in statement_lists.list_of(keeper.on_duty(), month=month, now=moment):
        state = row.locked_at.isoformat(timespec="seconds") if row.locked_at else "open"
        click.echo(
            f"{row.month:%Y-%m} merchant={row.merchant_id} net_fen={row.net_fen}"
            f" adjusted_fen={row.adjusted.net_fen} {state} {row.merchant}"
        )


def _month(text: str | None) -> date | None:
    try:
        return parse_month(text) if text else None
    except ValueError as error:
        raise click.BadParameter("Write a month as 2026-10.") from error


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


def _progress() -> Callable[[SalesImport], None]:
    """Tells a terminal how far an import has come; whoever reads the output by program hears nothing."""
    if not sys.stderr.isatty():
        return lambda _found: None

    def tell(found: SalesImport) -> None:
        end = "\n" if found.rows_done == found.row_count else ""
        click.echo(f"\r{found.status.value} {found.rows_done}/{found.row_count}", nl=False, err=True)
        click.echo(end, nl=False, err=True)

    return tell


@sales.command("show")
@click.argument("show", type=int)
def show_sales(show: int) -> None:
    """Say what a show sold, booth by booth, in fen."""
    try:
        report = show_report.show_report(keeper.on_duty(), show, now=now())
    except Missing as error:
        raise click.ClickException("No show with this number has begun.") from error
    for booth in report.booths:
        sold = booth.totals
        click.echo(
            f"booth={booth.place} orders={sold.orders} gmv_fen={sold.gmv_fen} refunded_fen={sold.refunded_fen}"
            f" net_fen={sold.net_fen} {booth.slot.product}"
        )
    click.echo(f"net_fen={report.totals.net_fen} long_tail_fen={report.long_tail.net_fen}")


@sales.command("shop")
@click.argument("merchant", type=int)
def shop_sales(merchant: int) -> None:
    """Say what a shop's own page shows, in fen: month, year, the way to the target, shows and products."""
    try:
        home = shop_home.merchant_home(keeper.on_duty(), merchant, now=now())
    except Missing as error:
        raise click.ClickException("There is no shop with this number.") from error
    path, ahead = home.path, home.forecast
    for month in home.months:
        click.echo(f"until={month.month:%Y-%m} net_fen={month.net_fen} estimated_fen={month.estimated_fen}")
    for show in home.shows:
        click.echo(f"show={show.show_id} net_fen={show.totals.net_fen} {show.title}")
    for one in home.products:
        click.echo(f"product={one.product.id} net_fen={one.totals.net_fen} {one.product.name}")
    band = f" year_end_fen={ahead.low_fen}..{ahead.high_fen}" if ahead else ""
    click.echo(
        f"net_fen={path.net_fen} estimated_fen={path.estimated_fen} reported_fen={path.reported_fen}"
        f" target_fen={path.target_fen}{band}"
    )


@sales.command("community")
@click.option("--year", type=click.IntRange(2000, 2099), help="This year when absent.")
def community_sales(year: int | None) -> None:
    """Say what the studio brought each shop in a year, in fen, and where each stands on the way to the target."""
    report = community.community_year(keeper.on_duty(), year, now=now())
    for one in report.merchants:
        click.echo(
            f"merchant={one.merchant.id} net_fen={one.totals.net_fen} estimated_fen={one.path.estimated_fen}"
            f" reported_fen={one.path.reported_fen} {one.course.value} {one.merchant.name}"
        )
    click.echo(f"year={report.year} shows={len(report.shows)} net_fen={report.totals.net_fen}")
