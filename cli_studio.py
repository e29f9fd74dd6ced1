"""Commands of the studio."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from flask import current_app
from flask_babel import force_locale

from blueprints import words
from blueprints.draw_document import read_document
from cli_house import House, need_current_tables
from domain.errors import Missing, Violation
from domain.studio.draw_check import verify
from services.studio import draw_reading

AGREES = "一致：名单、种子、排名和展位，重新算出来都和公布的一样。"
LIST_AGREES = "一致：名单和公布的指纹一样；还没有抽签。"

studio = House("studio", help="The studio.")


@studio.command("draw-verify")
@click.argument("show", type=int, required=False)
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A draw.json that was downloaded, instead of what the house holds.",
)
def verify_draw(show: int | None, file: Path | None) -> None:
    """Recompute the draw of SHOW; status 1 with everything that does not agree."""
    if (show is None) == (file is None):
        raise click.UsageError("Name a show, or a file with --file.")
    if file is not None:
        _say(*_of_file(file))
    elif show is not None:
        need_current_tables()
        try:
            _say(draw_reading.faults(show), draw_reading.public_draw(show).seed is not None)
        except Missing as error:
            raise click.ClickException("No show of this number is drawn.") from error


def _of_file(file: Path) -> tuple[list[Violation], bool]:
    """What does not agree in a downloaded draw, and whether it is drawn."""
    try:
        published = read_document(json.loads(file.read_text(encoding="utf-8")))
    except ValueError as error:
        raise click.ClickException(f"{file} is no download of a draw whose list is closed.") from error
    return verify(published), published.seed is not None


def _say(faults: Sequence[Violation], is_drawn: bool) -> None:
    if not faults:
        click.echo(AGREES if is_drawn else LIST_AGREES)
        return
    with current_app.test_request_context(), force_locale("zh_Hans_CN"):
        for fault in faults:
            click.echo(f"{fault.code}: {words.sentence(fault)}")
    sys.exit(1)
