"""The rows of tests/support/rows.py for the desk, shared tablets, channels and people's own data."""

from typing import Any

DAY = "2026-11-24"
TEN, ELEVEN = f"{DAY} 02:00:00+00:00", f"{DAY} 03:00:00+00:00"
Row = dict[str, Any]

GOOD: dict[str, Row] = {
    "channel_choice": {"person_id": 1, "topic": "bookings", "channel": "email", "is_on": True},
    "closure_call": {"closure_id": 1, "booking_id": 1, "called_at": TEN, "called_by_id": 1},
    "contact": {
        "person_id": 1, "email": "lin@example.org", "email_confirmed_at": TEN, "quiet_starts_minute": 1320,
        "quiet_ends_minute": 420,
    },
    "decline_reason": {"id": 1, "kind": "room", "text": "场地维修", "text_en": "Repairs", "position": 1},
    "delivery": {
        "id": 1, "outbox_id": 1, "channel": "webhook", "target": 1, "state": "sent", "attempts": 1, "next_try_at": TEN,
        "sent_at": TEN, "created_at": TEN,
    },
    "desk_decision": {
        "id": 1, "booking_id": 1, "kind": "approved", "actor_id": 1, "decided_at": TEN, "undo_until": TEN, "version": 2,
        "before": "{}", "undone_at": TEN, "undone_by_id": 1,
    },
    "device": {
        "id": 1, "name": "前台平板", "token_hash": "e" * 64, "enrolled_by_id": 1, "enrolled_at": TEN,
        "last_seen_at": TEN, "revoked_at": TEN, "revoked_by_id": 1,
    },
    "erasure": {"person_id": 1, "erased_at": TEN, "erased_by_id": 1},
    "message_template": {
        "kind": "booking_confirmed", "locale": "zh_Hans_CN", "text": "{space} 已确认", "changed_by_id": 1,
        "changed_at": TEN,
    },
    "password_reset": {
        "person_id": 1, "pin_hash": "x", "created_by_id": 1, "created_at": TEN, "expires_at": ELEVEN,
    },
    "refused_demand": {
        "id": 1, "person_id": 1, "space_id": 1, "starts_at": TEN, "ends_at": ELEVEN, "code": "slot_taken",
        "asked_at": TEN,
    },
    "reminder_sent": {"booking_id": 1, "kind": "evening", "starts_at": TEN},
    "setting_change": {
        "id": 1, "key": "max_week_minutes", "before": None, "after": 360, "changed_by_id": 1, "changed_at": TEN,
    },
    "space_approver": {"space_id": 1, "person_id": 1, "is_deputy": False},
    "staff_pin": {"person_id": 1, "pin_hash": "x", "digits": 4, "set_at": TEN},
    "webhook": {
        "id": 1, "name": "值班群", "kind": "wecom", "address": "key", "topics": "[]", "created_by_id": 1,
        "created_at": TEN,
    },
}  # fmt: skip

BAD: dict[str, list[Row]] = {
    "ck_booking_proposed_to_booker": [{"proposed_to_booker": True}],
    "ck_booking_first_yes": [{"first_yes_by_id": None}, {"first_yes_at": None}],
    "ck_closure_call_called": [{"called_at": None}, {"called_by_id": None}],
    "ck_contact_confirmed": [{"email": None}],
    "ck_contact_quiet": [
        {"quiet_starts_minute": None},
        {"quiet_starts_minute": -1},
        {"quiet_ends_minute": 1440},
    ],
    "ck_decline_reason_text": [{"text": ""}],
    "ck_delivery_attempts": [{"attempts": -1}],
    "ck_delivery_when_sent": [{"sent_at": None}, {"state": "dead"}],
    "ck_delivery_target": [{"target": 0}, {"channel": "email"}],
    "ck_desk_decision_undone": [{"undone_at": None}, {"undone_by_id": None}],
    "ck_device_name": [{"name": ""}],
    "ck_device_revoked": [{"revoked_at": None}, {"revoked_by_id": None}],
    "ck_message_template_text": [{"text": ""}],
    "ck_outbox_message_one_recipient": [{"audience": "staff"}, {"recipient_id": None}],
    "ck_password_reset_order": [{"expires_at": TEN}],
    "ck_person_erased": [{"erased_at": TEN}],
    "ck_person_version": [{"version": 0}],
    "ck_refused_demand_order": [{"ends_at": TEN}],
    "ck_space_approval_levels": [{"approval_levels": 0}, {"approval_levels": 3}],
    "ck_space_deputy_after": [{"deputy_after_minutes": 0}],
    "ck_staff_pin_digits": [{"digits": 3}, {"digits": 7}],
    "ck_webhook_said": [{"name": ""}, {"address": ""}],
}
