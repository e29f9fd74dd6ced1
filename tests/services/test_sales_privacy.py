"""Nothing personal survives an import: neither in the database nor in the log, on both engines."""

import logging

import pytest
from sqlalchemy import select

from domain.people import Role
from models import Base
from services.sales import applying, reports
from tests.support.builders import NOW, create_actor
from tests.support.exports import canaries, doudian_csv, doudian_row
from tests.support.importing import stage

ROWS = [
    doudian_row(1),
    doudian_row(2, 订单状态="神秘状态"),
    doudian_row(3, 商品数量="两个"),
    doudian_row(4, 订单提交时间=canaries(4)[0]),
    doudian_row(5, 商品ID=canaries(5)[1]),
    doudian_row(6, 订单应付金额=canaries(6)[1]),
]


def dump(db):
    """Every value of every table, as text."""
    db.session.rollback()
    return "\n".join(
        str(row) for table in Base.metadata.sorted_tables for row in db.session.execute(select(table))
    )


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_no_canary_is_found_after_staging_and_applying(db, caplog, encoding):
    caplog.set_level(logging.DEBUG)
    staff = create_actor(Role.STAFF, phone="13900000000", name="员工")
    data = doudian_csv(ROWS, encoding=encoding)
    held_ids = {canaries(5)[1]}  # a merchant may well number a product like a phone; it is no buyer's

    staged = stage(staff, data, f"{canaries(1)[1]}.csv")
    after_staging = dump(db)
    applying.apply(staff, staged.id, now=NOW)
    report = reports.report(staff, staged.id)

    told = "\n".join(f"{line.text} {line.order}" for line in (*report.held, *report.rejected))
    for text in (after_staging, dump(db), told, caplog.text):
        for number in range(1, len(ROWS) + 1):
            found = [c for c in canaries(number) if c in text and c not in held_ids]
            assert not found, found


def test_the_search_would_find_a_canary(db):
    create_actor(Role.STAFF, name=canaries(1)[0])

    assert canaries(1)[0] in dump(db)
