"""Order lines as JSON."""

from __future__ import annotations

from typing import Any

from blueprints.problems import iso
from blueprints.sales import line_views
from models import Sale
from services.sales.explaining import LineStory, tier_of


def line(sale: Sale) -> dict[str, Any]:
    """One line; money in fen."""
    return {
        "id": sale.id,
        "platform": sale.platform.value,
        "order_no": sale.order_no,
        "title": sale.title,
        "quantity": sale.quantity,
        "amount_fen": sale.amount_fen,
        "refunded_fen": sale.refunded_fen,
        "paid": sale.paid,
        "ordered_at": iso(sale.ordered_at),
        "precision": sale.ordered_precision.value,
        "product": sale.product_id,
        "tier": tier_of(sale).value,
        "show": sale.show_id,
        "booth": sale.booth_booking_id,
        "by_hand": sale.attributed_by_id is not None,
        "updated_at": iso(sale.updated_at),
    }


def story(found: LineStory, *, for_staff: bool) -> dict[str, Any]:
    """One line with its reason; only staff get the booths to choose from and the names of who decided."""
    sale, rule = found.sale, found.by_rule
    return {
        **line(sale),
        "why": line_views.why(found),
        "reason": sale.attribution_reason,
        "rule_version": sale.rule_version,
        "evidence": sale.evidence,
        "by_rule": {"tier": rule.tier.value, "show": rule.show_id, "booth": rule.booth_slot_id},
        "booths": [
            {
                "booth": one.booking_id,
                "place": one.place,
                "show": one.show.id,
                "label": line_views.booth_label(one),
            }
            for one in (found.booths if for_staff else ())
        ],
        "history": [
            {
                "at": iso(told.at),
                "action": told.action,
                "before": told.before,
                "after": told.after,
                "reason": told.reason,
                **({"who": told.who} if for_staff else {}),
            }
            for told in found.judgements
        ],
    }
