"""The good row of every table of reports, and rows that its constraints must refuse."""

from typing import Any

BEGIN, END = "2020-01-10 16:00:00+00:00", "2020-01-20 16:00:00+00:00"
"""Where no other row lies: what a sum is made of would delete it."""
Row = dict[str, Any]

GOOD: dict[str, Row] = {
    "report_sum": {"space_id": 1, "begins_at": BEGIN, "ends_at": END, "figures": "{}"},
    "report_hours": {"space_id": 1, "begins_at": BEGIN, "ends_at": END, "opened": "0"},
    "report_file": {
        "id": 1,
        "status": "ready",
        "first_day": "2020-01-11",
        "last_day": "2020-01-20",
        "next_day": "2020-01-21",
        "words": "{}",
        "row_count": 1,
        "crc": 1,
        "raw_size": 1,
        "packed_size": 1,
        "created_by_id": 1,
        "created_at": BEGIN,
        "ready_at": END,
    },
    "report_file_chunk": {"file_id": 1, "position": 1, "content": b"x"},
}

BAD: dict[str, list[Row]] = {
    "ck_report_file_failed_says_why": [{"status": "failed", "ready_at": None}, {"error_code": "file_broken"}],
    "ck_report_file_order": [{"last_day": "2020-01-01"}],
    "ck_report_file_progress": [{"next_day": "2020-01-01"}],
    "ck_report_file_ready_when": [{"ready_at": None}, {"status": "making"}],
    "ck_report_sum_order": [{"ends_at": "2019-12-31 16:00:00+00:00"}],
    "ck_report_hours_order": [{"ends_at": "2019-12-31 16:00:00+00:00"}],
}
