"""What the house knows of somebody, handed out to them [PIPL art. 45]."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import Column, ColumnElement, case, null, or_, select
from sqlalchemy.orm import Session

from domain.errors import Forbidden, Missing
from domain.interval import local
from domain.people import Actor
from models import Merchant, Person, PrivateFile, Product, Show, Space
from models.base import Base
from services import records
from services.privacy.references import REFERENCES
from services.unit_of_work import query, transaction

Row = dict[str, Any]
PERSON = (
    "id", "name", "salutation", "phone", "role", "building", "unit", "room", "captain_of", "verified_at", "locale",
    "created_at", "disabled_at",
)  # fmt: skip
BOOKED = ("space_id", "starts_at", "ends_at", "status", "purpose", "party_size", "created_at")
COLUMNS: dict[str, tuple[str, ...]] = {
    "contact": ("email", "email_confirmed_at", "quiet_starts_minute", "quiet_ends_minute"),
    "channel_choice": ("topic", "channel", "is_on"),
    "merchant_member": ("merchant_id",),
    "booking": (*BOOKED, "decided_at", "decision_reason", "checked_in_at", "left_at"),
    "series": (
        "space_id",
        "rule",
        "first_day",
        "start_minute",
        "minutes",
        "purpose",
        "party_size",
        "created_at",
    ),
    "waitlist_entry": BOOKED,
    "booth_application": ("show_id", "merchant_id", "product_id", "status", "rank", "created_at"),
    "penalty_point": ("kind", "points", "created_at", "excused_at"),
    "refused_demand": ("space_id", "starts_at", "ends_at", "code", "asked_at"),
    "notice": ("kind", "params", "created_at", "read_at"),
    "private_file": ("id", "media_type", "size", "sha256", "created_at"),
    "calendar_feed": ("created_at", "revoked_at"),
    "login_session": ("created_at", "expires_at", "revoked_at"),
    "api_token": ("label", "created_at", "revoked_at"),
    "audit_event": ("at", "action", "object_type", "object_id"),
}
"""What is handed out of each table; keys to things are replaced by their names."""
NAMED = {
    "space_id": (Space.id, Space.name),
    "show_id": (Show.id, Show.title),
    "merchant_id": (Merchant.id, Merchant.name),
    "product_id": (Product.id, Product.name),
}
OWNERS = {"booking": "booker_id", "series": "booker_id", "waitlist_entry": "person_id"}
"""Whose a row is that a neighbour may have typed."""
OWNERS_ALONE = frozenset({"purpose", "decision_reason", "excuse_reason", "checked_in_at", "left_at"})
"""What is handed out to the owner alone: whoever typed it for them learns no more of them than the time."""
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}


@dataclass(frozen=True, slots=True)
class Data:
    """Everything of somebody by table, ready for JSON, and the names of their files with their numbers."""

    person: Person
    content: dict[str, list[Row]]
    files: dict[str, int]


@query
def own(session: Session, actor: Actor) -> Data:
    """One's own data, to look at."""
    return _collect(session, actor.id)


@transaction
def hand_out(session: Session, actor: Actor, person_id: int, now: datetime) -> Data:
    """Somebody's data to carry away, one's own or as an admin, which is written down; raises Forbidden, Missing."""
    if not actor.is_admin and actor.id != person_id:
        raise Forbidden
    return _written_down(session, actor, person_id, now)


@transaction
def hand_out_by_house(session: Session, person_id: int, now: datetime) -> Data:
    """The same from the command line; raises Missing."""
    return _written_down(session, None, person_id, now)


def _written_down(session: Session, actor: Actor | None, person_id: int, now: datetime) -> Data:
    data = _collect(session, person_id)
    records.audit(session, actor, "person.data_exported", data.person, now)
    return data


def _collect(session: Session, person_id: int) -> Data:
    person = session.get(Person, person_id, populate_existing=True)
    if person is None:
        raise Missing
    content = {"person": [{name: _plain(getattr(person, name)) for name in PERSON}]}
    for table, exported in COLUMNS.items():
        content[table] = _rows(session, table, exported, person_id)
    files = {
        f"files/{row['id']}.{ENDINGS.get(row['media_type'], 'bin')}": row["id"]
        for row in content["private_file"]
    }
    return Data(person, content, files)


def naming_columns(table: str) -> list[Column[Any]]:
    """The columns of a table by which its rows are of somebody and handed out."""
    found = Base.metadata.tables[table]
    return [
        column
        for column in found.columns
        if (known := REFERENCES.get(f"{table}.{column.name}")) is not None and known.is_exported
    ]


def _rows(session: Session, table: str, exported: Iterable[str], person_id: int) -> list[Row]:
    found = Base.metadata.tables[table]
    wanted = [_told_to(person_id, found.c[name]) for name in exported]
    rows = session.execute(
        select(*wanted)
        .where(or_(*(column == person_id for column in naming_columns(table))))
        .order_by(*found.primary_key.columns)
    ).all()
    names = {
        key: dict(session.execute(select(*NAMED[key])).all()) for key in exported if key in NAMED and rows
    }
    return [
        {
            key.removesuffix("_id") if key in names else key: _plain(
                names[key].get(value) if key in names else value
            )
            for key, value in zip(exported, row, strict=True)
        }
        for row in rows
    ]


def _told_to(person_id: int, column: Column[Any]) -> ColumnElement[Any]:
    owner = OWNERS.get(column.table.name)
    if owner is None or column.name not in OWNERS_ALONE:
        return column
    return case((column.table.c[owner] == person_id, column), else_=null())


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return local(value).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def as_json(data: Data) -> bytes:
    """The data as a file."""
    return json.dumps(data.content, ensure_ascii=False, indent=1).encode()


@query
def archive(session: Session, data: Data) -> bytes:
    """The data and the person's files in one ZIP."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as out:
        out.writestr("data.json", as_json(data))
        for name, file_id in data.files.items():
            content = session.scalar(select(PrivateFile.content).where(PrivateFile.id == file_id))
            if content is not None:
                out.writestr(name, content)
    return packed.getvalue()
