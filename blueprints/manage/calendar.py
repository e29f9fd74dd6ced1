"""Routes of the calendar table: one page per year, days added, changed and taken out."""

from __future__ import annotations

from datetime import date

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import formats, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.manage import blueprint, views
from blueprints.manage.forms import CalendarForm, ids_of
from blueprints.problems import status_of
from blueprints.refusals import Refused, explain
from blueprints.timeline import parse_day
from blueprints.words.house import day_kind_word
from domain.errors import BadInput, InTheWay, Missing, Refusal
from domain.interval import local_day
from domain.people import Role
from domain.spaces import DayKind
from services.house import calendar as services
from services.house.looking import Touched


@blueprint.get("/calendar")
@allow(Role.ADMIN)
def calendar() -> ResponseReturnValue:
    """One year of holidays and make-up workdays; `day` begins with that one."""
    year = request.args.get("year", type=whole) or local_day(now()).year
    day = parse_day(request.args.get("day"))
    known = services.day(day) if day else None
    typed = {"first": day, "name": known.name, "kind": known.day_kind.value} if day and known else {}
    return _show(CalendarForm.of(formdata=None, data=typed), day.year if day else year)


@blueprint.post("/calendar")
@allow(Role.ADMIN)
def set_days() -> ResponseReturnValue:
    """Say what kind of day one or several are; the bookings that it touches are listed before it is saved."""
    actor, moment = the_actor(), now()
    form = CalendarForm.of()
    if not form.validate():
        return _show(form, _year(form), 422)
    kind, days = DayKind(form.kind.data), []
    try:
        days = services.stretch(form.first.data, form.last.data)
        services.set_days(
            actor, days, kind, form.name.data or "", now=moment, confirmed=ids_of(form.confirmed.data)
        )
    except InTheWay as refusal:
        touched = services.touched_by(actor, days, kind, moment)
        form.confirmed.data = views.ids(touched)
        return _show(form, _year(form), 409, touched=touched, refused=explain(refusal, form, {}))
    except BadInput as refusal:
        return _show(form, _year(form), status_of(refusal), refused=explain(refusal, form, {}))
    flash(_("%(year)s 年的日历已更新。", year=days[0].year), "ok")
    return pages.go("manage.calendar", year=days[0].year)


@blueprint.post("/calendar/<day>/remove")
@allow(Role.ADMIN)
def remove_day(day: str) -> ResponseReturnValue:
    """Let a date be what its weekday is."""
    actor, moment = the_actor(), now()
    wanted = parse_day(day)
    if wanted is None:
        raise Missing
    try:
        services.remove_day(actor, wanted, now=moment, confirmed=ids_of(request.form.get("confirmed")))
    except InTheWay as refusal:
        touched = services.touched_by(actor, [wanted], None, moment)
        return _show(
            CalendarForm.of(formdata=None),
            wanted.year,
            409,
            touched=touched,
            refused=_told(refusal),
            removing=wanted,
        )
    flash(_("%(day)s 按平常的星期几开放了。", day=formats.short_day(wanted)), "ok")
    return pages.go("manage.calendar", year=wanted.year)


def _told(refusal: Refusal) -> Refused:
    return explain(refusal, None, {})


def _year(form: CalendarForm) -> int:
    return form.first.data.year if form.first.data else local_day(now()).year


def _show(
    form: CalendarForm,
    year: int,
    status: int = 200,
    *,
    touched: list[Touched] | None = None,
    refused: Refused | None = None,
    removing: date | None = None,
) -> ResponseReturnValue:
    found = services.year(year)
    return pages.show(
        "manage/calendar",
        status,
        form=form,
        year=found,
        back=url_for("manage.calendar", year=found.year - 1),
        forth=url_for("manage.calendar", year=found.year + 1),
        kind_word=day_kind_word,
        touched=views.touched_rows(touched or []),
        confirmed=views.ids(touched or []),
        refused=refused,
        removing=removing,
    )
