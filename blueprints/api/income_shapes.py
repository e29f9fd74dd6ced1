"""How reported income and what a shop declares look in JSON."""

from __future__ import annotations

from typing import Any

from blueprints.api.shapes import iso_or_none
from blueprints.problems import iso
from models import Merchant
from services.sales.income_reading import Case, Listed
from services.sales.standing import declared_by


def listed(found: Listed) -> dict[str, Any]:
    """A report in a list."""
    report = found.report
    return {
        "id": report.id,
        "merchant": report.merchant_id,
        "kind": report.kind.value,
        "sold_on": report.sold_on.isoformat(),
        "amount_fen": report.amount_fen,
        "sum_fen": found.sum_fen,
        "quantity": report.quantity,
        "product": report.product_id,
        "show": report.show_id,
        "note": report.note,
        "status": report.status.value,
        "review_reason": report.review_reason,
        "created_at": iso(report.created_at),
        "reviewed_at": iso_or_none(report.reviewed_at),
        "version": report.version,
    }


def case(found: Case) -> dict[str, Any]:
    """A report with its proofs and its ledger."""
    return {
        **listed(Listed(found.report, found.sum_fen)),
        "proofs": [{"id": one.id, "media_type": one.media_type, "size": one.size} for one in found.proofs],
        "entries": [
            {
                "id": line.entry.id,
                "amount_fen": line.entry.amount_fen,
                "running_fen": line.running_fen,
                "reason": line.entry.reason,
                "by": line.entry.created_by_id,
                "created_at": iso(line.entry.created_at),
            }
            for line in found.lines
        ],
    }


def standing(shop: Merchant) -> dict[str, Any]:
    """What a shop has declared."""
    declared = declared_by(shop)
    return {
        "merchant": shop.id,
        "margin_bp": declared.margin_bp,
        "baseline_fen": declared.baseline_fen,
        "baseline_note": declared.baseline_note,
        "on_leaderboard": shop.on_leaderboard,
        "version": shop.version,
    }
