"""Commands of reports."""

from __future__ import annotations

import click

from blueprints.clock import now
from cli_house import House
from services.reports import making

reports = House("reports", help="Reports.")


@reports.command("sums")
@click.option("--rebuild", is_flag=True, help="Make all sums anew from the bookings.")
@click.option("--hours", is_flag=True, help="And the kept hours from the hours of today.")
def sums(rebuild: bool, hours: bool) -> None:
    """Count the kept sums of reports, or make them anew; `flask doctor` tells whether they are right."""
    click.echo(f"sums={making.make_anew(now(), hours=hours) if rebuild else making.count()}")
