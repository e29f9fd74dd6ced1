"""Nothing personal survives an import: neither in the database nor in the log, a temporary file or on a page."""

import logging
import tempfile
import zlib

import pytest

from domain.people import Role
from services.sales import applying, reports
from tests.support.builders import NOW, create_actor
from tests.support.exports import canaries, doudian_csv, doudian_row
from tests.support.importing import read, receive, stage
from tests.support.leaks import EVERY_LAYOUT, canaries_in, dump, export_of
from tests.support.visits import visitor

ROWS = [
    doudian_row(1),
    doudian_row(2, 订单状态="神秘状态"),
    doudian_row(3, 商品数量="两个"),
    doudian_row(4, 订单提交时间=canaries(4)[0]),
    doudian_row(5, 商品ID=canaries(5)[1]),
    doudian_row(6, 订单应付金额=canaries(6)[1]),
]


def assert_clean(*texts, allowed=()):
    for text in texts:
        few = [c for number in range(1, 8) for c in canaries(number) if c in text and c not in allowed]
        found = canaries_in(text) + few
        assert not found, found


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_no_canary_is_found_after_staging_and_applying(db, caplog, encoding):
    caplog.set_level(logging.DEBUG)
    staff = create_actor(Role.STAFF, phone="13900000000", name="员工")
    data = doudian_csv(ROWS, encoding=encoding)
    allowed = {canaries(5)[1]}  # a merchant may well number a product like a phone; it is no buyer's

    staged = stage(staff, data, f"{canaries(1)[1]}.csv")
    after_staging = dump(db)
    applying.apply(staff, staged.id, now=NOW)
    report = reports.report(staff, staged.id)

    told = "\n".join(f"{line.text} {line.order}" for line in (*report.held, *report.rejected))
    assert_clean(after_staging, dump(db), told, caplog.text, allowed=allowed)


@pytest.mark.parametrize("code", EVERY_LAYOUT)
def test_no_layout_lets_a_canary_through(app, db, caplog, code, monkeypatch):
    caplog.set_level(logging.DEBUG)
    written = []
    real = tempfile.SpooledTemporaryFile.write
    monkeypatch.setattr(
        tempfile.SpooledTemporaryFile,
        "write",
        lambda self, piece: (written.append(zlib.decompress(piece).decode()), real(self, piece))[1],
    )
    staff = create_actor(Role.STAFF, phone="13900000000", name="员工")
    data = export_of(code)
    assert len(canaries_in(data.decode("gb18030"))) > 10

    made = receive(staff, data, f"{canaries(1)[1]}.csv")
    at_the_door = dump(db)
    read(made.id)
    staged = dump(db)
    browser = visitor(app, staff)
    pages = [browser.get(f"/sales/imports/{made.id}").text]
    applying.apply(staff, made.id, now=NOW)
    pages += [browser.get(path).text for path in (f"/sales/imports/{made.id}", "/sales/imports")]

    assert written
    assert_clean(at_the_door, staged, dump(db), caplog.text, *written, *pages)


@pytest.mark.parametrize("column", ["订单状态", "售后状态"])
@pytest.mark.parametrize("phone", ["13800000004", "138 0000 0004", "138-0000-0004", "１３８０００００００４"])
def test_a_phone_in_the_place_of_a_state_is_not_kept(db, column, phone):
    rows = [doudian_row(1), doudian_row(2, **{column: f"收件人 {phone}"})]
    made = receive(create_actor(Role.STAFF, phone="13900000000"), doudian_csv(rows), f"订单 {phone}.csv")
    at_the_door = dump(db)
    read(made.id)

    report = reports.report(create_actor(Role.STAFF, phone="13900000001"), made.id)
    assert [(one.code, one.text) for one in report.rejected] == [("row_control_character", "")]
    assert not report.held
    assert phone not in at_the_door + dump(db)


@pytest.mark.mutant
def test_the_search_would_find_a_canary(db):
    create_actor(Role.STAFF, name=canaries(1)[0])

    assert canaries(1)[0] in dump(db)
