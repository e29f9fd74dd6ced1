"""Negative controls of what is looked for in a backup by the day full of canaries (test_nothing_told.py)."""

import zlib

import pytest

from domain.sales.lines import Platform
from models import SalesImport, SalesImportChunk, sealing
from models.sales_imports import ImportStatus
from services import backup
from tests.support.backup_bytes import carried, must_not_be_carried, take_home
from tests.support.builders import NOW, create_person, saved

PHONE = "13866554477"


@pytest.mark.mutant
def test_a_backup_with_a_phone_in_the_clear_is_found_out(db, monkeypatch, tmp_path):
    monkeypatch.setattr(sealing, "sealed", lambda text, column: [text])
    create_person(phone=PHONE)
    backup.save(tmp_path / "house.backup")  # the command itself would miss the key of such a phone

    assert carried(tmp_path / "house.backup", must_not_be_carried(PHONE)) == ["phone"]


@pytest.mark.mutant
def test_a_backup_that_carries_its_keys_is_found_out_though_they_are_packed(db):
    create_person(phone=PHONE)
    key = bytes.fromhex(must_not_be_carried(PHONE)["data key 0"])
    found = saved(
        SalesImport(
            status=ImportStatus.APPLIED, platform=Platform.DOUDIAN, file_sha256="0" * 64, encoding="utf-8",
            created_by_id=create_person().id, created_at=NOW, applied_at=NOW,
        )
    )  # fmt: skip
    saved(SalesImportChunk(import_id=found.id, position=0, row_count=1, content=zlib.compress(key)))

    assert take_home(PHONE).carries(must_not_be_carried(PHONE)) == ["data key 0"]
