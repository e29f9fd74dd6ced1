"""All that an answer tells, whatever it is packed in."""

import io
from zipfile import ZipFile

from werkzeug.test import TestResponse


def told(answer: TestResponse) -> str:
    """Its text; of a workbook or an archive the texts of all its parts."""
    data = answer.get_data()
    if not data.startswith(b"PK\x03\x04"):
        return data.decode(errors="replace")
    with ZipFile(io.BytesIO(data)) as archive:
        return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
