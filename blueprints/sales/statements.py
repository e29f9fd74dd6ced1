"""Routes of statements: all merchants of a month, all months of the own shop, one as a page and as a file."""

from __future__ import annotations

from datetime import date
from typing import IO

from flask import Response, request, send_file
from flask.typing import ResponseReturnValue

from blueprints import pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import parse_month
from blueprints.identity import the_actor
from blueprints.sales import blueprint, statement_sheets, statement_views
from domain.errors import Missing
from domain.people import Role
from domain.sales.statements import month_after, month_before
from services import sheets
from services.sales import statement_lists
from services.sales import statements as reading
from services.sales.statement_lists import MonthOfAll

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/sales/statements")
@allow(Role.STAFF, Role.MERCHANT)
def statements() -> ResponseReturnValue:
    """All merchants of a month for staff, all months for a shop."""
    if the_actor().is_staff:
        return _of_all()
    return pages.show(
        "sales/statements_mine",
        rows=statement_lists.list_of(the_actor(), now=now()),
        signed=statement_views.signed,
        of_several=len(the_actor().merchant_ids) > 1,
    )


@blueprint.get("/sales/statements.xlsx")
@allow(Role.STAFF)
def statements_xlsx() -> ResponseReturnValue:
    """All merchants of a month as a workbook."""
    found = _month_of_all()
    book = sheets.as_workbook(
        [statement_sheets.of_all(found)], title=statement_sheets.month_title(found.month), made_at=now()
    )
    return _file(book, XLSX, f"statements-{found.month:%Y-%m}.xlsx")


@blueprint.get("/sales/statements.csv")
@allow(Role.STAFF)
def statements_csv() -> ResponseReturnValue:
    """All merchants of a month as CSV."""
    found = _month_of_all()
    return csv_file(sheets.as_csv(statement_sheets.of_all(found)), f"statements-{found.month:%Y-%m}.csv")


@blueprint.get("/sales/statements/<int:merchant_id>/<month:month>")
@allow(Role.STAFF, Role.MERCHANT)
def statements_one(merchant_id: int, month: date) -> ResponseReturnValue:
    """A merchant's month, made to be read and printed."""
    found = reading.of_month(the_actor(), merchant_id, month, now=now())
    return pages.show(
        "sales/statement",
        found=found,
        is_staff=the_actor().is_staff,
        in_wechat=_in_wechat(),
        signed=statement_views.signed,
        says=statement_views.adjustment_sentence,
        percent=statement_views.percent,
        by_show=statement_views.by_show,
        printed_at=now(),
    )


@blueprint.get("/sales/statements/<int:merchant_id>/<month:month>.xlsx")
@allow(Role.STAFF, Role.MERCHANT)
def statements_one_xlsx(merchant_id: int, month: date) -> ResponseReturnValue:
    """The same as a workbook."""
    return answer_with_workbook(merchant_id, month)


@blueprint.get("/sales/statements/<int:merchant_id>/<month:month>.csv")
@allow(Role.STAFF, Role.MERCHANT)
def statements_one_csv(merchant_id: int, month: date) -> ResponseReturnValue:
    """Its rows as CSV."""
    found = reading.of_month(the_actor(), merchant_id, month, now=now())
    return csv_file(sheets.as_csv(statement_sheets.rows_of(found)), _name(merchant_id, month, "csv"))


def answer_with_workbook(merchant_id: int, month: date) -> Response:
    """A merchant's month as a workbook, for pages and programs."""
    found = reading.of_month(the_actor(), merchant_id, month, now=now())
    book = sheets.as_workbook(
        [statement_sheets.rows_of(found), statement_sheets.summary_of(found)],
        title=statement_sheets.title_of(found),
        made_at=found.locked_at or now(),
    )
    return _file(book, XLSX, _name(merchant_id, month, "xlsx"))


def csv_file(content: bytes, name: str) -> Response:
    """A table as a download."""
    response = Response(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _file(stream: IO[bytes], media_type: str, name: str) -> Response:
    response = send_file(stream, media_type, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _name(merchant_id: int, month: date, ending: str) -> str:
    return f"statement-{merchant_id}-{month:%Y-%m}.{ending}"


def _of_all() -> ResponseReturnValue:
    found = _month_of_all()
    return pages.show(
        "sales/statements",
        found=found,
        months=statement_views.months_between(found.first, found.last),
        back=month_before(found.month) if found.month > found.first else None,
        forth=month_after(found.month) if found.month < found.last else None,
        signed=statement_views.signed,
        in_wechat=_in_wechat(),
    )


def _month_of_all() -> MonthOfAll:
    text = request.args.get("month")
    try:
        month = parse_month(text) if text else None
    except ValueError as error:
        raise Missing from error
    return statement_lists.of_all(the_actor(), month, now=now())


def _in_wechat() -> bool:
    """WeChat's browser saves no downloads."""
    return "MicroMessenger" in request.user_agent.string
