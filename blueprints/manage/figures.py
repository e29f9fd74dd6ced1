"""Routes of the house's figures: all of them in groups, each changed by itself, with what it was before."""

from __future__ import annotations

from dataclasses import asdict

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.manage import blueprint
from blueprints.problems import status_of
from blueprints.words import figures as words
from blueprints.words import sentence
from domain.errors import BadInput, Changed, Missing, Refusal
from domain.people import Role
from domain.settings import FIGURES, FigureGroup, read_figure, typed_figure
from services import settings


@blueprint.get("/figures")
@allow(Role.ADMIN)
def figures() -> ResponseReturnValue:
    """Every figure with its unit, and the last changes."""
    return _show()


@blueprint.post("/figures/<key>")
@allow(Role.ADMIN)
def set_figure(key: str) -> ResponseReturnValue:
    """Change one figure; what somebody else changed meanwhile is shown, not overwritten."""
    if key not in FIGURES:
        raise Missing
    text = request.form.get("value", "")
    try:
        value = read_figure(key, text)
        settings.change(key, value, actor=the_actor(), seen=request.form.get("seen", type=whole), now=now())
    except (BadInput, Changed) as refusal:
        return _show(key, text, refusal)
    flash(
        _("%(figure)s：%(value)s，已保存。", figure=words.figure_word(key), value=words.said(key, value)),
        "ok",
    )
    return pages.go_to(url_for("manage.figures") + f"#{key}")


def _show(key: str | None = None, text: str = "", refusal: Refusal | None = None) -> ResponseReturnValue:
    standing = asdict(settings.current())
    return pages.show(
        "manage/figures",
        status_of(refusal) if refusal else 200,
        groups=[(group, [one for one in FIGURES if FIGURES[one].group is group]) for group in FigureGroup],
        standing=standing,
        figures=FIGURES,
        words=words,
        typed_figure=typed_figure,
        history=settings.history(the_actor()),
        wrong=key,
        typed=text,
        said_wrong=sentence(refusal) if refusal else None,
    )
