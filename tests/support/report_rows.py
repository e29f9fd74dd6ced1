"""The good row of every table of reports, and rows that its constraints must refuse."""

from typing import Any

BEGIN, END = "2020-01-10 16:00:00+00:00", "2020-01-20 16:00:00+00:00"
"""Where no other row lies: what a sum is made of would delete it."""
Row = dict[str, Any]

GOOD: dict[str, Row] = {
    "report_sum": {"space_id": 1, "begins_at": BEGIN, "ends_at": END, "figures": "{}"},
    "report_hours": {"space_id": 1, "begins_at": BEGIN, "ends_at": END, "opened": "0"},
}

BAD: dict[str, list[Row]] = {
    "ck_report_sum_order": [{"ends_at": "2019-12-31 16:00:00+00:00"}],
    "ck_report_hours_order": [{"ends_at": "2019-12-31 16:00:00+00:00"}],
}
