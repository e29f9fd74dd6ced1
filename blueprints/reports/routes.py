"""Routes of reports: the picture of some days, the page of a month to be printed, and both as files."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, request, send_file, url_for
from flask.typing import ResponseReturnValue

from blueprints import once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.reports import blueprint, report_sheets, views
from blueprints.reports.choice import asked_days, choice_of, span_of
from blueprints.sales.statements import XLSX, csv_file
from blueprints.words import reports as words
from blueprints.words import sentence
from domain.errors import BadInput
from domain.interval import local_day
from domain.months import first_of, next_month
from domain.people import Role
from services import sheets
from services.reports import files
from services.reports import report as reading
from services.reports.report import Report, SpaceReport, month_days

MONTHS_TO_CHOOSE = 13


@blueprint.get("/reports")
@allow(Role.STAFF)
def overview() -> ResponseReturnValue:
    """How the house, or one space, was used in a month or on any days."""
    trouble, days = None, month_days(first_of(local_day(now())))
    try:
        days = asked_days()
    except BadInput as unclear:
        trouble = sentence(unclear)
    found = reading.of_days(the_actor(), days, now())
    code = request.args.get("space") or None
    one = found.of(code) if code else None
    return pages.show("reports/overview", 422 if trouble else 200, trouble=trouble, **_shown(found, one))


@blueprint.get("/reports/<month:month>/print")
@allow(Role.STAFF)
def printed(month: date) -> ResponseReturnValue:
    """A month on one sheet of A4, for the wall of the community office."""
    found = reading.of_days(the_actor(), month_days(month), now())
    return pages.show("reports/printed", says=views.sentences_of(found), **_shown(found, None))


@blueprint.get("/reports.xlsx")
@allow(Role.STAFF)
def workbook() -> ResponseReturnValue:
    """Everything as a workbook."""
    found = reading.of_days(the_actor(), asked_days(), now())
    return as_workbook(found)


@blueprint.get("/reports.csv")
@allow(Role.STAFF)
def table() -> ResponseReturnValue:
    """The spaces as CSV."""
    found = reading.of_days(the_actor(), asked_days(), now())
    return csv_file(sheets.as_csv(report_sheets.spaces_of(found)), _file_name(found, "csv"))


def as_workbook(found: Report) -> Response:
    """A report as a workbook, for pages and programs."""
    book = sheets.as_workbook(
        report_sheets.all_of(found), title=report_sheets.title_of(found), made_at=found.made_at
    )
    response = send_file(book, XLSX, as_attachment=True, download_name=_file_name(found, "xlsx"))
    response.headers["Cache-Control"] = "no-store"
    return response


def _file_name(found: Report, ending: str) -> str:
    return f"usage-{span_of(found.days)}.{ending}"


def _shown(found: Report, one: SpaceReport | None) -> dict[str, Any]:
    """What both pages show."""
    days, today = found.days, local_day(now())
    asked, month = choice_of(days), first_of(days.first)
    back, forth = _neighbours(asked, month, today)
    return {
        "report": found,
        "one": one,
        "title": views.title_of(days),
        "month": month if "month" in asked else None,
        "custom": "first" in asked,
        "running": found.until is not None and found.until < days.last,
        "back": back,
        "forth": forth,
        "year": days.first.year if "month" in asked else None,
        "months": views.months_back(first_of(today), MONTHS_TO_CHOOSE),
        "asked": asked,
        "figures": views.figures_of_space(one) if one else views.figures_of(found),
        "use": views.use_of(found, one),
        "wishes": views.wishes_of(found, one),
        "gaps": views.gap_sentences(
            [gap for gap in found.gaps if one is None or gap.space is one.usage.space]
        ),
        "reasons": views.reasons_of(found, one),
        "asking": views.busiest_hours_of_asking(found) if one is None else [],
        "is_empty": one.usage.bookings + one.demand.count == 0 if one else found.totals.is_empty,
        "words": words,
        "address": lambda **more: url_for("reports.overview", **{**asked, **_space(one), **more}),
        "other": lambda days: url_for("reports.overview", **{**days, **_space(one)}),
        "said": views.said,
        "files": files.recent(the_actor()),
        "file_chip": views.file_chip,
        "idempotency_key": once.new_key(),
        "in_wechat": "MicroMessenger" in request.user_agent.string,
    }


def _neighbours(
    asked: dict[str, str], month: date, today: date
) -> tuple[dict[str, str] | None, dict[str, str] | None]:
    """What lies before and after a month or a year, as an address names it; nothing that lies ahead."""
    if "year" in asked:
        year = month.year
        return {"year": str(year - 1)}, {"year": str(year + 1)} if year < today.year else None
    if "month" in asked:
        before, after = views.months_back(month, 2)[1], next_month(month)
        return {"month": f"{before:%Y-%m}"}, {"month": f"{after:%Y-%m}"} if after <= today else None
    return None, None


def _space(one: SpaceReport | None) -> dict[str, str]:
    return {"space": one.usage.space.code} if one else {}
