"""One good row of every table, and rows that a constraint must refuse; written as SQL, past models and services."""

from typing import Any

from sqlalchemy import Connection, Table, text

from models import Base

DAY = "2026-11-24"
TEN, ELEVEN = f"{DAY} 02:00:00+00:00", f"{DAY} 03:00:00+00:00"
ALL_DAY = {"opens_minute": 480, "closes_minute": 1320}
Row = dict[str, Any]

GOOD: dict[str, Row] = {
    "calendar_day": {"day": DAY, "day_kind": "holiday", "name": "元旦"},
    "login_throttle": {"bucket": "phone:1", "window_started_at": TEN, "attempts": 1},
    "merchant": {"id": 1, "name": "店铺", "address": "山腰街道", "margin_bp": 3000, "created_at": TEN},
    "person": {
        "id": 1, "phone": "13800000001", "name": "林一", "salutation": "ms", "role": "resident", "building": 7,
        "unit": 1, "room": "301", "captain_of": None, "verified_by_id": None, "is_demo": False, "created_at": TEN,
    },
    "picture": {
        "sha256": "a" * 64, "media_type": "image/jpeg", "width": 8, "height": 8, "content": b"x", "created_at": TEN,
    },
    "setting": {"key": "max_week_minutes", "value": 360},
    "space": {
        "id": 1, "code": "tea-room", "name": "茶话室", "name_en": "Tea room", "kind": "room", "approval": "staff",
        "places": 1, "capacity": 20, "min_minutes": 30, "max_minutes": 240, "buffer_minutes": 15,
        "advance_days": 30, "lead_minutes": 30, "is_private": False, "position": 1, "needs_check_in": True,
        "door_key": "door",
    },
    "api_token": {"id": 1, "token_hash": "b" * 64, "person_id": 1, "label": "", "created_at": TEN},
    "audit_event": {
        "id": 1, "at": TEN, "actor_id": 1, "action": "made", "object_type": "booking", "object_id": 1, "detail": "{}",
    },
    "booking": {
        "id": 1, "space_id": 1, "place": 1, "starts_at": TEN, "ends_at": ELEVEN, "status": "confirmed",
        "party_size": 1, "booker_id": 1, "created_by_id": 1, "created_at": TEN, "decided_by_id": 1,
        "buffer_minutes": 15, "proposed_starts_at": None, "proposed_ends_at": None, "proposed_by_id": 1,
        "expires_at": TEN, "checked_in_at": TEN, "left_at": TEN, "series_id": 1, "occurrence_day": DAY,
        "changed_by_hand": False,
    },
    "calendar_feed": {"id": 1, "person_id": 1, "nonce": "n", "created_at": TEN},
    "closure": {
        "id": 1, "space_id": 1, "starts_at": TEN, "ends_at": ELEVEN, "reason": "检修", "created_by_id": 1,
        "created_at": TEN, "lifted_by_id": 1,
    },
    "penalty_point": {
        "id": 1, "person_id": 1, "booking_id": 1, "kind": "no_show", "points": 1, "created_at": TEN,
        "excused_at": TEN, "excused_by_id": 1, "excuse_reason": "住院",
    },
    "series": {
        "id": 1, "space_id": 1, "booker_id": 1, "created_by_id": 1, "rule": "FREQ=WEEKLY;COUNT=4", "first_day": DAY,
        "start_minute": 600, "minutes": 60, "party_size": 1, "created_at": TEN,
    },
    "series_skip": {"series_id": 1, "day": DAY, "code": "slot_taken"},
    "space_equipment": {"space_id": 1, "code": "tea"},
    "space_photo": {"space_id": 1, "sha256": "a" * 64, "position": 0},
    "space_steward": {"space_id": 1, "person_id": 1},
    "waitlist_entry": {
        "id": 1, "space_id": 1, "place": 1, "starts_at": TEN, "ends_at": ELEVEN, "status": "offered", "person_id": 1,
        "created_by_id": 1, "party_size": 1, "show_id": 1, "product_id": 1, "booking_id": 1, "created_at": TEN,
    },
    "walk_in": {
        "id": 1, "space_id": 1, "starts_at": TEN, "ends_at": ELEVEN, "arrived_at": TEN, "created_by_id": 1,
    },
    "idempotency_key": {"actor_id": 1, "key": "k", "fingerprint": "c" * 64, "created_at": TEN},
    "login_session": {"id": 1, "token_hash": "d" * 64, "person_id": 1, "created_at": TEN, "expires_at": ELEVEN},
    "merchant_member": {"merchant_id": 1, "person_id": 1},
    "opening_hours": {"id": 1, "space_id": 1, "open_on": "weekday", **ALL_DAY},
    "outbox_message": {
        "id": 1, "recipient_id": 1, "kind": "booking_confirmed", "params": "{}", "created_at": TEN,
        "next_try_at": TEN, "attempts": 0,
    },
    "product": {
        "id": 1, "merchant_id": 1, "name": "铁观音", "price_fen": 8800, "stock": 5, "picture_sha256": "a" * 64,
        "created_at": TEN,
    },
    "show": {
        "id": 1, "space_id": 1, "title": "专场", "layout": "rundown", "status": "open", "starts_at": TEN,
        "ends_at": ELEVEN, "booths": 4, "slots": 1, "slot_minutes": 15, "created_by_id": 1, "created_at": TEN,
    },
    "booth_slot": {
        "booking_id": 1, "show_id": 1, "merchant_id": 1, "product_id": 1, "on_air": "done",
        "actual_started_at": TEN, "actual_ended_at": ELEVEN,
    },
    "notice": {"outbox_id": 1, "person_id": 1, "kind": "booking_confirmed", "params": "{}", "created_at": TEN},
    "occupancy": {"space_id": 1, "tick": 1_993_000, "place": 1, "booking_id": 1, "show_id": None, "walk_in_id": None},
    "product_code": {"platform": "doudian", "code": "3500", "product_id": 1},
    "sales_import": {
        "id": 1, "status": "applied", "platform": "doudian", "file_name": "a.csv", "file_sha256": "e" * 64,
        "encoding": "utf-8", "show_id": 1, "created_by_id": 1, "created_at": TEN, "read_count": 5, "inserted": 1,
        "updated": 1, "unchanged": 1, "held": 1, "rejected": 1, "unmatched": 0, "gmv_fen": 0, "refunded_fen": 0,
        "unknown_products": "[]",
    },
    "sale": {
        "id": 1, "platform": "doudian", "line_key": "1", "order_no": "1", "title": "铁观音", "quantity": 1,
        "amount_fen": 8800, "paid": True, "refunded_fen": 0, "refund_basis": "none", "status": "paid",
        "status_text": "已完成", "ordered_at": TEN, "ordered_precision": "second", "live_evidence": True,
        "product_id": 1, "tier": "A", "show_id": 1, "booth_booking_id": 1, "first_import_id": 1,
        "last_import_id": 1, "updated_at": TEN,
    },
    "sales_import_line": {
        "import_id": 1, "position": 1, "line": 2, "fate": "inserted", "code": "", "column_name": "", "text": "",
    },
}  # fmt: skip

BAD: dict[str, list[Row]] = {
    "ck_merchant_margin": [{"margin_bp": -1}, {"margin_bp": 10_001}],
    "ck_person_whole_home": [{"building": None}, {"unit": None}, {"room": None}],
    "ck_person_captain_has_role": [{"captain_of": 7}],
    "ck_space_capacity": [{"capacity": 0}],
    "ck_space_one_place_in_a_room": [{"places": 2}],
    "ck_space_not_negative": [{"advance_days": -1}, {"lead_minutes": -1}, {"buffer_minutes": -15}],
    "ck_space_places": [{"places": 0, "kind": "pool"}],
    "ck_space_lengths": [{"min_minutes": 0}, {"max_minutes": 15}],
    "ck_space_grid": [{"min_minutes": 20}, {"max_minutes": 50}, {"buffer_minutes": 10}],
    "ck_booking_party_size": [{"party_size": 0}],
    "ck_booking_place": [{"place": -1}],
    "ck_booking_declined_has_reason": [{"status": "declined"}],
    "ck_booking_version": [{"version": 0}],
    "ck_booking_order": [{"ends_at": TEN}],
    "ck_booking_buffer": [{"buffer_minutes": -15}, {"buffer_minutes": 10}],
    "ck_booking_proposal": [
        {"proposed_starts_at": TEN},
        {"proposed_ends_at": ELEVEN},
        {"proposed_starts_at": ELEVEN, "proposed_ends_at": TEN},
        {"proposed_starts_at": TEN, "proposed_ends_at": ELEVEN, "status": "checked_in"},
    ],
    "ck_booking_offer_expires": [{"status": "offered", "expires_at": None}],
    "ck_booking_left_after_check_in": [{"checked_in_at": None}],
    "ck_booking_occurrence": [{"series_id": None}, {"occurrence_day": None}],
    "ck_closure_order": [{"ends_at": TEN}],
    "ck_closure_has_reason": [{"reason": ""}],
    "ck_penalty_point_points": [{"points": 0}],
    "ck_penalty_point_excuse": [{"excused_by_id": None}, {"excuse_reason": ""}],
    "ck_series_start": [{"start_minute": -15}, {"start_minute": 610}],
    "ck_series_length": [{"minutes": 0}, {"minutes": 20}],
    "ck_series_version": [{"version": 0}],
    "ck_waitlist_entry_order": [{"ends_at": TEN}],
    "ck_waitlist_entry_party_size": [{"party_size": 0}],
    "ck_waitlist_entry_booth": [{"show_id": None}, {"product_id": None}, {"place": None}],
    "ck_waitlist_entry_has_offer": [{"booking_id": None}],
    "ck_walk_in_order": [{"ends_at": TEN}],
    "ck_opening_hours_order": [
        {"opens_minute": -15},
        {"closes_minute": 1455},
        {"closes_minute": 480},
        {"opens_minute": 0, "closes_minute": 0},
    ],
    "ck_opening_hours_grid": [{"opens_minute": 485}, {"closes_minute": 1319}],
    "ck_outbox_message_attempts": [{"attempts": -1}],
    "ck_product_price": [{"price_fen": 0}],
    "ck_product_stock": [{"stock": -1}],
    "ck_show_grid": [{"slot_minutes": 0}, {"slot_minutes": 20}],
    "ck_show_order": [{"ends_at": TEN}],
    "ck_show_size": [{"booths": 0}, {"slots": 0}],
    "ck_booth_slot_on_air_order": [
        {"actual_started_at": ELEVEN, "actual_ended_at": TEN},
        {"actual_started_at": None, "actual_ended_at": TEN},
    ],
    "ck_occupancy_place": [{"place": -1}],
    "ck_occupancy_one_holder": [{"show_id": 1}, {"walk_in_id": 1}, {"booking_id": None}],
    "ck_sales_import_reconciles": [{"read_count": 6}],
    "ck_sale_tier_has_show": [{"show_id": None}],
    "ck_sale_not_negative": [{"quantity": -1}, {"amount_fen": -1}, {"refunded_fen": -1}],
}


def insert(connection: Connection, table: Table, row: Row) -> None:
    """Insert one row in plain SQL."""
    columns = ", ".join(f'"{column}"' for column in row)
    values = ", ".join(f":{column}" for column in row)
    connection.execute(text(f'INSERT INTO "{table.name}" ({columns}) VALUES ({values})'), row)  # noqa: S608  # our names


def fill(connection: Connection) -> None:
    """Put the good row of every table in, each before those that point to it."""
    for table in Base.metadata.sorted_tables:
        insert(connection, table, GOOD[table.name])
