"""What a house must have forgotten by a moment and what it must have kept, told of its rows without any service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import select

from models import Base, db
from models.prepared import Prepared

A_DAY = timedelta(days=1)
FIGURES = {
    "staged_import_days": 1,
    "notices_kept_days": 1,
    "messages_kept_days": 2,
    "purposes_kept_days": 1,
    "demand_kept_days": 1,
}
"""Short ones, so that within a history something is over; the house's own are as plain."""
QUARTER = 900
LIVE = {"offered", "pending", "confirmed", "checked_in"}
IN_LINE = {"waiting", "offered"}

Row = dict[str, Any]
Rows = dict[str, dict[tuple[Any, ...], Row]]


@cache
def _every_table() -> dict[str, Prepared]:
    return {name: Prepared(select(table)) for name, table in Base.metadata.tables.items()}


def all_rows() -> Rows:
    """Every row of every table, by table and primary key."""
    db.session.rollback()
    connection = db.session.connection()
    found: Rows = {}
    for name, prepared in _every_table().items():
        table = Base.metadata.tables[name]
        names, key = table.columns.keys(), table.primary_key.columns.keys()
        rows = [dict(zip(names, row, strict=True)) for row in prepared.rows(connection, {})]
        found[name] = {tuple(row[part] for part in key): row for row in rows}
    db.session.rollback()
    return found


def after_forgetting(rows: Rows, now: datetime) -> Rows:
    """What must be left of these rows: what is named here goes or is emptied, all else stays to the letter."""
    left = {name: dict(of) for name, of in rows.items()}
    for name, is_over in _gone(now).items():
        left[name] = {key: row for key, row in rows[name].items() if not is_over(row)}
    _forget_messages(left, now)
    _empty_purposes(left, now)
    return left


def _gone(now: datetime) -> dict[str, Callable[[Row], bool]]:
    return {
        "occupancy": lambda row: row["tick"] < int((now - A_DAY).timestamp()) // QUARTER,
        "notice": lambda row: row["created_at"] < now - A_DAY,
        "refused_demand": lambda row: row["asked_at"] < now - A_DAY,
        "password_reset": lambda row: _is_before(now - A_DAY, row["expires_at"], row["used_at"]),
        "login_session": lambda row: _is_before(now - A_DAY, row["expires_at"], row["revoked_at"]),
        "login_throttle": lambda row: row["window_started_at"] <= now - timedelta(minutes=15),
        "reminder_sent": lambda row: row["starts_at"] < now - A_DAY,
        "idempotency_key": lambda row: row["created_at"] < now - 7 * A_DAY,
    }


def _is_before(limit: datetime, *moments: datetime | None) -> bool:
    return any(moment is not None and moment < limit for moment in moments)


def _forget_messages(left: Rows, now: datetime) -> None:
    """A message goes with its deliveries once nobody reads it and nothing of it waits."""
    read = {row["outbox_id"] for row in left["notice"].values()}
    waits = {row["outbox_id"] for row in left["delivery"].values() if row["state"].value == "waiting"}
    gone = {
        row["id"]
        for row in left["outbox_message"].values()
        if _is_before(now - 2 * A_DAY, row["sent_at"]) and row["id"] not in read | waits
    }
    left["outbox_message"] = {k: row for k, row in left["outbox_message"].items() if row["id"] not in gone}
    left["delivery"] = {k: row for k, row in left["delivery"].items() if row["outbox_id"] not in gone}


def _empty_purposes(left: Rows, now: datetime) -> None:
    """Of rooms that are over; nobody's booking that lives, and no booth."""
    over, bookings = now - A_DAY, left["booking"]
    booths = {row["booking_id"] for row in left["booth_slot"].values()}
    goes_on = {row["series_id"] for row in bookings.values() if row["ends_at"] >= over}
    _empty(
        bookings,
        lambda row: row["ends_at"] < over and row["status"].value not in LIVE and row["id"] not in booths,
    )
    _empty(left["waitlist_entry"], lambda row: row["ends_at"] < over and row["status"].value not in IN_LINE)
    _empty(left["series"], lambda row: row["created_at"] < over and row["id"] not in goes_on)


def _empty(rows: dict[tuple[Any, ...], Row], is_over: Callable[[Row], bool]) -> None:
    for key, row in rows.items():
        if row["purpose"] and is_over(row):
            rows[key] = row | {"purpose": ""}


def differences(found: Rows, due: Rows) -> list[str]:
    """In words, what is there and should not be, and what should be there and is not."""
    return [
        f"{name} {key}: {found[name].get(key)} instead of {due[name].get(key)}"
        for name in found
        for key in sorted(found[name].keys() | due[name].keys(), key=repr)
        if found[name].get(key) != due[name].get(key)
    ]


STAYS = (
    "booking",
    "waitlist_entry",
    "series",
    "penalty_point",
    "audit_event",
    "booth_slot",
    "erasure",
    "person",
)
"""What is counted or proves something: a row of these never goes, though words in it may."""
UNTOUCHED = ("sale", "sales_total", "sales_import", "show", "merchant", "product", "penalty_point")


def lost_by_erasing(before: Rows, after: Rows) -> list[str]:
    """What an erasure took that is not the person's to take."""
    gone = [name for name in STAYS if not before[name].keys() <= after[name].keys()]
    return gone + [name for name in UNTOUCHED if before[name] != after[name]]


def of_person(rows: Rows, person_id: int) -> list[Row]:
    """What somebody booked, waits for, or has again and again."""
    return [
        row
        for name, whose in (
            ("booking", "booker_id"),
            ("series", "booker_id"),
            ("waitlist_entry", "person_id"),
        )
        for row in rows[name].values()
        if row[whose] == person_id
    ]


def words_of(rows: Rows, *words: str) -> list[str]:
    """The tables in which one of these words stands somewhere."""
    return [name for name, of in rows.items() if any(word in repr(of) for word in words)]
