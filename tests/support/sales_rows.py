"""The good row of every table of sales in full, and rows that its constraints must refuse."""

from typing import Any

TEN, ELEVEN = "2026-11-24 02:00:00+00:00", "2026-11-24 03:00:00+00:00"
DAY, MONTH = "2026-11-24", "2026-11-01"
Row = dict[str, Any]

_LINE: Row = {
    "platform": "doudian", "line_key": "1", "order_no": "1", "level": "line", "title": "铁观音", "quantity": 1,
    "amount_fen": 8800, "told_paid": True, "told_refunded_fen": 0, "told_basis": "none", "replaced": False,
    "paid": True, "refunded_fen": 0, "refund_basis": "none", "status": "paid", "status_text": "已完成",
    "ordered_at": TEN, "ordered_on": DAY, "ordered_precision": "second", "live_evidence": True, "product_id": 1,
    "tier": "A", "show_id": 1, "booth_booking_id": 1, "attributed_by_id": 1, "attributed_at": TEN,
    "attribution_reason": "主播口播了两次",
}  # fmt: skip
_CASE: Row = {
    "platform": "doudian", "case_no": "7001", "line_key": "1", "order_no": "1", "refund_fen": 800,
    "freight_refund_fen": 0, "state": "refunded", "state_text": "退款成功", "requested_at": TEN, "refunded_at": ELEVEN,
}  # fmt: skip
_SUMS: Row = {"orders": 1, "items": 1, "gmv_fen": 8800, "refunded_fen": 0}

GOOD: dict[str, Row] = {
    "sales_platform": {"platform": "doudian", "revision": 1},
    "sales_import": {
        "id": 1, "status": "applied", "undone_at": None, "undone_by_id": None, "platform": "doudian",
        "layout": "doudian_orders", "file_format": "csv",
        "columns": "{}", "file_name": "a.csv", "file_sha256": "e" * 64, "encoding": "utf-8", "show_id": 1,
        "created_by_id": 1, "created_at": TEN, "row_count": 5, "rows_done": 5, "read_count": 5, "inserted": 1,
        "updated": 1, "unchanged": 1, "held": 1, "rejected": 1, "unmatched": 0, "money": "{}", "gmv_fen": 0,
        "refunded_fen": 0, "books_gmv_fen": 0, "books_refunded_fen": 0, "unknown_products": "[]",
    },
    "sales_import_chunk": {"import_id": 1, "position": 1, "row_count": 5, "content": b"x"},
    "sales_import_line": {
        "import_id": 1, "position": 1, "line": 2, "fate": "held", "code": "held_unknown_status",
        "column_name": "订单状态", "text": "神秘状态",
    },
    "sale": {"id": 1, **_LINE, "first_import_id": 1, "last_import_id": 1, "updated_at": TEN},
    "sale_draft": {"import_id": 1, "position": 1, "fate": "updated", "sale_id": 1, **_LINE},
    "sale_before": {"import_id": 1, "sale_id": 1, "previous_import_id": 1, **_LINE},
    "after_sale": {"id": 1, **_CASE, "first_import_id": 1, "last_import_id": 1, "updated_at": TEN},
    "after_sale_draft": {"import_id": 1, "position": 1, "fate": "inserted", **_CASE},
    "held_row": {
        "id": 1, "platform": "doudian", "layout": "doudian_orders", "line_key": "2", "code": "held_unknown_status",
        "column_name": "订单状态", "text": "神秘状态", "order": "{}", "import_id": 1, "line": 3, "state": "decided",
        "decided_paid": True, "decided_refunded_fen": 0, "reason": "看过后台", "decided_by_id": 1, "decided_at": TEN,
        "made_sale": False, "version": 1,
    },
    "learned_word": {
        "platform": "doudian", "axis": "status", "word": "神秘状态", "shown": "神秘状态", "meaning": "paid",
        "decided_by_id": 1, "decided_at": TEN,
    },
    "product_alias": {
        "id": 1, "platform": "doudian", "code": "", "title": "铁观音礼盒", "product_id": 1, "decided_by_id": 1,
        "decided_at": TEN,
    },
    "sales_total": {
        "scope": "merchant", "scope_id": 1, "part_id": 0, "day": DAY, "band": "studio", **_SUMS, "refunded_orders": 0,
    },
    "show_attribution": {"show_id": 1, "rule_version": "2026-11-a", "basis": "b" * 64, "attributed_at": TEN},
    "income_report": {
        "id": 1, "merchant_id": 1, "kind": "in_shop", "sold_on": DAY, "amount_fen": 5000, "quantity": 2,
        "product_id": 1, "show_id": 1, "note": "到店核销 2 单", "status": "returned", "review_reason": "看不清小票",
        "reviewed_at": TEN, "reviewed_by_id": 1, "version": 2, "created_by_id": 1, "created_at": TEN,
    },
    "income_proof": {"report_id": 1, "file_id": 1},
    "income_entry": {
        "id": 1, "merchant_id": 1, "report_id": 1, "sold_on": DAY, "amount_fen": -100, "reason": "多报了一单",
        "created_by_id": 1, "created_at": TEN,
    },
    "statement": {
        "id": 1, "merchant_id": 1, "month": MONTH, "locked_at": TEN, **_SUMS, "refunded_orders": 0,
        "long_tail_net_fen": 0, "adjusted_gmv_fen": 0, "adjusted_refunded_fen": 0, "margin_bp": 3000, "fee_bp": 0,
        "estimated_fen": 2640, "reported_fen": 0,
    },
    "statement_item": {"statement_id": 1, "of_month": MONTH, "product_id": 1, "show_id": 1, **_SUMS},
}  # fmt: skip

BAD: dict[str, list[Row]] = {
    "ck_merchant_baseline": [{"baseline_fen": -1}],
    "ck_sales_import_reconciles": [{"read_count": 6}],
    "ck_sales_import_progress": [{"rows_done": 6}, {"rows_done": -1}],
    "ck_sales_import_failed_says_why": [{"status": "failed"}, {"error_code": "file_empty"}],
    "ck_sales_import_undone_when": [{"status": "undone"}],
    "ck_sales_import_undone_by": [{"undone_by_id": 1}],
    "ck_sale_tier_has_show": [{"show_id": None}],
    "ck_sale_not_negative": [
        {"quantity": -1},
        {"amount_fen": -1},
        {"refunded_fen": -1},
        {"told_refunded_fen": -1},
    ],
    "ck_sale_counts_as_told": [{"told_paid": False}, {"replaced": True}],
    "ck_sale_attributed_by": [
        {"attributed_by_id": None},
        {"attributed_at": None},
        {"attribution_reason": ""},
    ],
    "ck_sale_draft_fate_of_sale": [{"fate": "inserted"}, {"sale_id": None}],
    "ck_after_sale_not_negative": [{"refund_fen": -1}, {"freight_refund_fen": -1}],
    "ck_held_row_decided_when": [{"state": "open"}],
    "ck_held_row_decided_by": [
        {"decided_by_id": None},
        {"decided_paid": None},
        {"decided_refunded_fen": None},
    ],
    "ck_held_row_not_negative": [{"decided_refunded_fen": -1}],
    "ck_held_row_version": [{"version": 0}],
    "ck_product_alias_one_mark": [{"code": "3500"}, {"title": ""}],
    "ck_income_report_amount": [{"amount_fen": 0}],
    "ck_income_report_quantity": [{"quantity": 0}],
    "ck_income_report_reviewed": [{"reviewed_at": None}, {"reviewed_by_id": None}],
    "ck_income_report_reviewed_when": [{"reviewed_at": None, "reviewed_by_id": None}],
    "ck_income_report_says_why": [{"review_reason": ""}],
    "ck_income_report_version": [{"version": 0}],
    "ck_income_entry_amount": [{"amount_fen": 0}],
}
