"""Income that merchants report themselves, and what a shop declares about itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response
from werkzeug.datastructures import FileStorage

from blueprints.access import allow
from blueprints.api import income_shapes as shapes
from blueprints.api.answers import do, encode_cursor, only_id, page, refusing, respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas import sales_income as schemas
from blueprints.api.schemas.common import Problem
from blueprints.api.schemas.merchants import NoIn, VersionIn
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.scans import scan_answer, scan_in
from blueprints.uploads import make_room_for_proofs
from domain.people import Role
from domain.sales.declaring import Declared
from domain.sales.income import IncomeFacts, check_proofs
from models import Merchant
from services.idempotency import Answer
from services.merchants.files import Scan
from services.sales import income, income_ledger, income_reading, income_review, standing

blueprint = Blueprint("api_sales_income", __name__, description="Income that merchants report themselves")
mine, staff, both = allow(Role.MERCHANT), allow(Role.STAFF), allow(Role.STAFF, Role.MERCHANT)
WITH_PROOFS = ("api_sales_income.submit", "api_sales_income.resubmit")


@blueprint.url_value_preprocessor
def make_room(endpoint: str | None, _values: object) -> None:
    """Several photos may come at once."""
    if endpoint in WITH_PROOFS:
        make_room_for_proofs()


def _case(report_id: int) -> dict[str, Any]:
    return shapes.case(income_reading.case(the_actor(), report_id))


def _do(status: int, action: Callable[[], int]) -> Response:
    """Do something with a report once for the key, and answer with all of it; `action` returns its id."""
    return do(status, lambda: _case(action()), refusing(_case))


def _facts(form: dict[str, Any]) -> IncomeFacts:
    return IncomeFacts(
        form["kind"],
        form["sold_on"],
        form["amount_fen"],
        form["quantity"],
        form["product"],
        form["show"],
        form["note"],
    )


def _brought(sent: Sequence[FileStorage]) -> list[Scan]:
    """Make the uploads harmless, before the transaction that keeps them."""
    if sent:
        check_proofs(len(sent))
    return [scan_in(one) for one in sent]


@blueprint.get("/sales/income")
@both
@blueprint.arguments(schemas.IncomeFilter, location="query")
@blueprint.response(200, schemas.IncomeList)
def index(wanted: dict[str, Any]) -> Response:
    """Reports by id: all for staff, the own ones for a merchant."""
    size = wanted["page_size"]
    found = income_reading.page(
        the_actor(),
        size=size + 1,
        after_id=only_id(wanted["cursor"]),
        status=wanted["status"],
        merchant_id=wanted["merchant"],
    )
    return respond(Answer(200, page(found, size, shapes.listed, lambda last: encode_cursor(last.report.id))))


@blueprint.post("/sales/income")
@mine
@blueprint.form(schemas.IncomeForm, schemas.ProofFiles)
@blueprint.response(201, schemas.IncomeOut)
@blueprint.alt_response(422, schema=Problem)
def submit(form: dict[str, Any], sent: dict[str, list[FileStorage]]) -> Response:
    """Report a sale of the own shop with its proofs."""
    brought = _brought(sent["scan"])
    return _do(201, lambda: income.submit(the_actor(), _facts(form), brought, now=now()).id)


@blueprint.get("/sales/income/<int:report_id>")
@both
@blueprint.response(200, schemas.IncomeOut)
@blueprint.alt_response(404, schema=Problem)
def one(report_id: int) -> Response:
    """One report with its proofs and its ledger."""
    return respond(Answer(200, _case(report_id)))


@blueprint.post("/sales/income/<int:report_id>/resubmit")
@mine
@blueprint.form(schemas.IncomeAgainForm, schemas.ProofFiles)
@blueprint.response(200, schemas.IncomeOut)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem)
@blueprint.alt_response(422, schema=Problem)
def resubmit(form: dict[str, Any], sent: dict[str, list[FileStorage]], report_id: int) -> Response:
    """Hand a returned report in again."""
    found = income_reading.case(the_actor(), report_id)
    kept = [one.id for one in found.proofs] if form["keep"] is None else form["keep"]
    brought = _brought(sent["scan"])

    def act() -> int:
        return income.resubmit(
            the_actor(), report_id, _facts(form), brought, kept=kept, version=form["version"], now=now()
        ).id

    return _do(200, act)


@blueprint.post("/sales/income/<int:report_id>/withdraw")
@mine
@blueprint.arguments(VersionIn)
@blueprint.response(200, schemas.IncomeOut)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem)
def withdraw(body: dict[str, Any], report_id: int) -> Response:
    """Take a report of the own shop back."""
    return _do(200, lambda: income.withdraw(the_actor(), report_id, **body, now=now()).id)


@blueprint.post("/sales/income/<int:report_id>/accept")
@staff
@blueprint.arguments(VersionIn)
@blueprint.response(200, schemas.IncomeOut)
@blueprint.alt_response(409, schema=Problem)
def accept(body: dict[str, Any], report_id: int) -> Response:
    """It counts from now on."""
    return _do(200, lambda: income_review.accept(the_actor(), report_id, **body, now=now()).id)


@blueprint.post("/sales/income/<int:report_id>/return")
@staff
@blueprint.arguments(NoIn)
@blueprint.response(200, schemas.IncomeOut)
@blueprint.alt_response(409, schema=Problem)
@blueprint.alt_response(422, schema=Problem)
def send_back(body: dict[str, Any], report_id: int) -> Response:
    """Something has to be put right first."""
    return _do(200, lambda: income_review.send_back(the_actor(), report_id, **body, now=now()).id)


@blueprint.post("/sales/income/<int:report_id>/correct")
@staff
@blueprint.arguments(schemas.CorrectIn)
@blueprint.response(200, schemas.IncomeOut)
@blueprint.alt_response(409, schema=Problem)
@blueprint.alt_response(422, schema=Problem)
def correct(body: dict[str, Any], report_id: int) -> Response:
    """Another amount counts from now on; the entries so far stay."""
    return _do(200, lambda: income_ledger.correct(the_actor(), report_id, **body, now=now()).report_id)


@blueprint.get("/sales/income/<int:report_id>/proofs/<int:file_id>")
@mine
@blueprint.hands_out_a_scan
@blueprint.alt_response(404, schema=Problem)
def proof(report_id: int, file_id: int) -> Response:
    """A proof of one of the own reports."""
    found = income_reading.proof_for(the_actor(), report_id, file_id)
    return scan_answer(found, f"income-{report_id}-{file_id}")


@blueprint.post("/sales/income/<int:report_id>/proofs/<int:file_id>")
@staff
@blueprint.hands_out_a_scan
@blueprint.alt_response(404, schema=Problem)
def open_proof(report_id: int, file_id: int) -> Response:
    """A proof of any report; a POST, since every look is logged."""
    found = income_reading.open_proof(the_actor(), report_id, file_id, now=now())
    return scan_answer(found, f"income-{report_id}-{file_id}")


def _declared(body: dict[str, Any]) -> Declared:
    return Declared(body["margin_bp"], body["baseline_fen"], body["baseline_note"])


def _declare(look: Callable[[], Merchant], declare: Callable[[], Merchant]) -> Response:
    return do(200, lambda: shapes.standing(declare()), refusing(lambda _id: shapes.standing(look())))


@blueprint.get("/sales/standing")
@mine
@blueprint.response(200, schemas.StandingOut)
def own_standing() -> Response:
    """What the own shop has declared."""
    return respond(Answer(200, shapes.standing(standing.own(the_actor()))))


@blueprint.put("/sales/standing")
@mine
@blueprint.arguments(schemas.StandingIn)
@blueprint.response(200, schemas.StandingOut)
@blueprint.alt_response(409, schema=Problem)
@blueprint.alt_response(422, schema=Problem)
def declare(body: dict[str, Any]) -> Response:
    """Declare it; what is left out is not declared any more."""

    def act() -> Merchant:
        choice, version = body["on_leaderboard"], body["version"]
        return standing.declare(
            the_actor(), _declared(body), on_leaderboard=choice, version=version, now=now()
        )

    return _declare(lambda: standing.own(the_actor()), act)


@blueprint.get("/sales/standing/<int:merchant_id>")
@staff
@blueprint.response(200, schemas.StandingOut)
@blueprint.alt_response(404, schema=Problem)
def standing_of(merchant_id: int) -> Response:
    """What a shop has declared, for staff."""
    return respond(Answer(200, shapes.standing(standing.of_shop(the_actor(), merchant_id))))


@blueprint.put("/sales/standing/<int:merchant_id>")
@staff
@blueprint.arguments(schemas.DeclaredIn)
@blueprint.response(200, schemas.StandingOut)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem)
@blueprint.alt_response(422, schema=Problem)
def declare_for(body: dict[str, Any], merchant_id: int) -> Response:
    """Write down what a shop told staff; its place on the leaderboard is its own choice."""

    def act() -> Merchant:
        return standing.declare_for(
            the_actor(), merchant_id, _declared(body), version=body["version"], now=now()
        )

    return _declare(lambda: standing.of_shop(the_actor(), merchant_id), act)
