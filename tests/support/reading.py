"""How the tests of reading open a file."""

import io
from typing import Any

from domain.sales.decoding import Limits
from domain.sales.reading import CsvRecords, OrderExport


def csv_export(data: bytes, *, limits: Limits | None = None, **how: Any) -> OrderExport:
    """The export in a CSV file of these bytes."""
    return OrderExport(CsvRecords(io.BytesIO(data), limits), limits=limits, **how)
