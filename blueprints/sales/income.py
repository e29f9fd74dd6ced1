"""Routes of reported income: a shop's own reports, and what both the shop and staff look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import once, pages, paging
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.merchants.forms import blame
from blueprints.problems import status_of
from blueprints.sales import blueprint
from blueprints.sales import income_views as views
from blueprints.sales.income_forms import IncomeForm, typed
from blueprints.scans import scan_answer
from blueprints.words import sentence
from blueprints.words.sales_income import kind_word
from domain.errors import BadInput, Refusal, RuleViolation, Stale
from domain.interval import local_day
from domain.people import Role
from domain.sales.income import MAX_PROOFS, IncomeStatus, first_day
from models import IncomeReport
from services.idempotency import Answer
from services.merchants import own_shop
from services.sales import income as services
from services.sales import income_reading
from services.sales.income_reading import Case

Save = Callable[[IncomeForm], IncomeReport]
blueprint.add_app_template_filter(kind_word, "income_word")


@blueprint.get("/sales/income")
@allow(Role.STAFF, Role.MERCHANT)
def income() -> ResponseReturnValue:
    """For staff what waits for their review, for a merchant the own reports."""
    if the_actor().is_staff:
        found = income_reading.review_list(the_actor(), paging.wanted_page())
        turning = paging.pager(found.pages, "sales.income")
        return pages.show("sales/income_review", found=found, pages=turning, moment=now(), views=views)
    if not own_shop.was_verified(the_actor()):
        return pages.go("merchants.my_shop")  # its way in comes before its figures
    return pages.show("sales/income", mine=income_reading.own(the_actor(), now=now()), views=views)


@blueprint.get("/sales/income/new")
@allow(Role.MERCHANT)
def new_income() -> ResponseReturnValue:
    """The form of a report."""
    if not own_shop.was_verified(the_actor()):
        return pages.go("merchants.my_shop")
    return _form(IncomeForm(formdata=None, data={"sold_on": local_day(now())}))


@blueprint.post("/sales/income/new")
@allow(Role.MERCHANT)
def submit_income() -> ResponseReturnValue:
    """Hand a report in."""
    return _save(
        None, lambda form: services.submit(the_actor(), form.facts(), form.scan_ids, now=now()), IncomeForm()
    )


@blueprint.get("/sales/income/<int:report_id>")
@allow(Role.STAFF, Role.MERCHANT)
def income_report(report_id: int) -> ResponseReturnValue:
    """One report: for staff to decide on, for its shop to see how far it is."""
    return show_report(report_id)


@blueprint.get("/sales/income/<int:report_id>/edit")
@allow(Role.MERCHANT)
def edit_income(report_id: int) -> ResponseReturnValue:
    """The form of a report that was returned."""
    found = income_reading.case(the_actor(), report_id)
    if found.report.status is not IncomeStatus.RETURNED:
        return pages.go("sales.income_report", report_id=report_id)
    return _form(IncomeForm(formdata=None, data=typed(found.report)), found)


@blueprint.post("/sales/income/<int:report_id>/edit")
@allow(Role.MERCHANT)
def resubmit_income(report_id: int) -> ResponseReturnValue:
    """Hand a returned report in again."""
    found = income_reading.case(the_actor(), report_id)
    kept = request.form.getlist("keep", type=whole)

    def resubmit(form: IncomeForm) -> IncomeReport:
        version = form.version.data or 0
        return services.resubmit(
            the_actor(), report_id, form.facts(), form.scan_ids, kept=kept, version=version, now=now()
        )

    return _save(found, resubmit, IncomeForm())


@blueprint.post("/sales/income/<int:report_id>/withdraw")
@allow(Role.MERCHANT)
def withdraw_income(report_id: int) -> ResponseReturnValue:
    """Take a report back."""
    version = request.form.get("version", type=whole) or 0

    def take_back() -> Answer:
        services.withdraw(the_actor(), report_id, version=version, now=now())
        return Answer(303, {})

    try:
        once.once(take_back)
    except Stale as refusal:
        return show_report(report_id, refusal=refusal)
    flash(_("已撤回，不会算进来。"), "ok")
    return pages.go("sales.income")


@blueprint.get("/sales/income/<int:report_id>/proofs/<int:file_id>")
@allow(Role.MERCHANT)
def income_proof(report_id: int, file_id: int) -> Response:
    """A proof of one of the own reports; staff open it from their review, where it is logged."""
    return scan_answer(
        income_reading.proof_for(the_actor(), report_id, file_id), f"income-{report_id}-{file_id}"
    )


def show_report(
    report_id: int, *, refusal: Refusal | None = None, status: int = 200, **more: Any
) -> ResponseReturnValue:
    """The page of one report with what is wrong on top."""
    return pages.show(
        "sales/income_report",
        status_of(refusal) if refusal else status,
        case=income_reading.case(the_actor(), report_id),
        refused=_told(refusal),
        new_key=once.new_key,
        views=views,
        **more,
    )


def _told(refusal: Refusal | None) -> list[str]:
    if refusal is None:
        return []
    if isinstance(refusal, Stale):
        return [_("刚刚有人动过这一笔，下面是现在的样子。")]
    return [sentence(refusal)]


def _save(found: Case | None, service: Save, form: IncomeForm) -> ResponseReturnValue:
    form.offer(income_reading.choices(the_actor()))
    # Validate first: it clears the sentences that the scans may add.
    is_valid = form.validate()
    is_valid = form.keep_scans() and is_valid
    is_valid = form.check_day(local_day(now())) and is_valid
    if not is_valid:
        return _form(form, found, 422)

    def act() -> Answer:
        return Answer(303, {"location": url_for("sales.income_report", report_id=service(form).id)})

    try:
        answer = once.once(act)
    except BadInput as refusal:
        blame(form, refusal)
        return _form(form, found, status_of(refusal))
    except RuleViolation as refusal:
        form.form_errors.extend(sentence(one) for one in refusal.violations)
        return _form(form, found, status_of(refusal))
    except Stale as refusal:
        return show_report(refusal.object_id, refusal=refusal)
    flash(_("已交上，等工作人员审核。结果会告诉您。"), "ok")
    return redirect(answer.body["location"], 303)


def _form(form: IncomeForm, found: Case | None = None, status: int = 200) -> ResponseReturnValue:
    today = local_day(now())
    return pages.show(
        "sales/income_form",
        status,
        form=form.offer(income_reading.choices(the_actor())),
        case=found,
        kept=form.scan_ids,
        kept_old=request.form.getlist("keep", type=whole) if request.method == "POST" else None,
        most=MAX_PROOFS,
        first=first_day(today),
        today=today,
        idempotency_key=once.new_key(),
    )
