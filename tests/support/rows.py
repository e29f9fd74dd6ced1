"""One good row of every table, and rows that a constraint must refuse; written as SQL, past models and services."""

from typing import Any

from sqlalchemy import Connection, Table, text

from models import Base
from models.sealing import Sealed, sealed
from tests.support import desk_rows, report_rows, sales_rows

DAY = "2026-11-24"
LONG_AGO = "2020-01-01 02:00:00+00:00"
"""Before anything that the law still keeps."""
TEN, ELEVEN = f"{DAY} 02:00:00+00:00", f"{DAY} 03:00:00+00:00"
ALL_DAY = {"opens_minute": 480, "closes_minute": 1320}
Row = dict[str, Any]

GOOD: dict[str, Row] = {
    "calendar_day": {"day": DAY, "day_kind": "holiday", "name": "元旦"},
    "login_throttle": {"bucket": "phone:1", "window_started_at": TEN, "attempts": 1},
    "merchant": {
        "id": 1, "name": "店铺", "address": "山腰街道", "margin_bp": 3000, "responsible_person": "林一",
        "contact_phone": "0595-87000000", "credit_code": "92350505MA0000001X", "status": "verified",
        "submitted_at": TEN, "verified_at": TEN, "verified_by_id": 1, "created_at": TEN,
    },
    "merchant_invite": {
        "id": 1, "merchant_id": 1, "token_hash": "f" * 64, "created_by_id": 1, "created_at": TEN, "expires_at": ELEVEN,
        "used_at": TEN, "used_by_id": 1,
    },
    "private_file": {
        "id": 1, "sha256": "a" * 64, "media_type": "image/jpeg", "size": 1, "content": b"x", "created_by_id": 1,
        "created_at": TEN,
    },
    "paper": {
        "id": 1, "merchant_id": 1, "kind": "food_licence", "number": "JY1", "issuer": "市监局", "expires_on": DAY,
        "scan_id": 1, "replaces_id": 1, "status": "approved", "reviewed_at": TEN, "reviewed_by_id": 1,
        "created_by_id": 1, "created_at": TEN,
    },
    "claim_word": {
        "id": 1, "word": "国家级", "kind": "absolute", "reason": "绝对化用语", "created_by_id": 1, "created_at": TEN,
    },
    "product_picture": {"product_id": 1, "sha256": "a" * 64, "position": 1},
    "show_series": {
        "id": 1, "rule": "FREQ=WEEKLY;COUNT=4", "first_day": DAY, "start_minute": 600, "created_by_id": 1,
        "created_at": TEN,
    },
    "host": {
        "id": 1, "name": "林一", "evidence": "id_card", "verified_at": TEN, "verified_by_id": 1, "created_by_id": 1,
        "created_at": TEN,
    },
    "show_host": {"show_id": 1, "host_id": 1},
    "show_check": {"show_id": 1, "item": "network", "done_at": TEN, "done_by_id": 1},
    "show_run": {"show_id": 1, "version": 1, "overrun": "shift", "started_at": TEN, "ended_at": ELEVEN},
    "rundown_item": {
        "id": 1, "show_id": 1, "position": 1, "kind": "booths", "planned_starts_at": TEN, "planned_seconds": 900,
        "extra_seconds": 0, "state": "skipped", "skip_reason": "absent", "started_at": TEN, "ended_at": ELEVEN,
        "repeat_of_id": 1,
    },
    "rundown_item_booth": {"item_id": 1, "booking_id": 1},
    "run_event": {
        "id": 1, "show_id": 1, "version": 1, "action": "start", "at": LONG_AGO, "actor_id": 1, "detail": "{}",
        "before": "{}",
    },
    "on_air_correction": {
        "id": 1, "show_id": 1, "booking_id": 1, "said": "最好", "corrected": "好", "at": LONG_AGO, "created_by_id": 1,
    },
    "compliance_record": {
        "show_id": 1, "content": "{}", "digest": "a" * 64, "sealed_at": TEN, "sealed_by_id": 1, "keep_until": ELEVEN,
    },
    "draw": {
        "show_id": 1, "seed_hash": "a" * 64, "seed": "b" * 64, "list_text": "[]", "list_hash": "c" * 64,
        "closed_at": TEN, "drawn_at": TEN, "created_at": TEN,
    },
    "booth_application": {
        "id": 1, "show_id": 1, "merchant_id": 1, "product_id": 1, "person_id": 1, "status": "allotted", "rank": 1,
        "booking_id": 1, "entry_id": 1, "created_at": TEN,
    },
    "booth_swap": {
        "id": 1, "from_booking_id": 1, "to_booking_id": 1, "status": "accepted", "created_by_id": 1, "created_at": TEN,
        "expires_at": ELEVEN, "settled_at": TEN, "settled_by_id": 1,
    },
    "person": {
        "id": 1, "phone": "13800000001", "phone_tail": "0001",
        "name": "林一", "salutation": "ms", "role": "resident", "building": 7,
        "unit": 1, "room": "301", "captain_of": None, "verified_by_id": None, "is_demo": False, "created_at": TEN,
        "merged_into_id": 1,
    },
    "picture": {
        "sha256": "a" * 64, "media_type": "image/jpeg", "width": 8, "height": 8, "content": b"x", "created_at": TEN,
    },
    "setting": {"key": "max_week_minutes", "value": 360},
    "space": {
        "id": 1, "code": "tea-room", "name": "茶话室", "name_en": "Tea room", "kind": "room", "approval": "staff",
        "places": 1, "capacity": 20, "min_minutes": 30, "max_minutes": 240, "buffer_minutes": 15,
        "advance_days": 30, "lead_minutes": 30, "is_private": False, "position": 1, "needs_check_in": True,
        "door_key": "door", "approval_levels": 2, "deputy_after_minutes": 60,
    },
    "api_token": {"id": 1, "token_hash": "b" * 64, "person_id": 1, "label": "", "created_at": TEN},
    "audit_event": {
        "id": 1, "at": TEN, "actor_id": 1, "action": "made", "object_type": "booking", "object_id": 1, "detail": "{}",
    },
    "booking": {
        "id": 1, "space_id": 1, "place": 1, "starts_at": TEN, "ends_at": ELEVEN, "status": "confirmed",
        "party_size": 1, "booker_id": 1, "created_by_id": 1, "created_at": TEN, "decided_by_id": 1,
        "buffer_minutes": 15, "proposed_starts_at": None, "proposed_ends_at": None, "proposed_by_id": 1,
        "proposed_to_booker": False, "first_yes_by_id": 1, "first_yes_at": TEN,
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
        "created_by_id": 1, "party_size": 1, "show_id": 1, "product_id": 1, "rank": 1, "booking_id": 1,
        "created_at": TEN,
    },
    "walk_in": {
        "id": 1, "space_id": 1, "starts_at": TEN, "ends_at": ELEVEN, "arrived_at": TEN, "created_by_id": 1,
    },
    "idempotency_key": {"actor_id": 1, "key": "k", "fingerprint": "c" * 64, "created_at": TEN},
    "login_session": {"id": 1, "token_hash": "d" * 64, "person_id": 1, "created_at": TEN, "expires_at": ELEVEN,
        "device_id": 1, "last_active_at": TEN,
    },
    "merchant_member": {"merchant_id": 1, "person_id": 1},
    "opening_hours": {"id": 1, "space_id": 1, "open_on": "weekday", **ALL_DAY},
    "outbox_message": {
        "id": 1, "recipient_id": 1, "kind": "booking_confirmed", "params": "{}", "created_at": TEN,
        "next_try_at": TEN, "attempts": 0, "audience": None, "decision_id": 1,
    },
    "product": {
        "id": 1, "merchant_id": 1, "name": "铁观音", "category": "food", "food_type": "prepacked", "price_fen": 8800,
        "live_price_fen": 6800, "price_basis": "店内标价", "stock": 5, "claims_status": "cleared",
        "claims_reviewed_at": TEN, "claims_reviewed_by_id": 1, "picture_sha256": "a" * 64, "created_at": TEN,
    },
    "show": {
        "id": 1, "space_id": 1, "title": "专场", "layout": "rundown", "status": "open", "starts_at": TEN,
        "ends_at": ELEVEN, "booths": 4, "slots": 1, "slot_minutes": 15, "allotment": "draw",
        "applications_open_at": DAY + " 00:00:00+00:00", "applications_close_at": DAY + " 01:00:00+00:00",
        "platform": "doudian", "series_id": 1, "created_by_id": 1, "created_at": TEN,
    },
    "booth_slot": {
        "booking_id": 1, "show_id": 1, "merchant_id": 1, "product_id": 1, "sample": "returned",
        "sample_received_at": TEN, "sample_received_by_id": 1, "sample_returned_at": ELEVEN,
        "sample_returned_by_id": 1, "views": 9,
    },
    "notice": {"outbox_id": 1, "person_id": 1, "kind": "booking_confirmed", "params": "{}", "created_at": TEN},
    "occupancy": {"space_id": 1, "tick": 1_993_000, "place": 1, "booking_id": 1, "show_id": None, "walk_in_id": None},
    "product_code": {"platform": "doudian", "code": "3500", "product_id": 1},
    **sales_rows.GOOD,
    **desk_rows.GOOD,
    **report_rows.GOOD,
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
        {"proposed_starts_at": TEN, "proposed_ends_at": ELEVEN, "status": "pending"},
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
    "ck_waitlist_entry_booth": [
        {"show_id": None},
        {"product_id": None},
        {"rank": 0},
        {"show_id": None, "product_id": None},
    ],
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
    "ck_show_applications": [{"applications_close_at": DAY + " 00:00:00+00:00"}],
    "ck_show_draw_closes": [{"applications_close_at": None}],
    "ck_show_cancelled_has_reason": [{"status": "cancelled"}],
    "ck_show_series_start": [{"start_minute": -1}, {"start_minute": 1440}],
    "ck_booth_slot_sample_received": [{"sample_received_at": None, "sample_received_by_id": None}],
    "ck_booth_slot_sample_returned": [{"sample": "received"}],
    "ck_booth_slot_sample_by": [{"sample_received_by_id": None}, {"sample_returned_by_id": None}],
    "ck_booth_slot_views": [{"views": -1}],
    "ck_booth_swap_settled": [{"settled_at": None}, {"status": "proposed"}],
    "ck_merchant_version": [{"version": 0}],
    "ck_merchant_verified_when": [{"verified_at": None}],
    "ck_merchant_verified_is_known": [{"credit_code": None}],
    "ck_person_phone_tail": [{"phone": None}, {"phone_tail": None}],
    "ck_merchant_says_why": [{"status": "returned"}, {"status": "suspended"}],
    "ck_merchant_invite_order": [{"expires_at": TEN}],
    "ck_merchant_invite_used": [{"used_at": None}, {"used_by_id": None}],
    "ck_private_file_size": [{"size": 0}],
    "ck_paper_says_why": [{"status": "returned"}],
    "ck_paper_reviewed": [{"reviewed_by_id": None}],
    "ck_paper_approved_when": [{"reviewed_at": None, "reviewed_by_id": None}],
    "ck_paper_version": [{"version": 0}],
    "ck_claim_word_said": [{"word": ""}, {"reason": ""}],
    "ck_product_picture_position": [{"position": 0}],
    "ck_product_live_price": [{"live_price_fen": 0}],
    "ck_product_price_basis": [{"price_basis": ""}],
    "ck_product_food_type_of_food": [{"category": "craft"}, {"food_type": None}],
    "ck_product_claims_when": [{"claims_reviewed_at": None}],
    "ck_product_claims_say_why": [{"claims_status": "refused"}],
    "ck_product_version": [{"version": 0}],
    "ck_host_verified": [{"verified_by_id": None}, {"evidence": None}],
    "ck_show_run_version": [{"version": 0}],
    "ck_show_run_order": [{"started_at": ELEVEN, "ended_at": TEN}, {"started_at": None}],
    "ck_rundown_item_length": [{"planned_seconds": 0}, {"extra_seconds": -1}],
    "ck_rundown_item_break_has_title": [{"kind": "break"}],
    "ck_rundown_item_waiting": [{"state": "waiting", "skip_reason": None}],
    "ck_rundown_item_on_air": [{"state": "on_air", "skip_reason": None}],
    "ck_rundown_item_done": [
        {"state": "done", "skip_reason": None, "ended_at": None},
        {"state": "done", "skip_reason": None, "started_at": ELEVEN, "ended_at": TEN},
    ],
    "ck_rundown_item_skipped_has_reason": [{"skip_reason": None}, {"state": "done"}],
    "ck_on_air_correction_said": [{"said": ""}, {"corrected": ""}],
    "ck_compliance_record_order": [{"keep_until": TEN}],
    "ck_draw_closed": [{"closed_at": None}],
    "ck_draw_list": [{"list_hash": None}],
    "ck_draw_drawn_after_close": [{"closed_at": None, "list_text": None, "list_hash": None}],
    "ck_booth_application_ranked": [{"rank": None}],
    "ck_booth_application_allotted_has_booking": [{"booking_id": None}],
    "ck_booth_application_rank": [{"rank": 0}],
    "ck_occupancy_place": [{"place": -1}],
    "ck_occupancy_one_holder": [{"show_id": 1}, {"walk_in_id": 1}, {"booking_id": None}],
    **sales_rows.BAD,
    **desk_rows.BAD,
    **report_rows.BAD,
}


def insert(connection: Connection, table: Table, row: Row) -> None:
    """Insert one row in plain SQL; its phones are sealed as the house seals them."""
    row = {name: _sealed(value, table.c[name].type) for name, value in row.items()}
    columns = ", ".join(f'"{column}"' for column in row)
    values = ", ".join(f":{column}" for column in row)
    connection.execute(text(f'INSERT INTO "{table.name}" ({columns}) VALUES ({values})'), row)  # noqa: S608  # our names


def _sealed(value: Any, kind: Any) -> Any:
    return sealed(value, kind.column)[0] if value and isinstance(kind, Sealed) else value


def fill(connection: Connection) -> None:
    """Put the good row of every table in, each before those that point to it."""
    for table in Base.metadata.sorted_tables:
        insert(connection, table, GOOD[table.name])
