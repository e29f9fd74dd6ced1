"""Named builders of reported income: proofs and reports as a shop hands them in, and what staff made of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from domain.interval import local_day
from domain.people import Actor, Role
from domain.sales.income import IncomeFacts, IncomeKind
from models import IncomeProof, IncomeReport, PrivateFile
from models.base import db
from services.sales import income, income_review
from tests.support.builders import NOW, create_actor, saved

TODAY = local_day(NOW)


def create_scan(person_id: int, **changes: Any) -> int:
    """The id of a scan that somebody brought and nothing uses yet."""
    values: dict[str, Any] = {
        "sha256": "b" * 64,
        "media_type": "image/jpeg",
        "size": 1,
        "content": b"x",
        "created_by_id": person_id,
        "created_at": NOW,
    }
    return int(saved(PrivateFile(**values | changes)).id)


def income_facts(**changes: Any) -> IncomeFacts:
    """Three vouchers redeemed in the shop yesterday, ¥387.00."""
    values: dict[str, Any] = {
        "kind": IncomeKind.IN_SHOP,
        "sold_on": TODAY - timedelta(days=1),
        "amount_fen": 38_700,
        "quantity": 3,
    }
    return IncomeFacts(**values | changes)


def hand_in_income(keeper: Actor, **changes: Any) -> IncomeReport:
    """A report that waits for staff; `proofs` is how many scans it shows."""
    scans = [create_scan(keeper.id) for _ in range(changes.pop("proofs", 1))]
    return income.submit(keeper, income_facts(**changes), scans, now=NOW)


def accepted_income(keeper: Actor, **changes: Any) -> IncomeReport:
    """A report that staff have accepted."""
    report = hand_in_income(keeper, **changes)
    return income_review.accept(create_actor(Role.STAFF), report.id, version=report.version, now=NOW)


def proofs_of(report: IncomeReport) -> list[int]:
    """The ids of the scans that a report shows."""
    shown = select(IncomeProof.file_id).where(IncomeProof.report_id == report.id)
    return list(db.session.scalars(shown.order_by(IncomeProof.file_id)))
