"""Wrapping a show up and its sealed file, as a browser without JavaScript sees them."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.merchants.papers import PaperKind
from domain.people import Role
from models import AuditEvent, BoothSlot, ComplianceRecord, Draw, OnAirCorrection, Person
from services.login import create_token
from services.studio import wrapping
from tests.support.builders import MONDAY, NOW, at, create_actor, create_person, create_studio, saved
from tests.support.studio_builders import (
    create_booth,
    create_merchant,
    create_paper,
    create_product,
    create_show,
)
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def show():
    """A show of yesterday with two booths, one of a shop whose name tries to be a formula."""
    return create_show(create_studio(), at(19.5, day=MONDAY - timedelta(days=1)))


@pytest.fixture
def tea(show):
    """The booth of a shop with an odd name and an odd paper."""
    return booth_of(show, 1, "=HYPERLINK(1)", claims="<script>alert(1)</script>")


@pytest.fixture
def noodles(show):
    """The booth of another shop."""
    return booth_of(show, 2, "阿嬷小吃")


def booth_of(show, number, name, **product):
    """A confirmed booth of a shop of its own."""
    shop, owner = create_merchant(name)
    create_paper(shop, PaperKind.FOOD_LICENCE, owner.id, number="../../JY 1")
    return create_booth(
        show, number, create_product(shop, f"好物{number}", **product), owner, status=BookingStatus.CONFIRMED
    )


@pytest.fixture
def staff(app):
    """Somebody of the staff at a browser."""
    return visitor(app, create_actor(Role.STAFF))


def views_of(db, booking):
    return db.session.scalar(select(BoothSlot.views).where(BoothSlot.booking_id == booking.id))


def test_staff_type_views_tick_who_stayed_away_and_seal(app, db, staff, show, tea, noodles):
    assert "收尾" in staff.get(f"/shows/{show.id}").text
    page = staff.get(f"/shows/{show.id}/wrap-up")
    assert "这场没有用场控台" in page.text

    answer = staff.submit(
        page,
        f"/shows/{show.id}/wrap-up",
        **{f"views-{tea.id}": "1,280", f"outcome-{noodles.id}": "absent"},
    )

    assert (answer.status_code, answer.location) == (303, f"/shows/{show.id}/record")
    assert views_of(db, tea) == 1280
    record = staff.get(f"/shows/{show.id}/record")
    for words in ("已封存，保存到 2029年11月22日", "没播：商户没有到场", "&lt;script&gt;"):
        assert words in record.text
    shown = visitor(app).get(f"/shows/{show.id}").text
    assert "已封存，保存到 2029年11月22日" in shown
    assert "wrap-up" not in shown


def test_a_wrong_number_keeps_everything_else_that_was_typed(db, staff, show, tea, noodles):
    page = staff.get(f"/shows/{show.id}/wrap-up")

    refused = staff.submit(
        page,
        f"/shows/{show.id}/wrap-up",
        **{
            f"views-{tea.id}": "很多",
            f"views-{noodles.id}": "77",
            f"outcome-{noodles.id}": "no_time",
        },
    )

    assert refused.status_code == 422
    assert "请填写整数" in refused.text
    assert 'value="很多"' in refused.text
    assert 'value="77"' in refused.text
    assert '<option value="no_time" selected>' in refused.text
    assert db.session.scalar(select(ComplianceRecord.show_id)) is None


def test_views_can_be_kept_before_sealing_and_after(db, staff, show, tea):
    staff.post(f"/shows/{show.id}/views", data={"csrf_token": token(staff, show), f"views-{tea.id}": "5"})
    assert views_of(db, tea) == 5
    staff.submit(staff.get(f"/shows/{show.id}/wrap-up"), f"/shows/{show.id}/wrap-up")

    page = staff.get(f"/shows/{show.id}/wrap-up")
    assert "随时可以补填" in page.text
    answer = staff.submit(page, f"/shows/{show.id}/views", **{f"views-{tea.id}": "6"})

    assert answer.status_code == 303
    db.session.rollback()
    assert views_of(db, tea) == 6


def token(browser, show):
    """The CSRF field of the page."""
    page = browser.get(f"/shows/{show.id}/wrap-up").text
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def test_it_is_sealed_once(staff, show, tea):
    page = staff.get(f"/shows/{show.id}/wrap-up")
    first = staff.submit(page, f"/shows/{show.id}/wrap-up")
    again = staff.submit(page, f"/shows/{show.id}/wrap-up")  # a double tap
    assert (first.status_code, again.status_code) == (303, 303)

    late = staff.submit(page, f"/shows/{show.id}/wrap-up", idempotency_key="another")
    assert late.status_code == 422
    assert "这场已经封存" in late.text


def test_before_the_show_is_over_there_is_nothing_to_wrap_up(staff):
    ahead = create_show(create_studio())

    assert staff.get(f"/shows/{ahead.id}/wrap-up").status_code == 422
    assert staff.get(f"/shows/{ahead.id}/record").status_code == 404
    assert "wrap-up" not in staff.get(f"/shows/{ahead.id}").text


def sealed(db, show):
    """The show, with a draw and a correction, sealed."""
    actor = create_actor(Role.STAFF)
    saved(Draw(show_id=show.id, seed_hash="a" * 64, seed="b" * 64, created_at=NOW, list_text="1 2\n",
               list_hash="c" * 64, closed_at=NOW, drawn_at=NOW))  # fmt: skip
    saved(
        OnAirCorrection(
            show_id=show.id, said="+最好", corrected="很好", at=show.starts_at, created_by_id=actor.id
        )
    )
    wrapping.wrap_up(actor, show.id, {}, {}, now=NOW)


def download(staff, show):
    """The ZIP as it came."""
    page = staff.get(f"/shows/{show.id}/record")
    answer = staff.submit(page, f"/shows/{show.id}/record.zip")
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    return answer.data


def test_anybody_can_check_the_archive_with_nothing_but_hashes(db, staff, show, tea, noodles):
    sealed(db, show)

    archive = zipfile.ZipFile(io.BytesIO(download(staff, show)))

    sums = dict(reversed(line.split("  ", 1)) for line in archive.read("SHA256SUMS").decode().splitlines())
    assert sums.keys() == set(archive.namelist()) - {"SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    assert sums["record.json"] in staff.get(f"/shows/{show.id}/record").text
    assert json.loads(archive.read("record.json"))["show"]["id"] == show.id


def test_the_archive_holds_no_path_no_formula_and_no_script(db, staff, show, tea, noodles):
    sealed(db, show)

    archive = zipfile.ZipFile(io.BytesIO(download(staff, show)))

    assert {"booths.csv", "corrections.csv", "papers.csv", "index.html", "draw/list.txt"} <= set(
        archive.namelist()
    )
    scans = [name for name in archive.namelist() if name.startswith("scans/")]
    assert len(scans) == 4
    assert not any(".." in name or name.count("/") != 1 or "\\" in name for name in scans)
    for name in ("booths.csv", "corrections.csv", "papers.csv"):
        text = archive.read(name).decode()
        assert text.startswith("\ufeff")
        cells = [cell for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))) for cell in row]
        assert not any(cell.startswith(("=", "+", "@")) for cell in cells)
    page = archive.read("index.html").decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_same_file_has_the_same_bytes_and_each_download_is_written_down(db, staff, show, tea):
    sealed(db, show)

    assert download(staff, show) == download(staff, show)

    logged = select(AuditEvent).where(AuditEvent.action == "show.record_taken_out")
    assert [event.object_id for event in db.session.scalars(logged)] == [show.id, show.id]


def test_a_changed_file_is_noticed(db, app, staff, show, tea, engine_name):
    sealed(db, show)
    page = staff.get(f"/shows/{show.id}/record")
    staff.submit(page, "/record/verify")
    assert "校验通过" in staff.get(f"/shows/{show.id}/record").text
    trigger = "keep_compliance_record_update"
    off = {
        "sqlite": f"DROP TRIGGER {trigger}",
        "postgresql": "ALTER TABLE compliance_record DISABLE TRIGGER USER",
    }
    on = {"sqlite": None, "postgresql": "ALTER TABLE compliance_record ENABLE TRIGGER USER"}
    db.session.rollback()
    with db.engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql(off[engine_name])
        connection.exec_driver_sql("UPDATE compliance_record SET digest = 'x'")
        if on[engine_name]:
            connection.exec_driver_sql(on[engine_name])

    staff.submit(staff.get(f"/shows/{show.id}/record"), "/record/verify")

    assert "校验没有通过" in staff.get(f"/shows/{show.id}/record").text


def test_a_shop_reads_its_views_and_why_it_got_points(app, db, staff, show, tea, noodles):
    wrapping.wrap_up(
        create_actor(Role.STAFF), show.id, {noodles.id: wrapping.Outcome.ABSENT}, {tea.id: 321}, now=NOW
    )
    shop = visitor(app, db.session.get_one(Person, tea.booker_id))
    assert "321" in shop.get(f"/bookings/{tea.id}").text
    absent = visitor(app, db.session.get_one(Person, noodles.booker_id))
    me = absent.get("/me").text
    assert "扣分：3 分" in me
    assert "可以免记" in me
    assert "预约暂停" not in me
    point = staff.get(f"/people/{noodles.booker_id}/points")
    assert "展位没有到场" in point.text


def test_programs_wrap_up_read_and_take_the_file(app, db, show, tea, noodles):
    person = create_person(Role.STAFF)
    headers = {"Authorization": f"Bearer {create_token(str(person.phone), label='', now=NOW)}"}
    client, base = app.test_client(), f"/api/v1/shows/{show.id}"

    kept = client.put(f"{base}/views", headers=headers, json={"views": [{"booking": tea.id, "views": 12}]})
    assert [booth["views"] for booth in kept.json["booths"]] == [12, None]
    done = client.post(
        f"{base}/wrap-up", headers=headers, json={"booths": [{"booking": noodles.id, "outcome": "absent"}]}
    )
    assert [booth["status"] for booth in done.json["booths"]] == ["completed", "no_show"]
    record = client.get(f"{base}/record", headers=headers).json
    canonical = json.dumps(record["content"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(canonical.encode()).hexdigest() == record["digest"]
    assert record["verified"] is True
    archive = client.post(f"{base}/record.zip", headers=headers)
    assert zipfile.ZipFile(io.BytesIO(archive.data)).testzip() is None
    again = client.post(f"{base}/wrap-up", headers=headers, json={})
    assert (again.status_code, again.json["violations"][0]["code"]) == (422, "already_sealed")
