"""Everything that a backup holds, in whatever it is packed: all its bytes, every row, and what lies packed in a row."""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile, is_zipfile

from flask import current_app
from sqlalchemy import select

from models import Person, db
from models.engine import sqlite_module
from tests.support import rundir
from tests.support.kept_backups import flask

BYTES_IN_COPY = re.compile(rb"\\\\x((?:[0-9a-f]{2})+)")
"""How PostgreSQL writes bytes down."""
HEX = re.compile(r"(?:[0-9a-f]{2})+")


def layers(file: Path) -> Iterator[bytes]:
    """The file as it is, then what is unpacked from it."""
    yield file.read_bytes()
    if is_zipfile(file):
        with ZipFile(file) as archive:
            for name in archive.namelist():
                rows = archive.read(name)
                yield rows
                yield from _unpacked(bytes.fromhex(found.decode()) for found in BYTES_IN_COPY.findall(rows))
    else:
        yield from _unpacked(_values(file))


def _values(file: Path) -> Iterator[bytes]:
    with closing(sqlite_module.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608  as the file itself calls it
                yield from (one if isinstance(one, bytes) else str(one).encode() for one in row)


def _unpacked(values: Iterable[bytes]) -> Iterator[bytes]:
    for value in values:
        yield value
        try:
            yield zlib.decompress(value)
        except zlib.error:
            continue


def carried(file: Path, secrets: Mapping[str, str]) -> list[str]:
    """The names of those secrets that are in a backup, as text or, where they are hexadecimal, as what that says."""
    looked_for = {name: [text.encode()] for name, text in secrets.items()}
    for name, text in secrets.items():
        if HEX.fullmatch(text):
            looked_for[name].append(bytes.fromhex(text))
    held = b"\n".join(layers(file))
    return [name for name, forms in looked_for.items() if any(form in held for form in forms)]


@dataclass(frozen=True)
class TakenHome:
    """A backup, the files beside it, and the list of who was erased since, which goes another way."""

    file: Path
    beside: list[str]
    erased: str

    def carries(self, secrets: Mapping[str, str]) -> list[str]:
        """The names of those of the secrets that are in the backup."""
        return carried(self.file, secrets)


def take_home(phone: str) -> TakenHome:
    """A backup of the house whose context is open, after which whoever has this phone is erased."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  behind a proxy
    file = rundir.current() / f"backups-{uuid4().hex[:8]}" / "house.backup"
    file.parent.mkdir()
    flask(app, "backup", file)
    beside = [one.name for one in file.parent.iterdir()]
    somebody = db.session.scalars(select(Person.id).where(Person.phone == phone)).one()
    db.session.rollback()
    flask(app, "people", "erase", somebody, "--yes")
    return TakenHome(file, beside, flask(app, "people", "erasures"))


def must_not_be_carried(phone: str, *secrets: str) -> dict[str, str]:
    """What no backup may hold, by what it is: the phone in the clear, what opens sealed ones, and what opens doors."""
    keys = Path(os.environ["DATA_KEYS_FILE"]).read_text(encoding="ascii").split()
    assert keys
    named = {"phone": phone, "key of the server": current_app.config["SECRET_KEY"]}
    named |= {f"data key {number}": key for number, key in enumerate(keys)}
    return named | {f"secret {number}": secret for number, secret in enumerate(secrets)}
