"""Whether the database file of a house on SQLite can be served, said before anything is opened for writing.

SQLite makes a new database where a file is missing or empty, and throws away the log that lies beside an empty one.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL

from models.engine import look_through

MAGIC = b"SQLite format 3\0"
"""The first 16 bytes of every database (https://www.sqlite.org/fileformat2.html#magic_header_string)."""
LARGE = 64 * 1024 * 1024
"""Bytes of a file that is read whole at each start; a larger one only where it was not closed in order."""
RESTORE = "Restore a backup; nothing was changed."


def diagnosis(url: URL) -> str | None:
    """Why the file must not be served, in a sentence and what to do; None when it may, or will be new."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database.startswith((":", "file:")):
        return None
    path = Path(url.database)
    logs = [log for log in (_beside(path, "-wal"), _beside(path, "-journal")) if log is not None]
    if not path.exists():
        return (
            f"The database {path} is missing, but {logs[0].name} lies where it was. {RESTORE}"
            if logs
            else None
        )
    with path.open("rb") as file:
        head = file.read(len(MAGIC))
    if not head:
        also = f" beside {logs[0].name}" if logs else ""
        return f"The database {path} is an empty file{also}; a new house needs none at all. {RESTORE}"
    if head != MAGIC:
        return f"The file {path} is no database of SQLite, or its beginning is damaged. {RESTORE}"
    if not logs and path.stat().st_size > LARGE:
        return None
    found = look_through(path)
    return None if found == "ok" else f"The database {path} is damaged ({found}). {RESTORE}"


def _beside(path: Path, suffix: str) -> Path | None:
    log = path.with_name(path.name + suffix)
    return log if log.exists() and log.stat().st_size else None
