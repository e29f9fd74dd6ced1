"""A house in which every text that people or files can put there is one of the payloads.

Columns are taken from the models: a new one is filled too. What stands in none of its rows, or may only hold what the
house itself wrote, has to be named here, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from zlib import crc32

from flask import Flask
from sqlalchemy import JSON, Column, Connection, Enum, String, Table, bindparam, select, text
from sqlalchemy.types import TypeDecorator

from models.base import UtcDateTime, db
from tests.support.payloads import ALL, together

OWN = {
    "words of the house's own code: kinds, codes, languages, kinds of files, headings, numbers of rules": """
        audit_event.action audit_event.object_type booth_application.outcome_code held_row.code held_row.layout
        learned_word.meaning message_template.kind message_template.locale notice.kind outbox_message.kind
        person.locale picture.media_type private_file.media_type refused_demand.code report_file.error_code
        report_file.words run_event.action sale.refund_basis sale.rule_version sale.told_basis sale_before.refund_basis
        sale_before.rule_version sale_before.told_basis sale_draft.refund_basis sale_draft.rule_version
        sale_draft.told_basis sales_import.encoding sales_import.error_code sales_import.layout
        sales_import_line.code series_skip.code setting.key setting_change.key show_attribution.rule_version
        show_check.item webhook.topics""",
    "drawn or counted by the house": """
        booking.pickup_number calendar_feed.nonce draw.seed report_file.worker report_hours.opened report_sum.figures
        sale.evidence sale_before.evidence sale_draft.evidence sales_import.money sales_import.worker
        space.door_key""",
    "hashes, of which nobody chooses the text": """
        api_token.token_hash compliance_record.digest device.token_hash draw.list_hash draw.seed_hash
        idempotency_key.fingerprint login_session.token_hash merchant_invite.token_hash password_reset.pin_hash
        person.password_hash picture.sha256 private_file.sha256 product.picture_sha256 product_picture.sha256
        sales_import.file_sha256 show_attribution.basis space_photo.sha256 staff_pin.pin_hash""",
    "read by a parser before it is kept, and written anew by it": """
        person.phone series.rule series.zone show_series.rule space.code""",
    "given back on an unlocked tablet into the fields it was typed in": "login_session.held_form",
    "shown to nobody": """
        after_sale_draft.before desk_decision.before idempotency_key.body idempotency_key.key login_throttle.bucket
        run_event.before webhook.secret""",
}
"""Columns that hold no text of anybody's, by reason."""
STAYS_EMPTY = frozenset(
    ["draw.list_text", "person.phone_tail", "person.room", "product_alias.code", "product_alias.title"]
)
"""Where nothing means that something has not happened yet, or is not there at all."""
MACHINE_MADE = re.compile(r"[\w.,:+\-/]*|[\d :.+\-]*", re.ASCII)
"""Texts inside JSON that are codes, numbers, hashes and times, unless their name says that they come from a file."""
FROM_FILES = frozenset({
    "after_sale_text", "author_id", "author_name", "line_key", "merchant_code", "order_no", "platform_product_id",
    "spec", "status_text", "title", "traffic_form", "traffic_source",
})  # fmt: skip
JOINED = frozenset({"line_key", "order_no", "case_no", "platform_product_id"})
"""Texts by which rows of different tables find each other: they stay alike."""


def named_as_own() -> set[str]:
    """All of OWN."""
    return {name for names in OWN.values() for name in names.split()}


def texts() -> Iterator[Column[Any]]:
    """Every column of the house that holds text, or JSON with text in it."""
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if _holds_text(column.type):
                yield column


def _holds_text(kind: Any) -> bool:
    if isinstance(kind, TypeDecorator):
        return not isinstance(kind, UtcDateTime) and _holds_text(kind.impl_instance)
    return isinstance(kind, String | JSON) and not isinstance(kind, Enum)


Choice = Callable[[str, object], str]
"""Which payload goes in front of a text: by its place, and by the key of its row."""


def payloads_of(number: int | None) -> Choice:
    """`number` moves all of them on: payloads.ROUNDS fillings put each into every column, as None does at once."""
    return lambda place, _row: ALL if number is None else together(crc32(place.encode()) + number)


def one_of(payloads: Sequence[str]) -> Choice:
    """One of these: the rows of a column have them in turn, where they are numbered."""
    return lambda place, row: payloads[(crc32(place.encode()) + _number(row)) % len(payloads)]


def _number(row: object) -> int:
    return row if isinstance(row, int) else crc32(str(row).encode())


def fill(app: Flask, choice: Choice) -> set[str]:
    """Put payloads in front of every text of every row; the columns in which one stands now.

    What was filled before must have been emptied.
    """
    own, filled = named_as_own(), set()
    with app.app_context(), db.engine.execution_options(writes=True).begin() as connection:
        _open_the_seals(connection)
        for table in db.metadata.sorted_tables:
            wanted = [one for one in texts() if one.table is table and str(one) not in own]
            if wanted:
                filled |= _fill(connection, table, wanted, choice)
    return filled


def _open_the_seals(connection: Connection) -> None:
    """Nothing may change in what was sealed or booked; here it is as if it had been written so."""
    found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
    for name in found:
        if name.startswith(("keep_", "final_")):
            connection.execute(text(f'DROP TRIGGER "{name}"'))


def _fill(connection: Connection, table: Table, wanted: list[Column[Any]], choice: Choice) -> set[str]:
    filled, keys = set(), list(table.primary_key)
    changed = []
    for row in connection.execute(select(*keys, *wanted)):
        new = {f"p_{key.name}": value for key, value in zip(keys, row, strict=False)}
        for column, value in zip(wanted, row[len(keys) :], strict=True):
            seen = poisoned(column, value, choice, row[0])
            new[f"v_{column.name}"] = seen
            if seen != value:
                filled.add(str(column))
        changed.append(new)
    if changed:
        update = table.update().values(
            {one.name: bindparam(f"v_{one.name}", type_=one.type) for one in wanted}
        )
        for key in keys:
            update = update.where(key == bindparam(f"p_{key.name}", type_=key.type))
        connection.execute(update, changed)
    return filled


def poisoned(column: Column[Any], value: Any, choice: Choice, row: object) -> Any:
    """A value of a column with payloads in front of its texts."""
    place = column.name if column.name in JOINED else str(column)
    payload = choice(place, row)
    if isinstance(column.type, JSON):
        return _inside(value, payload, "")
    if not value and str(column) in STAYS_EMPTY:
        return value
    return f"{payload} {value or row}"


def _inside(value: Any, payload: str, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _inside(inner, payload, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_inside(inner, payload, name) for inner in value]
    if isinstance(value, str) and (name in FROM_FILES or not MACHINE_MADE.fullmatch(value)):
        return f"{payload} {value}"
    return value
