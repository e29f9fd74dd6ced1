"""No bytes at all bring the reader of exports down."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sales.layouts import LAYOUTS
from domain.sales.lines import AfterSaleCase, OrderLine
from domain.sales.platforms import Layout
from domain.sales.problems import FileError
from tests.support.exports import write_csv
from tests.support.reading import csv_export

pytestmark = pytest.mark.slow


@given(st.binary(max_size=2000), st.sampled_from(LAYOUTS))
def test_junk_alone_or_below_a_header_becomes_no_line(junk: bytes, layout: Layout) -> None:
    header = write_csv([], [column.headers[0] for column in layout.columns])
    for data in (junk, header + junk):
        with suppress(FileError):
            outcomes = list(csv_export(data))
            assert not [found for found in outcomes if isinstance(found, OrderLine | AfterSaleCase)]
