"""The door of imports: an upload's rows are picked and laid down in chunks; whoever reads them comes later.

What is personal ends here: only the cells of the allow-list go on, and the file itself is not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from domain.errors import BadInput
from domain.people import Actor
from domain.sales.cells import without_phones
from domain.sales.platforms import Layout
from domain.sales.problems import RowError
from domain.sales.reading import OrderExport
from domain.sales.rows import RowParser
from models import SalesImport, SalesImportChunk, Show
from models.sales_imports import FileFormat, ImportStatus
from services.leases import LEASE
from services.sales.chunks import DoorRow, chunks, no_search_for_cycles, packed
from services.sales.files import open_records
from services.sales.importing import load, require_staff
from services.sales.removing import OPEN
from services.unit_of_work import transaction

IN_MEMORY = 4 * 1024 * 1024
MAX_NAME = 120
MOST_OPEN = 50
"""So many imports may wait for somebody: each holds its rows twice, and uploading costs nothing."""


@dataclass(slots=True)
class Received:
    """An upload that was picked to its end, ready to be stored: its packed chunks lie in a spool."""

    file_name: str
    layout: Layout
    columns: dict[str, str]
    spool: SpooledTemporaryFile[bytes] = field(repr=False)
    encoding: str = ""
    file_format: FileFormat = FileFormat.CSV
    file_sha256: str = ""
    row_count: int = 0
    sizes: list[tuple[int, int]] = field(default_factory=list)
    """How many rows and bytes each chunk has."""

    def chunks(self) -> Iterator[dict[str, Any]]:
        """The chunks as columns of `sales_import_chunk`; a chunk's position is how many rows come before it."""
        self.spool.seek(0)
        position = 0
        for rows, size in self.sizes:
            yield {"position": position, "row_count": rows, "content": self.spool.read(size)}
            position += rows


@contextmanager
def picked_up(file: BinaryIO, file_name: str, platform: str | None = None) -> Iterator[Received]:
    """Pick the rows of an upload outside any transaction, in bounded memory; raises FileError.

    `platform` overrides what the headers say. The upload is left at its beginning.
    """
    with SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
        with open_records(file) as opened, no_search_for_cycles():
            export = OrderExport(opened.records, platform=platform)
            headers = {str(wanted): header for wanted, header in export.columns.headers.items()}
            received = Received(clean_name(file_name), export.layout, headers, spool)
            parser = RowParser(export.layout, export.columns.headers)
            for rows in chunks(readable(row, parser) for row in export.picked()):
                content = packed(rows)
                spool.write(content)
                received.sizes.append((len(rows), len(content)))
                received.row_count += len(rows)
            received.encoding = opened.encoding
            received.file_format = FileFormat(opened.file_format)
            received.file_sha256 = opened.sha256()
        if file.seekable():
            file.seek(0)  # so that whoever compares uploads sees the whole of this one
        yield received


def readable(row: DoorRow, parser: RowParser) -> DoorRow:
    """The row, or its rejection: a cell that is not what its column says may be a name, and is not laid down."""
    if isinstance(row, RowError) or row.plain:
        return row  # as good as every row is, and parsing it here as well would take five times as long
    errors = [outcome for outcome in parser.parse(row) if isinstance(outcome, RowError)]
    return errors[0] if errors else row


@transaction
def store(
    session: Session,
    actor: Actor,
    received: Received,
    *,
    show_id: int | None = None,
    worker: str = "",
    now: datetime,
) -> SalesImport:
    """Keep what was picked until it is read; a `worker` that will do so at once holds it from the beginning.

    Raises Forbidden, BadInput (show_unknown, imports_many_open). `show_id` only notes what the file was uploaded for:
    product and time decide about attribution.
    """
    require_staff(actor)
    if show_id is not None and session.get(Show, show_id) is None:
        raise BadInput("show_unknown", field="show")
    _require_room(session)
    made = SalesImport(
        status=ImportStatus.STAGING,
        platform=received.layout.platform,
        layout=received.layout.code,
        file_format=received.file_format,
        columns=received.columns,
        file_name=received.file_name,
        file_sha256=received.file_sha256,
        encoding=received.encoding,
        show_id=show_id,
        created_by_id=actor.id,
        created_at=now,
        row_count=received.row_count,
        worker=worker,
        leased_until=now + LEASE if worker else None,
    )
    session.add(made)
    session.flush()
    for chunk in received.chunks():
        session.execute(insert(SalesImportChunk), [{"import_id": made.id, **chunk}])
    return load(session, made.id)


def _require_room(session: Session) -> None:
    waiting = session.scalar(select(func.count()).where(SalesImport.status.in_(OPEN))) or 0
    if waiting >= MOST_OPEN:
        raise BadInput("imports_many_open", field="file", maximum=MOST_OPEN)


def receive(
    actor: Actor,
    file: BinaryIO,
    file_name: str,
    *,
    show_id: int | None = None,
    platform: str | None = None,
    worker: str = "",
    now: datetime,
) -> SalesImport:
    """Pick up and store an export; raises Forbidden, FileError, BadInput as `store`, and then nothing is kept."""
    require_staff(actor)
    with picked_up(file, file_name, platform) as received:
        return store(actor, received, show_id=show_id, worker=worker, now=now)


def clean_name(file_name: str) -> str:
    """The last part of a path, without control characters, phone numbers or excess length."""
    name = "".join(c for c in re.split(r"[/\\]", file_name)[-1] if c.isprintable())
    return without_phones(name)[-MAX_NAME:]
