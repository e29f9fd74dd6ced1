"""The file of a sealed show as somebody reads it who has only the ZIP."""

from __future__ import annotations

from zipfile import ZipFile

from flask import Flask
from sqlalchemy import select

from blueprints.clock import now
from blueprints.running import record_file
from domain.people import Role
from models import ComplianceRecord, Person, db
from services.studio import sealing


def record_page(app: Flask) -> str:
    """The page in the ZIP of the first show that was sealed."""
    with app.test_request_context():
        staff = db.session.scalars(select(Person).where(Person.role == Role.STAFF)).first()
        show_id = db.session.scalars(select(ComplianceRecord.show_id)).first()
        assert staff is not None
        assert show_id is not None
        found = sealing.take_out(staff.as_actor(), show_id, now=now())
        stream = record_file.build(found, lambda _scan_id: b"")
    with ZipFile(stream) as archive:
        (page,) = [name for name in archive.namelist() if name.endswith(".html")]
        return archive.read(page).decode()
